/*
 * hint - why a descriptor is nval, as far as /proc tells
 *
 * The nvals that were not asked for are noted as they are met, and explained
 * once, after the lines that report them.
 */
#ifndef HINT_H
#define HINT_H

#include "linux/peek.h"
#include "lib/pollset_private.h"

#include <stddef.h>

struct hints {
	struct pollset noted;   /* in the order in which they were met */
	size_t told;            /* how many of them have been explained */
};

void hints_start(struct hints *hints);

/* Notes a descriptor of a set, with its mask.  Returns -1 with errno. */
int hints_note(struct hints *hints, const struct pollfd *entry);

/*
 * Prints a message for each that is new.  They are other's descriptors, or
 * pollwait's if that has no process.
 */
void hints_tell(struct hints *hints, const struct other *other);

void hints_end(struct hints *hints);

#endif

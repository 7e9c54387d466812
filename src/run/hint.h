/*
 * hint - messages that tell why a descriptor is nval, as far as /proc tells
 *
 * The unasked nvals are noted as they are met, and explained once a run, after the
 * lines that report them.
 */
#ifndef HINT_H
#define HINT_H

#include "lib/pollset_private.h"

#include <stddef.h>

struct run;

struct hints {
	struct pollset noted;           /* in the order in which they were met */
	struct pollset path_only;       /* of these, those that are open with O_PATH */
	struct pollset bare;            /* named by a number alone, with -p */
	size_t told;                    /* how many of the noted have been explained */
};

void hints_start(struct hints *hints);
void hints_end(struct hints *hints);

/* Note an entry of a run's set.  Return 0, or -1 with errno. */
int hints_note(struct run *run, const struct pollfd *entry);

/* Print a message for each descriptor that was noted since the last call. */
void hints_tell(struct run *run);

#endif

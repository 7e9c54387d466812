/*
 * call - the system calls in which a process sits, by descriptor
 */
#ifndef CALL_H
#define CALL_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct call;

struct calls {
	struct call *list;      /* sorted by descriptor */
	size_t count;
	size_t capacity;
	bool is_known;          /* false: they may not be read, or not understood */
};

/*
 * Reads in which calls the threads of a process sit, of those whose first
 * argument is a descriptor.  Returns -1 with errno.
 */
int calls_read(struct calls *calls, int pid);

/*
 * Appends the names of the calls on a descriptor, joined by commas, each once;
 * "-" if there is none, "?" if that is not known.
 */
void calls_append(const struct calls *calls, struct text *text, int fd);

void calls_end(struct calls *calls);

#endif

/*
 * limit - how many descriptors poll(2) takes at once
 *
 * The kernel refuses more entries than the soft RLIMIT_NOFILE, open or not.
 */
#ifndef LIMIT_H
#define LIMIT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Standard input, output and error: with fewer hardly a program starts.  For so
 * many the kernel is not asked.
 */
enum { LIMIT_LEAST = 3 };

/*
 * The most descriptors that limit_raise() can make possible: the hard limit, or
 * the soft one of the shell, which stays as it is.
 * Returns -1 with a message if the kernel does not tell.
 */
int limit_attainable(size_t *most);

/*
 * Raises the soft limit as far as that if so many descriptors need it.
 * Returns -1 with a message.
 */
int limit_raise(size_t count);

/* Raises it in any case, for descriptors of pollwait's own, if that can be. */
void limit_raise_fully(void);

/* Raises it as limit_raise() does, without a message: whether there is room. */
bool limit_has_room(size_t count);

#endif

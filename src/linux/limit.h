/*
 * limit - the number of descriptors that poll(2) takes at once
 *
 * The kernel refuses more entries than the soft RLIMIT_NOFILE, open or not.  The
 * command may raise its soft limit to the hard limit; a shell's limits stay.
 */
#ifndef LIMIT_H
#define LIMIT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Skip getrlimit(2) up to this many descriptors: nearly every process may have three.
 * poll(2) refuses them with EINVAL in a process that may not.
 */
enum { LIMIT_UNCHECKED = 3 };

/* For limit_raise(): as many descriptors as possible. */
#define LIMIT_HIGHEST SIZE_MAX

/*
 * Read the highest number of descriptors that limit_raise() can make possible.
 * Return 0, or -1 with errno (getrlimit(2)).
 */
int limit_read(size_t *highest);

/*
 * Make so many descriptors possible.  Return 0, or -1 with errno: EMFILE if the hard
 * limit does not allow it, or that of getrlimit(2) and setrlimit(2).
 */
int limit_raise(size_t count);

#endif

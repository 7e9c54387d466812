/*
 * keepclear - keep pollwait's own descriptors clear of the numbers in use
 *
 * A descriptor that pollwait opens takes no number that an operand names, nor 0, 1
 * or 2: a number that was closed when pollwait started stays closed.
 */
#ifndef KEEPCLEAR_H
#define KEEPCLEAR_H

#include "lib/pollset_private.h"

#include <unistd.h>

enum { KEEPCLEAR_LOWEST = STDERR_FILENO + 1 };

/*
 * Move a descriptor, if needed, to a number that is not 0, 1 or 2 and not in named
 * (NULL: no numbers).  Return the number, close-on-exec; or -1 with errno, EMFILE if
 * no number is left, and the descriptor is closed.  A descriptor of -1 returns -1 and
 * leaves errno.
 */
int keepclear_move(int fd, const struct pollset *named);

#endif

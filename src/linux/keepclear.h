/*
 * own - where pollwait keeps the descriptors that it opens for itself
 *
 * They take no number that an operand names, nor 0, 1 or 2: a number closed when
 * pollwait started stays closed.
 */
#ifndef OWN_H
#define OWN_H

#include "lib/pollset_private.h"

#include <unistd.h>

enum { OWN_LOWEST = STDERR_FILENO + 1 };

/*
 * Moves a descriptor, if it must, to a number that is clear of those in named
 * (NULL: only of 0, 1 and 2) and not below *lowest, which then becomes the one
 * behind it; it starts as OWN_LOWEST.  Returns the number, close-on-exec, or -1
 * with errno and the descriptor closed.
 */
int own_clear(int fd, const struct pollset *named, int *lowest);

#endif

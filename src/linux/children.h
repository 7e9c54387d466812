/*
 * children - the children that a wait of a process is for
 */
#ifndef CHILDREN_H
#define CHILDREN_H

#include "linux/proc.h"
#include "linux/waits.h"

/* Return true if a wait is wait4(2), or waitid(2) without a pidfd. */
bool children_are_awaited(const struct wait *wait);

/*
 * List the children whose end a wait of a process is for, and which have not ended.  The
 * caller frees the list with numbers_free().  Return 0, or -1 with errno.
 */
int children_awaited(int pid, const struct wait *wait, struct numbers *children);

#endif

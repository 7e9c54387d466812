/*
 * children - the children of a process, and those that a wait of it is for
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

/* Return true if a process has a handler of SIGCHLD, or if that is not known. */
bool children_are_heard(int pid);

/*
 * List in the same way the children that have not ended, of a process that has a handler of
 * SIGCHLD; without one the list is empty.
 */
int children_heard(int pid, struct numbers *children);

#endif

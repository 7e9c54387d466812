/*
 * circle - the message about processes that wait for each other
 */
#ifndef CIRCLE_H
#define CIRCLE_H

#include "view/walk.h"

/*
 * Say that nobody on the way of a walk from a process can wake anybody, and name those who
 * wait for each other.  Return 0, or -1 after a message about an error.
 */
int circle_tell(const struct walk *walk, int pid);

#endif

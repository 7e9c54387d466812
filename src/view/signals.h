/*
 * signals - who beside the way of a walk can wake somebody on it by a signal
 *
 * A handler of SIGCHLD may do what its process waits for, and a wait for children ends with
 * whatever a traced process does.  No row of a walk tells of either.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include "view/stop.h"

/*
 * After a walk in which nobody can wake anybody, let each process move, in a way that is not
 * known, that waits for children and traces a process beside the way, or for which that
 * cannot be read.  The stops are in the order of the walk.  Return 0, or -1 with errno.
 */
int signals_find_tracers(struct stop *const *stops, size_t count, struct walk *walk);

/*
 * Return true if a process on the way has a handler of SIGCHLD and a child beside the way,
 * or if that cannot be read.  left_out is pollwait itself.
 */
bool signals_are_heard(struct stop *const *stops, size_t count, const struct walk *walk,
                       int left_out);

#endif

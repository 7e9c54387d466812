/*
 * several - the plain run of one poll, and -c
 */
#ifndef SEVERAL_H
#define SEVERAL_H

#include "base/status.h"
#include "run/run.h"

/*
 * Poll up to options->count times, which is 1 for a plain run.  Descriptors at their
 * end leave the set.  Return the status of the last poll.
 */
enum status run_several(struct run *run);

/*
 * Poll once and append the lines of the ready entries.  -q appends none.
 * Return the status of the poll.
 */
enum status run_poll_once(struct run *run, int timeout_ms, struct text *lines);

/* Take an entry out of the set, and close its descriptor if it is pollwait's own. */
void run_retire(struct run *run, int fd);

#endif

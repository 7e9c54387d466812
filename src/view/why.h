/*
 * why - what a process waits for, and who can wake it (-w)
 */
#ifndef WHY_H
#define WHY_H

#include "base/status.h"
#include "run/run.h"

/*
 * Follow the waits of the run's target process, and print a row for each.  Return
 * STATUS_NOTHING, after a message, if nobody can wake anybody; otherwise STATUS_READY, or
 * STATUS_ERROR after a message.
 */
enum status view_why(struct run *run);

#endif

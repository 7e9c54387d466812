/*
 * all - the run that waits until every entry has been ready once (-a)
 */
#ifndef ALL_H
#define ALL_H

#include "base/status.h"
#include "run/run.h"

/*
 * Poll within one deadline.  Each entry leaves the set with its first report.  Return
 * STATUS_READY when all have reported, STATUS_NOTHING if any was an unasked nval, or
 * the status of the poll that ended the run.
 */
enum status run_until_all(struct run *run);

#endif

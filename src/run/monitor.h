/*
 * monitor - the run that stays, and prints a line when a report changes (-m)
 */
#ifndef MONITOR_H
#define MONITOR_H

#include "base/status.h"
#include "run/run.h"

/* Return when nothing has changed for long enough, or nothing can change any more. */
enum status run_monitor(struct run *run);

#endif

/*
 * monitor - the run that stays, and prints changes alone (-m)
 */
#ifndef MONITOR_H
#define MONITOR_H

#include "base/status.h"
#include "run/wait.h"

/* Returns when nothing has changed for long enough, or nothing can any more. */
enum status run_monitor(struct run *run);

#endif

/*
 * run - one execution of the command, from its options to its exit status
 */
#ifndef RUN_H
#define RUN_H

#include "cli/options.h"
#include "base/status.h"

/* Fills the set as the operands say, polls, and prints what is ready. */
enum status run(const struct options *options);

#endif

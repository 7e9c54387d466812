/*
 * run - one execution of the command, from a filled set to its exit status
 */
#ifndef RUN_H
#define RUN_H

#include "options.h"
#include "pollset.h"
#include "process.h"
#include "status.h"

/* Polls as the options say, and prints what is ready. */
enum status run(struct pollset *set, struct processes *processes,
                const struct options *options);

#endif

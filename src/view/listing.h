/*
 * listing - every descriptor of a set, ready or not, and what is known of it (-l)
 */
#ifndef LISTING_H
#define LISTING_H

#include "base/status.h"
#include "run/wait.h"

/* Polls once and prints the table. */
enum status run_listing(struct run *run);

#endif

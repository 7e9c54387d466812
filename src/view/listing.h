/*
 * listing - every descriptor of a set, ready or not, and what is known of it (-l)
 */
#ifndef LISTING_H
#define LISTING_H

#include "base/status.h"
#include "run/run.h"

/* Poll once and print the table.  Return the exit status. */
enum status view_listing(struct run *run);

#endif

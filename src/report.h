/*
 * report - the lines of the descriptors that are ready
 */
#ifndef REPORT_H
#define REPORT_H

#include "text.h"

#include <poll.h>
#include <stdbool.h>

/* Appends "FD EVENTS" and a line feed. */
void report_append(struct text *text, const struct pollfd *ready);

/* Whether a report is nothing but an nval that was not asked for. */
bool report_is_unasked_nval(const struct pollfd *ready);

#endif

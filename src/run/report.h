/*
 * report - the lines of the descriptors that are ready, and what they amount to
 */
#ifndef REPORT_H
#define REPORT_H

#include "entry/process.h"
#include "base/status.h"
#include "base/text.h"

#include <poll.h>
#include <stdbool.h>

/* Appends "FD" or "pid:N". */
void report_append_target(struct text *text, const struct processes *processes,
                          int fd);

/* Appends the names of the events; "-" where the report is empty. */
void report_append_events(struct text *text, short report);

/* Appends "FD EVENTS" and a line feed. */
void report_append(struct text *text, const struct processes *processes,
                   const struct pollfd *ready);

/* Whether a report is nothing but an nval that was not asked for. */
bool report_is_unasked_nval(const struct pollfd *ready);

/* What the last poll of a set says, as a status. */
enum status report_verdict(const struct pollset *set);

#endif

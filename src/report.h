/*
 * report - the lines of the descriptors that are ready
 */
#ifndef REPORT_H
#define REPORT_H

#include "process.h"
#include "text.h"

#include <poll.h>
#include <stdbool.h>

/* Appends "FD" or "pid:N". */
void report_append_target(struct text *text, const struct processes *processes,
                          int fd);

/* Appends "FD EVENTS" and a line feed; "FD -" where the report is empty. */
void report_append(struct text *text, const struct processes *processes,
                   const struct pollfd *ready);

/* Whether a report is nothing but an nval that was not asked for. */
bool report_is_unasked_nval(const struct pollfd *ready);

#endif

/*
 * report - the line of a ready entry, and the status that reports amount to
 */
#ifndef REPORT_H
#define REPORT_H

#include "base/status.h"
#include "base/text.h"
#include "entry/entry.h"

#include <poll.h>
#include <stdbool.h>

/* Append the events of a report; "-" for an empty report. */
void report_append_events(struct text *text, short report);

/* Append the line "TARGET EVENTS" of an entry of the set. */
void report_append(struct text *text, const struct entries *entries,
                   const struct pollfd *ready);

/* Return true for a report that is nothing but an nval that was not asked for. */
bool report_is_unasked_nval(const struct pollfd *ready);

/* Tell what the last poll of a set amounts to. */
enum status report_status(const struct pollset *set);

#endif

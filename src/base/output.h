/*
 * output - standard output and standard error, and the reader of the former
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "base/text.h"

#include <stdbool.h>

/*
 * Write a text to standard output, in one write(2) as far as the kernel takes it.
 * Wait where standard output is non-blocking and full, so that nothing is lost.
 * Return 0, or -1 after a message; without one where a signal ends the run.
 */
int output_print(const struct text *text);

/* Write to standard error.  Ignore errors: there is nobody left to tell. */
void output_complain(const char *bytes, size_t length);

/*
 * Return true if poll(2) with an empty mask may tell that the reader of standard output
 * has gone away: it is a pipe, a FIFO, a socket or a terminal.
 */
bool output_may_lose_reader(void);

/*
 * Such a poll has returned.  Return false, and do nothing, if a write would not fail for
 * that reason: standard output is not open for writing, or is the master of a terminal.
 * Otherwise end as a write would: by SIGPIPE, or return true after a message where SIGPIPE
 * is ignored or standard output is a terminal.
 */
bool output_lost_reader(void);

#endif

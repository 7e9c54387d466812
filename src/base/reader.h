/*
 * reader - who reads standard output, and whether he is still there
 *
 * poll(2) with a mask of 0 on the writing side sees the reader of a pipe, a FIFO
 * or a unix stream socket leave, and a terminal hang up.
 */
#ifndef READER_H
#define READER_H

#include <stdbool.h>

/* Whether standard output is of a kind whose reader can be seen to leave. */
bool reader_is_visible(void);

/*
 * Ends as a write to a standard output without a reader would: by SIGPIPE; where
 * that is ignored, or the output is a terminal, returns with a message.
 */
void reader_is_gone(void);

/* Says why standard output could not be written, from errno, in the same way. */
void reader_explain(void);

#endif

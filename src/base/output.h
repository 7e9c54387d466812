/*
 * output - the one way to standard output and standard error
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "base/text.h"

/*
 * Writes a text to standard output, in one write(2) as far as the kernel takes
 * it.  A standard output that is non-blocking and full is waited for, so that
 * nothing is lost.  Returns -1 with errno when it cannot be written: that of
 * write(2), EINTR where a signal ends the run, or ENOMEM for a text that has
 * found no memory.
 */
int output_write(const struct text *text);

/*
 * Writes to a descriptor until all is written.  Returns -1 with errno set, as
 * write(2) does, when no more can be.
 */
int output_write_all(int fd, const char *bytes, size_t length);

#endif

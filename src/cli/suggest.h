/*
 * mistake - what was meant, where a common mistake lets it be told
 */
#ifndef MISTAKE_H
#define MISTAKE_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Where the events of an operand are joined as in a program, 3:POLLIN|POLLOUT,
 * or several operands are one word, 3:in,4:in, says what to write instead.
 * Otherwise returns false, and has said nothing.
 */
bool mistake_in_events(const char *operand, const char *events);

/* The same where the name of a file, or a list, stands for a descriptor. */
bool mistake_in_target(const char *operand, const char *target, size_t length);

/*
 * Appends the milliseconds of a time that sleep(1) would take, 5s or 0.5, as in
 * ": try 5000"; nothing if it is none.
 */
void mistake_append_time(struct text *text, const char *value);

#endif

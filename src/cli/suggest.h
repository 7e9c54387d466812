/*
 * suggest - messages that tell what to write instead of a common mistake
 */
#ifndef SUGGEST_H
#define SUGGEST_H

#include "base/text.h"

#include <stdbool.h>

/*
 * For an operand with events joined as in a program (3:POLLIN|POLLOUT), or several
 * operands in one word (3:in,4:in), print a message that says what to write.
 * Return false, without a message, if the mistake is another one.
 */
bool suggest_events(const char *operand, const char *events);

/* Do so for an operand whose target is the name of a file, or a list. */
bool suggest_target(const char *operand);

/*
 * Append the milliseconds of a time that sleep(1) would take, as 5s or 0.5, in the
 * form "; try 5000".  Append nothing for another value.
 */
void suggest_time(struct text *text, const char *value);

#endif

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
bool suggest_events(const char *operand);

/*
 * For an operand whose target is the name of a file, or several operands in one word, print
 * a message that says what to write.  Return false, without a message, for another one.
 */
bool suggest_target(const char *operand);

/*
 * For a time with a unit, 5s or 5ms, or a fraction of seconds, 0.5, append its
 * milliseconds in the form "; try 5000".  Append nothing for another value.
 */
void suggest_time(struct text *text, const char *value);

#endif

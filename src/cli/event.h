/*
 * event - the names of the events
 *
 * One table serves the parser, the printer and the help.
 */
#ifndef EVENT_H
#define EVENT_H

#include "base/text.h"

/*
 * Parse the EVENTS of an operand, names and numbers joined by commas, into a mask.
 * Return 0, or -1 after a message that names the operand.
 */
int event_parse(const char *operand, const char *events, short *mask);

/* Return true if a text is one event: a name, or a mask as a number. */
bool event_is_known(const char *text, size_t length);

/*
 * Append the names of a mask's bits in ascending order, joined by a separator.  Bits
 * without a name follow as one hexadecimal number.
 */
void event_append(struct text *text, short mask, const char *separator);

/* Append all names, each behind a blank. */
void event_append_names(struct text *text);

#endif

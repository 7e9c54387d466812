/*
 * event - the names of the events
 *
 * The one table of them serves the parser, the printer and the help.
 */
#ifndef EVENT_H
#define EVENT_H

#include "base/text.h"

/*
 * Reads the EVENTS part of an operand, names and numbers joined by commas, into
 * a mask.  Returns -1 with a message, which names the operand.
 */
int event_parse(const char *operand, const char *events, short *mask);

/*
 * Appends the names of a mask's bits, joined by commas, in ascending order of
 * the bits; those without a name follow as one hexadecimal number.
 */
void event_append(struct text *text, short mask);

/* Appends all names, each behind a blank. */
void event_append_names(struct text *text);

#endif

/*
 * message - diagnostics on standard error
 *
 * A diagnostic is one line that names the program, the argument and the reason:
 *
 *     pollwait: 3:foo: unknown event "foo"
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "base/text.h"

/*
 * Print one line.  The format knows %s, %.*s and %d as printf(3) has them, and %zu.
 * What takes the place of %s is an argument or comes from outside: it is shown whole,
 * escaped so that the line stays one line, and as '' if empty.
 */
__attribute__((format(printf, 1, 2)))
void message(const char *format, ...);

/* Print one line, and behind it the reason of a failed system call, from errno. */
__attribute__((format(printf, 1, 2)))
void message_errno(const char *format, ...);

/*
 * Print a line that was gathered in a text, as it stands.  Say that memory is lacking
 * where the text lacks bytes.
 */
void message_text(const struct text *line);

/* Append an argument to such a text as a message shows it. */
void message_append_argument(struct text *line, const char *argument,
                             size_t length);

#endif

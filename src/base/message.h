/*
 * message - diagnostics on standard error
 *
 * A diagnostic is one line that names the program, the argument and the reason:
 *
 *     pollwait: 3:foo: unknown event "foo"
 */
#ifndef MESSAGE_H
#define MESSAGE_H

/*
 * Prints one line.  The format knows %s, %.*s and %d, as printf(3) has them,
 * and %zu.  What takes the place of %s is an argument or comes from outside: it
 * is shown whole, escaped so that the line stays one line, and as '' if empty.
 */
__attribute__((format(printf, 1, 2)))
void message(const char *format, ...);

/* The same, and behind it the reason of a failed system call, from errno. */
__attribute__((format(printf, 1, 2)))
void message_errno(const char *format, ...);

#endif

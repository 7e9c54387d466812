/*
 * machine - a machine that a text describes, on which pollwait runs
 *
 * The text is a list of sections.  A line that begins with '@' starts a section and names
 * it; the lines behind it are its contents:
 *
 *     @/proc/7/fd/3       a file of /proc; of a link, its target.  Directories are made
 *     pipe:[12]           of the names below them.  /proc/7/mem starts at each address
 *                         whose last 12 bits are 0.
 *     @netlink            one part of an answer of netlink, in the order of the questions
 *     @noise              bytes that decide all else: reports of poll(2), options of
 *                         sockets, errors.  At its end they are 0, a machine without
 *                         surprises.
 *
 * The process itself is number 100, and its parent number 99.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Run pollwait_main() once.  Abort if the run breaks a promise: a byte that a terminal
 * could take for a command, an error without a message, a descriptor left open.
 */
void machine_run(char **argv, const char *text, size_t length);

/* Use these in host.c. */
ssize_t machine_write(int fd, const char *bytes, size_t length);
int machine_is_tired(void);

#endif

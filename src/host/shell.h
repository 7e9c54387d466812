/*
 * shell - what the builtins of bash and zsh share
 *
 * Each shell implements the first two functions; shell.c the others, and those of
 * base/host.h but for the array.
 */
#ifndef SHELL_H
#define SHELL_H

#include <stdbool.h>

/* Return the signal that the shell has noted and will act upon, or 0. */
int shell_noted_signal(void);

/* Return true if a signal has a trap that is not empty. */
bool shell_has_trap(int sig);

/* Run pollwait.  Return its status: 128 + N if signal N has ended the run. */
int shell_run(char **argv);

/*
 * Take the first of the lines "KEY VALUE", which is changed, from *lines.
 * Return false if there is none.
 */
bool shell_take_pair(char **lines, char **key, char **value);

#endif

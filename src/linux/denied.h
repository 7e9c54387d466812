/*
 * refusal - why another process may not be looked at, and what would permit it
 *
 * Each prints one message, which names -p and the process.  Those that are given
 * errno find it set by what has failed, and the process by its pidfd, since one
 * that is just ending is refused for reasons that are not the true one.
 */
#ifndef REFUSAL_H
#define REFUSAL_H

#include <stdbool.h>

/* pidfd_open(2) has failed, with errno. */
void refusal_of_process(int pid);

/* Says that a process has ended, if it has, and returns whether it has. */
bool refusal_of_ended(int pid, int pidfd);

/* pidfd_getfd(2) has failed, with errno. */
void refusal_of_duplicate(int pid, int pidfd);

/* A directory or a link in /proc could not be read, with errno. */
void refusal_of_listing(int pid, int pidfd);

#endif

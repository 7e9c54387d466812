/*
 * denied - why a process may not be looked at, and what would permit it
 *
 * Each function prints one message that names -p and the process.  The functions that
 * take a pidfd read errno of the failed call; a process that is just ending is denied
 * for reasons that are not the true one, and its pidfd tells.
 */
#ifndef DENIED_H
#define DENIED_H

#include <stdbool.h>

/* Report that pidfd_open(2) failed, from errno. */
void denied_process(int pid);

/* Return true, after a message, if a process has ended. */
bool denied_ended(int pid, int pidfd);

/* Report that pidfd_getfd(2) failed, from errno. */
void denied_duplicate(int pid, int pidfd);

/* Report that a directory or a link in /proc could not be read, from errno. */
void denied_listing(int pid, int pidfd);

#endif

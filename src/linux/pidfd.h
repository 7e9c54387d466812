/*
 * pidfd - descriptors that stand for processes (pidfd_open(2), pidfd_getfd(2))
 *
 * The calls go to the kernel by number: libcs and headers older than the calls lack
 * them.  All machines but alpha number them alike.
 */
#ifndef PIDFD_H
#define PIDFD_H

#include <stdbool.h>

/*
 * Open a process by its id; with is_thread, any thread by its own id (Linux 6.9).
 * Return a descriptor, close-on-exec, or -1 with errno.
 */
int pidfd_of(int pid, bool is_thread);

/* Duplicate a descriptor of a process.  Return it, close-on-exec, or -1 with errno. */
int pidfd_duplicate(int pidfd, int fd);

/*
 * Wait up to timeout_ms milliseconds for the end of a process.  Return true if it has
 * ended, collected or not.  Keeps errno.
 */
bool pidfd_has_ended(int pidfd, int timeout_ms);

/*
 * Return true if a process exists, though it may have ended: its id is not free for
 * another one yet.
 */
bool pidfd_has_process(int pidfd);

#endif

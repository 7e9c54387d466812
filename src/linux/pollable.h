/*
 * pollable - files that a look must not poll
 *
 * Most polls only look.  Some take the news away from those who wait for it, and some ask a
 * server that may have stopped answering.  To poll an epoll polls what is registered in it.
 */
#ifndef POLLABLE_H
#define POLLABLE_H

#include "linux/mounts.h"

#include <stdbool.h>

/*
 * Return true unless a poll of a descriptor of a process would do so, by the id of a thread
 * or PROC_SELF.  mounts are those of the process.  Of a file of FUSE or a network file
 * system, which is told by its mount, it does not know; of one in an epoll it does.
 */
bool pollable(int thread, int fd, const struct mounts *mounts);

#endif

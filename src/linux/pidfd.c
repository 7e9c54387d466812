/*
 * pidfd - descriptors that stand for processes (pidfd_open(2), pidfd_getfd(2))
 */
#include "linux/pidfd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

/* PIDFD_THREAD of Linux 6.9, <linux/pidfd.h>. */
enum { THREAD = O_EXCL };

int
pidfd_of(int pid, bool is_thread)
{
	return (int)syscall(SYS_pidfd_open, pid, is_thread ? THREAD : 0);
}

int
pidfd_duplicate(int pidfd, int fd)
{
	return (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
}

bool
pidfd_has_ended(int pidfd, int timeout_ms)
{
	struct pollfd end = { .fd = pidfd, .events = POLLIN };
	int error = errno;
	int ready = poll(&end, 1, timeout_ms);

	errno = error;
	return ready > 0 && (end.revents & POLLIN) != 0;
}

bool
pidfd_has_process(int pidfd)
{
	/* Signal 0 is never sent; EPERM is said of a process of another user. */
	return syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0) == 0
	       || errno == EPERM;
}

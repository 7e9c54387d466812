/*
 * descriptor - see descriptor.h
 */
#include "descriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

/* The file system of pipe(2)'s pipes (statfs(2)); musl has no <linux/magic.h>. */
#define PIPEFS_MAGIC 0x50495045

static bool
has_something_to_read(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	int unread;

	if (flags < 0 || (flags & O_ACCMODE) == O_WRONLY)
		return false;
	return ioctl(fd, FIONREAD, &unread) == 0 && unread != 0;
}

bool
descriptor_is_at_end(int fd, short report)
{
	if (report & POLLNVAL)
		return true;
	return (report & (POLLERR | POLLHUP)) != 0 && !has_something_to_read(fd);
}

static bool
is_named_fifo(int fd)
{
	struct stat file;
	struct statfs system;

	return fstat(fd, &file) == 0 && S_ISFIFO(file.st_mode)
	       && fstatfs(fd, &system) == 0 && system.f_type != PIPEFS_MAGIC;
}

bool
descriptor_is_at_last_end(int fd, short report)
{
	if (report & POLLNVAL)
		return true;
	return descriptor_is_at_end(fd, report) && !is_named_fifo(fd);
}

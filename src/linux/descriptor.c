/*
 * descriptor - see descriptor.h
 */
#include "linux/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

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

static bool
is_named_fifo(int fd)
{
	struct stat file;
	struct statfs system;

	return fstat(fd, &file) == 0 && S_ISFIFO(file.st_mode)
	       && fstatfs(fd, &system) == 0 && system.f_type != PIPEFS_MAGIC;
}

enum descriptor_end
descriptor_end(int fd, short report)
{
	if (report & POLLNVAL)
		return AT_THE_END;
	if ((report & (POLLERR | POLLHUP)) == 0 || has_something_to_read(fd))
		return NOT_AT_END;
	return is_named_fifo(fd) ? AT_AN_END : AT_THE_END;
}

/* Whether FIONREAD is the number of bytes that wait; of a file it is not true. */
static bool
counts_unread(int fd, const struct description *description)
{
	static const char inotify[] = "anon_inode:inotify";
	socklen_t length = sizeof(int);
	int type;

	switch (description->type) {
	case S_IFIFO:
		return true;
	case S_IFCHR:
		return isatty(fd);
	case S_IFSOCK:
		return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0
		       && (type == SOCK_STREAM || type == SOCK_SEQPACKET
		           || type == SOCK_DGRAM);
	case 0:
		return description->name_length == strlen(inotify)
		       && memcmp(description->name, inotify, strlen(inotify)) == 0;
	default:
		return false;
	}
}

static int
count_unread(int fd, const struct description *description)
{
	int unread;

	if ((description->flags & O_PATH) != 0 || !counts_unread(fd, description)
	    || ioctl(fd, FIONREAD, &unread) < 0)
		return UNREAD_NONE;
	return unread;
}

static void
read_name(struct description *description, int pid, int fd)
{
	struct text path;
	ssize_t length = readlink(proc_path(&path, pid, "fd", fd),
	                          description->name, sizeof description->name);

	description->name_length = length < 0 ? 0 : (size_t)length;
}

/* result is stat(2)'s; a file system that does not answer leaves no type. */
static void
identify(struct description *description, const struct stat *file, int result)
{
	description->type = result < 0 ? 0 : file->st_mode & S_IFMT;
	description->device = result < 0 ? 0 : file->st_dev;
	description->inode = result < 0 ? 0 : file->st_ino;
}

int
descriptor_describe(int fd, struct description *description)
{
	struct stat file;
	int flags = fcntl(fd, F_GETFL);
	int result;

	if (flags < 0)
		return -1;
	if (fcntl(fd, F_GETFD) & FD_CLOEXEC)
		flags |= O_CLOEXEC;
	description->flags = flags;
	result = fstat(fd, &file);
	identify(description, &file, result);
	read_name(description, PROC_SELF, fd);
	description->unread = count_unread(fd, description);
	return 0;
}

int
descriptor_describe_other(int pid, int fd, struct description *description)
{
	struct proc_descriptor before;
	struct proc_descriptor after;
	struct stat file;
	struct text path;
	int result;

	/* Nothing holds it: what is replaced meanwhile is described anew. */
	if (proc_descriptor(pid, fd, &after) < 0)
		return -1;
	do {
		before = after;
		read_name(description, pid, fd);
		result = stat(proc_path(&path, pid, "fd", fd), &file);
		if (proc_descriptor(pid, fd, &after) < 0)
			return -1;
	} while (before.inode != after.inode || before.flags != after.flags);
	description->flags = after.flags;
	identify(description, &file, result);
	description->unread = UNREAD_UNKNOWN;
	return 0;
}

/*
 * descriptor - what the kernel knows of one descriptor, beyond poll(2)
 */
#include "linux/descriptor.h"
#include "linux/statx.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
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

/* The file system is asked only where /proc does not tell that it is pipe(2)'s. */
static bool
is_nameless_pipe(int fd)
{
	static const char prefix[] = "pipe:[";
	char name[sizeof prefix];
	struct statfs system;
	struct text path;

	if (readlink(proc_path(&path, PROC_SELF, "fd", fd), name, sizeof name) > 0)
		return memcmp(name, prefix, sizeof prefix - 1) == 0;
	return fstatfs(fd, &system) == 0 && system.f_type == PIPEFS_MAGIC;
}

/* A FIFO whose name was removed cannot get another writer. */
static bool
is_named_fifo(int fd)
{
	struct statx_facts facts;

	return statx_read(fd, "", &facts) == 0 && S_ISFIFO(facts.mode)
	       && facts.links > 0 && !is_nameless_pipe(fd);
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

/* Return the constant for an ioctl(2) that has failed with errno. */
static int
unread_without_ioctl(void)
{
	/* It is of another kind, a listening socket, or a terminal that was hung up. */
	return errno == ENOTTY || errno == EINVAL || errno == EIO ? UNREAD_NONE
	                                                          : UNREAD_UNKNOWN;
}

/* Return the number of unread bytes, or a constant. */
static int
ask_unread(int fd)
{
	int unread;

	return ioctl(fd, FIONREAD, &unread) < 0 ? unread_without_ioctl() : unread;
}

static int
unread_of_socket(int fd)
{
	socklen_t length = sizeof(int);
	int type;

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) < 0)
		return UNREAD_UNKNOWN;
	return type == SOCK_STREAM || type == SOCK_SEQPACKET || type == SOCK_DGRAM
	       ? ask_unread(fd) : UNREAD_NONE;
}

/* Without a name it may be of any kind. */
static int
unread_of_anonymous(int fd, const struct description *description)
{
	static const char inotify[] = "anon_inode:inotify";

	if (description->name_length == 0)
		return UNREAD_UNKNOWN;
	return description->name_length == strlen(inotify)
	       && memcmp(description->name, inotify, strlen(inotify)) == 0
	       ? ask_unread(fd) : UNREAD_NONE;
}

/*
 * Return true if a pipe has nothing to read.  poll(2) never waits for the lock of the pipe,
 * as FIONREAD does.
 */
static bool
is_empty_pipe(int fd, int flags)
{
	struct pollfd entry = { .fd = fd, .events = POLLIN };

	return (flags & O_ACCMODE) != O_WRONLY && poll(&entry, 1, 0) >= 0
	       && (entry.revents & POLLIN) == 0;
}

int
descriptor_count_pipe(int fd)
{
	return ask_unread(fd);
}

/* FIONREAD is the number of waiting bytes for some kinds, and not true of files. */
bool
descriptor_count_unread(int fd, struct description *description)
{
	struct winsize size;

	description->unread = UNREAD_NONE;
	if ((description->flags & O_PATH) != 0)
		return true;
	switch (description->type) {
	case S_IFIFO:
		if (!is_empty_pipe(fd, description->flags)) {
			description->unread = UNREAD_UNKNOWN;
			return false;
		}
		description->unread = 0;
		break;
	case S_IFCHR:
		/* isatty(3) of musl does not tell why it fails. */
		description->unread = ioctl(fd, TIOCGWINSZ, &size) == 0
		                      ? ask_unread(fd) : unread_without_ioctl();
		break;
	case S_IFSOCK:
		description->unread = unread_of_socket(fd);
		break;
	case 0:
		/* Anonymous inodes have a number; without one nothing was told. */
		description->unread = description->inode == 0
		                      ? UNREAD_UNKNOWN
		                      : unread_of_anonymous(fd, description);
		break;
	default:
		break;
	}
	return true;
}

static void
read_name(struct description *description, int pid, int fd)
{
	struct text path;
	ssize_t length = readlink(proc_path(&path, pid, "fd", fd),
	                          description->name, sizeof description->name);

	description->name_length = length < 0 ? 0 : (size_t)length;
}

/* Without facts the type is not known. */
static void
identify(struct description *description, const struct statx_facts *facts,
         const struct mounts *mounts, int mount)
{
	description->type = facts->mode & S_IFMT;
	description->device = facts->device;
	description->inode = facts->inode;
	description->links = facts->links;
	description->represented = facts->represented;
	description->asks_server = (description->type == S_IFREG
	                            || description->type == S_IFDIR)
	                           && mounts_ask_server(mounts, mount);
}

int
descriptor_describe(int fd, const struct mounts *mounts,
                    struct description *description)
{
	struct statx_facts facts = { .mode = 0 };
	struct proc_descriptor info;
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0)
		return -1;
	if (fcntl(fd, F_GETFD) & FD_CLOEXEC)
		flags |= O_CLOEXEC;
	description->flags = flags;
	description->is_mode_unknown = false;
	(void)statx_read(fd, "", &facts);
	if (facts.mount == 0 && proc_descriptor(PROC_SELF, fd, &info) == 0)
		facts.mount = info.mount;
	identify(description, &facts, mounts, facts.mount);
	read_name(description, PROC_SELF, fd);
	description->unread = UNREAD_UNKNOWN;
	return 0;
}

static void
identify_other(int thread, int fd, const struct mounts *mounts,
               const struct proc_descriptor *info,
               struct description *description)
{
	struct statx_facts facts = { .mode = 0 };
	struct text path;

	if (mounts_path_asks_server(mounts, info->mount))
		facts.mode = S_IFREG;   /* most likely, and not polled */
	else
		(void)statx_read(AT_FDCWD, proc_path(&path, thread, "fd", fd),
		                 &facts);
	identify(description, &facts, mounts, info->mount);
}

int
descriptor_describe_other(int thread, int fd, const struct mounts *mounts,
                          struct description *description)
{
	struct proc_descriptor before;
	struct proc_descriptor after;

	/* Describe anew what was replaced meanwhile: nothing holds it. */
	if (proc_descriptor(thread, fd, &after) < 0)
		return -1;
	do {
		before = after;
		read_name(description, thread, fd);
		identify_other(thread, fd, mounts, &after, description);
		if (proc_descriptor(thread, fd, &after) < 0)
			return -1;
	} while (before.inode != after.inode || before.flags != after.flags);
	description->flags = after.flags;
	description->is_mode_unknown = false;
	description->unread = UNREAD_UNKNOWN;
	return 0;
}

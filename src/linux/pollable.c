/*
 * pollable - files that a look must not poll
 */
#include "linux/pollable.h"
#include "lib/pollset_private.h"
#include "linux/epoll.h"
#include "linux/proc.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char eventpoll[] = "anon_inode:[eventpoll]";

static bool
ends_with(const char *name, const char *end)
{
	size_t length = strlen(name);

	return length >= strlen(end) && strcmp(name + length - strlen(end), end) == 0;
}

/*
 * Return true for a file that tells each change once, to the first who polls: the mounts,
 * the swaps and the variables of /proc, and the triggers of pressure (proc(5), and psi.rst of
 * the kernel).
 */
static bool
tells_once(const char *name)
{
	return strcmp(name, "/proc/swaps") == 0 || ends_with(name, ".pressure")
	       || text_begins_with(name, "/proc/sys/")
	       || text_begins_with(name, "/proc/pressure/")
	       || (text_begins_with(name, "/proc/")
	           && (ends_with(name, "/mounts") || ends_with(name, "/mountinfo")));
}

/* Read the kernel's name of a descriptor.  Return false if it has none. */
static bool
read_name(int thread, int fd, char name[PROC_NAME_SIZE])
{
	struct text path;
	ssize_t length = readlink(proc_path(&path, thread, "fd", fd), name,
	                          PROC_NAME_SIZE - 1);

	name[length < 0 ? 0 : length] = '\0';
	return length >= 0;
}

/*
 * Return true if what is registered may be polled, and add it to the epolls if it is one.
 * A signalfd tells the poller of the poller's own signals, and so the epoll would forget
 * those of the process.
 */
static bool
is_registered_pollable(int thread, const struct registration *registration,
                       const struct mounts *mounts, struct pollset *epolls)
{
	char name[PROC_NAME_SIZE];

	if (mounts_forbid_poll(mounts, registration->device))
		return false;
	if (!registration->is_anonymous)
		return true;
	/* It may be any kind if it has no number any more. */
	if (registration->is_reused || !read_name(thread, registration->fd, name))
		return false;
	if (strcmp(name, eventpoll) == 0)
		return pollset_register(epolls, registration->fd, 0) == 0;
	return strcmp(name, "anon_inode:[signalfd]") != 0;
}

/* Return true if all that is registered in an epoll may be polled. */
static bool
is_each_pollable(int thread, int epoll, const struct mounts *mounts,
                 struct pollset *epolls)
{
	struct registration *list;
	size_t count;
	bool result = true;

	if (epoll_read(thread, epoll, &list, &count) < 0)
		return false;
	for (size_t i = 0; i < count && result; i++)
		result = is_registered_pollable(thread, &list[i], mounts, epolls);
	free(list);
	return result;
}

/* Look into an epoll, and into those in it, each once. */
static bool
is_epoll_pollable(int thread, int fd, const struct mounts *mounts)
{
	struct pollset epolls;
	bool result;

	pollset_start(&epolls);
	result = pollset_register(&epolls, fd, 0) == 0;
	/* The set grows while it is gone through. */
	for (size_t i = 0; result && i < pollset_count(&epolls); i++)
		result = is_each_pollable(thread, pollset_at(&epolls, i)->fd,
		                          mounts, &epolls);
	pollset_end(&epolls);
	return result;
}

bool
pollable(int thread, int fd, const struct mounts *mounts)
{
	char name[PROC_NAME_SIZE];

	if (!read_name(thread, fd, name))
		return true;
	return strcmp(name, eventpoll) == 0 ? is_epoll_pollable(thread, fd, mounts)
	                                    : !tells_once(name);
}

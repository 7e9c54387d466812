/*
 * pollable - files that a look must not poll
 */
#include "linux/pollable.h"
#include "linux/epoll.h"
#include "linux/proc.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The depth of epolls in epolls that the kernel permits, and how many are read at most. */
enum { DEPTH = 5, MOST_READ = 1000 };

static bool
ends_with(const char *name, const char *end)
{
	size_t length = strlen(name);

	return length >= strlen(end) && strcmp(name + length - strlen(end), end) == 0;
}

/*
 * These tell each change once, to whoever polls first: the mounts, the swaps and the
 * variables of /proc, and the triggers of pressure (proc(5), the kernel's psi.rst).
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

static bool is_epoll_pollable(int thread, int fd, const struct mounts *mounts,
                              int depth, int *left);

/*
 * Return true if what is registered may be polled.  A signalfd tells the poller of the
 * poller's own signals, and so the epoll would forget those of the process.
 */
static bool
is_registered_pollable(int thread, const struct registration *registration,
                       const struct mounts *mounts, int depth, int *left)
{
	char name[PROC_NAME_SIZE];
	struct text path;
	ssize_t length;

	if (mounts_forbid_poll(mounts, registration->device))
		return false;
	if (!registration->is_anonymous)
		return true;
	length = readlink(proc_path(&path, thread, "fd", registration->fd), name,
	                  sizeof name - 1);
	/* It may be any kind if it has no number any more. */
	if (length < 0 || registration->is_reused)
		return false;
	name[length] = '\0';
	if (strcmp(name, "anon_inode:[signalfd]") == 0)
		return false;
	return strcmp(name, "anon_inode:[eventpoll]") != 0
	       || is_epoll_pollable(thread, registration->fd, mounts, depth - 1, left);
}

static bool
is_epoll_pollable(int thread, int fd, const struct mounts *mounts, int depth,
                  int *left)
{
	struct registration *list;
	size_t count;
	bool result = true;

	if (depth == 0 || (*left)-- == 0 || epoll_read(thread, fd, &list, &count) < 0)
		return false;
	for (size_t i = 0; i < count && result; i++)
		result = is_registered_pollable(thread, &list[i], mounts, depth, left);
	free(list);
	return result;
}

bool
pollable(int thread, int fd, const struct mounts *mounts)
{
	char name[PROC_NAME_SIZE];
	struct text path;
	ssize_t length = readlink(proc_path(&path, thread, "fd", fd), name,
	                          sizeof name - 1);
	int left = MOST_READ;

	if (length < 0)
		return true;
	name[length] = '\0';
	if (strcmp(name, "anon_inode:[eventpoll]") == 0)
		return is_epoll_pollable(thread, fd, mounts, DEPTH, &left);
	return !tells_once(name);
}

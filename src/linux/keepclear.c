/*
 * keepclear - keep pollwait's own descriptors clear of the numbers in use
 */
#include "linux/keepclear.h"
#include "linux/limit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>

static bool
is_clear(int fd, const struct pollset *named)
{
	return fd >= KEEPCLEAR_LOWEST && (named == NULL || !pollset_has(named, fd));
}

/* The number above all of the named numbers that the limit allows. */
static int
above_all(const struct pollset *named, size_t limit)
{
	const struct pollfd *entry = NULL;
	int above = KEEPCLEAR_LOWEST;

	while (named != NULL && (entry = pollset_each(named, entry)) != NULL)
		if (entry->fd >= above && (size_t)entry->fd < limit)
			above = entry->fd + 1;
	return above;
}

/* So many numbers are asked in one call.  poll(2) takes no more than the limit. */
enum { PART = 1024 };

/* Return a closed one of these numbers, or -1. */
static int
find_closed(struct pollfd *numbers, nfds_t count)
{
	if (poll(numbers, count, 0) <= 0)
		return -1;
	for (nfds_t i = 0; i < count; i++)
		/* poll(2) says nval of O_PATH too. */
		if ((numbers[i].revents & POLLNVAL) != 0
		    && fcntl(numbers[i].fd, F_GETFD) < 0)
			return numbers[i].fd;
	return -1;
}

/* A closed number that is clear; -1 if there is none.  It costs a call for each part. */
static int
find_gap(const struct pollset *named, size_t limit)
{
	struct pollfd numbers[PART];
	nfds_t count = 0;
	int gap = -1;

	for (int fd = KEEPCLEAR_LOWEST; (size_t)fd < limit && gap < 0; fd++) {
		if (is_clear(fd, named))
			numbers[count++] = (struct pollfd){ .fd = fd };
		if (count == PART || ((size_t)fd == limit - 1 && count > 0)) {
			gap = find_closed(numbers, count);
			count = 0;
		}
	}
	return gap;
}

/* Duplicate onto a clear number.  Return it, or -1 with errno. */
static int
duplicate(int fd, const struct pollset *named)
{
	size_t limit;
	int moved;
	int gap;

	if (limit_read(&limit) < 0)
		return -1;
	moved = fcntl(fd, F_DUPFD_CLOEXEC, above_all(named, limit));
	/* fcntl(2) says EINVAL of a number that is above the limit itself. */
	if (moved >= 0 || (errno != EMFILE && errno != EINVAL))
		return moved;
	gap = limit > INT_MAX ? -1 : find_gap(named, limit);
	if (gap < 0) {
		errno = EMFILE;
		return -1;
	}
	return fcntl(fd, F_DUPFD_CLOEXEC, gap);
}

int
keepclear_move(int fd, const struct pollset *named)
{
	int moved = fd;
	int error;

	if (fd < 0 || is_clear(fd, named))
		return fd;
	moved = duplicate(fd, named);
	error = errno;
	close(fd);
	errno = error;
	return moved;
}

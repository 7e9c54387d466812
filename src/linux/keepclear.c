/*
 * own - see own.h
 */
#include "linux/keepclear.h"

#include <errno.h>
#include <fcntl.h>

static bool
is_clear(int fd, const struct pollset *named)
{
	return fd >= OWN_LOWEST && (named == NULL || !pollset_has(named, fd));
}

int
own_clear(int fd, const struct pollset *named, int *lowest)
{
	int moved = fd;
	int error = 0;

	while (moved >= 0 && !is_clear(moved, named)) {
		if (moved != fd)
			close(moved);
		moved = fcntl(fd, F_DUPFD_CLOEXEC, *lowest);
		error = errno;
		*lowest = moved + 1;
	}
	if (moved != fd)
		close(fd);
	errno = error;
	return moved;
}

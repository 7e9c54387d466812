/*
 * output - see output.h
 *
 * write(2) and no stdio: a buffered stream would touch pages that a program
 * just woken up does not have, which costs more than the wait itself.
 */
#include "output.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

int
output_write_all(int fd, const char *bytes, size_t length)
{
	struct pollfd room = { .fd = fd, .events = POLLOUT };

	while (length > 0) {
		ssize_t written = write(fd, bytes, length);

		if (written >= 0) {
			bytes += written;
			length -= (size_t)written;
		} else if (errno == EAGAIN) {
			/* Whatever poll(2) answers, the next write says why. */
			poll(&room, 1, -1);
		} else if (errno != EINTR) {
			return -1;
		}
	}
	return 0;
}

int
output_write(const struct text *text)
{
	if (text->failed) {
		errno = ENOMEM;
		return -1;
	}
	return output_write_all(STDOUT_FILENO, text_bytes(text), text->length);
}

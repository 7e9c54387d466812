/*
 * output - see output.h
 *
 * write(2) and no stdio: a buffered stream would touch pages that a program
 * just woken up does not have, which costs more than the wait itself.
 */
#include "base/output.h"
#include "base/host.h"

#include <errno.h>
#include <unistd.h>

/* Whatever poll(2) answers, the next write says why, but for a signal. */
static int
wait_for_room(int fd)
{
	struct pollset room;
	int result;

	pollset_start(&room);
	result = pollset_register(&room, fd, POLLOUT);
	if (result == 0)
		result = host_poll(&room, POLLSET_FOREVER);
	pollset_end(&room);
	return result < 0 && errno == EINTR ? -1 : 0;
}

int
output_write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t written = host_write(fd, bytes, length);

		if (written >= 0) {
			bytes += written;
			length -= (size_t)written;
		} else if (errno == EAGAIN) {
			if (wait_for_room(fd) < 0)
				return -1;
		} else if (errno != EINTR || host_ends_by_signal()) {
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

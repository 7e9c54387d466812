/*
 * output - standard output and standard error, and the reader of the former
 *
 * write(2) without stdio: a buffered stream touches pages that a program just woken
 * up does not have, which costs more than the wait itself.
 *
 * poll(2) with an empty mask on standard output reports when the reader of a pipe, a
 * FIFO or a unix stream socket goes away, and when a terminal hangs up.
 */
#include "base/output.h"
#include "base/host.h"
#include "base/message.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* The pause before another try where poll(2) cannot tell of room. */
enum { RETRY_MS = 10 };

/*
 * Wait until a full non-blocking descriptor takes bytes again.  Ignore poll errors,
 * because the next write(2) reports them; pass on EINTR alone.  A limit of no
 * descriptors makes poll(2) refuse: try again after a pause.
 */
static int
wait_for_room(int fd)
{
	struct pollset room;
	int result;

	pollset_start(&room);
	result = pollset_register(&room, fd, POLLOUT);
	if (result == 0)
		result = host_poll(&room, POLLSET_FOREVER);
	if (result < 0 && errno != EINTR) {
		pollset_unregister(&room, fd);
		result = host_poll(&room, RETRY_MS);
	}
	pollset_end(&room);
	return result < 0 && errno == EINTR ? -1 : 0;
}

/* Write until all is written.  Return 0, or -1 with errno of write(2). */
static int
write_all(int fd, const char *bytes, size_t length)
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

/* Report a failed write from errno, unless a signal ends the run. */
static void
explain(int error)
{
	if (error == EINTR || (error == EPIPE && host_ends_by_sigpipe()))
		return;
	errno = error;
	message_errno("standard output");
}

int
output_print(const struct text *text)
{
	if (text->failed) {
		explain(ENOMEM);
		return -1;
	}
	if (write_all(STDOUT_FILENO, text_bytes(text), text->length) == 0)
		return 0;
	explain(errno);
	return -1;
}

void
output_complain(const char *bytes, size_t length)
{
	(void)write_all(STDERR_FILENO, bytes, length);
}

/* An unconnected socket refuses a write for another reason than a lost reader. */
static bool
is_connected_unix_stream(int fd)
{
	int domain;
	int type;
	socklen_t length = sizeof domain;
	struct sockaddr peer;
	socklen_t peer_length = sizeof peer;

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0
	       && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0
	       && domain == AF_UNIX && type == SOCK_STREAM
	       && getpeername(fd, &peer, &peer_length) == 0;
}

/*
 * A terminal that has hung up answers tcgetattr(3) with EIO, where other devices say
 * ENOTTY.  A write to the master of a terminal succeeds without a slave.
 */
static bool
is_terminal(int fd)
{
	struct termios settings;
	int number;

	return (tcgetattr(fd, &settings) == 0 || errno == EIO)
	       && ioctl(fd, TIOCGPTN, &number) < 0;
}

bool
output_may_lose_reader(void)
{
	struct stat file;

	return fstat(STDOUT_FILENO, &file) == 0
	       && (S_ISFIFO(file.st_mode) || S_ISCHR(file.st_mode)
	           || S_ISSOCK(file.st_mode));
}

bool
output_lost_reader(void)
{
	struct stat file;
	int flags = fcntl(STDOUT_FILENO, F_GETFL);

	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY
	    || fstat(STDOUT_FILENO, &file) < 0)
		return false;
	if (S_ISSOCK(file.st_mode) && !is_connected_unix_stream(STDOUT_FILENO))
		return false;
	if (S_ISCHR(file.st_mode) && !is_terminal(STDOUT_FILENO))
		return false;
	explain(S_ISCHR(file.st_mode) ? EIO : EPIPE);
	return true;
}

/*
 * reader - see reader.h
 */
#include "base/reader.h"
#include "base/host.h"
#include "base/message.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
is_unix_stream(int fd)
{
	int domain;
	int type;
	socklen_t length = sizeof domain;

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0
	       && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0
	       && domain == AF_UNIX && type == SOCK_STREAM;
}

bool
reader_is_visible(void)
{
	struct stat file;

	if (fstat(STDOUT_FILENO, &file) < 0)
		return false;
	if (S_ISSOCK(file.st_mode))
		return is_unix_stream(STDOUT_FILENO);
	/* isatty(3) would say no of a terminal that has hung up already. */
	return S_ISFIFO(file.st_mode) || S_ISCHR(file.st_mode);
}

static bool
is_terminal(int fd)
{
	struct stat file;

	return fstat(fd, &file) == 0 && S_ISCHR(file.st_mode);
}

void
reader_explain(void)
{
	int error = errno;

	/* A run that a signal ends says nothing more. */
	if (error == EINTR || (error == EPIPE && host_ends_by_sigpipe()))
		return;
	errno = error;
	message_errno("standard output");
}

void
reader_is_gone(void)
{
	errno = is_terminal(STDOUT_FILENO) ? EIO : EPIPE;
	reader_explain();
}

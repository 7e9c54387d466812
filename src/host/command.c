/*
 * command - the host for a process of its own (see base/host.h)
 *
 * Signals end it as they end any program, and its changes end with it.
 */
#include "base/host.h"

#include <signal.h>
#include <unistd.h>

const bool host_is_shell = false;

const struct host_array *const host_array = NULL;

int
host_poll(struct pollset *set, int timeout_ms)
{
	return pollset_poll(set, timeout_ms, NULL);
}

int
host_sleep(struct pollset *set, int timeout_ms)
{
	return pollset_sleep(set, timeout_ms, NULL);
}

ssize_t
host_write(int fd, const char *bytes, size_t length)
{
	return write(fd, bytes, length);
}

bool
host_ends_by_signal(void)
{
	return false;
}

bool
host_ends_by_sigpipe(void)
{
	(void)raise(SIGPIPE);
	return false;
}

int
main(int argc, char **argv)
{
	(void)argc;
	return pollwait_main(argv);
}

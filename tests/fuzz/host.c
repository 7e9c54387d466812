/*
 * host - the host for a run on a machine that a text describes (see base/host.h)
 *
 * A run that would go on for ever ends as by a signal, after some polls.
 */
#include "base/host.h"
#include "machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const bool host_is_shell = false;

static const char *
refuse(const char *name)
{
	return *name >= 'a' && *name <= 'z' ? NULL : "not a name";
}

static void
empty(const char *name)
{
	(void)name;
}

static void
fill(const char *name, char *lines)
{
	(void)name;
	(void)machine_write(1, lines, strlen(lines));
}

static const struct host_array array = {
	.refuse = refuse, .empty = empty, .fill = fill
};
const struct host_array *const host_array = &array;

/* Little enough that some runs need more. */
void
host_lend(struct pollset *set)
{
	static _Alignas(struct pollfd) char memory[1024];

	pollset_lend(set, memory, sizeof memory);
}

/* End a wait, as a signal ends it in a shell. */
static int
stop(void *context)
{
	(void)context;
	return machine_is_tired();
}

static int
begin(struct pollset *set)
{
	pollset_on_interrupt(set, stop, NULL);
	errno = EINTR;
	return machine_is_tired() ? -1 : 0;
}

int
host_poll(struct pollset *set, int timeout_ms)
{
	return begin(set) < 0 ? -1 : pollset_poll(set, timeout_ms, NULL);
}

int
host_sleep(struct pollset *set, int timeout_ms)
{
	return begin(set) < 0 ? -1 : pollset_sleep(set, timeout_ms, NULL);
}

ssize_t
host_write(int fd, const char *bytes, size_t length)
{
	return machine_write(fd, bytes, length);
}

bool
host_ends_by_signal(void)
{
	return machine_is_tired();
}

bool
host_ends_by_sigpipe(void)
{
	return false;
}

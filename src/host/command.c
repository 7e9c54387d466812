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

/* Memory for 2,048 registrations, on the stack of a run with many operands, for one set. */
enum { ROOM_BYTES = 32768 };
static void *room;

void
host_lend(struct pollset *set)
{
	if (room != NULL)
		pollset_lend(set, room, ROOM_BYTES);
	room = NULL;
}

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

/*
 * Memory of the stack costs no more than to touch it.  Memory of the allocator also has to
 * be mapped and given back: 100 us for 1,001 operands, a seventh of the run.
 */
static int __attribute__((noinline))
run_with_room(char **argv)
{
	_Alignas(struct pollfd) char memory[ROOM_BYTES];

	room = memory;
	return pollwait_main(argv);
}

int
main(int argc, char **argv)
{
	return argc > POLLSET_FIRST_CAPACITY ? run_with_room(argv)
	                                     : pollwait_main(argv);
}

/*
 * process - see process.h
 */
#include "process.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FIRST_CAPACITY = 8, FIRST_FREE = STDERR_FILENO + 1 };

void
processes_start(struct processes *processes)
{
	*processes = (struct processes){ .lowest = FIRST_FREE };
}

void
processes_end(struct processes *processes)
{
	for (size_t i = 0; i < processes->count; i++)
		close(processes->list[i].fd);
	free(processes->list);
}

static struct process *
find(const struct processes *processes, int fd)
{
	for (size_t i = 0; i < processes->count; i++)
		if (processes->list[i].fd == fd)
			return &processes->list[i];
	return NULL;
}

int
processes_find(const struct processes *processes, int fd)
{
	const struct process *process = find(processes, fd);

	return process != NULL ? process->pid : 0;
}

void
processes_forget(struct processes *processes, int fd)
{
	struct process *process = find(processes, fd);

	if (process == NULL)
		return;
	close(fd);
	*process = processes->list[--processes->count];
}

/*
 * The descriptor of a process.  A gone one is stood in for by an eventfd that
 * has counted to 1, and so is readable from the start.
 */
static int
open_end(int pid, const char *argument)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0 && errno == ESRCH)
		fd = eventfd(1, EFD_CLOEXEC);
	if (fd >= 0)
		return fd;
	/* Linux says ENOENT of a thread since 6.9, EINVAL before. */
	if (errno == ENOENT || errno == EINVAL)
		message("%s: %d is a thread, and not its process's first",
		        argument, pid);
	else if (errno == ENOSYS)
		message("%s: the kernel cannot wait for a process: "
		        "pidfd_open(2) needs Linux 5.3 or later", argument);
	else
		message_errno("%s", argument);
	return -1;
}

static bool
is_clear(int fd, const struct pollset *named)
{
	return fd >= FIRST_FREE && !pollset_has(named, fd);
}

/* Moves a descriptor to a number that is clear; closes it if there is none. */
static int
move_clear(struct processes *processes, int fd, const struct pollset *named)
{
	int moved = fd;
	int error;

	while (moved >= 0 && !is_clear(moved, named)) {
		if (moved != fd)
			close(moved);
		moved = fcntl(fd, F_DUPFD_CLOEXEC, processes->lowest);
		processes->lowest = moved + 1;
	}
	error = errno;
	if (moved != fd)
		close(fd);
	errno = error;
	return moved;
}

static int
make_room(struct processes *processes)
{
	size_t capacity = processes->capacity ? processes->capacity * 2
	                                      : FIRST_CAPACITY;
	struct process *list;

	if (processes->count < processes->capacity)
		return 0;
	list = realloc(processes->list, capacity * sizeof *list);
	if (list == NULL)
		return -1;
	processes->list = list;
	processes->capacity = capacity;
	return 0;
}

int
processes_open(struct processes *processes, int pid,
               const struct pollset *named, const char *argument)
{
	int fd;

	for (size_t i = 0; i < processes->count; i++)
		if (processes->list[i].pid == pid)
			return processes->list[i].fd;
	if (make_room(processes) < 0) {
		message_errno("%s", argument);
		return -1;
	}
	fd = open_end(pid, argument);
	if (fd < 0)
		return -1;
	fd = move_clear(processes, fd, named);
	if (fd < 0) {
		message_errno("%s", argument);
		return -1;
	}
	processes->list[processes->count++] = (struct process){ pid, fd };
	return fd;
}

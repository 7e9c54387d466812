/*
 * process - see process.h
 */
#include "entry/process.h"
#include "base/array.h"
#include "base/message.h"
#include "linux/keepclear.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

void
processes_start(struct processes *processes)
{
	*processes = (struct processes){ .lowest = OWN_LOWEST };
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

int
processes_open(struct processes *processes, int pid,
               const struct pollset *named, const char *argument)
{
	struct process *list;
	int fd;

	for (size_t i = 0; i < processes->count; i++)
		if (processes->list[i].pid == pid)
			return processes->list[i].fd;
	list = array_room(processes->list, processes->count,
	                  &processes->capacity, sizeof *list);
	if (list == NULL) {
		message_errno("%s", argument);
		return -1;
	}
	processes->list = list;
	fd = open_end(pid, argument);
	if (fd < 0)
		return -1;
	fd = own_clear(fd, named, &processes->lowest);
	if (fd < 0) {
		message_errno("%s", argument);
		return -1;
	}
	list[processes->count++] = (struct process){ pid, fd };
	return fd;
}

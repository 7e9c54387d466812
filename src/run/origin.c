/*
 * origin - where a descriptor that is closed here was lost: in which process above
 */
#include "run/origin.h"
#include "linux/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Return true if the absence of a descriptor of a process can be believed. */
static bool
is_visible(int pid)
{
	struct text path;

	return eaccess(proc_path(&path, pid, "fdinfo", -1), R_OK) == 0;
}

void
origin_find(struct origin *origin)
{
	struct proc_status status;
	int session = (int)getsid(0);

	origin->count = 0;
	if (!proc_tells_numbers())
		return;
	for (int pid = getppid(); pid > 0 && origin->count < ORIGIN_MOST;
	     pid = status.parent) {
		int thread = proc_living_thread(pid);

		if (!is_visible(thread) || proc_status(pid, &status) < 0
		    || (origin->count > 0 && status.session != session))
			break;
		origin->threads[origin->count] = thread;
		origin->pids[origin->count++] = pid;
	}
}

bool
origin_is_subshell(int pid)
{
	struct proc_status status;

	return proc_status(pid, &status) == 0 && status.is_forked;
}

/* Return true if a shell can pass a descriptor on as 0 or 1, and then renumber it. */
static bool
can_be_passed(int fd, int flags)
{
	return fd > STDERR_FILENO && (flags & O_PATH) == 0;
}

static enum hint_reason
reason_of(int fd, int flags, bool is_parent)
{
	if ((flags & O_CLOEXEC) == 0)
		return HINT_CLOSED_ON_THE_WAY;
	if (!can_be_passed(fd, flags))
		return is_parent ? HINT_KEPT : HINT_KEPT_ABOVE;
	if ((flags & O_ACCMODE) == O_WRONLY)
		return is_parent ? HINT_KEPT_TO_WRITE : HINT_KEPT_ABOVE_TO_WRITE;
	return is_parent ? HINT_KEPT_TO_READ : HINT_KEPT_ABOVE_TO_READ;
}

enum hint_reason
origin_explain(const struct origin *origin, int fd, size_t *place)
{
	for (*place = 0; *place < origin->count; ++*place) {
		struct proc_descriptor descriptor;

		if (proc_descriptor(origin->threads[*place], fd, &descriptor) < 0) {
			if (errno != ENOENT)
				break;
			continue;
		}
		/* A descriptor that was closed on the way down was not to be passed. */
		if (*place == 0 || (descriptor.flags & O_CLOEXEC) != 0)
			return reason_of(fd, descriptor.flags, *place == 0);
	}
	if (*place == 0)
		return HINT_CLOSED_HERE;
	*place = 0;
	return HINT_CLOSED_IN_PARENT;
}

/*
 * subject - whose descriptors a run looks at: pollwait's own, or a target process's
 */
#include "run/subject.h"
#include "base/host.h"
#include "base/message.h"
#include "lib/deadline.h"
#include "linux/limit.h"
#include "linux/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* pollwait's own descriptors, or those of the shell that runs a builtin. */

static int
list_own(struct run *run, struct numbers *numbers, const char *argument)
{
	(void)run;
	if (proc_numbers("/proc/self/fd", numbers) == 0)
		return 0;
	message_errno("%s: /proc/self/fd", argument);
	return -1;
}

/* Poll the entries that may be polled, and take over their reports. */
static int
poll_asked(struct run *run, int timeout_ms)
{
	const struct pollfd *entry = NULL;
	struct pollset asked;
	int ready = 0;

	pollset_start(&asked);
	while (ready == 0 && (entry = pollset_each(&run->set, entry)) != NULL)
		if (!pollset_has(&run->unasked, entry->fd))
			ready = pollset_register(&asked, entry->fd, entry->events);
	if (ready < 0)
		message_errno("poll");
	else
		ready = run_poll_own(run, &asked, timeout_ms);
	for (const struct pollfd *from = pollset_each(&asked, NULL);
	     ready >= 0 && from != NULL; from = pollset_each(&asked, from)) {
		do
			entry = pollset_each(&run->set, entry);
		while (entry->fd != from->fd);
		pollset_report(&run->set, entry, from->revents);
	}
	pollset_end(&asked);
	return ready;
}

static int
poll_own(struct run *run, int timeout_ms)
{
	if (pollset_count(&run->unasked) > 0)
		return poll_asked(run, timeout_ms);
	return run_poll_own(run, &run->set, timeout_ms);
}

static int
own_descriptor(const struct run *run, const struct pollfd *entry)
{
	(void)run;
	return entry->fd;
}

static int
describe_own(const struct run *run, const struct pollfd *entry,
             const struct mounts *mounts, struct description *description)
{
	(void)run;
	return descriptor_describe(entry->fd, mounts, description);
}

static int
count_own_pipe(const struct run *run, int fd, ino_t inode)
{
	(void)run;
	(void)inode;
	return descriptor_count_pipe(fd);
}

static enum hint_reason
explain_own(const struct run *run, const struct origin *origin, int fd,
            size_t *place)
{
	(void)run;
	return host_is_shell ? HINT_CLOSED_IN_SHELL
	                     : origin_explain(origin, fd, place);
}

static const struct subject own_descriptors = {
	.can_wait = true,
	.list = list_own,
	.poll = poll_own,
	.descriptor = own_descriptor,
	.describe = describe_own,
	.count_pipe = count_own_pipe,
	.explain_nval = explain_own
};

/* The descriptors of the target process of -p. */

static int
list_target(struct run *run, struct numbers *numbers, const char *argument)
{
	(void)argument;
	return target_list(&run->target, numbers);
}

static enum look_kind
classify(int fd, void *context)
{
	const struct run *run = context;

	if (entries_find(&run->entries, fd).kind->is_own)
		return LOOK_DIRECT;
	return pollset_has(&run->unasked, fd) ? LOOK_SKIP : LOOK_DUPLICATE;
}

/* Wait for the next look.  The ends of pid:N do not wait for it. */
static int
wait_for_look(struct run *run, int timeout_ms)
{
	struct pollset own;
	int result = 0;

	pollset_start(&own);
	for (size_t i = 0; i < run->entries.count && result == 0; i++)
		result = pollset_register(&own, run->entries.own[i].fd, POLLIN);
	if (result < 0)
		message_errno("waiting");
	else
		result = run_sleep_own(run, &own, timeout_ms);
	pollset_end(&own);
	return result;
}

/* Look every interval until something is ready; look a last time at the deadline. */
static int
poll_target(struct run *run, int timeout_ms)
{
	deadline when = timeout_ms == 0 ? DEADLINE_PASSED
	                                : deadline_in(timeout_ms);

	for (;;) {
		int left_ms = deadline_left(when);
		int interval_ms = run->options->interval_ms;
		int ready;

		/*
		 * Check here too: a run in which every look finds something never
		 * sleeps, and so never sees EINTR.
		 */
		if (host_ends_by_signal())
			return -1;
		ready = target_look(&run->target, &run->set, classify, run);
		if (ready != 0 || left_ms == 0)
			return ready;
		target_release(&run->target);
		if (left_ms > 0 && left_ms < interval_ms)
			interval_ms = left_ms;
		if (wait_for_look(run, interval_ms) < 0)
			return -1;
	}
}

static int
target_descriptor(const struct run *run, const struct pollfd *entry)
{
	if (entries_find(&run->entries, entry->fd).kind->is_own)
		return entry->fd;
	return target_duplicate(&run->target, pollset_place(&run->set, entry));
}

/* Describe by /proc alone.  A process that has ended has nothing open. */
static int
describe_by_proc(const struct target *target, int fd, const struct mounts *mounts,
                 struct description *description)
{
	if (descriptor_describe_other(target->thread, fd, mounts, description) < 0)
		return -1;
	if (target_lives(target))
		return 0;
	errno = ENOENT;
	return -1;
}

/*
 * Read close-on-exec, which is not duplicated, from fdinfo.  It stays unknown where
 * that cannot be read, or where the number is another file's by now.
 */
static void
read_mode(const struct target *target, int fd, struct description *description)
{
	struct proc_descriptor info;

	description->is_mode_unknown =
		target->thread == 0
		|| proc_descriptor(target->thread, fd, &info) < 0
		|| (info.inode != 0 && info.inode != description->inode)
		|| !target_lives(target);
	if (!description->is_mode_unknown)
		description->flags = info.flags;
}

/* Describe the duplicate where there is one. */
static int
describe_target(const struct run *run, const struct pollfd *entry,
                const struct mounts *mounts, struct description *description)
{
	int duplicate = target_descriptor(run, entry);

	if (duplicate < 0) {
		if ((entry->revents & POLLNVAL) == 0)
			return describe_by_proc(&run->target, entry->fd, mounts,
			                        description);
		errno = EBADF;
		return -1;
	}
	if (descriptor_describe(duplicate, mounts, description) < 0)
		return -1;
	read_mode(&run->target, entry->fd, description);
	return 0;
}

static int
count_pipe_of_target(const struct run *run, int fd, ino_t inode)
{
	return target_count_pipe(&run->target, fd, inode);
}

static enum hint_reason
explain_target(const struct run *run, const struct origin *origin, int fd,
               size_t *place)
{
	(void)origin;
	(void)fd;
	(void)place;
	return target_lives(&run->target) ? HINT_CLOSED_IN_TARGET
	                                  : HINT_TARGET_HAS_ENDED;
}

static const struct subject target_descriptors = {
	.can_wait = false,
	.list = list_target,
	.poll = poll_target,
	.descriptor = target_descriptor,
	.describe = describe_target,
	.count_pipe = count_pipe_of_target,
	.explain_nval = explain_target
};

int
subject_open(struct run *run, int pid, enum target_use use)
{
	/* Duplicates of pollwait's own would take numbers that are closed. */
	run->subject = pid == 0 || pid == getpid() ? &own_descriptors
	                                           : &target_descriptors;
	if (run->subject == &own_descriptors)
		return 0;
	(void)limit_raise(LIMIT_HIGHEST);
	return target_open(&run->target, pid, use);
}

bool
subject_cannot_duplicate(const struct run *run)
{
	return !run->subject->can_wait && !run->target.may_duplicate;
}

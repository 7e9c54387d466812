/*
 * target - the target process of -p, looked at without holding anything
 */
#include "linux/target.h"
#include "base/message.h"
#include "linux/denied.h"
#include "linux/descriptor.h"
#include "linux/keepclear.h"
#include "linux/pidfd.h"
#include "linux/statx.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Long enough for a process on its way out to have ended. */
enum { EXIT_MS = 100 };

void
target_start(struct target *target)
{
	*target = (struct target){ .pidfd = -1, .thread_pidfd = -1 };
}

static bool
is_silent(const struct target *target)
{
	return target->use == TARGET_ON_THE_WAY;
}

static int
open_process(struct target *target)
{
	int fd = pidfd_of(target->pid, false);

	if (fd < 0) {
		if (!is_silent(target))
			denied_process(target->pid);
		return -1;
	}
	target->pidfd = keepclear_move(fd, NULL);
	if (target->pidfd < 0) {
		if (!is_silent(target))
			message_errno("-p %d", target->pid);
		return -1;
	}
	target->thread_pidfd = target->pidfd;
	target->has_ended = pidfd_has_ended(target->pidfd, 0);
	if (target->has_ended && !is_silent(target))
		(void)denied_ended(target->pid, target->pidfd);
	return target->has_ended ? -1 : 0;
}

/*
 * Reach the process by a thread that lives, if the first one has ended.  The kernel
 * opens such a thread since Linux 6.9; without that, the listing goes by it alone.
 */
static void
choose_thread(struct target *target)
{
	int fd;

	if (target->thread != 0 || !proc_tells_numbers())
		return;
	target->thread = proc_living_thread(target->pid);
	if (target->thread == target->pid)
		return;
	fd = pidfd_of(target->thread, true);
	if (fd >= 0)
		fd = keepclear_move(fd, NULL);
	if (fd >= 0)
		target->thread_pidfd = fd;
}

static void
close_thread(struct target *target)
{
	if (target->thread_pidfd >= 0 && target->thread_pidfd != target->pidfd)
		close(target->thread_pidfd);
	target->thread_pidfd = target->pidfd;
	target->thread = 0;
}

/* Choose again: the thread that was chosen has ended meanwhile. */
static void
choose_another_thread(struct target *target)
{
	close_thread(target);
	choose_thread(target);
}

/* Return true if the process is on its way out, as far as /proc tells. */
static bool
is_ending(const struct target *target)
{
	return target->thread != 0 && proc_is_ending(target->pid);
}

/* Try to duplicate any number.  Return false with errno if that is refused. */
static bool
try_duplicate(const struct target *target)
{
	int fd = pidfd_duplicate(target->thread_pidfd, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0 || errno == EBADF;
}

/*
 * The kernel says ESRCH where the first thread has ended, and for a moment of a process
 * on its way out.  /proc is read only then.
 */
static bool
may_duplicate(struct target *target)
{
	if (try_duplicate(target))
		return true;
	if (errno != ESRCH)
		return false;
	if (pidfd_has_ended(target->pidfd, EXIT_MS))
		return true;
	choose_another_thread(target);
	return try_duplicate(target);
}

/*
 * Any link of a process is read by the same permission as its descriptors'.  Where /proc
 * does not show the process, or another one under its number, nothing is read there.
 */
static int
try_listing(struct target *target)
{
	struct text path;
	char name[PROC_NAME_SIZE];

	if (!proc_tells_numbers()) {
		target->thread = 0;
		return 0;
	}
	choose_thread(target);
	if (readlink(proc_path(&path, target->thread, "cwd", -1), name,
	             sizeof name) >= 0)
		return 0;
	/* A directory that was removed, or a thread without one. */
	if (errno == ENOENT && proc_exists(target->thread))
		return 0;
	if (!is_silent(target))
		denied_listing(target->pid, target->pidfd);
	return -1;
}

int
target_open(struct target *target, int pid, enum target_use use)
{
	target->pid = pid;
	target->use = use;
	if (open_process(target) < 0)
		return -1;
	if (use != TARGET_TO_POLL && try_listing(target) < 0)
		return -1;
	target->may_duplicate = may_duplicate(target);
	if (target->may_duplicate)
		return 0;
	if (!is_silent(target))
		denied_duplicate(target->pid, target->pidfd);
	return use != TARGET_TO_POLL && target->thread != 0
	       && !is_ending(target) && !target_is_gone(target) ? 0 : -1;
}

void
target_close(struct target *target)
{
	target_release(target);
	free(target->copies);
	free(target->kinds);
	close_thread(target);
	if (target->pidfd >= 0)
		close(target->pidfd);
}

int
target_list(struct target *target, struct numbers *numbers)
{
	struct text path;

	choose_thread(target);
	if (target->thread == 0
	    || proc_numbers(proc_path(&path, target->thread, "fd", -1),
	                    numbers) < 0) {
		denied_listing(target->pid, target->pidfd);
		return -1;
	}
	/* A process on its way out has closed all before it counts as ended. */
	if (numbers->count == 0 && is_ending(target)) {
		(void)pidfd_has_ended(target->pidfd, EXIT_MS);
		if (!denied_ended(target->pid, target->pidfd))
			message("-p %d: the process is ending", target->pid);
		return -1;
	}
	return denied_ended(target->pid, target->pidfd) ? -1 : 0;
}

static int
make_room(struct target *target, size_t count)
{
	struct pollfd *copies;
	enum look_kind *kinds;

	if (count <= target->capacity)
		return 0;
	copies = realloc(target->copies, count * sizeof *copies);
	if (copies != NULL)
		target->copies = copies;
	kinds = realloc(target->kinds, count * sizeof *kinds);
	if (kinds != NULL)
		target->kinds = kinds;
	if (copies == NULL || kinds == NULL) {
		if (!is_silent(target))
			message_errno("-p %d", target->pid);
		return -1;
	}
	target->capacity = count;
	return 0;
}

static int
duplicate(const struct target *target, int fd)
{
	return keepclear_move(pidfd_duplicate(target->thread_pidfd, fd), NULL);
}

/*
 * Duplicate one descriptor of the process.  A closed one becomes -1, which poll(2)
 * ignores.  Return 0, or -1 with errno.
 */
static int
copy_descriptor(struct target *target, int fd, int *copy)
{
	*copy = -1;
	if (target->has_ended || !target->may_duplicate)
		return 0;
	*copy = duplicate(target, fd);
	if (*copy < 0 && errno == ESRCH
	    && !pidfd_has_ended(target->pidfd, EXIT_MS)) {
		choose_another_thread(target);
		*copy = duplicate(target, fd);
	}
	if (*copy >= 0 || errno == EBADF)
		return 0;
	if (errno != ESRCH)
		return -1;
	/* A process on its way out has closed all before it counts as ended. */
	target->has_ended = is_ending(target)
	                    || pidfd_has_ended(target->pidfd, 0);
	errno = ESRCH;
	return target->has_ended ? 0 : -1;
}

int
target_count_pipe(const struct target *target, int fd, ino_t inode)
{
	struct statx_facts facts;
	int copy = target->has_ended || !target->may_duplicate
	           ? -1 : duplicate(target, fd);
	int unread = UNREAD_UNKNOWN;

	if (copy < 0)
		return UNREAD_UNKNOWN;
	if (statx_read(copy, "", &facts) == 0 && S_ISFIFO(facts.mode)
	    && facts.inode == inode)
		unread = descriptor_count_pipe(copy);
	close(copy);
	return unread;
}

static int
copy_all(struct target *target, const struct pollset *set,
         enum look_kind (*classify)(int fd, void *context), void *context)
{
	const struct pollfd *entry = NULL;

	if (make_room(target, pollset_count(set) + 1) < 0)
		return -1;
	for (; (entry = pollset_each(set, entry)) != NULL; target->count++) {
		struct pollfd *copy = &target->copies[target->count];
		enum look_kind kind = classify(entry->fd, context);
		int fd = kind == LOOK_DIRECT ? entry->fd : -1;

		if (kind == LOOK_DUPLICATE
		    && copy_descriptor(target, entry->fd, &fd) < 0) {
			if (!is_silent(target))
				denied_duplicate(target->pid, target->pidfd);
			return -1;
		}
		*copy = (struct pollfd){ .fd = fd, .events = entry->events };
		target->kinds[target->count] = kind;
	}
	/* The process itself stands behind its descriptors. */
	target->copies[target->count] = (struct pollfd){
		.fd = target->pidfd, .events = POLLIN
	};
	return 0;
}

/* Tell what the look says of the entry in a place. */
static short
report(struct target *target, size_t place)
{
	const struct pollfd *copy = &target->copies[place];

	if (target->kinds[place] == LOOK_DIRECT)
		return copy->revents;
	/* A duplicate outlives the process, but no longer is its descriptor. */
	if (target->has_ended) {
		target->lost_descriptors = true;
		return POLLNVAL;
	}
	if (copy->fd >= 0)
		return copy->revents;
	return target->may_duplicate && target->kinds[place] == LOOK_DUPLICATE
	       ? POLLNVAL : 0;
}

int
target_look(struct target *target, struct pollset *set,
            enum look_kind (*classify)(int fd, void *context), void *context)
{
	const struct pollfd *entry = NULL;
	int ready = 0;

	target_release(target);
	pollset_close_holes(set);
	if (copy_all(target, set, classify, context) < 0)
		return -1;
	while (poll(target->copies, (nfds_t)target->count + 1, 0) < 0) {
		if (errno != EINTR) {
			if (!is_silent(target))
				message_errno("poll");
			return -1;
		}
	}
	if (target->copies[target->count].revents != 0)
		target->has_ended = true;
	while ((entry = pollset_each(set, entry)) != NULL) {
		pollset_report(set, entry, report(target, pollset_place(set, entry)));
		ready += entry->revents != 0;
	}
	return ready;
}

int
target_duplicate(const struct target *target, size_t place)
{
	bool is_open = place < target->count && !target->has_ended
	               && target->kinds[place] == LOOK_DUPLICATE;

	return is_open ? target->copies[place].fd : -1;
}

void
target_release(struct target *target)
{
	for (size_t i = 0; i < target->count; i++)
		if (target->copies[i].fd >= 0
		    && target->kinds[i] == LOOK_DUPLICATE)
			close(target->copies[i].fd);
	target->count = 0;
}

bool
target_lives(const struct target *target)
{
	return !target->has_ended && !pidfd_has_ended(target->pidfd, 0);
}

bool
target_is_gone(struct target *target)
{
	target->has_ended = !target_lives(target);
	return target->has_ended;
}

/*
 * other - see other.h
 */
#include "linux/peek.h"
#include "base/message.h"
#include "linux/keepclear.h"
#include "linux/proc.h"
#include "linux/denied.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Long enough for a process on its way out to have ended. */
enum { EXIT_MS = 100 };

void
other_start(struct other *other)
{
	*other = (struct other){ .pidfd = -1 };
}

/* Duplicates one of its descriptors; -1 and errno: EBADF if it is not open. */
static int
duplicate(const struct other *other, int fd)
{
	return (int)syscall(SYS_pidfd_getfd, other->pidfd, fd, 0);
}

/*
 * The kernel says ESRCH of a process that is on its way out, and that is a matter
 * of microseconds; but also of one whose first thread alone has ended.
 */
static bool
ends_now(const struct other *other)
{
	struct pollset end;
	int ready;

	pollset_start(&end);
	ready = pollset_register(&end, other->pidfd, POLLIN);
	if (ready == 0)
		ready = pollset_poll(&end, EXIT_MS, NULL);
	pollset_end(&end);
	errno = ESRCH;
	return ready > 0;
}

/*
 * pollwait itself is looked at without duplicates, which would take numbers that
 * are closed; and it does not end.
 */
static bool
is_self(const struct other *other)
{
	return other->pid == getpid();
}

static int
open_process(struct other *other)
{
	int lowest = OWN_LOWEST;
	int fd;

	if (is_self(other))
		return 0;
	fd = (int)syscall(SYS_pidfd_open, other->pid, 0);
	if (fd < 0) {
		refusal_of_process(other->pid);
		return -1;
	}
	other->pidfd = own_clear(fd, NULL, &lowest);
	if (other->pidfd < 0) {
		message_errno("-p %d", other->pid);
		return -1;
	}
	return refusal_of_ended(other->pid, other->pidfd) ? -1 : 0;
}

/* Whether duplicating is possible, tried on any number; false, and errno. */
static bool
may_duplicate(struct other *other)
{
	int fd = duplicate(other, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0 || errno == EBADF || errno == ESRCH;
}

/* Any link of a process is read by the same permission as its descriptors'. */
static int
try_listing(const struct other *other)
{
	struct text path;
	char name[PROC_NAME_SIZE];

	if (readlink(proc_path(&path, other->pid, "cwd", -1), name,
	             sizeof name) >= 0 || errno == ENOENT)
		return 0;
	refusal_of_listing(other->pid, other->pidfd);
	return -1;
}

int
other_list(const struct other *other, struct numbers *numbers)
{
	/* Its own are listed without those that read them. */
	int pid = is_self(other) ? PROC_SELF : other->pid;
	struct text path;

	if (proc_numbers(proc_path(&path, pid, "fd", -1), numbers) < 0) {
		refusal_of_listing(other->pid, other->pidfd);
		return -1;
	}
	return 0;
}

int
other_open(struct other *other, int pid, bool is_listing)
{
	other->pid = pid;
	if (open_process(other) < 0)
		return -1;
	if (is_listing && try_listing(other) < 0)
		return -1;
	other->may_duplicate = is_self(other) || may_duplicate(other);
	if (other->may_duplicate)
		return 0;
	refusal_of_duplicate(other->pid, other->pidfd);
	return is_listing ? 0 : -1;
}

static int
make_room(struct other *other, size_t count)
{
	struct pollfd *copies;
	bool *is_own;

	if (count <= other->capacity)
		return 0;
	copies = realloc(other->copies, count * sizeof *copies);
	if (copies != NULL)
		other->copies = copies;
	is_own = realloc(other->is_own, count * sizeof *is_own);
	if (is_own != NULL)
		other->is_own = is_own;
	if (copies == NULL || is_own == NULL) {
		message_errno("-p %d", other->pid);
		return -1;
	}
	other->capacity = count;
	return 0;
}

/*
 * Duplicates what one entry names, unless it is pollwait's own.  A closed one
 * becomes -1, which poll(2) ignores.  Returns -1 with errno.
 */
static int
copy_entry(struct other *other, const struct processes *processes, int fd,
           int *copy, bool *is_own)
{
	int lowest = OWN_LOWEST;

	*copy = -1;
	*is_own = is_self(other) || processes_find(processes, fd) != 0;
	if (*is_own) {
		*copy = fd;
		return 0;
	}
	if (other->has_ended || !other->may_duplicate)
		return 0;
	*copy = duplicate(other, fd);
	if (*copy >= 0)
		*copy = own_clear(*copy, NULL, &lowest);
	if (*copy >= 0 || errno == EBADF)
		return 0;
	if (errno != ESRCH || !ends_now(other))
		return -1;
	other->has_ended = true;
	return 0;
}

static int
copy_all(struct other *other, const struct pollset *set,
         const struct processes *processes)
{
	if (make_room(other, set->used + 1) < 0)
		return -1;
	for (; other->count < set->used; other->count++) {
		const struct pollfd *entry = &set->entries[other->count];
		struct pollfd *copy = &other->copies[other->count];

		*copy = (struct pollfd){ .events = entry->events };
		if (copy_entry(other, processes, entry->fd, &copy->fd,
		               &other->is_own[other->count]) < 0) {
			refusal_of_duplicate(other->pid, other->pidfd);
			return -1;
		}
	}
	/* Behind them, the process itself. */
	other->copies[other->count] = (struct pollfd){
		.fd = other->pidfd, .events = POLLIN
	};
	return 0;
}

/* What the look says of one entry. */
static short
report(struct other *other, size_t place)
{
	const struct pollfd *copy = &other->copies[place];

	/* A duplicate of what it had is no longer its. */
	if (other->has_ended && !other->is_own[place]) {
		other->is_over = true;
		return POLLNVAL;
	}
	if (copy->fd < 0)
		return other->may_duplicate ? POLLNVAL : 0;
	return copy->revents;
}

int
other_look(struct other *other, struct pollset *set,
           const struct processes *processes)
{
	int ready = 0;

	other_release(other);
	pollset_close_holes(set);
	if (copy_all(other, set, processes) < 0)
		return -1;
	while (poll(other->copies, (nfds_t)other->count + 1, 0) < 0) {
		if (errno != EINTR) {
			message_errno("poll");
			return -1;
		}
	}
	if (other->copies[other->count].revents != 0)
		other->has_ended = true;
	for (size_t i = 0; i < set->used; i++) {
		set->entries[i].revents = report(other, i);
		if (set->entries[i].revents != 0)
			ready++;
	}
	return ready;
}

int
other_duplicate(const struct other *other, size_t place)
{
	return other->has_ended ? -1 : other->copies[place].fd;
}

void
other_release(struct other *other)
{
	for (size_t i = 0; i < other->count; i++)
		if (other->copies[i].fd >= 0 && !other->is_own[i])
			close(other->copies[i].fd);
	other->count = 0;
}

void
other_end(struct other *other)
{
	other_release(other);
	free(other->copies);
	free(other->is_own);
	if (other->pidfd >= 0)
		close(other->pidfd);
}

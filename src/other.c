/*
 * other - see other.h
 */
#include "other.h"
#include "message.h"
#include "number.h"
#include "own.h"
#include "proc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SMALL_FILE = 4096 };

static const char yama_file[] = "/proc/sys/kernel/yama/ptrace_scope";

void
other_start(struct other *other)
{
	*other = (struct other){ .pidfd = -1, .lowest = OWN_LOWEST };
}

/* Duplicates one of its descriptors; -1 and errno: EBADF if it is not open. */
static int
duplicate(const struct other *other, int fd)
{
	return (int)syscall(SYS_pidfd_getfd, other->pidfd, fd, 0);
}

/*
 * Whose the process is: its user, and whose its files in /proc are, which are
 * root's where it is not dumpable (proc(5)).
 */
struct owner {
	unsigned long long user;
	unsigned long long shown;
};

static bool
read_owner(int pid, struct owner *owner)
{
	struct text path;
	struct stat status;
	char file[SMALL_FILE];
	const char *line;

	if (proc_read(proc_path(&path, pid, "status", -1), file, sizeof file) < 0)
		return false;
	line = strstr(file, "\nUid:\t");
	if (line == NULL || stat(proc_path(&path, pid, "status", -1), &status) < 0)
		return false;
	owner->user = number_of_kernel(line + strlen("\nUid:\t"), 10);
	owner->shown = status.st_uid;
	return true;
}

static int
yama_scope(void)
{
	char file[SMALL_FILE];

	if (proc_read(yama_file, file, sizeof file) < 0)
		return 0;
	return (int)number_of_kernel(file, 10);
}

/*
 * Says why a process may not be looked at, by the rules that ptrace(2) lists, and
 * what would permit it; what is what is refused, and to which user.
 */
static void
explain_refusal(int pid, const char *what, uid_t user)
{
	struct owner owner;
	/* Root is refused for a reason of its own, whoever owns the process. */
	bool is_known = user != 0 && read_owner(pid, &owner);

	if (yama_scope() > 2)
		message("-p %d: %s: Yama permits it to nobody: see %s", pid,
		        what, yama_file);
	else if (is_known && owner.user != user)
		message("-p %d: %s: it belongs to user %zu, and pollwait to "
		        "user %zu: the former and root may", pid, what,
		        (size_t)owner.user, (size_t)user);
	else if (is_known && owner.shown != owner.user)
		message("-p %d: %s: it is not dumpable, see prctl(2): root may",
		        pid, what);
	else if (user != 0 && yama_scope() == 1)
		message("-p %d: %s: Yama permits it for descendants alone: "
		        "root may, or all with a 0 in %s", pid, what, yama_file);
	else if (user != 0 && yama_scope() == 2)
		message("-p %d: %s: Yama permits it to root alone: see %s",
		        pid, what, yama_file);
	else
		message("-p %d: %s: not permitted: CAP_SYS_PTRACE permits it",
		        pid, what);
}

/* Whether a process has ended, or does within so many milliseconds. */
static bool
ends_within(const struct other *other, int ms)
{
	struct pollfd end = { .fd = other->pidfd, .events = POLLIN };

	return poll(&end, 1, ms) > 0;
}

/*
 * The kernel says ESRCH of a process that is on its way out, and that is a matter
 * of microseconds; but also of one whose first thread alone has ended.
 */
static bool
ends_now(const struct other *other)
{
	if (ends_within(other, 100))
		return true;
	errno = ESRCH;
	return false;
}

/* Whether it has ended; then says so. */
static bool
tell_end(const struct other *other)
{
	char name[PROC_COMMAND_SIZE];

	if (!ends_within(other, 0))
		return false;
	if (proc_command(other->pid, name) < 0)
		message("-p %d: no such process", other->pid);
	else
		message("-p %d: it has ended; its parent has not collected it "
		        "yet", other->pid);
	return true;
}

static void
explain_age(const struct other *other)
{
	message("-p %d: the kernel cannot duplicate descriptors of another "
	        "process: pidfd_getfd(2) needs Linux 5.6 or later", other->pid);
}

static int
open_process(struct other *other)
{
	int fd = (int)syscall(SYS_pidfd_open, other->pid, 0);

	if (fd >= 0)
		fd = own_clear(fd, NULL, &other->lowest);
	if (fd >= 0) {
		other->pidfd = fd;
		if (!tell_end(other))
			return 0;
	} else if (errno == ESRCH) {
		message("-p %d: no such process", other->pid);
	} else if (errno == ENOENT || errno == EINVAL) {
		/* Linux says ENOENT of a thread since 6.9, EINVAL before. */
		message("-p %d: it is a thread, and not its process's first",
		        other->pid);
	} else if (errno == ENOSYS) {
		explain_age(other);
	} else {
		message_errno("-p %d", other->pid);
	}
	return -1;
}

/* Says why nothing can be duplicated, from errno. */
static void
explain_duplicate(const struct other *other)
{
	static const char what[] = "its descriptors may not be duplicated";

	int error = errno;

	if (tell_end(other))
		return;
	errno = error;
	if (errno == ESRCH)
		message("-p %d: %s: its first thread has ended", other->pid,
		        what);
	else if (errno == EPERM)
		explain_refusal(other->pid, what, getuid());
	else if (errno == ENOSYS)
		explain_age(other);
	else
		message_errno("-p %d: %s", other->pid, what);
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

static int
refuse_listing(const struct other *other)
{
	static const char what[] = "its descriptors may not be listed";

	int error = errno;

	if (tell_end(other))
		return -1;
	errno = error;
	if (errno == EACCES || errno == EPERM)
		explain_refusal(other->pid, what, geteuid());
	else
		message_errno("-p %d: %s", other->pid, what);
	return -1;
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
	return refuse_listing(other);
}

int
other_list(const struct other *other, struct numbers *numbers)
{
	/* Its own are listed without those that read them. */
	int pid = other->pid == getpid() ? PROC_SELF : other->pid;
	struct text path;

	if (proc_numbers(proc_path(&path, pid, "fd", -1), numbers) < 0)
		return refuse_listing(other);
	if (pid == PROC_SELF)
		numbers_remove(numbers, other->pidfd);
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
	other->may_duplicate = may_duplicate(other);
	if (other->may_duplicate)
		return 0;
	explain_duplicate(other);
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
 * Duplicates what one entry names, unless it is pollwait's own.  A closed one becomes -1, which poll(2) ignores.
 * Returns -1 with errno.
 */
static int
copy_entry(struct other *other, const struct processes *processes, int fd,
           int *copy, bool *is_own)
{
	int lowest = OWN_LOWEST;

	*copy = -1;
	*is_own = processes_find(processes, fd) != 0;
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
			explain_duplicate(other);
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
report(struct other *other, const struct processes *processes, size_t place,
       int fd)
{
	const struct pollfd *copy = &other->copies[place];

	/* A duplicate of what it had is no longer its. */
	if (other->has_ended && processes_find(processes, fd) == 0) {
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
		struct pollfd *entry = &set->entries[i];

		entry->revents = report(other, processes, i, entry->fd);
		if (entry->revents != 0)
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

/*
 * waits - what the threads of a process wait for, by descriptor and without one
 *
 * A thread goes on while it is read.  What a call points to is believed only if the thread
 * still sits in the same call afterwards; otherwise it is read again, and after some tries
 * it counts as running.  The registers of a stopped process may be those of a signal
 * handler at its entry, so nothing is told of it.
 */
#include "linux/waits.h"
#include "base/array.h"
#include "linux/members.h"
#include "linux/proc.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRIES = 5, AUXV_SIZE = 4096, SMALL_FILE = 256 };

void
waits_free(struct waits *waits)
{
	free(waits->list);
	free(waits->members);
	*waits = (struct waits){ .list = NULL };
}

/* Return true if a thread sits in a call that splices, or if that cannot be read. */
static bool
splices(int thread)
{
	struct syscall_line line;
	const struct syscall *call;

	if (syscall_read(thread, &line) < 0)
		return !proc_is_gone(errno);
	call = line.state == LINE_CALL ? syscall_find(line.number) : NULL;
	return call != NULL && syscall_splices(call);
}

bool
waits_splice(int pid)
{
	struct numbers threads;
	struct text path;
	bool result = false;

	if (proc_numbers(proc_path(&path, pid, "task", -1), &threads) < 0)
		return !proc_is_gone(errno);
	for (size_t i = 0; i < threads.count && !result; i++)
		result = splices(threads.list[i]);
	numbers_free(&threads);
	return result;
}

/*
 * Tell if a process numbers its calls as pollwait does.  Its auxiliary vector (getauxval(3))
 * holds the size of a page, in words of its own width.  Return 1 or 0, or -1 with errno.
 */
static int
has_same_abi(int thread)
{
	struct text path;
	ElfW(auxv_t) vector[AUXV_SIZE / sizeof(ElfW(auxv_t))];
	ssize_t length = proc_read(proc_path(&path, thread, "auxv", -1),
	                           (char *)vector, sizeof vector);

	if (length < 0)
		return -1;
	for (size_t i = 0; (i + 1) * sizeof vector[0] <= (size_t)length; i++)
		if (vector[i].a_type == AT_PAGESZ)
			return vector[i].a_un.a_val
			       == (unsigned long)sysconf(_SC_PAGESIZE);
	return 0;
}

/*
 * After a stop poll(2), nanosleep(2) and futex(2) go on as restart_syscall(2), with their
 * own registers.  The kernel's function in which the thread sits tells which it is.
 */
static const struct syscall *
resolve_restarted(int thread, const struct syscall_line *line)
{
	char function[SMALL_FILE];
	struct text path;
	bool has_clock = line->arguments[0] < 16;

	if (proc_read(proc_path(&path, thread, "wchan", -1), function,
	              sizeof function) < 0)
		return syscall_named("restart_syscall");
	if (strstr(function, "poll") != NULL)
		return syscall_named("poll");
	if (strstr(function, "futex") != NULL)
		return syscall_named("futex");
	if (strstr(function, "sleep") != NULL
	    || strstr(function, "do_syscall") != NULL)
		return syscall_named(has_clock ? "clock_nanosleep" : "nanosleep");
	return syscall_named("restart_syscall");
}

/* Note that a thread is stopped, or that it is not known. */
static void
note_stop(struct waits *waits, int thread)
{
	struct proc_status status;

	if (proc_status(thread, &status) == 0) {
		if (status.state == 'T' || status.state == 't')
			waits->state = WAITS_STOPPED;
	} else if (!proc_is_gone(errno) && waits->state == WAITS_KNOWN) {
		waits->state = WAITS_REFUSED;
	}
}

/* Take back the memberships that a try has added. */
static void
drop_members(struct waits *waits, size_t kept)
{
	waits->member_count = kept;
}

bool
wait_is_open(const struct wait *wait)
{
	return wait->call != NULL && (wait->call->kind == WAIT_OPEN
	                              || wait->call->kind == WAIT_OPEN_AT);
}

bool
wait_goes_on(const struct wait *wait)
{
	struct syscall_line line;

	return syscall_read(wait->thread, &line) == 0
	       && syscall_is_same(&wait->line, &line);
}

/*
 * Read one call of a thread, with its descriptors.  Return 1 if it was read, 0 if the
 * thread went on meanwhile, -1 with errno.
 */
static int
try_thread(struct waits *waits, int thread, struct wait *wait)
{
	size_t kept = waits->member_count;
	int result = 0;
	int error = 0;

	if (syscall_read(thread, &wait->line) < 0)
		return -1;
	if (wait->line.state != LINE_CALL)
		return 1;
	wait->call = syscall_find(wait->line.number);
	if (wait->call != NULL && wait->call->kind == WAIT_RESTARTED)
		wait->call = resolve_restarted(thread, &wait->line);
	if (wait->call != NULL)
		result = members_add(waits, thread, wait->call, &wait->line);
	error = errno;
	if (!wait_goes_on(wait)) {
		drop_members(waits, kept);
		if (result < 0 && error == ENOMEM) {
			errno = error;
			return -1;
		}
		return 0;
	}
	errno = error;
	return result < 0 ? -1 : 1;
}

static int
record(struct waits *waits, const struct wait *wait)
{
	struct wait *list = array_room(waits->list, waits->count,
	                               &waits->capacity, sizeof *list);

	if (list == NULL)
		return -1;
	waits->list = list;
	list[waits->count++] = *wait;
	return 0;
}

/* Read what one thread waits for.  Return 0, or -1 with errno where memory is lacking. */
static int
read_thread(struct waits *waits, int thread)
{
	struct wait wait = { .thread = thread };
	size_t before = waits->member_count;
	int result = 0;

	for (int i = 0; i < TRIES && result == 0; i++)
		result = try_thread(waits, thread, &wait);
	if (result < 0) {
		drop_members(waits, before);
		if (errno == ENOMEM)
			return -1;
		/* A thread that is gone waits for nothing. */
		if (!proc_is_gone(errno))
			waits->state = WAITS_REFUSED;
		return 0;
	}
	if (wait.line.state == LINE_OF_KERNEL)
		return 0;
	if (result == 0 || wait.line.state != LINE_CALL) {
		waits->is_running = true;
		return 0;
	}
	wait.has_descriptors = waits->member_count > before;
	wait.has_timeout = wait.call != NULL
	                   && (wait.call->kind == WAIT_TIME
	                       || syscall_has_timeout(wait.call, &wait.line));
	return record(waits, &wait);
}

static int
compare_members(const void *a, const void *b)
{
	const struct membership *x = a;
	const struct membership *y = b;
	int order;

	if (x->fd != y->fd)
		return x->fd < y->fd ? -1 : 1;
	order = strcmp(x->call->name, y->call->name);
	if (order != 0)
		return order;
	if (x->has_events != y->has_events)
		return x->has_events - y->has_events;
	return (unsigned short)x->events - (unsigned short)y->events;
}

static int
read_threads(struct waits *waits, const struct numbers *threads)
{
	for (size_t i = 0; i < threads->count; i++) {
		note_stop(waits, threads->list[i]);
		if (read_thread(waits, threads->list[i]) < 0)
			return -1;
		/* A stop may have come after the first look, and have gone. */
		note_stop(waits, threads->list[i]);
	}
	return 0;
}

int
waits_read(struct waits *waits, int pid, int thread)
{
	struct numbers threads;
	struct text path;
	int abi;
	int result;

	*waits = (struct waits){ .state = WAITS_KNOWN };
	if (proc_numbers(proc_path(&path, pid, "task", -1), &threads) < 0) {
		waits->state = WAITS_REFUSED;
		return errno == ENOMEM ? -1 : 0;
	}
	abi = has_same_abi(thread);
	if (abi <= 0) {
		waits->state = abi == 0 ? WAITS_FOREIGN : WAITS_REFUSED;
		note_stop(waits, thread);
		numbers_free(&threads);
		return 0;
	}
	result = read_threads(waits, &threads);
	numbers_free(&threads);
	if (waits->member_count > 0)
		qsort(waits->members, waits->member_count, sizeof *waits->members,
		      compare_members);
	return result;
}

static int
compare_descriptors(const void *element, const void *key)
{
	const struct membership *member = element;
	const int *fd = key;

	return (member->fd > *fd) - (member->fd < *fd);
}

const struct membership *
waits_next(const struct waits *waits, int fd, const struct membership *after)
{
	size_t place = after != NULL
	               ? (size_t)(after - waits->members) + 1
	               : array_place(waits->members, waits->member_count,
	                             sizeof *after, &fd, compare_descriptors);

	return place < waits->member_count && waits->members[place].fd == fd
	       ? &waits->members[place] : NULL;
}

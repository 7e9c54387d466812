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
#include "lib/pollset_private.h"
#include "linux/epoll.h"
#include "linux/memory.h"
#include "linux/proc.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { TRIES = 5, AUXV_SIZE = 4096, SMALL_FILE = 256, STATUS_FILE = 4096 };

/* waitid(2)'s P_PIDFD, and poll sets of more than this are not read. */
enum { ID_OF_PIDFD = 3, MOST_POLLED = 1 << 22 };

void
waits_free(struct waits *waits)
{
	free(waits->list);
	free(waits->members);
	*waits = (struct waits){ .list = NULL };
}

/*
 * Return true if a process numbers its calls as pollwait does.  Its auxiliary vector
 * (getauxval(3)) holds the size of a page, in words of its own width.
 */
static bool
has_same_abi(int thread)
{
	struct text path;
	ElfW(auxv_t) vector[AUXV_SIZE / sizeof(ElfW(auxv_t))];
	ssize_t length = proc_read(proc_path(&path, thread, "auxv", -1),
	                           (char *)vector, sizeof vector);

	for (size_t i = 0; length > 0
	                   && (i + 1) * sizeof vector[0] <= (size_t)length; i++)
		if (vector[i].a_type == AT_PAGESZ)
			return vector[i].a_un.a_val
			       == (unsigned long)sysconf(_SC_PAGESIZE);
	return false;
}

/* The call of a thread in hand. */
struct reading {
	struct waits *waits;
	int thread;
	const struct syscall *call;
	const struct syscall_line *line;
	struct pollset epolls;  /* those that the call waits for, each once */
	struct numbers queue;   /* the same, in the order in which they are read */
};

/* Return 0, or -1 with errno. */
static int
add_member(struct reading *reading, int fd, const short *events, bool is_nested)
{
	struct waits *waits = reading->waits;
	struct membership *members = array_room(waits->members,
	                                        waits->member_count,
	                                        &waits->member_capacity,
	                                        sizeof *members);

	if (members == NULL)
		return -1;
	waits->members = members;
	members[waits->member_count++] = (struct membership){
		.fd = fd, .has_events = events != NULL,
		.is_nested = is_nested, .call = reading->call, .wait = waits->count
	};
	if (events != NULL)
		members[waits->member_count - 1].events = *events;
	return 0;
}

/*
 * Note an epoll whose registrations the call waits for.  An epoll is read once a call,
 * however often it is registered: sets that name one another would have no end.
 */
static int
add_epoll(struct reading *reading, int epoll)
{
	struct numbers *queue = &reading->queue;
	int *list;

	if (pollset_has(&reading->epolls, epoll))
		return 0;
	list = array_room(queue->list, queue->count, &queue->capacity, sizeof *list);
	if (list == NULL)
		return -1;
	queue->list = list;
	if (pollset_register(&reading->epolls, epoll, 0) < 0)
		return -1;
	list[queue->count++] = epoll;
	return 0;
}

/* Add a descriptor of a set: of poll(2), of select(2), or of an epoll. */
static int
add_polled(struct reading *reading, int fd, short events, bool is_nested)
{
	if (add_member(reading, fd, &events, is_nested) < 0)
		return -1;
	return epoll_is(reading->thread, fd) ? add_epoll(reading, fd) : 0;
}

/* Add what is registered in an epoll. */
static int
add_registered(struct reading *reading, int epoll)
{
	struct registration *list;
	size_t count;
	int result = 0;

	if (epoll_read(reading->thread, epoll, &list, &count) < 0)
		/* An epoll that was closed meanwhile has nothing registered. */
		return errno == ENOENT ? 0 : -1;
	for (size_t i = 0; i < count && result == 0; i++)
		if (!list[i].is_reused && !epoll_has_fired(&list[i]))
			result = add_polled(reading, list[i].fd,
			                    epoll_requested(&list[i]), true);
	free(list);
	return result;
}

/* The most descriptors that poll(2) takes in a process. */
static uint64_t
most_polled(int thread)
{
	struct rlimit limit;

	/* The soft limit may have been lowered since the call. */
	if (prlimit(thread, RLIMIT_NOFILE, NULL, &limit) < 0
	    || limit.rlim_max > MOST_POLLED)
		return MOST_POLLED;
	return limit.rlim_max;
}

static int
add_poll(struct reading *reading)
{
	/* The kernel takes the number as an unsigned int. */
	size_t count = (unsigned)reading->line->arguments[1];
	struct pollfd *set;
	int result;

	if (count == 0)
		return 0;
	if (count > most_polled(reading->thread)) {
		errno = EFAULT;
		return -1;
	}
	set = malloc(count * sizeof *set);
	if (set == NULL)
		return -1;
	result = memory_read(reading->thread, reading->line->arguments[0], set,
	                     count * sizeof *set);
	for (size_t i = 0; i < count && result == 0; i++)
		if (set[i].fd >= 0)
			result = add_polled(reading, set[i].fd, set[i].events,
			                    false);
	free(set);
	return result;
}

/*
 * The number of descriptors that the kernel looks at in sets of select(2): as many as the
 * table of the process has room for, however many it is asked for.
 */
static uint64_t
most_selected(int thread)
{
	char file[STATUS_FILE];
	struct text path;
	const char *line;
	long long size = 0;

	if (proc_read(proc_path(&path, thread, "status", -1), file,
	              sizeof file) < 0)
		return 0;
	line = strstr(file, "\nFDSize:\t");
	if (line != NULL)
		size = strtoll(line + strlen("\nFDSize:\t"), NULL, 10);
	return size > 0 && size <= MOST_POLLED ? (uint64_t)size : MOST_POLLED;
}

enum { SETS = 3, BITS = 8 * sizeof(unsigned long) };

static bool
has_bit(const unsigned long *set, uint64_t fd)
{
	return set != NULL && (set[fd / BITS] >> fd % BITS & 1) != 0;
}

/* Read the three sets of select(2).  Return 0, or -1 with errno. */
static int
read_sets(int thread, const struct syscall_line *line, size_t words,
          unsigned long *sets[SETS])
{
	for (int i = 0; i < SETS; i++) {
		uint64_t address = line->arguments[1 + i];

		if (address == 0)
			continue;
		sets[i] = malloc(words * sizeof *sets[i]);
		if (sets[i] == NULL
		    || memory_read(thread, address, sets[i],
		                   words * sizeof *sets[i]) < 0)
			return -1;
	}
	return 0;
}

static int
add_select(struct reading *reading)
{
	static const short bits[SETS] = { POLLIN, POLLOUT, POLLPRI };
	unsigned long *sets[SETS] = { NULL, NULL, NULL };
	int asked = (int)(unsigned)reading->line->arguments[0];
	uint64_t count = asked < 0 ? 0 : (uint64_t)asked;
	uint64_t most = most_selected(reading->thread);
	int result;

	if (count > most)
		count = most;
	if (count == 0)
		return 0;
	result = read_sets(reading->thread, reading->line,
	                   (size_t)(count + BITS - 1) / BITS, sets);
	for (uint64_t fd = 0; fd < count && result == 0; fd++) {
		short events = 0;

		for (int i = 0; i < SETS; i++)
			if (has_bit(sets[i], fd))
				events = (short)(events | bits[i]);
		if (events != 0)
			result = add_polled(reading, (int)fd, events, false);
	}
	for (int i = 0; i < SETS; i++)
		free(sets[i]);
	return result;
}

/* Add the descriptors that a call waits for.  Return 0, or -1 with errno. */
static int
add_members(struct reading *reading)
{
	/* A descriptor is an int, whatever else the register holds. */
	int fd = (int)(unsigned)reading->line->arguments[0];
	int second = (int)(unsigned)reading->line->arguments[1];

	switch (reading->call->kind) {
	case WAIT_READ:
	case WAIT_WRITE:
	case WAIT_ACCEPT:
	case WAIT_CONNECT:
	case WAIT_LOCK:
	case WAIT_DESCRIPTOR:
		return add_member(reading, fd, NULL, false);
	case WAIT_EPOLL:
		if (add_member(reading, fd, NULL, false) < 0)
			return -1;
		return add_epoll(reading, fd);
	case WAIT_POLL:
		return add_poll(reading);
	case WAIT_SELECT:
		return add_select(reading);
	case WAIT_CHILD_ID:
		return fd == ID_OF_PIDFD ? add_member(reading, second, NULL, false)
		                         : 0;
	case WAIT_CHILD:
	case WAIT_OPEN:
	case WAIT_OPEN_AT:
	case WAIT_TIME:
	case WAIT_SIGNAL:
	case WAIT_FUTEX:
	case WAIT_OTHER:
		break;
	case WAIT_RESTARTED:
		/* It may be poll(2), of whose set nothing is known then. */
		errno = EPERM;
		return -1;
	}
	return 0;
}

/* Add the descriptors that a call of a thread waits for, as add_members() does. */
static int
read_members(struct waits *waits, int thread, const struct syscall *call,
             const struct syscall_line *line)
{
	struct reading reading = {
		.waits = waits, .thread = thread, .call = call, .line = line
	};
	int result;
	int error;

	pollset_start(&reading.epolls);
	result = add_members(&reading);
	for (size_t i = 0; i < reading.queue.count && result == 0; i++)
		result = add_registered(&reading, reading.queue.list[i]);
	error = errno;
	pollset_end(&reading.epolls);
	numbers_free(&reading.queue);
	errno = error;
	return result;
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

static bool
is_stopped(int thread)
{
	struct proc_status status;

	return proc_status(thread, &status) == 0
	       && (status.state == 'T' || status.state == 't');
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
		result = read_members(waits, thread, wait->call, &wait->line);
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
		if (errno != ENOENT && errno != ESRCH)
			waits->state = WAITS_REFUSED;
		return 0;
	}
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
		if (is_stopped(threads->list[i]))
			waits->state = WAITS_STOPPED;
		if (read_thread(waits, threads->list[i]) < 0)
			return -1;
		/* A stop may have come after the first look, and have gone. */
		if (is_stopped(threads->list[i]))
			waits->state = WAITS_STOPPED;
	}
	return 0;
}

int
waits_read(struct waits *waits, int pid, int thread)
{
	struct numbers threads;
	struct text path;
	int result;

	*waits = (struct waits){ .state = WAITS_KNOWN };
	if (proc_numbers(proc_path(&path, pid, "task", -1), &threads) < 0) {
		waits->state = WAITS_REFUSED;
		return errno == ENOMEM ? -1 : 0;
	}
	if (!has_same_abi(thread)) {
		waits->state = WAITS_FOREIGN;
		if (is_stopped(thread))
			waits->state = WAITS_STOPPED;
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

const struct membership *
waits_next(const struct waits *waits, int fd, const struct membership *after)
{
	size_t low = 0;
	size_t high = waits->member_count;

	if (after != NULL) {
		low = (size_t)(after - waits->members) + 1;
		high = low;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (waits->members[middle].fd < fd)
			low = middle + 1;
		else
			high = middle;
	}
	return low < waits->member_count && waits->members[low].fd == fd
	       ? &waits->members[low] : NULL;
}

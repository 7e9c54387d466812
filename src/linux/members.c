/*
 * members - the descriptors on which a call waits
 *
 * Some calls have one, as their argument.  The sets of poll(2) and select(2) are in the
 * memory of the process; what is registered in an epoll is told by its fdinfo.
 */
#include "linux/members.h"
#include "base/array.h"
#include "lib/pollset_private.h"
#include "linux/epoll.h"
#include "linux/memory.h"
#include "linux/proc.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { STATUS_FILE = 4096 };

/* P_PIDFD of waitid(2), and IORING_ENTER_REGISTERED_RING of io_uring_enter(2). */
enum { ID_OF_PIDFD = 3, ENTER_REGISTERED_RING = 1 << 4 };

/* The largest poll set that is read. */
enum { MOST_POLLED = 1 << 22 };

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

/*
 * Add a descriptor of a set: of poll(2), of select(2), or of an epoll, by its registration
 * there (NULL: none).
 */
static int
add_polled(struct reading *reading, int fd, short events,
           const struct registration *registration)
{
	struct waits *waits = reading->waits;
	struct membership *member;

	if (add_member(reading, fd, &events, registration != NULL) < 0)
		return -1;
	member = &waits->members[waits->member_count - 1];
	member->is_unsure = registration != NULL && registration->is_unsure;
	member->is_edge = registration != NULL && epoll_is_edge(registration);
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
			                    epoll_requested(&list[i]), &list[i]);
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
			                    NULL);
	free(set);
	return result;
}

/*
 * Read how many descriptors the kernel looks at in sets of select(2): as many as the table
 * of the process has room for, however many it is asked for.  Return 0, or -1 with errno.
 */
static int
read_most_selected(int thread, uint64_t *most)
{
	char file[STATUS_FILE];
	struct text path;
	unsigned long long size;

	if (proc_read(proc_path(&path, thread, "status", -1), file,
	              sizeof file) < 0)
		return -1;
	if (!proc_find_number(file, "FDSize:", 10, &size) || size > MOST_POLLED)
		size = MOST_POLLED;
	*most = size;
	return 0;
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
	uint64_t most;
	int result;

	if (read_most_selected(reading->thread, &most) < 0)
		return -1;
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
			result = add_polled(reading, (int)fd, events, NULL);
	}
	for (int i = 0; i < SETS; i++)
		free(sets[i]);
	return result;
}

/* Return true if the first argument is the index of a registered ring (io_uring_enter(2)). */
static bool
names_no_descriptor(const struct reading *reading)
{
	return strcmp(reading->call->name, "io_uring_enter") == 0
	       && (reading->line->arguments[3] & ENTER_REGISTERED_RING) != 0;
}

/* Add the descriptors that a call waits for.  Return 0, or -1 with errno. */
static int
add_members(struct reading *reading)
{
	/* A descriptor is an int, whatever else the register holds. */
	int fd = (int)(unsigned)reading->line->arguments[0];
	int second = (int)(unsigned)reading->line->arguments[1];
	int place;

	switch (reading->call->kind) {
	case WAIT_READ:
	case WAIT_WRITE:
	case WAIT_ACCEPT:
	case WAIT_CONNECT:
	case WAIT_LOCK:
	case WAIT_DESCRIPTOR:
		if (names_no_descriptor(reading))
			return 0;
		if (add_member(reading, fd, NULL, false) < 0)
			return -1;
		place = syscall_second_descriptor(reading->call);
		fd = (int)(unsigned)reading->line->arguments[place];
		return place == 0 ? 0 : add_member(reading, fd, NULL, false);
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

int
members_add(struct waits *waits, int thread, const struct syscall *call,
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

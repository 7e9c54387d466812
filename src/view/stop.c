/*
 * stop - a process on the way of the walk: what it waits for
 */
#include "view/stop.h"
#include "linux/children.h"
#include "linux/epoll.h"
#include "run/subject.h"
#include "view/cells.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Count how often a thread has been switched to or from.  Return false if unknown. */
static bool
add_switches(struct stop *stop, int thread)
{
	unsigned long long voluntary, others;
	struct text path;
	/* The lines are behind the list of groups, which may be long. */
	char *file = proc_read_whole(proc_path(&path, thread, "status", -1));
	bool is_known = file != NULL
	                && proc_find_number(file, "voluntary_ctxt_switches:", 10,
	                                    &voluntary)
	                && proc_find_number(file, "nonvoluntary_ctxt_switches:",
	                                    10, &others);

	if (is_known)
		stop->switches += voluntary + others;
	free(file);
	return is_known;
}

/* Count the threads, and their switches. */
static void
count_switches(struct stop *stop)
{
	struct numbers threads;
	struct text path;

	if (proc_numbers(proc_path(&path, stop->pid, "task", -1), &threads) < 0)
		stop->are_switches_unknown = true;
	for (size_t i = 0; i < threads.count; i++)
		if (!add_switches(stop, threads.list[i]))
			stop->are_switches_unknown = true;
	stop->threads = threads.count;
	numbers_free(&threads);
}

/*
 * Return true for an epoll for which the rows of what is registered stand.  One that has a
 * file without a number, or only registrations that have fired, has a row of its own.
 */
static bool
is_expanded(int thread, int fd)
{
	struct registration *list;
	size_t count;
	bool has_rows = false;
	bool is_reused = false;

	if (!epoll_is(thread, fd))
		return false;
	/* Without memory for the list, a row of its own would claim that it is empty. */
	if (epoll_read(thread, fd, &list, &count) < 0)
		return errno == ENOMEM;
	for (size_t i = 0; i < count; i++) {
		is_reused |= list[i].is_reused;
		has_rows |= !epoll_has_fired(&list[i]);
	}
	free(list);
	return has_rows && !is_reused;
}

/* Register each descriptor that a thread waits for.  Return 0, or -1 with errno. */
static int
register_waited(struct run *run, const struct rows *rows, int thread)
{
	const struct waits *waits = &rows->waits;

	for (size_t i = 0; i < waits->member_count; i++) {
		int fd = waits->members[i].fd;

		if (fd < 0 || pollset_has(&run->set, fd) || is_expanded(thread, fd))
			continue;
		if (pollset_register(&run->set, fd,
		                     POLLSET_DEFAULT | POLLRDHUP) < 0)
			return -1;
	}
	return 0;
}

/*
 * Count the descriptors that the process waits for at once, without epolls that only hold
 * others.
 */
static size_t
count_polled(const struct rows *rows, int thread)
{
	const struct waits *waits = &rows->waits;
	size_t count = 0;
	int last = -1;

	for (size_t i = 0; i < waits->member_count; i++) {
		int fd = waits->members[i].fd;

		if (!waits->members[i].has_events || fd == last)
			continue;
		last = fd;
		count += !is_expanded(thread, fd);
	}
	return count;
}

/* The direction of a call that waits with a descriptor; 0 if it is neither. */
static int
direction_of(const struct membership *member)
{
	if (member->has_events)
		return member->events & (POLLIN | POLLOUT);
	return member->call->kind == WAIT_READ ? POLLIN
	       : member->call->kind == WAIT_WRITE ? POLLOUT : 0;
}

/* A wait to read a FIFO that is open for both is for writers, and the reverse. */
static void
choose_direction(struct stop *stop, struct row *row)
{
	const struct membership *member = NULL;
	int direction = 0;

	if (row->kind != ROW_DESCRIPTOR || !row->facts.shows_access
	    || row->facts.access != O_RDWR)
		return;
	while ((member = waits_next(&stop->rows.waits, row->entry.value, member))
	       != NULL)
		direction |= direction_of(member);
	if (direction == POLLIN)
		row->facts.peer.filter = HOLDERS_THAT_WRITE;
	if (direction == POLLOUT)
		row->facts.peer.filter = HOLDERS_THAT_READ;
}

/* Look at the descriptors and gather the rows.  Return 0, or -1 with errno. */
static int
gather(struct stop *stop, struct run *run, struct inquiry *inquiry)
{
	int thread = run->target.thread;

	if (register_waited(run, &stop->rows, thread) < 0)
		return -1;
	mounts_free(&inquiry->mounts);
	mounts_read(&inquiry->mounts, thread);
	if (rows_find_unasked(run, &inquiry->mounts) < 0)
		return -1;
	if (pollset_count(&run->set) > 0 && run_poll(run, 0) < 0)
		stop->state = STOP_IS_REFUSED;
	if (rows_add_entries(&stop->rows, run, inquiry) < 0)
		return -1;
	for (size_t i = 0; i < stop->rows.count; i++)
		choose_direction(stop, &stop->rows.list[i]);
	return rows_add_waits(&stop->rows, thread);
}

/* Follow a process also if its session cannot be read. */
static bool
is_in_session(int pid, int session)
{
	struct proc_status status;

	return session == SESSION_UNKNOWN || proc_status(pid, &status) < 0
	       || status.session == session;
}

/* The ends that the timers of a process add.  Some kernels have no such file. */
static unsigned
ends_of_timers(int pid)
{
	struct text path;
	char first[2];
	ssize_t length = proc_read(proc_path(&path, pid, "timers", -1), first,
	                           sizeof first);

	if (length < 0)
		return errno == ENOENT ? 0 : END_UNKNOWN;
	return length > 0 ? END_TIME : 0;
}

/* Read the waits, and the rest where they are known. */
static int
read_process(struct stop *stop, struct run *run, struct inquiry *inquiry,
             int session)
{
	if (rows_read_waits(&stop->rows, run->target.thread) < 0)
		return -1;
	count_switches(stop);
	switch (stop->rows.waits.state) {
	case WAITS_STOPPED:
		stop->state = STOP_IS_STOPPED;
		return 0;
	case WAITS_REFUSED:
	case WAITS_FOREIGN:
		stop->state = STOP_IS_REFUSED;
		return 0;
	case WAITS_KNOWN:
		break;
	}
	stop->is_running = stop->rows.waits.is_running;
	stop->other_ends |= ends_of_timers(stop->pid);
	stop->descriptors = count_polled(&stop->rows, run->target.thread);
	if (stop->descriptors > 1 && !is_in_session(stop->pid, session)) {
		stop->state = STOP_IS_LOOP;
		return 0;
	}
	if (gather(stop, run, inquiry) < 0)
		return -1;
	/* Release the duplicates first: they would make pollwait a holder. */
	run_release(run);
	/* The first search is for all files, and goes through /proc; later ones do not. */
	if (holders_search(&inquiry->holders, 0) < 0)
		return -1;
	rows_count_pipes(&stop->rows, run, &inquiry->holders);
	if (target_is_gone(&run->target))
		stop->state = STOP_HAS_ENDED;
	return 0;
}

/* Open a process silently, and read it.  Return 0, or -1 with errno. */
static int
open_and_read(struct stop *stop, const struct options *options,
              struct inquiry *inquiry, int session)
{
	struct run run;
	int result = 0;

	run_start(&run, options);
	if (subject_open(&run, stop->pid, TARGET_ON_THE_WAY) == 0)
		result = read_process(stop, &run, inquiry, session);
	else
		stop->state = run.target.has_ended || !proc_exists(stop->pid)
		              ? STOP_HAS_ENDED : STOP_IS_REFUSED;
	run_end(&run);
	return result;
}

struct stop *
stop_read(const struct options *options, struct inquiry *inquiry, int pid,
          int session, bool follows_heard)
{
	struct stop *stop = calloc(1, sizeof *stop);
	int result = 0;

	if (stop == NULL)
		return NULL;
	stop->pid = pid;
	stop->state = STOP_WAITS;
	rows_start(&stop->rows, pid);
	if (follows_heard && children_heard(pid, &stop->heard) < 0)
		stop->other_ends |= END_UNKNOWN;
	/* A shell that runs the builtin is not asked by duplicates. */
	if (pid == getpid())
		stop->is_running = true;
	else
		result = open_and_read(stop, options, inquiry, session);
	stop->added = calloc(stop->rows.count + 1, sizeof *stop->added);
	if (result == 0 && stop->added != NULL)
		return stop;
	stop_free(stop);
	return NULL;
}

void
stop_free(struct stop *stop)
{
	if (stop == NULL)
		return;
	rows_free(&stop->rows);
	numbers_free(&stop->heard);
	free(stop->added);
	free(stop);
}

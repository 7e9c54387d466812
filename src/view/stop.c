/*
 * stop - a process on the way of the walk: what it waits for
 */
#include "view/stop.h"
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
	stop->descriptors = count_polled(&stop->rows, run->target.thread);
	if (stop->descriptors > 1 && !is_in_session(stop->pid, session)) {
		stop->state = STOP_IS_LOOP;
		return 0;
	}
	if (gather(stop, run, inquiry) < 0)
		return -1;
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
          int session)
{
	struct stop *stop = calloc(1, sizeof *stop);
	int result = 0;

	if (stop == NULL)
		return NULL;
	stop->pid = pid;
	stop->state = STOP_WAITS;
	rows_start(&stop->rows, pid);
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
	free(stop->added);
	free(stop);
}

const struct holder *
stop_next_holder(const struct stop *stop, size_t row, struct inquiry *inquiry,
                 int left_out, const struct holder *after)
{
	const struct row *of = &stop->rows.list[row];

	return cell_next_holder(&inquiry->holders, &of->facts.peer, &stop->rows, of,
	                        left_out, after);
}

/* Tell what is known of the other end of a row. */
static struct other_end
find_other_end(const struct stop *stop, size_t place, struct inquiry *inquiry,
               int left_out)
{
	const struct row *row = &stop->rows.list[place];
	struct other_end other_end = { false, false };

	if (row->kind == ROW_WAIT) {
		/* The end of pollwait ends a wait for any child. */
		for (size_t i = 0; i < row->children.count; i++)
			other_end.is_pollwait_enough
				|= row->children.list[i] == left_out;
		return other_end;
	}
	if (!row->is_described || row->facts.peer.state != PEER_HOLDERS
	    || stop_next_holder(stop, place, inquiry, left_out, NULL) != NULL)
		return other_end;
	other_end.is_pollwait_enough = stop_next_holder(stop, place, inquiry, 0, NULL)
	                             != NULL;
	other_end.is_unknown = !other_end.is_pollwait_enough;
	return other_end;
}

/* Return true if only threads of the process itself can end a wait. */
static bool
is_private(const struct stop *stop, size_t place, struct inquiry *inquiry,
           int left_out)
{
	const struct row *row = &stop->rows.list[place];
	const struct holder *holder = NULL;
	unsigned ends = stop->added[place].ends;

	if (ends_by_itself(ends))
		return false;
	if (row->kind == ROW_WAIT || row->facts.peer.state != PEER_HOLDERS)
		return row->kind != ROW_WAIT ? ends == END_THREAD
		                             : row->children.count == 0;
	while ((holder = stop_next_holder(stop, place, inquiry, left_out, holder))
	       != NULL)
		if (holder->pid != stop->pid)
			return false;
	return true;
}

/* Hide what the process does itself, as its self-pipes, if it waits for more. */
static void
hide_private(struct stop *stop, struct inquiry *inquiry, int left_out)
{
	size_t private = 0;

	for (size_t i = 0; i < stop->rows.count; i++) {
		stop->added[i].is_hidden = is_private(stop, i, inquiry, left_out);
		private += stop->added[i].is_hidden;
	}
	if (private < stop->rows.count)
		return;
	for (size_t i = 0; i < stop->rows.count; i++)
		stop->added[i].is_hidden = false;
}

/* Hide a futex that says what one before it says. */
static void
hide_repeated(struct stop *stop)
{
	for (size_t i = 0; i < stop->rows.count; i++) {
		const struct row *row = &stop->rows.list[i];

		for (size_t j = 0; j < i && row->kind == ROW_WAIT; j++) {
			const struct row *before = &stop->rows.list[j];

			stop->added[i].is_hidden |= before->kind == ROW_WAIT
				&& row->wait->call != NULL
				&& row->wait->call->kind == WAIT_FUTEX
				&& before->wait->call == row->wait->call
				&& stop->added[j].ends == stop->added[i].ends;
		}
	}
}

/* Add the peers of one row. */
static int
add_row_peers(const struct stop *stop, size_t place, struct inquiry *inquiry,
              struct walk *walk, int left_out)
{
	const struct row *row = &stop->rows.list[place];
	const struct holder *holder = NULL;

	for (size_t i = 0; i < row->children.count; i++)
		if (row->children.list[i] != left_out
		    && walk_add_peer(walk, row->children.list[i]) < 0)
			return -1;
	if (row->kind == ROW_WAIT || !row->is_described)
		return 0;
	if (row->facts.peer.state == PEER_PROCESS)
		return walk_add_peer(walk, row->facts.peer.pid);
	if (row->facts.peer.state != PEER_HOLDERS)
		return 0;
	while ((holder = stop_next_holder(stop, place, inquiry, left_out, holder))
	       != NULL)
		if (walk_add_peer(walk, holder->pid) < 0)
			return -1;
	return 0;
}

int
stop_add_peers(const struct stop *stop, struct inquiry *inquiry,
               struct walk *walk, int left_out)
{
	struct stop *filled = (struct stop *)stop;
	bool can_move = stop->state != STOP_WAITS || stop->is_running
	                || stop->rows.count == 0;

	if (stop->state != STOP_WAITS)
		return 1;
	for (size_t i = 0; i < stop->rows.count; i++) {
		struct stop_row *added = &filled->added[i];

		added->other_end = find_other_end(stop, i, inquiry, left_out);
		added->ends = ends_of(&stop->rows, &stop->rows.list[i],
		                      &added->other_end, stop->threads > 1);
	}
	hide_private(filled, inquiry, left_out);
	hide_repeated(filled);
	for (size_t i = 0; i < stop->rows.count; i++) {
		if (stop->added[i].is_hidden)
			continue;
		can_move |= ends_by_itself(stop->added[i].ends);
		if (add_row_peers(stop, i, inquiry, walk, left_out) < 0)
			return -1;
	}
	return can_move;
}

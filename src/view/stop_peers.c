/*
 * stop_peers - who can wake a process on the way of the walk, and which rows show it
 */
#include "view/peers.h"
#include "view/stop.h"

const struct holder *
stop_next_holder(const struct stop *stop, size_t row, struct inquiry *inquiry,
                 int left_out, const struct holder *after)
{
	const struct row *of = &stop->rows.list[row];

	return peers_next(&inquiry->holders, &of->facts.peer, &stop->rows, of,
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

/*
 * Return true if only threads of the process itself can end a wait, or make its
 * descriptor ready before the call's time is over.
 */
static bool
is_private(const struct stop *stop, size_t place, struct inquiry *inquiry,
           int left_out)
{
	const struct row *row = &stop->rows.list[place];
	const struct holder *holder = NULL;
	unsigned ends = stop->added[place].ends;

	if (row->kind != ROW_WAIT)
		ends &= ~(unsigned)END_TIME;
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

/*
 * Hide what the process does itself, as its self-pipes, if it waits for more.  That time
 * can end a wait is not hidden with them.
 */
static void
hide_private(struct stop *stop, struct inquiry *inquiry, int left_out)
{
	bool is_any_shown = false;
	bool is_time_shown = false;

	for (size_t i = 0; i < stop->rows.count; i++) {
		struct stop_row *added = &stop->added[i];

		added->is_hidden = is_private(stop, i, inquiry, left_out);
		is_any_shown |= !added->is_hidden;
		is_time_shown |= !added->is_hidden && (added->ends & END_TIME) != 0;
	}
	for (size_t i = 0; i < stop->rows.count; i++) {
		struct stop_row *added = &stop->added[i];

		added->is_hidden &= is_any_shown
		                    && ((added->ends & END_TIME) == 0 || is_time_shown);
	}
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
		                      &added->other_end, stop->threads > 1)
		              | stop->other_ends;
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
	for (size_t i = 0; i < stop->heard.count; i++)
		if (stop->heard.list[i] != left_out
		    && walk_add_peer(walk, stop->heard.list[i]) < 0)
			return -1;
	return can_move;
}

/*
 * why - what a process waits for, and who can wake it (-w)
 *
 * The walk reads each process on the way once.  One pass over /proc has noted the holders
 * of all files; the walk looks them up.  That nobody can wake anybody is said only if a
 * second walk finds the same, and no thread has run in between.
 */
#include "view/why.h"
#include "base/array.h"
#include "base/host.h"
#include "base/message.h"
#include "linux/denied.h"
#include "view/cells.h"
#include "view/circle.h"
#include "view/columns.h"
#include "view/incomplete.h"
#include "view/signals.h"
#include "view/stop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A new column is a title here, and a case of append_cell(). */
enum { PROCESS, FD, EVENTS, CALL, UNREAD, PEER, ENDS, TARGET, COLUMN_COUNT };

static const struct column titles[COLUMN_COUNT] = {
	[PROCESS] = { .title = "PROCESS" },
	[FD] = { .title = "FD" },
	[EVENTS] = { .title = "EVENTS" },
	[CALL] = { .title = "CALL" },
	[UNREAD] = { .title = "UNREAD", .is_right_aligned = true },
	[PEER] = { .title = "PEER" },
	[ENDS] = { .title = "ENDS" },
	[TARGET] = { .title = "TARGET" }
};

/* A row of the table: one of a process's, or the one that stands for the process. */
struct line {
	const struct stop *stop;
	size_t row;
	enum { LINE_OF_ROW, LINE_OF_PROCESS } kind;
};

struct why {
	struct run *run;
	struct inquiry inquiry;
	struct walk walk;
	struct stop **stops;    /* in the order of the walk */
	size_t stop_count;
	size_t stop_capacity;
	struct line *lines;
	size_t line_count;
	size_t line_capacity;
	struct text table;
	int left_out;           /* the command pollwait */
	int session;            /* of the target process */
	bool follows_heard;     /* children of whose end a handler is told are peers too */
};

static void
start(struct why *why, struct run *run, bool follows_heard)
{
	*why = (struct why){
		.run = run, .left_out = host_is_shell ? 0 : getpid(),
		.follows_heard = follows_heard
	};
	inquiry_start(&why->inquiry, NULL);
	why->inquiry.holders.wants_all = true;
	walk_start(&why->walk);
	text_start(&why->table);
}

static void
end(struct why *why)
{
	for (size_t i = 0; i < why->stop_count; i++)
		stop_free(why->stops[i]);
	free(why->stops);
	free(why->lines);
	text_free(&why->table);
	walk_end(&why->walk);
	inquiry_end(&why->inquiry);
}

/* Append the one row of a process that is not told by its waits. */
static void
append_process_cell(struct text *cell, const struct stop *stop, size_t column)
{
	static const struct {
		const char *call;
		unsigned ends;
	} words[] = {
		[STOP_WAITS] = { "running", END_RUNS },
		[STOP_IS_STOPPED] = { "stopped", END_STOPPED },
		[STOP_HAS_ENDED] = { "ended", END_ENDED },
		[STOP_IS_REFUSED] = { "?", END_UNKNOWN },
		[STOP_IS_LOOP] = { NULL, END_LOOP }
	};
	/* A tracer waits for processes that are not its children: nothing tells of them. */
	bool is_still = stop->state == STOP_WAITS && !stop->is_running;
	bool is_known = stop->state != STOP_IS_REFUSED && !is_still;

	if (column == CALL && stop->state == STOP_IS_LOOP) {
		cell_polling_calls(cell, &stop->rows.waits);
	} else if (column == CALL) {
		text_string(cell, is_still ? "?" : words[stop->state].call);
	} else if (column == ENDS) {
		ends_append(cell, is_still ? END_UNKNOWN : words[stop->state].ends);
	} else if (column == TARGET && stop->state == STOP_IS_LOOP) {
		text_decimal(cell, stop->descriptors);
		text_string(cell, " descriptors");
	} else {
		text_string(cell, is_known || column == FD ? "-" : "?");
	}
}

/* Append PEER.  An empty list is not known, unless pollwait alone holds the other end. */
static void
append_peer(struct why *why, struct text *cell, const struct line *line)
{
	const struct stop *stop = line->stop;
	const struct row *row = &stop->rows.list[line->row];
	bool is_known = (stop->added[line->row].ends & END_UNKNOWN) == 0;
	size_t start = cell->length;

	cell_peer(cell, &stop->rows, row, &why->inquiry.holders, why->left_out,
	          is_known ? "-" : "?");
	if (stop->heard.count == 0 || row->children.count > 0)
		return;
	/* The children that a handler hears of stand behind the others. */
	if (cell->length - start == 1)
		cell->length = start;
	else
		text_string(cell, ",");
	cell_children(cell, &stop->heard, why->left_out);
}

static void
append_row_cell(struct why *why, struct text *cell, const struct line *line,
                size_t column)
{
	const struct rows *rows = &line->stop->rows;
	const struct row *row = &rows->list[line->row];

	switch (column) {
	case FD:
		if (row->kind == ROW_WAIT)
			text_string(cell, "-");
		else
			row->entry.kind->append_target(cell, row->entry.value);
		break;
	case EVENTS:
		cell_events(cell, row);
		break;
	case CALL:
		cell_call(cell, rows, row);
		break;
	case UNREAD:
		cell_unread(cell, row);
		break;
	case PEER:
		append_peer(why, cell, line);
		break;
	case ENDS:
		ends_append(cell, line->stop->added[line->row].ends);
		break;
	case TARGET:
		cell_target(cell, rows, row);
		break;
	}
}

static void
append_cell(struct text *cell, void *view, size_t row, size_t column)
{
	struct why *why = view;
	const struct line *line = &why->lines[row];

	if (column == PROCESS)
		cell_process(cell, line->stop->pid);
	else if (line->kind == LINE_OF_PROCESS)
		append_process_cell(cell, line->stop, column);
	else
		append_row_cell(why, cell, line, column);
}

static int
add_line(struct why *why, struct line line)
{
	struct line *lines = array_room(why->lines, why->line_count,
	                                &why->line_capacity, sizeof *lines);

	if (lines == NULL)
		return -1;
	why->lines = lines;
	lines[why->line_count++] = line;
	return 0;
}

/* Add the lines of a process.  Return 0, or -1 with errno. */
static int
add_lines(struct why *why, const struct stop *stop)
{
	bool is_told = stop->state == STOP_WAITS && stop->rows.count > 0;

	if (!is_told || stop->is_running) {
		struct line line = { stop, 0, LINE_OF_PROCESS };

		if (add_line(why, line) < 0)
			return -1;
	}
	for (size_t i = 0; is_told && i < stop->rows.count; i++) {
		struct line line = { stop, i, LINE_OF_ROW };

		if (!stop->added[i].is_hidden && add_line(why, line) < 0)
			return -1;
	}
	return 0;
}

/* Read a process on the way, for walk_from(). */
static int
read_stop(void *context, struct walk *walk, int pid)
{
	struct why *why = context;
	struct stop *stop = stop_read(why->run->options, &why->inquiry, pid,
	                              why->session, why->follows_heard);
	struct stop **stops;

	if (stop == NULL)
		return -1;
	stops = array_room(why->stops, why->stop_count, &why->stop_capacity,
	                   sizeof(struct stop *));
	if (stops == NULL) {
		stop_free(stop);
		return -1;
	}
	why->stops = stops;
	stops[why->stop_count++] = stop;
	return stop_add_peers(stop, &why->inquiry, walk, why->left_out);
}

/* Walk, and make the table.  Return 0, or -1 after a message. */
static int
walk_and_print(struct why *why)
{
	struct proc_status status;
	int pid = why->run->options->pid;

	why->session = proc_status(pid, &status) == 0
	               ? status.session : SESSION_UNKNOWN;
	if (walk_from(&why->walk, pid, read_stop, why) < 0
	    || (walk_is_stuck(&why->walk)
	        && signals_find_tracers(why->stops, why->stop_count,
	                                &why->walk) < 0)) {
		message_errno("-w");
		return -1;
	}
	for (size_t i = 0; i < why->stop_count; i++) {
		if (add_lines(why, why->stops[i]) < 0) {
			message_errno("-w");
			return -1;
		}
	}
	columns_append(&why->table, titles, COLUMN_COUNT, why->line_count,
	               append_cell, why);
	why->table.failed |= why->inquiry.holders.commands.failed;
	return 0;
}

/*
 * Return true if a walk has found nobody who can wake anybody.  A holder that has let go
 * meanwhile runs, and may have passed on what it held.
 */
static bool
is_stuck(const struct why *why)
{
	return walk_is_stuck(&why->walk) && !why->inquiry.holders.has_moved;
}

/* Return true if two walks have found the same, and no thread has run in between. */
static bool
is_unchanged(const struct why *before, const struct why *after)
{
	if (before->table.length != after->table.length
	    || before->stop_count != after->stop_count
	    || memcmp(text_bytes(&before->table), text_bytes(&after->table),
	              before->table.length) != 0)
		return false;
	for (size_t i = 0; i < before->stop_count; i++)
		if (before->stops[i]->switches != after->stops[i]->switches
		    || before->stops[i]->threads != after->stops[i]->threads
		    || after->stops[i]->are_switches_unknown)
			return false;
	return true;
}

/* Print the table of a walk, and what makes it incomplete. */
static int
print(struct why *why)
{
	if (options_has(why->run->options, 'q'))
		return 0;
	if (run_print(why->run, &why->table) < 0)
		return -1;
	incomplete_tell_holders(&why->inquiry.holders);
	return 0;
}

/* Print the last walk, with the verdict of both. */
static enum status
conclude(struct why *first, struct why *last)
{
	bool is_certain = first != last && is_stuck(first) && is_stuck(last)
	                  && is_unchanged(first, last);

	if (print(last) < 0)
		return STATUS_ERROR;
	if (!is_certain)
		return STATUS_READY;
	if (!options_has(last->run->options, 'q') && circle_tell(&last->walk, last->run->options->pid) < 0)
		return STATUS_ERROR;
	return STATUS_NOTHING;
}

/* Walk again after the interval, which the end of the target cuts short. */
static enum status
walk_again(struct why *first)
{
	struct why second;
	enum status status = STATUS_ERROR;

	start(&second, first->run, first->follows_heard);
	if (run_pause(first->run, first->run->options->interval_ms) >= 0
	    && walk_and_print(&second) == 0)
		status = conclude(first, &second);
	end(&second);
	return status;
}

/*
 * Walk, and tell the verdict, after a second walk where nobody can wake anybody.  Without
 * follows_heard, tell nothing and return true where children that are heard may do that.
 */
static bool
hears_after_walk(struct run *run, bool follows_heard, enum status *status)
{
	struct why why;
	bool hears = false;

	*status = STATUS_ERROR;
	start(&why, run, follows_heard);
	if (walk_and_print(&why) == 0) {
		hears = !follows_heard && is_stuck(&why)
		        && signals_are_heard(why.stops, why.stop_count, &why.walk,
		                             why.left_out);
		if (!hears)
			*status = is_stuck(&why) ? walk_again(&why)
			                         : conclude(&why, &why);
	}
	end(&why);
	return hears;
}

enum status
view_why(struct run *run)
{
	enum status status = STATUS_ERROR;

	/* Without /proc nothing is known of any wait. */
	if (!proc_tells_numbers())
		denied_listing(run->options->pid, run->target.pidfd);
	else if (hears_after_walk(run, false, &status))
		(void)hears_after_walk(run, true, &status);
	return status;
}

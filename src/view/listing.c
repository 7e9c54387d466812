/*
 * listing - every descriptor of a set, ready or not, and what is known of it (-l)
 */
#include "view/listing.h"
#include "base/host.h"
#include "base/message.h"
#include "run/report.h"
#include "run/subject.h"
#include "view/cells.h"
#include "view/columns.h"
#include "view/incomplete.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A new column is a title here, and a case of append_cell(). */
enum { FD, EVENTS, CALL, MODE, UNREAD, PEER, ALSO, TARGET, COLUMN_COUNT };

static const struct column titles[COLUMN_COUNT] = {
	[FD] = { .title = "FD" },
	[EVENTS] = { .title = "EVENTS" },
	[CALL] = { .title = "CALL" },
	[MODE] = { .title = "MODE" },
	[UNREAD] = { .title = "UNREAD", .is_right_aligned = true },
	[PEER] = { .title = "PEER" },
	[ALSO] = { .title = "ALSO" },
	[TARGET] = { .title = "TARGET" }
};

struct listing {
	struct run *run;
	struct rows rows;
	struct inquiry inquiry;
	int left_out;           /* the command pollwait, which is no holder */
};

static void
append_cell(struct text *cell, void *view, size_t row_number, size_t column)
{
	struct listing *listing = view;
	const struct rows *rows = &listing->rows;
	const struct row *row = &rows->list[row_number];
	struct holders *holders = &listing->inquiry.holders;

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
	case MODE:
		cell_mode(cell, row);
		break;
	case UNREAD:
		cell_unread(cell, row);
		break;
	case PEER:
		cell_peer(cell, rows, row, holders, listing->left_out, "?");
		break;
	case ALSO:
		cell_also(cell, rows, row, holders, listing->left_out);
		break;
	case TARGET:
		cell_target(cell, rows, row);
		break;
	}
}

static bool
has_target(const struct listing *listing)
{
	return listing->run->options->pid != 0;
}

/* With -p and no operand, list what threads wait for without a descriptor too. */
static bool
lists_waits(const struct listing *listing)
{
	return has_target(listing) && !listing->run->options->has_operands;
}

/* The thread by which the target process is read. */
static int
thread_of(const struct listing *listing)
{
	return listing->run->subject->can_wait ? listing->run->options->pid
	                                       : listing->run->target.thread;
}

/* Gather the rows after a poll.  Return 0, or -1 with errno. */
static int
gather(struct listing *listing)
{
	struct run *run = listing->run;
	struct rows *rows = &listing->rows;

	if (has_target(listing)
	    && rows_read_waits(rows, thread_of(listing)) < 0)
		return -1;
	if (rows_add_entries(rows, run, &listing->inquiry) < 0)
		return -1;
	if (lists_waits(listing)) {
		if (rows_add_waits(rows, thread_of(listing)) < 0)
			return -1;
		rows_merge_waits(rows);
	}
	run_release(run);
	if (holders_search(&listing->inquiry.holders, listing->left_out) < 0)
		return -1;
	rows_count_pipes(rows, run, &listing->inquiry.holders);
	/* The numbers in /proc may be those of another process by now. */
	if (!run->subject->can_wait && target_is_gone(&run->target))
		rows_forget_process(rows);
	return 0;
}

/* Print the table, the messages about it, and the hints.  Return -1 after a message. */
static int
print(struct listing *listing)
{
	struct column columns[COLUMN_COUNT];
	struct text lines;

	if (gather(listing) < 0) {
		message_errno("the listing");
		return -1;
	}
	text_start(&lines);
	memcpy(columns, titles, sizeof columns);
	columns[CALL].is_hidden = !has_target(listing);
	columns_append(&lines, columns, COLUMN_COUNT, listing->rows.count,
	               append_cell, listing);
	lines.failed |= listing->rows.text.failed
	                | listing->inquiry.holders.commands.failed;
	if (run_print(listing->run, &lines) < 0)
		return -1;
	incomplete_tell_holders(&listing->inquiry.holders);
	incomplete_tell_waits(&listing->rows);
	return 0;
}

/* Poll, gather, print.  Return 0, or -1 after a message. */
static int
poll_and_print(struct listing *listing)
{
	struct run *run = listing->run;
	/* Nothing can become ready if duplicating is refused. */
	int timeout_ms = subject_cannot_duplicate(run) ? 0 : run->options->timeout_ms;

	mounts_read(&listing->inquiry.mounts, run->subject->can_wait
	                                      ? PROC_SELF : run->target.thread);
	if (rows_find_unasked(run, &listing->inquiry.mounts) < 0) {
		message_errno("the listing");
		return -1;
	}
	if (pollset_count(&run->set) > 0 && run_poll(run, timeout_ms) < 0)
		return -1;
	return print(listing);
}

enum status
view_listing(struct run *run)
{
	int pid = run->options->pid != 0 ? run->options->pid : getpid();
	struct listing listing = {
		.run = run,
		.left_out = host_is_shell ? 0 : getpid()
	};
	int result;

	rows_start(&listing.rows, pid);
	inquiry_start(&listing.inquiry,
	              run->subject->can_wait ? &run->set : NULL);
	result = poll_and_print(&listing);
	inquiry_end(&listing.inquiry);
	rows_free(&listing.rows);
	if (result < 0)
		return STATUS_ERROR;
	if (pollset_count(&run->set) == 0 || !options_has(run->options, 't'))
		return STATUS_READY;
	return subject_cannot_duplicate(run) ? STATUS_ERROR : report_status(&run->set);
}

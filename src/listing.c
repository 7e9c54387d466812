/*
 * listing - see listing.h
 *
 * The cells are gathered first, one text for all of them, since a column is as
 * wide as its widest cell, and since who holds the pipes of all rows is found in
 * one pass.
 */
#include "listing.h"
#include "array.h"
#include "call.h"
#include "message.h"
#include "output.h"
#include "peer.h"
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A new column is a line here, and the filling of its cell below. */
enum column { FD, EVENTS, CALL, MODE, UNREAD, PEER, TARGET, COLUMN_COUNT };

static const struct {
	const char *title;
	bool is_right_aligned;
	bool is_of_other;       /* only with -p */
} columns[COLUMN_COUNT] = {
	[FD] = { "FD", false, false },
	[EVENTS] = { "EVENTS", false, false },
	[CALL] = { "CALL", false, true },
	[MODE] = { "MODE", false, false },
	[UNREAD] = { "UNREAD", true, false },
	[PEER] = { "PEER", false, false },
	[TARGET] = { "TARGET", false, false }
};

static const char gap[] = "  ";

/* What of a row's PEER is to be found out. */
enum peer { NO_PEER, NOBODY, SEARCHED };

struct row {
	size_t start[COLUMN_COUNT];     /* of its cells, in listing->cells */
	size_t length[COLUMN_COUNT];
	enum peer peer;
	struct pipe_end pipe;
};

struct listing {
	struct run *run;
	struct calls calls;
	struct peers peers;
	struct text cells;
	struct row *rows;
	size_t count;
	size_t capacity;
};

/* A cell is what is appended to listing->cells between begin and end. */
static void
begin_cell(struct listing *listing, struct row *row, enum column column)
{
	row->start[column] = listing->cells.length;
}

static void
end_cell(struct listing *listing, struct row *row, enum column column)
{
	row->length[column] = listing->cells.length - row->start[column];
}

static void
fill_cell(struct listing *listing, struct row *row, enum column column,
          const char *content)
{
	begin_cell(listing, row, column);
	text_string(&listing->cells, content);
	end_cell(listing, row, column);
}

static void
append_mode(struct text *text, int flags)
{
	static const struct {
		int flag;
		const char *name;
	} surprising[] = {
		{ O_APPEND, ",append" },
		{ O_NONBLOCK, ",nonblock" },
		{ O_CLOEXEC, ",cloexec" }
	};

	if (flags & O_PATH)
		text_string(text, "path");
	else if ((flags & O_ACCMODE) == O_RDONLY)
		text_string(text, "r");
	else if ((flags & O_ACCMODE) == O_WRONLY)
		text_string(text, "w");
	else if ((flags & O_ACCMODE) == O_RDWR)
		text_string(text, "rw");
	else
		/* Linux's access mode 3 is for ioctl(2) alone. */
		text_string(text, "-");
	for (size_t i = 0; i < sizeof surprising / sizeof *surprising; i++)
		if (flags & surprising[i].flag)
			text_string(text, surprising[i].name);
}

static void
append_unread(struct text *text, int unread)
{
	if (unread == UNREAD_UNKNOWN)
		text_string(text, "?");
	else if (unread < 0)
		text_string(text, "-");
	else
		text_decimal(text, (unsigned)unread);
}

static bool
events_are_refused(const struct run *run)
{
	return run->other.pid != 0 && !run->other.may_duplicate;
}

/*
 * Whose other end it is, if it is a pipe.  Where the report says that nobody has
 * it, the kernel knows better than a search of processes can.
 */
static int
want_peers(struct listing *listing, struct row *row,
           const struct description *description, short report)
{
	int access = description->flags & O_ACCMODE;

	row->peer = NO_PEER;
	if (description->type != S_IFIFO || (description->flags & O_PATH) != 0)
		return 0;
	row->peer = NOBODY;
	if ((access != O_WRONLY && (report & POLLHUP) != 0)
	    || (access != O_RDONLY && (report & POLLERR) != 0))
		return 0;
	row->peer = SEARCHED;
	row->pipe = (struct pipe_end){
		.device = description->device, .inode = description->inode,
		.access = access,
		.is_named = description->name_length == 0
		            || description->name[0] == '/',
		.is_held = !events_are_refused(listing->run)
	};
	return peers_want(&listing->peers, &row->pipe);
}

/* Describes an entry as what the run has of it allows. */
static int
describe(const struct run *run, const struct pollfd *entry,
         struct description *description)
{
	struct proc_descriptor other;

	if (run->other.pid == 0)
		return descriptor_describe(entry->fd, description);
	if (!run->other.may_duplicate)
		return descriptor_describe_other(run->other.pid, entry->fd,
		                                 description);
	if (descriptor_describe(wait_descriptor(run, entry), description) < 0)
		return -1;
	/* Close-on-exec is the number's, and not the duplicate's. */
	description->flags &= ~O_CLOEXEC;
	if (proc_descriptor(run->other.pid, entry->fd, &other) == 0
	    && (other.inode == 0 || other.inode == description->inode))
		description->flags |= other.flags & O_CLOEXEC;
	return 0;
}

/* The last cell of a row, which a blank of the name's must not end. */
static void
append_name(struct text *text, const char *name, size_t length)
{
	size_t end = length;

	while (end > 0 && name[end - 1] == ' ')
		end--;
	if (length == 0)
		text_string(text, "?");
	text_escaped(text, name, end, "");
	text_escaped(text, name + end, length - end, " ");
}

static int
fill_descriptor(struct listing *listing, struct row *row,
                const struct pollfd *entry,
                const struct description *description)
{
	struct text *cells = &listing->cells;

	begin_cell(listing, row, CALL);
	calls_append(&listing->calls, cells, entry->fd);
	end_cell(listing, row, CALL);
	begin_cell(listing, row, MODE);
	append_mode(cells, description->flags);
	end_cell(listing, row, MODE);
	begin_cell(listing, row, UNREAD);
	append_unread(cells, description->unread);
	end_cell(listing, row, UNREAD);
	begin_cell(listing, row, TARGET);
	append_name(cells, description->name, description->name_length);
	end_cell(listing, row, TARGET);
	return want_peers(listing, row, description, entry->revents);
}

/* A process that has ended has no name any more. */
static void
fill_process(struct listing *listing, struct row *row, int pid)
{
	char name[PROC_COMMAND_SIZE];
	ssize_t length = proc_command(pid, name);

	if (length < 0)
		return;
	begin_cell(listing, row, TARGET);
	append_name(&listing->cells, name, (size_t)length);
	end_cell(listing, row, TARGET);
}

/* Fills the row of a descriptor but for FD, EVENTS and PEER.  -1 with errno. */
static int
fill_row(struct listing *listing, struct row *row, struct pollfd *entry)
{
	struct run *run = listing->run;
	struct description description;
	int result = 0;

	if (describe(run, entry, &description) == 0)
		result = fill_descriptor(listing, row, entry, &description);
	else if (errno == EBADF || errno == ENOENT)
		/* So much is known without a poll. */
		entry->revents = POLLNVAL;
	if (result == 0 && report_is_unasked_nval(entry))
		result = hints_note(&run->hints, entry);
	return result;
}

/* Adds the row of an entry, with all cells but PEER.  -1 with errno. */
static int
add_row(struct listing *listing, struct pollfd *entry)
{
	struct run *run = listing->run;
	struct row *rows = array_room(listing->rows, listing->count,
	                              &listing->capacity, sizeof *rows);
	int pid = processes_find(&run->processes, entry->fd);
	int result = 0;
	struct row *row;

	if (rows == NULL)
		return -1;
	listing->rows = rows;
	row = &rows[listing->count++];
	*row = (struct row){ .peer = NO_PEER };
	for (enum column i = 0; i < COLUMN_COUNT; i++)
		fill_cell(listing, row, i, "-");
	if (pid != 0)
		fill_process(listing, row, pid);
	else
		result = fill_row(listing, row, entry);
	begin_cell(listing, row, FD);
	report_append_target(&listing->cells, &run->processes, entry->fd);
	end_cell(listing, row, FD);
	if (pid == 0 && entry->revents == 0 && events_are_refused(run)) {
		fill_cell(listing, row, EVENTS, "?");
		return result;
	}
	begin_cell(listing, row, EVENTS);
	report_append_events(&listing->cells, entry->revents);
	end_cell(listing, row, EVENTS);
	return result;
}

static bool
all_explained(const struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++)
		if (listing->rows[i].peer == SEARCHED
		    && !peers_explain(&listing->peers, &listing->rows[i].pipe))
			return false;
	return true;
}

static void
fill_peers(struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++) {
		struct row *row = &listing->rows[i];

		if (row->peer == NOBODY)
			fill_cell(listing, row, PEER, "none");
		if (row->peer != SEARCHED)
			continue;
		begin_cell(listing, row, PEER);
		peers_append(&listing->peers, &listing->cells, &row->pipe);
		end_cell(listing, row, PEER);
	}
}

static int
gather(struct listing *listing)
{
	struct run *run = listing->run;

	if (run->other.pid != 0 && calls_read(&listing->calls,
	                                      run->other.pid) < 0)
		return -1;
	for (size_t i = 0; i < run->set.used; i++)
		if (add_row(listing, &run->set.entries[i]) < 0)
			return -1;
	wait_release(run);
	if (peers_search(&listing->peers, getpid()) < 0
	    || (!all_explained(listing)
	        && peers_search_self(&listing->peers) < 0))
		return -1;
	fill_peers(listing);
	return 0;
}

static bool
is_shown(const struct listing *listing, enum column column)
{
	return !columns[column].is_of_other || listing->run->other.pid != 0;
}

static void
append_blanks(struct text *text, size_t count)
{
	static const char blanks[] = "                                ";

	for (; count > sizeof blanks - 1; count -= sizeof blanks - 1)
		text_string(text, blanks);
	text_append(text, blanks, count);
}

/* One cell; the last of a line is not padded. */
static void
append_cell(struct text *table, enum column column, const char *content,
            size_t length, size_t width)
{
	if (column != 0)
		text_string(table, gap);
	if (columns[column].is_right_aligned)
		append_blanks(table, width - length);
	text_append(table, content, length);
	if (!columns[column].is_right_aligned && column != COLUMN_COUNT - 1)
		append_blanks(table, width - length);
}

static void
append_table(const struct listing *listing, struct text *table)
{
	size_t width[COLUMN_COUNT];

	for (enum column i = 0; i < COLUMN_COUNT; i++) {
		width[i] = strlen(columns[i].title);
		for (size_t j = 0; j < listing->count; j++)
			if (width[i] < listing->rows[j].length[i])
				width[i] = listing->rows[j].length[i];
	}
	for (enum column i = 0; i < COLUMN_COUNT; i++)
		if (is_shown(listing, i))
			append_cell(table, i, columns[i].title,
			            strlen(columns[i].title), width[i]);
	text_string(table, "\n");
	for (size_t j = 0; j < listing->count; j++) {
		const struct row *row = &listing->rows[j];
		const char *cells = text_bytes(&listing->cells);

		for (enum column i = 0; i < COLUMN_COUNT; i++)
			if (is_shown(listing, i))
				append_cell(table, i, cells + row->start[i],
				            row->length[i], width[i]);
		text_string(table, "\n");
	}
}

/* Prints the table, and then what is to be said of it. */
static int
print(struct run *run)
{
	struct listing listing = { .run = run };
	struct text table;
	int result;

	peers_start(&listing.peers);
	text_start(&listing.cells);
	text_start(&table);
	result = gather(&listing);
	if (result < 0)
		message_errno("the listing");
	else
		append_table(&listing, &table);
	table.failed |= listing.cells.failed | listing.peers.commands.failed;
	if (wait_print(run, &table) < 0)
		result = -1;
	text_free(&listing.cells);
	peers_end(&listing.peers);
	calls_end(&listing.calls);
	free(listing.rows);
	return result;
}

enum status
run_listing(struct run *run)
{
	const struct options *options = run->options;
	/* Nothing would tell of the end of a wait then. */
	bool is_refused = events_are_refused(run);
	bool is_empty = pollset_count(&run->set) == 0;

	if (!is_empty
	    && wait_for(run, is_refused ? 0 : options->timeout_ms) < 0)
		return STATUS_ERROR;
	if (print(run) < 0)
		return STATUS_ERROR;
	if (is_empty || !options->is_timeout_given)
		return STATUS_READY;
	return is_refused ? STATUS_ERROR : report_verdict(&run->set);
}

/*
 * listing - see listing.h
 *
 * The table is filled first and printed then: who holds the pipes of all rows is
 * found in one pass, when all rows are known.
 */
#include "view/listing.h"
#include "linux/syscall.h"
#include "base/host.h"
#include "base/message.h"
#include "linux/holders.h"
#include "run/report.h"
#include "view/table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A new column is a line here, and the filling of its cell below. */
enum { FD, EVENTS, CALL, MODE, UNREAD, PEER, TARGET, COLUMN_COUNT };

static const struct column columns[COLUMN_COUNT] = {
	[FD] = { "FD", false },
	[EVENTS] = { "EVENTS", false },
	[CALL] = { "CALL", false },             /* only with -p */
	[MODE] = { "MODE", false },
	[UNREAD] = { "UNREAD", true },
	[PEER] = { "PEER", false },
	[TARGET] = { "TARGET", false }
};

/* What of a row's PEER is to be found out. */
struct row {
	enum { NO_PEER, NOBODY, SEARCHED } peer;
	struct pipe_end pipe;
};

struct listing {
	struct run *run;
	struct calls calls;
	struct peers peers;
	struct table table;
	struct row *rows;               /* as many as the set has entries */
};

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
want_peers(struct listing *listing, size_t place,
           const struct description *description, short report)
{
	struct row *row = &listing->rows[place];
	int access = description->flags & O_ACCMODE;

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
		.is_named = !peer_is_nameless(description->name,
		                              description->name_length),
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

/* Fills the row of an open descriptor, but for FD, EVENTS and PEER. */
static void
fill_descriptor(struct listing *listing, size_t row, int fd,
                const struct description *description)
{
	struct table *table = &listing->table;

	calls_append(&listing->calls, table_fill(table, row, CALL), fd);
	append_mode(table_fill(table, row, MODE), description->flags);
	append_unread(table_fill(table, row, UNREAD), description->unread);
	append_name(table_fill(table, row, TARGET), description->name,
	            description->name_length);
}

/* A process that has ended has no name any more. */
static void
fill_process(struct listing *listing, size_t row, int pid)
{
	char name[PROC_COMMAND_SIZE];
	ssize_t length = proc_command(pid, name);

	if (length >= 0)
		append_name(table_fill(&listing->table, row, TARGET), name,
		            (size_t)length);
}

/* Finds out what is known of a descriptor.  -1 with errno. */
static int
inspect(struct listing *listing, size_t row, struct pollfd *entry)
{
	struct run *run = listing->run;
	struct description description;

	if (describe(run, entry, &description) == 0) {
		fill_descriptor(listing, row, entry->fd, &description);
		if (want_peers(listing, row, &description, entry->revents) < 0)
			return -1;
	} else if (errno == EBADF || errno == ENOENT) {
		/* So much is known without a poll. */
		entry->revents = POLLNVAL;
	}
	return report_is_unasked_nval(entry) ? hints_note(&run->hints, entry) : 0;
}

/* Adds the row of an entry, with all cells but PEER.  -1 with errno. */
static int
add_row(struct listing *listing, size_t row)
{
	struct run *run = listing->run;
	struct pollfd *entry = &run->set.entries[row];
	int pid = processes_find(&run->processes, entry->fd);
	struct text *events;

	if (table_add_row(&listing->table) < 0
	    || (pid == 0 && inspect(listing, row, entry) < 0))
		return -1;
	if (pid != 0)
		fill_process(listing, row, pid);
	report_append_target(table_fill(&listing->table, row, FD),
	                     &run->processes, entry->fd);
	events = table_fill(&listing->table, row, EVENTS);
	if (pid == 0 && entry->revents == 0 && events_are_refused(run))
		text_string(events, "?");
	else
		report_append_events(events, entry->revents);
	return 0;
}

static bool
all_explained(const struct listing *listing)
{
	for (size_t i = 0; i < listing->table.rows; i++)
		if (listing->rows[i].peer == SEARCHED
		    && !peers_explain(&listing->peers, &listing->rows[i].pipe))
			return false;
	return true;
}

/* The shell holds what it holds, but pollwait itself is not worth a word. */
static int
search_peers(struct listing *listing)
{
	if (host_is_shell)
		return peers_search(&listing->peers, 0);
	if (peers_search(&listing->peers, getpid()) < 0)
		return -1;
	return all_explained(listing) ? 0 : peers_search_self(&listing->peers);
}

static void
fill_peers(struct listing *listing)
{
	for (size_t i = 0; i < listing->table.rows; i++) {
		const struct row *row = &listing->rows[i];

		if (row->peer == NOBODY)
			text_string(table_fill(&listing->table, i, PEER), "none");
		else if (row->peer == SEARCHED)
			peers_append(&listing->peers,
			             table_fill(&listing->table, i, PEER),
			             &row->pipe);
	}
}

/* Fills the table.  -1 with errno. */
static int
gather(struct listing *listing)
{
	struct run *run = listing->run;

	listing->rows = calloc(run->set.used + 1, sizeof *listing->rows);
	if (listing->rows == NULL)
		return -1;
	if (run->other.pid == 0)
		table_hide(&listing->table, CALL);
	else if (calls_read(&listing->calls, run->other.pid) < 0)
		return -1;
	for (size_t i = 0; i < run->set.used; i++)
		if (add_row(listing, i) < 0)
			return -1;
	wait_release(run);
	if (search_peers(listing) < 0)
		return -1;
	fill_peers(listing);
	return 0;
}

/* Prints the table, and then what is to be said of it. */
static int
print(struct run *run)
{
	struct listing listing = { .run = run };
	struct text lines;
	int result;

	peers_start(&listing.peers);
	table_start(&listing.table, columns, COLUMN_COUNT);
	text_start(&lines);
	result = gather(&listing);
	if (result < 0)
		message_errno("the listing");
	else
		table_append(&listing.table, &lines);
	lines.failed |= listing.peers.commands.failed;
	if (wait_print(run, &lines) < 0)
		result = -1;
	table_end(&listing.table);
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

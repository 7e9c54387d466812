/*
 * listing - every descriptor of a set, ready or not, and what is known of it (-l)
 *
 * The rows are gathered first and printed then: one pass over all processes finds the
 * holders of the pipes of all rows.
 */
#include "view/listing.h"
#include "base/host.h"
#include "base/message.h"
#include "cli/event.h"
#include "linux/holders.h"
#include "linux/syscall.h"
#include "run/report.h"
#include "run/subject.h"
#include "view/columns.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A new column is a title here, and a case of append_cell(). */
enum { FD, EVENTS, CALL, MODE, UNREAD, PEER, TARGET, COLUMN_COUNT };

static const struct column titles[COLUMN_COUNT] = {
	[FD] = { .title = "FD" },
	[EVENTS] = { .title = "EVENTS" },
	[CALL] = { .title = "CALL" },
	[MODE] = { .title = "MODE" },
	[UNREAD] = { .title = "UNREAD", .is_right_aligned = true },
	[PEER] = { .title = "PEER" },
	[TARGET] = { .title = "TARGET" }
};

struct row {
	const struct pollfd *polled;
	struct entry entry;
	bool is_described;              /* the members below are known */
	int flags;
	bool is_mode_unknown;
	int unread;
	size_t name;                    /* where it begins in listing->names */
	size_t name_length;
	enum { NO_PEER, NOBODY, SEARCHED } peer;
	struct pipe_end pipe;
};

struct listing {
	struct run *run;
	struct mounts mounts;
	struct calls calls;
	struct peers peers;
	struct row *rows;
	size_t count;
	struct text names;
};

static void
append_mode(struct text *text, const struct row *row)
{
	int flags = row->flags;
	static const struct {
		int flag;
		const char *name;
	} surprising[] = {
		{ O_APPEND, ",append" },
		{ O_NONBLOCK, ",nonblock" },
		{ O_CLOEXEC, ",cloexec" }
	};

	if (row->is_mode_unknown) {
		text_string(text, "?");
		return;
	}
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

static void
append_events(const struct listing *listing, struct text *text,
              const struct row *row)
{
	bool is_unknown = !row->entry.kind->is_own
	                  && (subject_is_opaque(listing->run)
	                      || pollset_has(&listing->run->unasked,
	                                     row->polled->fd));

	if (is_unknown && row->polled->revents == 0)
		text_string(text, "?");
	else
		report_append_events(text, row->polled->revents);
}

static void
append_peer(const struct listing *listing, struct text *text,
            const struct row *row)
{
	if (row->peer == NOBODY)
		text_string(text, "none");
	else if (row->peer == SEARCHED)
		peers_append(&listing->peers, text, &row->pipe);
	else
		text_string(text, "-");
}

static void
append_target(const struct listing *listing, struct text *text,
              const struct row *row)
{
	size_t start = text->length;

	if (row->entry.kind->append_description != NULL)
		row->entry.kind->append_description(text, row->entry.value,
		                                    row->entry.fd);
	else if (row->is_described && row->name_length == 0)
		text_string(text, "?");
	else if (row->is_described)
		text_name(text, text_bytes(&listing->names) + row->name,
		          row->name_length);
	if (text->length == start)
		text_string(text, "-");
}

static void
append_cell(struct text *cell, const void *view, size_t row_number,
            size_t column)
{
	const struct listing *listing = view;
	const struct row *row = &listing->rows[row_number];

	switch (column) {
	case FD:
		row->entry.kind->append_target(cell, row->entry.value);
		return;
	case EVENTS:
		append_events(listing, cell, row);
		return;
	case TARGET:
		append_target(listing, cell, row);
		return;
	}
	if (!row->is_described) {
		text_string(cell, "-");
		return;
	}
	switch (column) {
	case CALL:
		calls_append(&listing->calls, cell, row->entry.value);
		return;
	case MODE:
		append_mode(cell, row);
		return;
	case UNREAD:
		append_unread(cell, row->unread);
		return;
	case PEER:
		append_peer(listing, cell, row);
		return;
	}
}

/*
 * Choose the pipe whose holders are searched.  Where the report says that nobody holds
 * the other end, the kernel knows better than a search of processes can.
 */
static int
want_peers(struct listing *listing, struct row *row,
           const struct description *description)
{
	short report = row->polled->revents;
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
		.is_held = !subject_is_opaque(listing->run)
	};
	return peers_want(&listing->peers, &row->pipe);
}

/* Find out what is known of a row's descriptor.  Return 0, or -1 with errno. */
static int
describe(struct listing *listing, struct row *row)
{
	struct run *run = listing->run;
	struct description description;

	if (run->subject->describe(run, row->polled, &listing->mounts,
	                           &description) < 0) {
		/* A closed descriptor is known to be nval without a poll. */
		if (errno == EBADF || errno == ENOENT)
			pollset_report(&run->set, row->polled, POLLNVAL);
		return report_is_unasked_nval(row->polled)
		       ? hints_note(run, row->polled) : 0;
	}
	row->is_described = true;
	row->flags = description.flags;
	row->is_mode_unknown = description.is_mode_unknown;
	row->unread = description.unread;
	row->name = listing->names.length;
	row->name_length = description.name_length;
	text_append(&listing->names, description.name, description.name_length);
	if (report_is_unasked_nval(row->polled)
	    && hints_note(run, row->polled) < 0)
		return -1;
	return want_peers(listing, row, &description);
}

/* Return true if the search found a holder wherever the kernel says there is one. */
static bool
all_explained(const struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++)
		if (listing->rows[i].peer == SEARCHED
		    && !peers_explain(&listing->peers, &listing->rows[i].pipe))
			return false;
	return true;
}

/* List the shell as a holder, but not the command pollwait. */
static int
search_peers(struct listing *listing)
{
	if (host_is_shell)
		return peers_search(&listing->peers, 0);
	if (peers_search(&listing->peers, getpid()) < 0)
		return -1;
	return all_explained(listing) ? 0 : peers_search_self(&listing->peers);
}

/* Gather the rows after a poll.  Return 0, or -1 with errno. */
static int
gather(struct listing *listing)
{
	struct run *run = listing->run;
	const struct pollfd *polled = NULL;

	listing->rows = calloc(pollset_count(&run->set) + 1, sizeof *listing->rows);
	if (listing->rows == NULL)
		return -1;
	if (run->options->pid != 0
	    && calls_read(&listing->calls, run->options->pid) < 0)
		return -1;
	while ((polled = pollset_each(&run->set, polled)) != NULL) {
		struct row *row = &listing->rows[listing->count++];

		row->polled = polled;
		row->entry = entries_find(&run->entries, polled->fd);
		if (!row->entry.kind->is_own && describe(listing, row) < 0)
			return -1;
	}
	run_release(run);
	return search_peers(listing);
}

/* Do not poll what could wait for ever: it is known before the first poll. */
static int
find_unasked(struct listing *listing)
{
	struct run *run = listing->run;
	const struct pollfd *polled = NULL;
	struct description description;

	mounts_read(&listing->mounts, run->subject->can_wait
	                              ? PROC_SELF : run->target.thread);
	if (!mounts_any_asks_server(&listing->mounts))
		return 0;
	while ((polled = pollset_each(&run->set, polled)) != NULL)
		if (!entries_find(&run->entries, polled->fd).kind->is_own
		    && run->subject->describe(run, polled, &listing->mounts,
		                              &description) == 0
		    && description.asks_server
		    && pollset_register(&run->unasked, polled->fd, 0) < 0) {
			message_errno("the listing");
			return -1;
		}
	return 0;
}

/* Print the table, and then the hints. */
static int
print(struct listing *listing)
{
	struct column columns[COLUMN_COUNT];
	struct text lines;
	int result = gather(listing);

	text_start(&lines);
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		columns[i] = titles[i];
	columns[CALL].is_hidden = listing->run->options->pid == 0;
	if (result < 0)
		message_errno("the listing");
	else
		columns_append(&lines, columns, COLUMN_COUNT, listing->count,
		               append_cell, listing);
	lines.failed |= listing->peers.commands.failed | listing->names.failed;
	return run_print(listing->run, &lines) < 0 ? -1 : result;
}

/* Poll, gather, print.  Return 0, or -1 after a message. */
static int
poll_and_print(struct listing *listing)
{
	struct run *run = listing->run;
	/* Where duplicating is refused, nothing would tell of the end of a wait. */
	int timeout_ms = subject_is_opaque(run) ? 0 : run->options->timeout_ms;

	if (find_unasked(listing) < 0)
		return -1;
	if (pollset_count(&run->set) > 0 && run_poll(run, timeout_ms) < 0)
		return -1;
	return print(listing);
}

enum status
view_listing(struct run *run)
{
	struct listing listing = { .run = run };
	int result;

	peers_start(&listing.peers);
	text_start(&listing.names);
	result = poll_and_print(&listing);
	text_free(&listing.names);
	peers_end(&listing.peers);
	calls_end(&listing.calls);
	mounts_free(&listing.mounts);
	free(listing.rows);
	if (result < 0)
		return STATUS_ERROR;
	if (pollset_count(&run->set) == 0 || !options_has(run->options, 't'))
		return STATUS_READY;
	return subject_is_opaque(run) ? STATUS_ERROR : report_status(&run->set);
}

/*
 * rows - what is known of the descriptors of a run and of the waits of its process
 */
#include "view/rows.h"
#include "base/array.h"
#include "linux/pollable.h"
#include "run/report.h"
#include "run/subject.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
rows_start(struct rows *rows, int pid)
{
	*rows = (struct rows){ .pid = pid };
	text_start(&rows->text);
}

void
rows_free(struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		numbers_free(&rows->list[i].children);
	free(rows->list);
	text_free(&rows->text);
	waits_free(&rows->waits);
}

void
inquiry_start(struct inquiry *inquiry, const struct pollset *named)
{
	file_inquiry_start(&inquiry->files, named);
	holders_start(&inquiry->holders);
	inquiry->mounts = (struct mounts){ NULL };
}

void
inquiry_end(struct inquiry *inquiry)
{
	mounts_free(&inquiry->mounts);
	holders_end(&inquiry->holders);
	file_inquiry_end(&inquiry->files);
}

/* The thread by which /proc is read. */
static int
thread_of(const struct run *run)
{
	return run->subject->can_wait ? PROC_SELF : run->target.thread;
}

int
rows_read_waits(struct rows *rows, int thread)
{
	rows->has_waits = true;
	if (thread == 0) {
		rows->waits.state = WAITS_REFUSED;
		return 0;
	}
	return waits_read(&rows->waits, rows->pid, thread);
}

/* Return true if a descriptor may not be polled. */
static bool
is_unaskable(const struct run *run, const struct pollfd *polled,
             const struct mounts *mounts, bool any_asks_server)
{
	struct description description;

	if (entries_find(&run->entries, polled->fd).kind->is_own)
		return false;
	if (!pollable(thread_of(run), polled->fd, mounts))
		return true;
	return any_asks_server
	       && run->subject->describe(run, polled, mounts, &description) == 0
	       && description.asks_server;
}

int
rows_find_unasked(struct run *run, const struct mounts *mounts)
{
	const struct pollfd *polled = NULL;
	bool any_asks_server = mounts_any_asks_server(mounts);

	while ((polled = pollset_each(&run->set, polled)) != NULL)
		if (is_unaskable(run, polled, mounts, any_asks_server)
		    && pollset_register(&run->unasked, polled->fd, 0) < 0)
			return -1;
	return 0;
}

struct row *
rows_add(struct rows *rows)
{
	struct row *list = array_room(rows->list, rows->count, &rows->capacity,
	                              sizeof *list);

	if (list == NULL)
		return NULL;
	rows->list = list;
	list[rows->count] = (struct row){ .kind = ROW_DESCRIPTOR };
	return &list[rows->count++];
}

/* Keep bytes in the text of the rows. */
static struct part
keep(struct rows *rows, const char *bytes, size_t length)
{
	struct part part = { rows->text.length, length };

	text_append(&rows->text, bytes, length);
	return part;
}

/* The wait for a lock of a descriptor's file; NULL: none. */
static const struct wait *
find_lock_wait(const struct rows *rows, int fd)
{
	const struct membership *member = NULL;

	while ((member = waits_next(&rows->waits, fd, member)) != NULL)
		if (!member->has_events
		    && lock_is_awaited(&rows->waits.list[member->wait]))
			return &rows->waits.list[member->wait];
	return NULL;
}

/* A descriptor on which a thread waits for a lock has the holders of the lock as peers. */
static void
find_lock(struct rows *rows, struct row *row, const struct description *description)
{
	struct lock_wish wish;

	row->wait = find_lock_wait(rows, row->entry.value);
	if (row->wait == NULL)
		return;
	row->facts.ends = 0;
	if (lock_read(row->wait, &wish) < 0) {
		row->facts.peer = (struct peer){ .state = PEER_UNKNOWN };
		return;
	}
	row->facts.peer = (struct peer){
		.state = PEER_HOLDERS,
		.key = {
			.kind = HOLDS_LOCK, .device = description->device,
			.number = description->inode, .lock = wish
		}
	};
}

static int
want(struct inquiry *inquiry, const struct peer *peer)
{
	return peer->state == PEER_HOLDERS
	       ? holders_want(&inquiry->holders, &peer->key) : 0;
}

/* Describe the descriptor of a row.  Return 0, or -1 with errno. */
static int
describe(struct rows *rows, struct row *row, struct run *run,
         struct inquiry *inquiry, const struct pollfd *polled)
{
	struct description description;
	struct file_query query = {
		.thread = thread_of(run),
		.fd = polled->fd,
		.duplicate = run->subject->descriptor(run, polled),
		.has_report = row->has_report,
		.report = row->report,
		.description = &description
	};

	if (run->subject->describe(run, polled, &inquiry->mounts,
	                           &description) < 0) {
		/* A closed descriptor is known to be nval without a poll. */
		if (errno == EBADF || errno == ENOENT)
			pollset_report(&run->set, polled, POLLNVAL);
		else
			row->is_unknown = true;
		return 0;
	}
	if (query.duplicate >= 0)
		row->is_uncounted = !descriptor_count_unread(query.duplicate,
		                                             &description);
	row->is_described = true;
	row->flags = description.flags;
	row->is_mode_unknown = description.is_mode_unknown;
	row->name = keep(rows, description.name, description.name_length);
	row->details.start = rows->text.length;
	file_inspect(&inquiry->files, &query, &row->facts, &rows->text);
	/* A signalfd tells pollwait of pollwait's own signals. */
	if (row->facts.pends != PENDS_AS_POLLED && row->has_report) {
		row->has_report = row->facts.pends != PENDS_UNKNOWN;
		row->report = (short)(row->facts.pends == PENDS_INPUT
		                      ? POLLIN & polled->events : 0);
	}
	row->details.length = rows->text.length - row->details.start;
	find_lock(rows, row, &description);
	if (want(inquiry, &row->facts.peer) < 0)
		return -1;
	return want(inquiry, &row->facts.also);
}

static int
add_entry(struct rows *rows, struct run *run, struct inquiry *inquiry,
          const struct pollfd *polled)
{
	struct row *row = rows_add(rows);

	if (row == NULL)
		return -1;
	row->entry = entries_find(&run->entries, polled->fd);
	row->kind = row->entry.kind->is_own ? ROW_OWN : ROW_DESCRIPTOR;
	row->report = polled->revents;
	row->has_report = row->kind == ROW_OWN
	                  || (!subject_cannot_duplicate(run)
	                      && !pollset_has(&run->unasked, polled->fd));
	if (row->kind == ROW_OWN) {
		row->details.start = rows->text.length;
		row->entry.kind->append_description(&rows->text, row->entry.value,
		                                    row->entry.fd);
		row->details.length = rows->text.length - row->details.start;
		return 0;
	}
	if (describe(rows, row, run, inquiry, polled) < 0)
		return -1;
	if (polled->revents == POLLNVAL) {
		row->report = POLLNVAL;
		row->has_report = true;
	}
	return report_is_unasked_nval(polled) ? hints_note(run, polled) : 0;
}

int
rows_add_entries(struct rows *rows, struct run *run, struct inquiry *inquiry)
{
	const struct pollfd *polled = NULL;

	while ((polled = pollset_each(&run->set, polled)) != NULL)
		if (add_entry(rows, run, inquiry, polled) < 0)
			return -1;
	return 0;
}

/* Return true if a holder of a pipe splices, as far as is known. */
static bool
is_spliced(struct holders *holders, const struct holder_key *pipe)
{
	const struct holder *holder = NULL;
	int last = 0;

	while ((holder = holders_next(holders, pipe, holder)) != NULL) {
		if (holder->pid != last && waits_splice(holder->pid))
			return true;
		last = holder->pid;
	}
	return false;
}

void
rows_count_pipes(struct rows *rows, const struct run *run, struct holders *holders)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct row *row = &rows->list[i];
		const struct peer *held = row->facts.also.state == PEER_HOLDERS
		                          ? &row->facts.also : &row->facts.peer;

		if (row->is_uncounted && !is_spliced(holders, &held->key))
			row->facts.unread = run->subject->count_pipe(
				run, row->entry.value, held->key.number);
	}
}

void
rows_forget_process(struct rows *rows)
{
	size_t kept = 0;

	rows->has_waits = false;
	for (size_t i = 0; i < rows->count; i++) {
		struct row *row = &rows->list[i];

		if (row->kind == ROW_WAIT) {
			numbers_free(&row->children);
			continue;
		}
		if (row->kind == ROW_DESCRIPTOR) {
			row->is_described = false;
			row->is_unknown = false;
			row->has_report = true;
			row->report = POLLNVAL;
		}
		rows->list[kept++] = *row;
	}
	rows->count = kept;
}

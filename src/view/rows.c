/*
 * rows - what is known of the descriptors of a run and of the waits of its process
 */
#include "view/rows.h"
#include "base/array.h"
#include "linux/children.h"
#include "linux/memory.h"
#include "run/report.h"
#include "run/subject.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

int
rows_find_unasked(struct run *run, const struct mounts *mounts)
{
	const struct pollfd *polled = NULL;
	struct description description;

	if (!mounts_any_asks_server(mounts))
		return 0;
	while ((polled = pollset_each(&run->set, polled)) != NULL)
		if (!entries_find(&run->entries, polled->fd).kind->is_own
		    && run->subject->describe(run, polled, mounts,
		                              &description) == 0
		    && description.asks_server
		    && pollset_register(&run->unasked, polled->fd, 0) < 0)
			return -1;
	return 0;
}

/* Add an empty row.  Return NULL with errno without memory. */
static struct row *
add_row(struct rows *rows)
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
		.thread = run->subject->can_wait ? PROC_SELF : run->target.thread,
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
	row->is_described = true;
	row->flags = description.flags;
	row->is_mode_unknown = description.is_mode_unknown;
	row->name = keep(rows, description.name, description.name_length);
	row->details.start = rows->text.length;
	file_inspect(&inquiry->files, &query, &row->facts, &rows->text);
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
	struct row *row = add_row(rows);

	if (row == NULL)
		return -1;
	row->entry = entries_find(&run->entries, polled->fd);
	row->kind = row->entry.kind->is_own ? ROW_OWN : ROW_DESCRIPTOR;
	row->report = polled->revents;
	row->has_report = row->kind == ROW_OWN
	                  || (!subject_is_opaque(run)
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

/*
 * Keep the path that a call opens: that of the descriptor of a directory, or of the working
 * directory, stands in front of a relative one.
 */
static void
keep_path(struct rows *rows, struct row *row, int thread)
{
	const struct wait *wait = row->wait;
	bool is_at = wait->call->kind == WAIT_OPEN_AT;
	char name[PATH_MAX];
	char directory[PATH_MAX];
	int fd = is_at ? (int)(unsigned)wait->line.arguments[0] : AT_FDCWD;
	ssize_t length = memory_read_string(wait->thread,
	                                    wait->line.arguments[is_at], name,
	                                    sizeof name);
	ssize_t directory_length = 0;
	struct text path;

	if (length > 0 && name[0] != '/')
		directory_length = readlink(fd == AT_FDCWD
		                            ? proc_path(&path, thread, "cwd", -1)
		                            : proc_path(&path, thread, "fd", fd),
		                            directory, sizeof directory);
	if (length <= 0 || directory_length < 0 || !wait_goes_on(wait))
		return;
	row->path.start = rows->text.length;
	text_append(&rows->text, directory, (size_t)directory_length);
	if (directory_length > 0)
		text_string(&rows->text, "/");
	text_append(&rows->text, name, (size_t)length);
	row->path.length = rows->text.length - row->path.start;
}

static bool
has_same_numbers(const struct numbers *one, const struct numbers *other)
{
	size_t same = 0;

	while (same < one->count && same < other->count
	       && one->list[same] == other->list[same])
		same++;
	return same == one->count && same == other->count;
}

static bool
has_same_part(const struct rows *rows, struct part one, struct part other)
{
	const char *bytes = text_bytes(&rows->text);

	return one.length == other.length
	       && memcmp(bytes + one.start, bytes + other.start, one.length) == 0;
}

static bool
is_same_call(const struct wait *one, const struct wait *other)
{
	return one->call == other->call
	       && (one->call != NULL || one->line.number == other->line.number);
}

/* Return true if a row of a wait looks like another, but for its timeout. */
static bool
looks_like(const struct rows *rows, const struct row *one, const struct row *other)
{
	return one->kind == ROW_WAIT && other->kind == ROW_WAIT
	       && is_same_call(one->wait, other->wait)
	       && one->is_unknown == other->is_unknown
	       && has_same_numbers(&one->children, &other->children)
	       && has_same_part(rows, one->path, other->path);
}

/* A futex is woken by the process's own threads or by others (FUTEX_PRIVATE_FLAG). */
static bool
is_woken_alike(const struct wait *one, const struct wait *other)
{
	enum { PRIVATE = 0x80 };

	return one->call == NULL || one->call->kind != WAIT_FUTEX
	       || (one->line.arguments[1] & PRIVATE)
	          == (other->line.arguments[1] & PRIVATE);
}

/* Drop the last row if one before it says the same. */
static void
drop_repeated(struct rows *rows)
{
	struct row *last = &rows->list[rows->count - 1];

	for (size_t i = 0; i + 1 < rows->count; i++) {
		const struct row *row = &rows->list[i];

		if (looks_like(rows, row, last)
		    && row->wait->has_timeout == last->wait->has_timeout
		    && is_woken_alike(row->wait, last->wait)) {
			numbers_free(&last->children);
			rows->count--;
			return;
		}
	}
}

void
rows_merge_waits(struct rows *rows)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->count; i++) {
		struct row *row = &rows->list[i];
		bool is_repeated = false;

		for (size_t j = 0; j < kept && row->kind == ROW_WAIT; j++)
			is_repeated |= looks_like(rows, &rows->list[j], row);
		if (is_repeated)
			numbers_free(&row->children);
		else
			rows->list[kept++] = *row;
	}
	rows->count = kept;
}

/* Add the row of a wait, unless it is for children and there are none. */
static int
add_wait(struct rows *rows, int thread, const struct wait *wait)
{
	struct numbers children = { NULL, 0, 0 };
	bool is_unknown = false;
	struct row *row;

	if (children_are_awaited(wait)) {
		if (children_awaited(rows->pid, wait, &children) < 0) {
			if (errno == ENOMEM)
				return -1;
			/* Without a process there are no children. */
			is_unknown = !proc_is_gone(errno);
		}
		if (children.count == 0 && !is_unknown)
			return 0;
	}
	row = add_row(rows);
	if (row == NULL) {
		numbers_free(&children);
		return -1;
	}
	row->kind = ROW_WAIT;
	row->wait = wait;
	row->is_unknown = is_unknown;
	row->children = children;
	if (wait_is_open(wait))
		keep_path(rows, row, thread);
	drop_repeated(rows);
	return 0;
}

int
rows_add_waits(struct rows *rows, int thread)
{
	if (rows->waits.state != WAITS_KNOWN)
		return 0;
	for (size_t i = 0; i < rows->waits.count; i++)
		if (!rows->waits.list[i].has_descriptors
		    && add_wait(rows, thread, &rows->waits.list[i]) < 0)
			return -1;
	return 0;
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

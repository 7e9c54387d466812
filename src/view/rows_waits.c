/*
 * rows_waits - the rows of waits without a descriptor
 */
#include "linux/children.h"
#include "linux/memory.h"
#include "view/rows.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/*
 * Read what stands in front of the name that a call opens: the directory of a descriptor,
 * the working directory, or a root that was changed (chroot(2)).  Return its length, 0 for
 * nothing, or -1 with errno.
 */
static ssize_t
read_directory(const struct wait *wait, int thread, const char *name,
               char directory[PATH_MAX])
{
	struct text path;
	ssize_t length;
	int fd = wait->call->kind == WAIT_OPEN_AT
	         ? (int)(unsigned)wait->line.arguments[0] : AT_FDCWD;

	if (*name != '/')
		return readlink(fd == AT_FDCWD ? proc_path(&path, thread, "cwd", -1)
		                               : proc_path(&path, thread, "fd", fd),
		                directory, PATH_MAX);
	length = readlink(proc_path(&path, thread, "root", -1), directory, PATH_MAX);
	return length == 1 ? 0 : length;
}

/* Keep the path that a call opens. */
static void
keep_path(struct rows *rows, struct row *row, int thread)
{
	const struct wait *wait = row->wait;
	bool is_at = wait->call->kind == WAIT_OPEN_AT;
	char name[PATH_MAX];
	char directory[PATH_MAX];
	ssize_t length = memory_read_string(wait->thread,
	                                    wait->line.arguments[is_at], name,
	                                    sizeof name);
	ssize_t directory_length = length > 0
	                           ? read_directory(wait, thread, name, directory)
	                           : -1;

	if (directory_length < 0 || !wait_goes_on(wait))
		return;
	row->path.start = rows->text.length;
	text_append(&rows->text, directory, (size_t)directory_length);
	if (*name != '/' && directory_length > 1)
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
	row = rows_add(rows);
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

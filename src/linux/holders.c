/*
 * holders - the files of interest, and the processes that hold them
 *
 * holders_search.c goes through all processes, holders_process.c looks at one.
 */
#include "base/array.h"
#include "base/number.h"
#include "linux/holders_private.h"
#include "linux/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
holders_start(struct holders *holders)
{
	*holders = (struct holders){ .keys = NULL };
	text_start(&holders->commands);
}

void
holders_end(struct holders *holders)
{
	free(holders->keys);
	free(holders->list);
	free(holders->paths);
	text_free(&holders->commands);
}

int
holders_want(struct holders *holders, const struct holder_key *key)
{
	struct holder_key *keys;

	/* All files with a number of their own have been recorded. */
	if (holders->has_all && key->kind != HOLDS_FIFO && key->kind != HOLDS_LOCK)
		return 0;
	keys = array_room(holders->keys, holders->key_count,
	                  &holders->key_capacity, sizeof *keys);
	if (keys == NULL)
		return -1;
	holders->keys = keys;
	holders->wants[key->kind] = true;
	keys[holders->key_count++] = *key;
	return 0;
}

/* The order in which a search finds keys: by kind and number first. */
static int
compare_numbers(const void *a, const void *b)
{
	const struct holder_key *x = a;
	const struct holder_key *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static int
compare_locks(const struct lock_wish *x, const struct lock_wish *y)
{
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->is_exclusive != y->is_exclusive)
		return x->is_exclusive - y->is_exclusive;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

static int
compare_keys(const void *a, const void *b)
{
	const struct holder_key *x = a;
	const struct holder_key *y = b;
	int order = compare_numbers(x, y);

	if (order != 0)
		return order;
	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	if (x->mounts != y->mounts)
		return x->mounts < y->mounts ? -1 : 1;
	return compare_locks(&x->lock, &y->lock);
}

static int
compare_holders(const void *a, const void *b)
{
	const struct holder *x = a;
	const struct holder *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	if (x->fd != y->fd)
		return x->fd < y->fd ? -1 : 1;
	return (x->device > y->device) - (x->device < y->device);
}

void
holders_sort_keys(struct holders *holders)
{
	size_t kept = 0;

	/* A search for all has no keys, and qsort(3) takes no NULL. */
	if (holders->key_count > 0)
		qsort(holders->keys, holders->key_count, sizeof *holders->keys,
		      compare_keys);
	for (size_t i = 0; i < holders->key_count; i++)
		if (kept == 0 || compare_keys(&holders->keys[kept - 1],
		                              &holders->keys[i]) != 0)
			holders->keys[kept++] = holders->keys[i];
	holders->key_count = kept;
}

size_t
holders_first_key(const struct holders *holders, enum holder_kind kind,
                  uint64_t number)
{
	struct holder_key wanted = { .kind = kind, .number = number };

	return array_place(holders->keys, holders->key_count, sizeof wanted, &wanted,
	                   compare_numbers);
}

const struct holder_key *
holders_key_at(const struct holders *holders, enum holder_kind kind, uint64_t number,
               size_t place)
{
	const struct holder_key *key = &holders->keys[place];

	return place < holders->key_count && key->kind == kind
	       && key->number == number ? key : NULL;
}

bool
holders_is_wanted(const struct holders *holders, enum holder_kind kind,
                  uint64_t number)
{
	size_t place = holders_first_key(holders, kind, number);

	return holders_key_at(holders, kind, number, place) != NULL;
}

int
holders_add(struct holders *holders, int pid, int thread, int fd,
            const struct holder_key *key)
{
	struct holder *list = array_room(holders->list, holders->count,
	                                 &holders->capacity, sizeof *list);

	if (list == NULL)
		return -1;
	holders->list = list;
	list[holders->count++] = (struct holder){
		.kind = key->kind, .number = key->number, .device = key->device,
		.mounts = key->mounts, .lock = key->lock, .pid = pid,
		.thread = thread, .fd = fd
	};
	return 0;
}

int
holders_add_lock(struct holders *holders, int pid, int thread, int fd,
                 const struct holder_key *key)
{
	struct text path;
	char *info = proc_read_whole(proc_path(&path, thread, "fdinfo", fd));
	unsigned kinds;

	if (info == NULL)
		return -1;
	kinds = lock_find_conflicts(info, &key->lock);
	free(info);
	if (kinds == 0)
		return 0;
	if (holders_add(holders, pid, thread, fd, key) < 0)
		return -1;
	holders->list[holders->count - 1].lock_kinds = kinds;
	return 0;
}

/* Leave each holder once: a key may have been searched for twice. */
static void
drop_repeated(struct holders *holders)
{
	size_t kept = 0;

	for (size_t i = 0; i < holders->count; i++) {
		const struct holder *holder = &holders->list[i];

		if (kept == 0
		    || compare_holders(&holders->list[kept - 1], holder) != 0
		    || compare_locks(&holders->list[kept - 1].lock,
		                     &holder->lock) != 0)
			holders->list[kept++] = *holder;
	}
	holders->count = kept;
}

void
holders_end_search(struct holders *holders)
{
	for (int kind = 0; kind < HOLDER_KINDS; kind++)
		holders->wants[kind] = false;
	holders->has_all |= holders->wants_all;
	holders->wants_all = false;
	holders->key_count = 0;
	holders->is_searched = true;
	if (holders->count > 0)
		qsort(holders->list, holders->count, sizeof *holders->list,
		      compare_holders);
	drop_repeated(holders);
}

bool
holders_is_gone(int error)
{
	return proc_is_gone(error) || error == EBADF;
}

uint64_t
holders_inode_in(const char *link)
{
	return number_of_kernel(strchr(link, '[') + 1, 10);
}

/* The access mode of a descriptor, from the permissions of its link; -1: O_PATH. */
static int
access_of(mode_t permissions)
{
	switch (permissions & (S_IRUSR | S_IWUSR)) {
	case S_IRUSR:
		return O_RDONLY;
	case S_IWUSR:
		return O_WRONLY;
	case S_IRUSR | S_IWUSR:
		return O_RDWR;
	}
	return -1;
}

/*
 * Read the name of a holder's process, once for neighbours in the list that are of one
 * process.  Return 0, or -1 with errno.
 */
static int
read_command(struct holders *holders, struct holder *holder)
{
	char name[PROC_COMMAND_SIZE];
	ssize_t length;

	if (holders->named.pid != holder->pid) {
		length = proc_command(holder->pid, name);
		if (length < 0)
			return -1;
		holders->named.pid = holder->pid;
		holders->named.command = holders->commands.length;
		text_escaped(&holders->commands, name, (size_t)length, ", ");
		holders->named.command_length = holders->commands.length
		                                - holders->named.command;
	}
	holder->command = holders->named.command;
	holder->command_length = holders->named.command_length;
	return 0;
}

/* Return true if the number of a holder of a pipe or a socket is another file by now. */
static bool
was_reused(const struct holder *holder, const char *path)
{
	char link[HOLDERS_LINK_SIZE];
	ssize_t length;

	if (holder->kind != HOLDS_PIPE && holder->kind != HOLDS_SOCKET)
		return false;
	length = readlink(path, link, sizeof link - 1);
	if (length < 0)
		return holders_is_gone(errno);
	link[length] = '\0';
	return !text_begins_with(link, holder->kind == HOLDS_PIPE ? "pipe:["
	                                                          : "socket:[")
	       || holders_inode_in(link) != holder->number;
}

/*
 * Find out what is told of a holder, when it is first stepped to.  A failure other than
 * that it is gone makes the list incomplete, and does not drop the holder.
 */
static void
resolve(struct holders *holders, struct holder *holder)
{
	struct text path;
	const char *name = proc_path(&path, holder->thread, "fd", holder->fd);
	struct stat link;
	bool is_complete = true;
	bool is_path = false;

	holder->is_resolved = true;
	holder->access = O_RDWR;
	if (lstat(name, &link) < 0) {
		holder->is_gone = holders_is_gone(errno);
		holder->is_access_unknown = true;
		is_complete = false;
	} else {
		holder->access = access_of(link.st_mode);
		is_path = holder->access < 0;
		holder->is_gone = is_path || was_reused(holder, name);
	}
	if (!holder->is_gone && read_command(holders, holder) < 0) {
		holder->is_gone = holders_is_gone(errno);
		is_complete = false;
		holder->command = holders->commands.length;
		text_string(&holders->commands, "?");
		holder->command_length = 1;
	}
	if (!is_complete && !holder->is_gone)
		holders->refused++;
	holders->has_moved |= holder->is_gone && !is_path;
}

/* The place of the first holder of a kind and number, or where it would stand. */
static size_t
first_holder(const struct holders *holders, const struct holder_key *key)
{
	struct holder wanted = { .kind = key->kind, .number = key->number,
	                         .pid = 0 };

	return array_place(holders->list, holders->count, sizeof wanted, &wanted,
	                   compare_holders);
}

/* Return true if a holder with the kind and number of a key holds its very file. */
static bool
holds_file(const struct holder *holder, const struct holder_key *key)
{
	switch (key->kind) {
	case HOLDS_FIFO:
		return holder->device == key->device;
	case HOLDS_LOCK:
		return holder->device == key->device
		       && compare_locks(&holder->lock, &key->lock) == 0;
	case HOLDS_MASTER:
	case HOLDS_SLAVE:
		return holder->device == key->device
		       || (holder->mounts == key->mounts && key->mounts != 0);
	case HOLDS_PIPE:
	case HOLDS_SOCKET:
	case HOLDS_EVENTFD:
	case HOLDER_KINDS:
		break;
	}
	return true;
}

const struct holder *
holders_next(struct holders *holders, const struct holder_key *key,
             const struct holder *after)
{
	size_t place = after == NULL ? first_holder(holders, key)
	                             : (size_t)(after - holders->list) + 1;

	for (; place < holders->count; place++) {
		struct holder *holder = &holders->list[place];

		if (holder->kind != key->kind || holder->number != key->number)
			break;
		if (!holds_file(holder, key))
			continue;
		if (!holder->is_resolved)
			resolve(holders, holder);
		if (!holder->is_gone)
			return holder;
	}
	return NULL;
}

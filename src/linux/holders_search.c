/*
 * holders_search - one pass over all processes, for the files that are wanted
 *
 * A search for all files notes too which file each path is, so that the FIFOs and locks
 * that turn out to be of interest later are found without another pass.
 */
#include "base/array.h"
#include "linux/holders_private.h"
#include "linux/proc.h"

#include <errno.h>
#include <stdlib.h>

/* Look so often for processes that have been started since the look before. */
enum { TRIES = 10 };

/* Look at the processes of a list that are not in another; both are sorted. */
static int
inspect_new(struct holders *holders, int left_out, const struct numbers *list,
            const struct numbers *known, size_t *new)
{
	size_t place = 0;

	*new = 0;
	for (size_t i = 0; i < list->count; i++) {
		while (place < known->count && known->list[place] < list->list[i])
			place++;
		if (place < known->count && known->list[place] == list->list[i])
			continue;
		(*new)++;
		if (list->list[i] != left_out
		    && holders_inspect_process(holders, list->list[i]) < 0)
			return -1;
	}
	return 0;
}

/*
 * Look at all processes.  A search for all files is for the claim that nobody else holds
 * one: look then at processes that were started meanwhile too, to which one that has ended
 * may have left its descriptors.  Return 0, or -1 with errno.
 */
static int
inspect_processes(struct holders *holders, int left_out)
{
	struct numbers known = { NULL, 0, 0 };
	int tries = holders->wants_all ? TRIES : 1;
	size_t new = 1;
	int result = 0;

	while (result == 0 && new > 0 && tries-- > 0) {
		struct numbers list;

		result = proc_numbers("/proc", &list);
		if (result < 0)
			break;
		result = inspect_new(holders, left_out, &list, &known, &new);
		numbers_free(&known);
		known = list;
	}
	numbers_free(&known);
	return result;
}

static int
compare_paths(const void *a, const void *b)
{
	const struct holder_of_path *x = a;
	const struct holder_of_path *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

/* The place of the first noted path with an inode, or where it would stand. */
static size_t
first_path(const struct holders *holders, uint64_t inode)
{
	struct holder_of_path wanted = { .inode = inode };

	return array_place(holders->paths, holders->path_count, sizeof wanted, &wanted,
	                   compare_paths);
}

/* Record the holders of a FIFO or a lock among the paths of a search for all. */
static int
record_paths(struct holders *holders, const struct holder_key *key)
{
	size_t place = first_path(holders, key->number);

	for (; place < holders->path_count
	       && holders->paths[place].inode == key->number; place++) {
		const struct holder_of_path *path = &holders->paths[place];

		if (path->device != key->device)
			continue;
		if ((key->kind == HOLDS_FIFO
		     ? holders_add(holders, path->pid, path->thread, path->fd, key)
		     : holders_add_lock(holders, path->pid, path->thread, path->fd,
		                        key)) == 0)
			continue;
		if (errno == ENOMEM)
			return -1;
		holders->has_moved |= holders_is_gone(errno);
		holders->refused += !holders_is_gone(errno);
	}
	return 0;
}

/* Find all FIFOs and locks of interest among the paths.  Return 0, or -1 with errno. */
static int
search_paths(struct holders *holders)
{
	if (holders->wants_all && holders->path_count > 0)
		qsort(holders->paths, holders->path_count, sizeof *holders->paths,
		      compare_paths);
	for (size_t i = 0; i < holders->key_count; i++) {
		const struct holder_key *key = &holders->keys[i];

		if ((key->kind == HOLDS_FIFO || key->kind == HOLDS_LOCK)
		    && record_paths(holders, key) < 0)
			return -1;
	}
	return 0;
}

int
holders_search(struct holders *holders, int left_out)
{
	size_t refused = holders->refused;
	int result;

	if (holders->key_count == 0 && !holders->wants_all)
		return 0;
	holders_sort_keys(holders);
	holders->refused = 0;
	if (!proc_tells_numbers()) {
		holders->is_failed = true;
		return 0;
	}
	result = holders->has_all ? 0 : inspect_processes(holders, left_out);
	if (result < 0 && errno != ENOMEM) {
		holders->is_failed = true;
		result = 0;
	}
	if (result == 0 && (holders->wants_all || holders->has_all))
		result = search_paths(holders);
	if (holders->refused < refused)
		holders->refused = refused;
	holders_end_search(holders);
	return result;
}

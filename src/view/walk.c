/*
 * walk - follow waits from process to process, and tell if nobody can wake anybody
 */
#include "view/walk.h"
#include "base/array.h"

#include <stdlib.h>
#include <string.h>

void
walk_start(struct walk *walk)
{
	*walk = (struct walk){ .processes = NULL };
	pollset_start(&walk->order);
}

void
walk_end(struct walk *walk)
{
	pollset_end(&walk->order);
	free(walk->processes);
	free(walk->peers);
}

int
walk_add_peer(struct walk *walk, int id)
{
	int *peers = array_room(walk->peers, walk->peer_count,
	                        &walk->peer_capacity, sizeof *peers);

	if (peers == NULL)
		return -1;
	walk->peers = peers;
	peers[walk->peer_count++] = id;
	return pollset_register(&walk->order, id, 0);
}

/* Read the process in a place.  Return 0, or -1 with errno. */
static int
visit(struct walk *walk, size_t place, int id,
      int (*read)(void *context, struct walk *walk, int id), void *context)
{
	struct walk_process *processes = array_room(walk->processes, place,
	                                            &walk->capacity,
	                                            sizeof *processes);
	size_t first_peer = walk->peer_count;
	int can_move;

	if (processes == NULL)
		return -1;
	walk->processes = processes;
	can_move = read(context, walk, id);
	if (can_move < 0)
		return -1;
	processes[place] = (struct walk_process){
		.can_move = can_move != 0, .first_peer = first_peer,
		.peer_count = walk->peer_count - first_peer
	};
	return 0;
}

/* The id in a place of the order. */
static int
id_at(const struct walk *walk, size_t place)
{
	return pollset_at(&walk->order, place)->fd;
}

int
walk_from(struct walk *walk, int id,
          int (*read)(void *context, struct walk *walk, int id), void *context)
{
	if (pollset_register(&walk->order, id, 0) < 0)
		return -1;
	/* The order grows while it is gone through. */
	for (size_t place = 0; place < pollset_count(&walk->order); place++)
		if (visit(walk, place, id_at(walk, place), read, context) < 0)
			return -1;
	return 0;
}

bool
walk_is_stuck(const struct walk *walk)
{
	for (size_t i = 0; i < pollset_count(&walk->order); i++)
		if (walk->processes[i].can_move)
			return false;
	return true;
}

/* The place of a peer of the process in a place. */
static size_t
peer_at(const struct walk *walk, size_t place, size_t number)
{
	int id = walk->peers[walk->processes[place].first_peer + number];

	return pollset_place(&walk->order, pollset_find(&walk->order, id));
}

/*
 * Mark the processes that are reached from the marked ones, or that reach them if
 * is_backward.  Each pass over all goes at least one step further.
 */
static void
spread(const struct walk *walk, bool *is_marked, bool is_backward)
{
	size_t count = pollset_count(&walk->order);
	bool is_changed = true;

	while (is_changed) {
		is_changed = false;
		for (size_t i = 0; i < count; i++) {
			for (size_t n = 0; n < walk->processes[i].peer_count; n++) {
				size_t peer = peer_at(walk, i, n);
				size_t from = is_backward ? peer : i;
				size_t to = is_backward ? i : peer;

				if (!is_marked[from] || is_marked[to])
					continue;
				is_marked[to] = true;
				is_changed = true;
			}
		}
	}
}

/* Mark the processes in a circle with the one in a place.  Return false without one. */
static bool
mark_circle(const struct walk *walk, size_t place, bool *is_reached,
            bool *is_reaching)
{
	size_t count = pollset_count(&walk->order);
	bool is_found = false;

	memset(is_reached, 0, count * sizeof *is_reached);
	memset(is_reaching, 0, count * sizeof *is_reaching);
	for (size_t n = 0; n < walk->processes[place].peer_count; n++)
		is_reached[peer_at(walk, place, n)] = true;
	spread(walk, is_reached, false);
	is_found = is_reached[place];
	is_reaching[place] = true;
	if (is_found)
		spread(walk, is_reaching, true);
	return is_found;
}

int
walk_find_circle(const struct walk *walk, int **ids, size_t *count)
{
	size_t all = pollset_count(&walk->order);
	bool *is_reached = calloc(all, 2 * sizeof *is_reached);
	bool *is_reaching = is_reached + all;
	bool is_found = false;

	*ids = calloc(all, sizeof **ids);
	*count = 0;
	if (is_reached == NULL || *ids == NULL) {
		free(is_reached);
		free(*ids);
		*ids = NULL;
		return -1;
	}
	for (size_t i = 0; i < all && !is_found; i++)
		is_found = mark_circle(walk, i, is_reached, is_reaching);
	for (size_t i = 0; i < all && is_found; i++)
		if (is_reached[i] && is_reaching[i])
			(*ids)[(*count)++] = id_at(walk, i);
	free(is_reached);
	return 0;
}

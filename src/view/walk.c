/*
 * walk - follow waits from process to process, and tell if nobody can wake anybody
 */
#include "view/walk.h"
#include "base/array.h"

#include <stdlib.h>

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

/* What a search for circles knows of a process. */
struct mark {
	size_t number;          /* in the order in which they were met, from 1; 0: not met */
	size_t lowest;          /* of the numbers on the path that it leads back to */
	size_t next_peer;       /* the next of its peers to follow */
	size_t first;           /* the number of the first in its circle; 0: still open */
	bool is_in_circle;      /* with others, or with itself */
};

struct search {
	const struct walk *walk;
	struct mark *marks;     /* by place */
	size_t *path;           /* places, from the start to the process in hand */
	size_t path_length;
	size_t *open;           /* places that were met and are still open */
	size_t open_count;
	size_t met;
};

static void
enter(struct search *search, size_t place)
{
	struct mark *mark = &search->marks[place];

	mark->number = ++search->met;
	mark->lowest = mark->number;
	search->path[search->path_length++] = place;
	search->open[search->open_count++] = place;
}

static void
lower(struct mark *mark, size_t number)
{
	if (mark->lowest > number)
		mark->lowest = number;
}

/* Return true if a process waits for itself. */
static bool
is_own_peer(const struct walk *walk, size_t place)
{
	for (size_t n = 0; n < walk->processes[place].peer_count; n++)
		if (peer_at(walk, place, n) == place)
			return true;
	return false;
}

/* Take a process, and those that were met behind it, from the open ones. */
static void
close_circle(struct search *search, size_t place)
{
	size_t count = search->open_count;
	bool is_circle;

	while (search->open[--search->open_count] != place)
		continue;
	is_circle = count - search->open_count > 1
	            || is_own_peer(search->walk, place);
	for (size_t i = search->open_count; i < count; i++) {
		struct mark *mark = &search->marks[search->open[i]];

		mark->first = search->marks[place].number;
		mark->is_in_circle = is_circle;
	}
}

/* All peers of the process in hand were followed. */
static void
leave(struct search *search)
{
	size_t place = search->path[--search->path_length];
	const struct mark *mark = &search->marks[place];

	if (search->path_length > 0)
		lower(&search->marks[search->path[search->path_length - 1]],
		      mark->lowest);
	/* None of those behind it leads back further. */
	if (mark->lowest == mark->number)
		close_circle(search, place);
}

/*
 * Find the processes that lead to one another (Tarjan's strongly connected components, with
 * a path of its own instead of recursion, because chains can be long).
 */
static void
find_circles(struct search *search)
{
	const struct walk *walk = search->walk;

	enter(search, 0);
	while (search->path_length > 0) {
		size_t place = search->path[search->path_length - 1];
		struct mark *mark = &search->marks[place];
		size_t peer;

		if (mark->next_peer == walk->processes[place].peer_count) {
			leave(search);
			continue;
		}
		peer = peer_at(walk, place, mark->next_peer++);
		if (search->marks[peer].number == 0)
			enter(search, peer);
		else if (search->marks[peer].first == 0)
			lower(mark, search->marks[peer].number);
	}
}

/* Copy the ids of the circle whose first process comes first in the order. */
static size_t
copy_nearest(const struct search *search, size_t all, int *ids)
{
	size_t nearest = 0;
	size_t count = 0;

	while (nearest < all && !search->marks[nearest].is_in_circle)
		nearest++;
	for (size_t i = nearest; i < all; i++)
		if (search->marks[i].first == search->marks[nearest].first)
			ids[count++] = id_at(search->walk, i);
	return count;
}

int
walk_find_circle(const struct walk *walk, int **ids, size_t *count)
{
	size_t all = pollset_count(&walk->order);
	struct search search = {
		.walk = walk,
		.marks = calloc(all, sizeof *search.marks),
		.path = calloc(all, sizeof *search.path),
		.open = calloc(all, sizeof *search.open)
	};
	int result = -1;

	*ids = calloc(all, sizeof **ids);
	*count = 0;
	if (search.marks != NULL && search.path != NULL && search.open != NULL
	    && *ids != NULL) {
		find_circles(&search);
		*count = copy_nearest(&search, all, *ids);
		result = 0;
	} else {
		free(*ids);
		*ids = NULL;
	}
	free(search.marks);
	free(search.path);
	free(search.open);
	return result;
}

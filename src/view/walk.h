/*
 * walk - follow waits from process to process, and tell if nobody can wake anybody
 *
 * The walk knows nothing of Linux: a function tells what it needs of a process.  So it can
 * be tested on systems that are made up.
 */
#ifndef WALK_H
#define WALK_H

#include "lib/pollset_private.h"

#include <stdbool.h>
#include <stddef.h>

/* A process on the way. */
struct walk_process {
	bool can_move;          /* a wait of it can end without the others */
	size_t first_peer;      /* its peers in walk->peers */
	size_t peer_count;
};

struct walk {
	struct pollset order;   /* the ids, in the order in which they were met */
	struct walk_process *processes;         /* in that order */
	size_t capacity;
	int *peers;             /* ids; those that can end a wait of a process */
	size_t peer_count;
	size_t peer_capacity;
};

/* walk_end() frees what walk_start() and the calls below allocate. */
void walk_start(struct walk *walk);
void walk_end(struct walk *walk);

/*
 * Walk breadth first from a process, each process once.  read(context, walk, id) reads a
 * process: it calls walk_add_peer() for each peer, and returns 1 if a wait of the process
 * can end without them, 0 if not, -1 with errno.  Return 0, or -1 with errno.
 */
int walk_from(struct walk *walk, int id,
              int (*read)(void *context, struct walk *walk, int id),
              void *context);

/* Add a peer of the process that is being read.  Return 0, or -1 with errno. */
int walk_add_peer(struct walk *walk, int id);

/* Return true if no process on the way can move without the others. */
bool walk_is_stuck(const struct walk *walk);

/*
 * Find the circle of processes, each of which leads to all others, that is nearest to the
 * start of the walk.  The caller frees *ids, in the order of the walk.  *count is 0 without
 * a circle.  Return 0, or -1 with errno.
 */
int walk_find_circle(const struct walk *walk, int **ids, size_t *count);

#endif

/*
 * peer - who holds the other end of a pipe or a FIFO
 *
 * The pipes of interest are gathered first.  Then one pass over all processes'
 * descriptors finds who holds them, by device and inode, for all of them.
 */
#ifndef PEER_H
#define PEER_H

#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct pipe_end {
	dev_t device;
	ino_t inode;
	int access;             /* open(2)'s access mode */
};

struct holder;

struct peers {
	struct pipe_end *pipes; /* sorted by device and inode, access unused */
	size_t pipe_count;
	size_t pipe_capacity;
	struct holder *holders; /* sorted by pipe, process and descriptor */
	size_t holder_count;
	size_t holder_capacity;
	struct text commands;   /* the holders' names, one after another */
	bool is_incomplete;     /* some process could not be inspected */
};

void peers_start(struct peers *peers);

/* Adds a pipe of interest.  Returns -1 with errno. */
int peers_want(struct peers *peers, const struct pipe_end *end);

/*
 * Goes through all processes but one, which is pollwait itself; 0 leaves none
 * out.  Returns -1 with errno.
 */
int peers_search(struct peers *peers, pid_t except);

/*
 * Appends who holds the other end, as in 411/1:tail, joined by commas; "none";
 * and "?", last or alone, where not all could be asked.
 */
void peers_append(const struct peers *peers, struct text *text,
                  const struct pipe_end *end);

void peers_end(struct peers *peers);

#endif

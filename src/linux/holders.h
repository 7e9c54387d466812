/*
 * peer - who holds the other end of a pipe or a FIFO
 *
 * The pipes of interest are gathered first.  Then one pass over all processes'
 * descriptors finds who holds them, by device and inode, for all of them.
 */
#ifndef PEER_H
#define PEER_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct pipe_end {
	dev_t device;
	ino_t inode;
	int access;             /* open(2)'s access mode */
	bool is_named;          /* a FIFO of a file system, and no pipe(2) */
	bool is_held;           /* the kernel says so of the other end, unless
	                           it is a FIFO, which waits for somebody */
};

/* Whether what the kernel names a pipe says that it is pipe(2)'s, not a FIFO. */
bool peer_is_nameless(const char *name, size_t length);

struct holder;

struct peers {
	struct pipe_end *pipes; /* sorted by device and inode, which alone count */
	size_t pipe_count;
	size_t pipe_capacity;
	struct holder *holders; /* sorted by pipe, process and descriptor */
	size_t holder_count;
	size_t holder_capacity;
	struct text commands;   /* the holders' names, one after another */
	bool any_named;
	pid_t self;
	bool is_incomplete;     /* some process could not be inspected */
};

void peers_start(struct peers *peers);

/* Adds a pipe of interest.  Returns -1 with errno. */
int peers_want(struct peers *peers, const struct pipe_end *end);

/*
 * Goes through all processes but pollwait itself, which is not named among the
 * holders; 0 leaves none out.  Returns -1 with errno.
 */
int peers_search(struct peers *peers, pid_t self);

/*
 * Whether the search has found whom the kernel means when it says that the other
 * end is held; if not, it may be pollwait itself.
 */
bool peers_explain(const struct peers *peers, const struct pipe_end *end);

/* Goes through pollwait's own.  Returns -1 with errno. */
int peers_search_self(struct peers *peers);

/*
 * Appends who holds the other end, as in 411/1:tail, joined by commas; "none";
 * and "?", last or alone, where not all could be asked.
 */
void peers_append(const struct peers *peers, struct text *text,
                  const struct pipe_end *end);

void peers_end(struct peers *peers);

#endif

/*
 * pollset_private - the inside of a set, for the command and its builtin
 *
 * The library hides it.  The command keeps its set where it can do so without
 * the allocator, whose first use costs as much as all the rest of a short run.
 */
#ifndef POLLSET_PRIVATE_H
#define POLLSET_PRIVATE_H

#include "lib/pollset.h"

#include <stdbool.h>
#include <stdint.h>

/* A place in the array plus one; 0 is a free slot. */
typedef uint32_t pollset_slot;

enum {
	/* What a set holds without an allocation; a power of two. */
	POLLSET_FIRST_CAPACITY = 8,
	POLLSET_SLOTS_PER_ENTRY = 2
};

struct pollset {
	struct pollfd *entries;         /* one allocation, with the index */
	pollset_slot *index;            /* two slots for each of capacity */
	size_t used;                    /* entries in use, holes included */
	size_t holes;
	size_t capacity;                /* a power of two */
	int (*stop)(void *context);
	void *context;
	struct pollfd first_entries[POLLSET_FIRST_CAPACITY];
	pollset_slot first_index[POLLSET_FIRST_CAPACITY * POLLSET_SLOTS_PER_ENTRY];
};

/* Makes an empty set of any memory; it may not be moved afterwards. */
void pollset_start(struct pollset *set);

/* Frees what the set has allocated. */
void pollset_end(struct pollset *set);

/* Moves the entries together, as before a poll: then none is a hole. */
void pollset_close_holes(struct pollset *set);

/* Goes on as pollset_poll() does when a look has just found nothing ready. */
int pollset_sleep(struct pollset *set, int timeout_ms, const sigset_t *mask);

/* Whether a descriptor is registered. */
bool pollset_has(const struct pollset *set, int fd);

#endif

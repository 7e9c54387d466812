/*
 * pollset_private - operations on a set for the command and its builtins
 *
 * The library does not install this header.  struct pollset stands here so that
 * the command can keep its set on the stack: the first use of the allocator costs
 * as much as the rest of a short run.
 */
#ifndef POLLSET_PRIVATE_H
#define POLLSET_PRIVATE_H

#include "lib/pollset.h"

#include <stdbool.h>
#include <stdint.h>

/* A place in the array plus one; 0 is a free slot. */
typedef uint32_t pollset_slot;

enum {
	/* The registrations that fit without an allocation; a power of two. */
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
	void *lent;                     /* the caller's memory; NULL: none */
	size_t lent_bytes;              /* 0 once it is in use */
	struct pollfd first_entries[POLLSET_FIRST_CAPACITY];
	pollset_slot first_index[POLLSET_FIRST_CAPACITY * POLLSET_SLOTS_PER_ENTRY];
};

/* Make an empty set of the caller's memory, which may not move afterwards. */
void pollset_start(struct pollset *set);

/*
 * Lend a new set memory for its array and index, which it takes in place of an allocation
 * as soon as it needs more than it has, and not more than this.  The memory has the
 * alignment of struct pollfd and outlives the set.
 */
void pollset_lend(struct pollset *set, void *memory, size_t bytes);

/*
 * Make room for so many registrations at once, in place of many small allocations.  Return
 * 0, or -1 with ENOMEM and the set as it was.
 */
int pollset_reserve(struct pollset *set, size_t count);

/* Free what the set has allocated.  The descriptors stay open. */
void pollset_end(struct pollset *set);

/* Continue pollset_poll() after a look that found nothing ready. */
int pollset_sleep(struct pollset *set, int timeout_ms, const sigset_t *mask);

/* Move the entries together, as a poll does first: the set then has no holes. */
void pollset_close_holes(struct pollset *set);

/*
 * The place of an entry in the array, from 0.  It stays until the next registration
 * or poll.  Without holes all places are below pollset_count().
 */
size_t pollset_place(const struct pollset *set, const struct pollfd *entry);

/* The entry in a place, which may be a hole (fd -1). */
const struct pollfd *pollset_at(const struct pollset *set, size_t place);

/* The entry of a descriptor; NULL if it is not registered. */
const struct pollfd *pollset_find(const struct pollset *set, int fd);

/* Return true if a descriptor is registered. */
bool pollset_has(const struct pollset *set, int fd);

/*
 * Step through all registered entries, ready or not, in registration order.
 * NULL starts the walk and ends it.  The rules of pollset_next() hold.
 */
const struct pollfd *pollset_each(const struct pollset *set,
                                  const struct pollfd *after);

/* Replace the report of an entry of the set, as if a poll had returned it. */
void pollset_report(struct pollset *set, const struct pollfd *entry,
                    short report);

#endif

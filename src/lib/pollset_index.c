/*
 * pollset_index - finds the place of a descriptor in the array of a set
 *
 * A hash table of places: open addressing, linear probing, twice as many slots as the array
 * has room for, so that at least half of them are free.  It names each live entry once and
 * nothing else.
 */
#include "lib/pollset_index.h"

#include <string.h>

static size_t
slot_count(const struct pollset *set)
{
	return set->capacity * POLLSET_SLOTS_PER_ENTRY;
}

/* The slot in which the search for a descriptor begins. */
static size_t
first_slot(const struct pollset *set, int fd)
{
	/*
	 * Multiplying by 2^32 over the golden ratio spreads runs and strides
	 * of descriptors evenly (Knuth, 6.4); the product's high bits are the
	 * mixed ones.
	 */
	uint32_t mixed = (uint32_t)fd * 2654435769u;

	return (size_t)((uint64_t)mixed * slot_count(set) >> 32);
}

static size_t
next_slot(const struct pollset *set, size_t at)
{
	return (at + 1) & (slot_count(set) - 1);
}

pollset_slot *
index_slot(const struct pollset *set, int fd)
{
	size_t at = first_slot(set, fd);

	while (set->index[at] != 0 && set->entries[set->index[at] - 1].fd != fd)
		at = next_slot(set, at);
	return &set->index[at];
}

/*
 * Move later slots forward that probing would no longer find behind a free one, so that no
 * slot is ever marked as deleted (Knuth, 6.4, R).
 */
void
index_free(struct pollset *set, pollset_slot *freed)
{
	size_t mask = slot_count(set) - 1;
	size_t hole = (size_t)(freed - set->index);
	size_t at = hole;

	for (;;) {
		size_t home;

		at = next_slot(set, at);
		if (set->index[at] == 0)
			break;
		home = first_slot(set, set->entries[set->index[at] - 1].fd);
		/* Still found if its search begins behind the hole. */
		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		set->index[hole] = set->index[at];
		hole = at;
	}
	set->index[hole] = 0;
}

void
index_build(struct pollset *set)
{
	memset(set->index, 0, slot_count(set) * sizeof *set->index);
	for (size_t i = 0; i < set->used; i++)
		*index_slot(set, set->entries[i].fd) = (pollset_slot)(i + 1);
}

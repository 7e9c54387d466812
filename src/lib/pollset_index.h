/*
 * pollset_index - the index of a set, for the set alone
 */
#ifndef POLLSET_INDEX_H
#define POLLSET_INDEX_H

#include "lib/pollset_private.h"

/* The slot of a descriptor, or the free one that ends the search for it. */
pollset_slot *index_slot(const struct pollset *set, int fd);

/* Free a slot. */
void index_free(struct pollset *set, pollset_slot *freed);

/* Make the index from the array, which has no holes. */
void index_build(struct pollset *set);

#endif

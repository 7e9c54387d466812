/*
 * array - an allocated array that grows as it is filled, and the search in a sorted one
 */
#include "base/array.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 16 };

void *
array_room(void *array, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity == 0 ? FIRST_CAPACITY : *capacity * 2;
	void *grown;

	if (count < *capacity)
		return array;
	grown = realloc(array, wanted * size);
	if (grown != NULL)
		*capacity = wanted;
	return grown;
}

size_t
array_place(const void *array, size_t count, size_t size, const void *key,
            int (*compare)(const void *element, const void *key))
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare((const char *)array + middle * size, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

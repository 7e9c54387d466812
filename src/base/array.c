/*
 * array - an allocated array that grows as it is filled
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

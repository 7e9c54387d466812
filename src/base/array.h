/*
 * array - an allocated array that grows as it is filled
 */
#ifndef ARRAY_H
#define ARRAY_H

#include <stddef.h>

/*
 * Make room for one more element of size bytes behind count elements.  Return the
 * array, which may have moved, and set *capacity; or return NULL with errno, and the
 * array stays as it was.  NULL with a capacity of 0 is an empty array.
 */
void *array_room(void *array, size_t count, size_t *capacity, size_t size);

#endif

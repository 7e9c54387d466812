/*
 * array - an allocated array that grows as it is filled, and the search in a sorted one
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

/*
 * Return the index of the first element of a sorted array that is not below a key; count if
 * there is none.  compare() takes an element and the key, and returns as strcmp(3) does.
 */
size_t array_place(const void *array, size_t count, size_t size, const void *key,
                   int (*compare)(const void *element, const void *key));

#endif

/*
 * array - an allocated array that grows as it is filled, and a sorted one
 */
#ifndef ARRAY_H
#define ARRAY_H

#include <stddef.h>

/*
 * Makes room for one more element, of size bytes, behind count of them.  Returns
 * the array, which may have moved, and its new *capacity; or NULL with errno, and
 * the array is as it was.  One that is NULL with a capacity of 0 is empty.
 */
void *array_room(void *array, size_t count, size_t *capacity, size_t size);

/*
 * Where in a sorted array the first element is that is not below a key, by the
 * order of compare, which is qsort(3)'s; count, if there is none.
 */
size_t array_lower_bound(const void *array, size_t count, size_t size,
                         const void *key,
                         int (*compare)(const void *, const void *));

#endif

/*
 * memory - read the memory of another process, which may change and vanish meanwhile
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Read size bytes at an address of a process, by the id of one of its threads.
 * Return 0, or -1 with errno: EFAULT if not all of them can be read.
 */
int memory_read(int thread, uint64_t address, void *buffer, size_t size);

/*
 * Read a string of at most size - 1 bytes, and end it with NUL.
 * Return its length, or -1 with errno: ENAMETOOLONG for a longer one.
 */
ssize_t memory_read_string(int thread, uint64_t address, char *buffer, size_t size);

#endif

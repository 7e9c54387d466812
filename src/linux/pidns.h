/*
 * pidns - the ids of a process in the pid namespaces in which it is
 */
#ifndef PIDNS_H
#define PIDNS_H

#include <stddef.h>

/*
 * Read a line of ids in the status of a process, "NSpid:" or "NSpgid:": the first is that
 * of /proc's pid namespace, the last that of the process's own.  *id is the one in a place,
 * from 0; 0 without it.  Return how many there are, 0 where the kernel does not tell (before
 * Linux 4.1), or -1 with errno.
 */
int pidns_read(int pid, const char *name, size_t place, int *id);

#endif

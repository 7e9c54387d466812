/*
 * process - the ends of processes, as descriptors (pidfd_open(2))
 *
 * An operand pid:N stands in the set by a descriptor of pollwait's own (own.h),
 * which is readable once the process has ended.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include "lib/pollset_private.h"

#include <stdbool.h>
#include <stddef.h>

struct process {
	int pid;
	int fd;
};

struct processes {
	struct process *list;
	size_t count;
	size_t capacity;
	int lowest;             /* see own_clear() */
};

/* No processes; processes_end() closes what was opened. */
void processes_start(struct processes *processes);
void processes_end(struct processes *processes);

/*
 * Opens a process, unless it is open already, and returns its descriptor.  One
 * that no longer exists has ended: its descriptor is ready.  named holds the
 * numbers to keep clear of.  Returns -1 with a message that names the argument.
 */
int processes_open(struct processes *processes, int pid,
                   const struct pollset *named, const char *argument);

/* The process that a descriptor of the set stands for; 0: it is not ours. */
int processes_find(const struct processes *processes, int fd);

/* Closes the descriptor of a process that has left the set, if it is one. */
void processes_forget(struct processes *processes, int fd);

#endif

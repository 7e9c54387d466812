/*
 * waits - what the threads of a process wait for, by descriptor and without one
 *
 * Nothing is attached to the process, and none of its calls returns for it.
 */
#ifndef WAITS_H
#define WAITS_H

#include "linux/syscall.h"

#include <stdbool.h>
#include <stddef.h>

/* A call in which a thread waits. */
struct wait {
	int thread;
	const struct syscall *call;     /* NULL: a number without a name here */
	struct syscall_line line;
	bool has_timeout;
	bool has_descriptors;           /* at least one membership is its */
};

/* A descriptor that a wait is on. */
struct membership {
	int fd;
	bool has_events;
	short events;                   /* requested, if it has events */
	bool is_nested;                 /* registered in an epoll that is waited for */
	bool is_unsure;                 /* the number may be another file by now */
	bool is_edge;                   /* what was ready already wakes nobody (EPOLLET) */
	const struct syscall *call;
	size_t wait;                    /* its place in waits->list */
};

struct waits {
	enum {
		WAITS_KNOWN,
		WAITS_REFUSED,          /* they may not be read */
		WAITS_FOREIGN,          /* the process is of another ABI */
		WAITS_STOPPED           /* a signal or a tracer has stopped it */
	} state;
	bool is_running;                /* a thread is in no call, or runs */
	struct wait *list;
	size_t count;
	size_t capacity;
	struct membership *members;     /* sorted by descriptor and name of the call */
	size_t member_count;
	size_t member_capacity;
};

/*
 * Read what the threads of a process wait for.  thread is one that lives.
 * Return 0, or -1 with errno where memory is lacking.  waits_free() frees it.
 */
int waits_read(struct waits *waits, int pid, int thread);
void waits_free(struct waits *waits);

/* Return true if a wait is that of an open, for a FIFO's other side. */
bool wait_is_open(const struct wait *wait);

/*
 * Return true if a thread of a process sits in splice(2), or a call like it, or if that
 * cannot be read: it may hold the lock of a pipe while it waits for a socket or a file.
 */
bool waits_splice(int pid);

/* Return true if the thread still sits in the same call. */
bool wait_goes_on(const struct wait *wait);

/* Step through the memberships of a descriptor; NULL starts and ends. */
const struct membership *waits_next(const struct waits *waits, int fd,
                                    const struct membership *after);

#endif

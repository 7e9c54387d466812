/*
 * syscall - the system calls in which a thread can wait, and in which a thread waits
 */
#ifndef SYSCALL_H
#define SYSCALL_H

#include <stdbool.h>
#include <stdint.h>

/* The goals of calls that wait. */
enum wait_kind {
	WAIT_READ,              /* bytes, by the descriptor in the first argument */
	WAIT_WRITE,             /* room for bytes */
	WAIT_ACCEPT,            /* a connection */
	WAIT_CONNECT,           /* to be connected */
	WAIT_LOCK,              /* a lock, by flock(2) or fcntl(2) */
	WAIT_DESCRIPTOR,        /* something else of the descriptor */
	WAIT_POLL,              /* one of many, by an array of struct pollfd */
	WAIT_SELECT,            /* one of many, by sets of bits */
	WAIT_EPOLL,             /* one of many, by the epoll in the first argument */
	WAIT_CHILD,             /* the end of a child, by wait4(2) */
	WAIT_CHILD_ID,          /* the end of a child, by waitid(2) */
	WAIT_OPEN,              /* a file to be opened: a FIFO's other side */
	WAIT_OPEN_AT,
	WAIT_TIME,              /* a sleep */
	WAIT_SIGNAL,
	WAIT_FUTEX,
	WAIT_OTHER,             /* something without a descriptor */
	WAIT_RESTARTED          /* a call that a stop interrupted: see waits.c */
};

struct syscall {
	const char *name;
	long number;
	enum wait_kind kind;
	signed char ms_argument;        /* the timeout in milliseconds as an int, */
	signed char pointer_argument;   /* or a pointer to it; -1: no timeout */
};

/*
 * Return the number of the argument that is the descriptor to write to, where the first
 * argument is the descriptor to read; 0 for other calls.
 */
int syscall_second_descriptor(const struct syscall *call);

/*
 * Return true if a call that writes to a pipe may hold the pipe's lock while it waits for
 * what it reads, as splice(2) does: FIONREAD would wait too.
 */
bool syscall_splices(const struct syscall *call);

/* A line of /proc/PID/syscall, proc_pid_syscall(5). */
struct syscall_line {
	enum {
		LINE_CALL,
		LINE_RUNNING,
		LINE_NO_CALL,
		LINE_OF_KERNEL          /* of a thread that runs none of the program */
	} state;
	long number;
	uint64_t arguments[6];
	uint64_t stack;
};

/*
 * Read in which call a thread sits.  Return 0, or -1 with errno: ENOENT or ESRCH if the
 * thread is gone.
 */
int syscall_read(int thread, struct syscall_line *line);

/* Return true if two lines are of one and the same wait. */
bool syscall_is_same(const struct syscall_line *one,
                     const struct syscall_line *other);

/* The call with a number; NULL if it has no name here. */
const struct syscall *syscall_find(long number);

/* The call with a name of the table. */
const struct syscall *syscall_named(const char *name);

/* Return true if the arguments of a call hold a timeout. */
bool syscall_has_timeout(const struct syscall *call,
                         const struct syscall_line *line);

#endif

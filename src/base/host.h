/*
 * host - in what pollwait runs: a process of its own, or bash
 *
 * The command and the builtin are one program, linked with different halves of
 * what stands here: command.c, or builtin.c and the files that begin with its
 * name.  Nothing else knows which of them it is in.
 */
#ifndef HOST_H
#define HOST_H

#include "lib/pollset_private.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Whether the process is the shell's, with its descriptors and its limits. */
extern const bool host_is_shell;

/*
 * Polls as pollset_poll() does, with the mask of the process.  In the shell a
 * signal that is the shell's to handle ends it: -1 and EINTR.  Then nothing more
 * is waited for or said, and the run ends.
 */
int host_poll(struct pollset *set, int timeout_ms);

/* write(2); in the shell SIGPIPE is kept from it. */
ssize_t host_write(int fd, const char *bytes, size_t length);

/* Whether such a signal has come: then it gives the run its status. */
bool host_ends_by_signal(void);

/*
 * The same of a write without a reader, which ends a process at once.  Returns
 * false where SIGPIPE is ignored, and the write is an error like others.
 */
bool host_ends_by_sigpipe(void);

/* Where -A puts what is printed otherwise: an associative array of the shell. */
struct host_array {
	/* Why a name cannot be that of such an array; NULL if it can. */
	const char *(*refuse)(const char *name);
	/* Makes it, if it is not there, and empties it. */
	void (*empty)(const char *name);
	/* Adds what the lines "KEY VALUE" say, which it takes apart. */
	void (*fill)(const char *name, char *lines);
};

/* NULL where there is no shell, and so no -A. */
extern const struct host_array *const host_array;

#endif

/*
 * host - what the program runs in: a process of its own, bash, or zsh
 *
 * One program serves all hosts.  Each host links one implementation of this header:
 * host/command.c, host/bash*.c or host/zsh*.c.  No other file knows the host.
 */
#ifndef HOST_H
#define HOST_H

#include "lib/pollset_private.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Run pollwait, in main.c.  argv[0] is the name, argv ends with NULL.
 * Return the exit status.
 */
int pollwait_main(char **argv);

/* True if the process is a shell, whose descriptors and limits are its own. */
extern const bool host_is_shell;

/* Lend the set of a run with many operands memory, where the host has some to lend. */
void host_lend(struct pollset *set);

/*
 * Poll as pollset_poll() does, with the process's signal mask.  In a shell, a signal
 * that the shell handles ends the poll: -1 and EINTR.  The run then ends without
 * waiting or printing further.
 */
int host_poll(struct pollset *set, int timeout_ms);

/* Continue host_poll() after a look that found nothing ready. */
int host_sleep(struct pollset *set, int timeout_ms);

/* Call write(2).  In a shell, keep SIGPIPE from it. */
ssize_t host_write(int fd, const char *bytes, size_t length);

/*
 * Return true if the shell has noted a signal that it handles; the signal then gives the
 * run its status.
 */
bool host_ends_by_signal(void);

/*
 * End the run as a write without a reader ends a process.  Return false where
 * SIGPIPE is ignored: the write is then an error like others.
 */
bool host_ends_by_sigpipe(void);

/* The associative array of the shell that -A fills. */
struct host_array {
	/* Return the reason why a name cannot be that of such an array, or NULL. */
	const char *(*refuse)(const char *name);
	/* Create the array if needed, and empty it. */
	void (*empty)(const char *name);
	/* Add the lines "KEY VALUE"; the lines are changed. */
	void (*fill)(const char *name, char *lines);
};

/* NULL in a host without arrays, which has no -A. */
extern const struct host_array *const host_array;

#endif

/*
 * origin - the process above in which a descriptor that is closed here is still open
 *
 * A descriptor that is not open here may be open in the parent, which is mostly the
 * shell, or above it, where timeout(1), env(1) or a subshell stands between.
 */
#ifndef ORIGIN_H
#define ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

enum hint_reason {
	HINT_PATH_ONLY,         /* open, but with O_PATH */
	HINT_CLOSED_IN_PARENT,  /* and further up, as far as that can be read */
	HINT_CLOSED_ON_THE_WAY, /* open in the parent */
	HINT_KEPT_TO_READ,      /* close-on-exec in the parent, with a cure */
	HINT_KEPT_TO_WRITE,
	HINT_KEPT,              /* close-on-exec in the parent, without a cure */
	HINT_KEPT_ABOVE_TO_READ, /* close-on-exec in an ancestor further up */
	HINT_KEPT_ABOVE_TO_WRITE,
	HINT_KEPT_ABOVE,
	HINT_CLOSED_HERE,       /* the parent may not be asked */
	HINT_CLOSED_IN_SHELL,   /* in which pollwait runs: there is no parent to ask */
	HINT_CLOSED_IN_TARGET,
	HINT_PATH_ONLY_IN_TARGET,
	HINT_TARGET_HAS_ENDED
};

/* The processes above pollwait, from the parent up. */
enum { ORIGIN_MOST = 32 };

struct origin {
	int pids[ORIGIN_MOST];
	int threads[ORIGIN_MOST];       /* whose files in /proc are read */
	size_t count;           /* 0: the parent may not be asked */
};

/*
 * Find the ancestors whose descriptors may be read, up to the first that may not, in
 * the session of pollwait: a terminal emulator did not mean to pass anything on.
 */
void origin_find(struct origin *origin);

/* Return true if a process has not started a command since it was forked. */
bool origin_is_subshell(int pid);

/*
 * Tell why a descriptor is not open here.  Set *place to the ancestor in origin->pids
 * that the message names.
 */
enum hint_reason origin_explain(const struct origin *origin, int fd, size_t *place);

#endif

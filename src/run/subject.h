/*
 * subject - whose descriptors a run looks at: pollwait's own, or a target process's
 *
 * Looking, waiting and describing go through this table of operations.  It has two
 * implementations, in subject.c.
 */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "run/origin.h"
#include "run/run.h"

struct subject {
	/*
	 * True if poll(2) can wait for the descriptors.  False if they are only looked
	 * at, every interval, by duplicates that need a free descriptor each.
	 */
	bool can_wait;

	/* List the open descriptors.  Return 0, or -1 after a message. */
	int (*list)(struct run *run, struct numbers *numbers, const char *argument);

	/* Poll the set, as run_poll() does. */
	int (*poll)(struct run *run, int timeout_ms);

	/* The descriptor by which the kernel can be asked of an entry; -1: none. */
	int (*descriptor)(const struct run *run, const struct pollfd *entry);

	/*
	 * Describe an entry's descriptor after a poll.  Return 0, or -1 with errno:
	 * EBADF or ENOENT if it is closed.
	 */
	int (*describe)(const struct run *run, const struct pollfd *entry,
	                const struct mounts *mounts,
	                struct description *description);

	/* Count the bytes in a pipe of that inode, as target_count_pipe() does. */
	int (*count_pipe)(const struct run *run, int fd, ino_t inode);

	/*
	 * Tell why a descriptor that is not open is nval.  Set *place if the reason
	 * names an ancestor in origin.
	 */
	enum hint_reason (*explain_nval)(const struct run *run,
	                                 const struct origin *origin, int fd,
	                                 size_t *place);
};

/*
 * Choose the subject: pollwait itself for 0 and its own id, else a target process, which is
 * opened.  Return 0, or -1 after a message (without one for TARGET_ON_THE_WAY).
 */
int subject_open(struct run *run, int pid, enum target_use use);

/* Return true if the entries report nothing because duplicating is refused. */
bool subject_cannot_duplicate(const struct run *run);

#endif

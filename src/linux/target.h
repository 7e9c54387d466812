/*
 * target - the target process of -p, looked at without holding anything
 *
 * pidfd_open(2) pins the process.  A look duplicates its descriptors with
 * pidfd_getfd(2), polls them with timeout 0, and closes them.  Nothing is opened by
 * path, and the process is not stopped.  A duplicate delays an end of file, a lock or
 * a port by no more than a look.
 */
#ifndef TARGET_H
#define TARGET_H

#include "lib/pollset_private.h"
#include "linux/proc.h"

#include <stdbool.h>
#include <stddef.h>

/* Why a target is opened. */
enum target_use {
	TARGET_TO_POLL,
	TARGET_TO_LIST,         /* a refusal to duplicate is a message, and not an error */
	TARGET_ON_THE_WAY       /* to list, without any message */
};

/* The ways in which a look treats an entry of the set. */
enum look_kind {
	LOOK_DUPLICATE,         /* duplicate the process's descriptor, and poll that */
	LOOK_DIRECT,            /* poll the caller's own descriptor, as that of pid:N */
	LOOK_SKIP               /* report nothing: asking could wait for ever */
};

struct target {
	int pid;
	int thread;             /* whose files in /proc are read: the first, or one
	                           that lives where that has ended; 0: none is,
	                           /proc is not needed or does not show them */
	int pidfd;              /* readable once the process has ended */
	int thread_pidfd;       /* pidfd, or that of the thread */
	enum target_use use;
	bool may_duplicate;
	bool has_ended;
	bool lost_descriptors;  /* a look reported descriptors as nval because the
	                           process has ended: it was the last one */
	struct pollfd *copies;  /* of the set's entries, in their places; fd is the
	                           duplicate, -1 where the descriptor is not open */
	enum look_kind *kinds;
	size_t count;           /* how many copies a look holds */
	size_t capacity;
};

/* Prepare a target that is not open; target_close() is then allowed. */
void target_start(struct target *target);

/*
 * Open a process for looks.  may_duplicate is false where that alone is refused.  Return
 * 0, or -1 after a message with the reason.
 */
int target_open(struct target *target, int pid, enum target_use use);
void target_close(struct target *target);

/* List the open descriptors of the process.  Return 0, or -1 after a message. */
int target_list(struct target *target, struct numbers *numbers);

/*
 * Look once and put the reports into the set.  classify(fd, context) tells what to do
 * with each entry.  The duplicates stay open until target_release().  Once the process
 * has ended, its descriptors are reported nval.
 * Return how many entries are ready, or -1 after a message.
 */
int target_look(struct target *target, struct pollset *set,
                enum look_kind (*classify)(int fd, void *context), void *context);

/*
 * The duplicate of the set's entry in a place, valid until target_release(); -1 if
 * the descriptor is not open, may not be duplicated or was skipped.
 */
int target_duplicate(const struct target *target, size_t place);

/*
 * Count the bytes in a pipe of the process by a new duplicate, as descriptor_count_pipe()
 * does.  Return a constant if the descriptor is not the pipe of that inode any more.
 */
int target_count_pipe(const struct target *target, int fd, ino_t inode);

/* Close the duplicates of the last look. */
void target_release(struct target *target);

/*
 * Return true if the process has not ended: what has just been read of it by its
 * number in /proc is true.
 */
bool target_lives(const struct target *target);

/* Return true, and remember it, if the process has ended. */
bool target_is_gone(struct target *target);

#endif

/*
 * other - the descriptors of another process (-p), by looks that hold nothing
 *
 * pidfd_open(2) pins the process, pidfd_getfd(2) duplicates its descriptors for
 * as long as a look takes.  Nothing is opened by path, and the process is not
 * stopped; what a duplicate keeps alive, be it an end of file, a lock or a port,
 * is late by no more than a look.
 */
#ifndef OTHER_H
#define OTHER_H

#include "lib/pollset_private.h"
#include "linux/proc.h"
#include "entry/process.h"

#include <stdbool.h>
#include <stddef.h>

struct other {
	int pid;                /* 0: there is none, and the rest is idle */
	int pidfd;              /* -1 where the process is pollwait itself */
	bool may_duplicate;
	bool has_ended;
	bool is_over;           /* the last look reported descriptors of its as
	                           nval because it has ended */
	struct pollfd *copies;  /* of the set's entries, in the same places */
	bool *is_own;           /* pollwait's own, as a pid:N's is, and no duplicate */
	size_t count;           /* how many of them a look holds */
	size_t capacity;
};

/* No process yet. */
void other_start(struct other *other);

/*
 * Takes up a process.  Where only the duplicating is refused and listing is all
 * that is wanted, that is told by a message and by may_duplicate.  Returns -1
 * with a message that gives the reason.
 */
int other_open(struct other *other, int pid, bool is_listing);

/* Lists what the process has open.  Returns -1 with a message. */
int other_list(const struct other *other, struct numbers *numbers);

/*
 * Looks once: duplicates what the set names, as far as it may, polls with timeout
 * 0, and leaves the reports in the set.  The duplicates stay open until
 * other_release().  Once the process has ended, all that was its is reported nval.
 * Returns how many are ready, or -1 with a message.
 */
int other_look(struct other *other, struct pollset *set,
               const struct processes *processes);

/* The duplicate of the set's entry in that place; -1 if it was not open. */
int other_duplicate(const struct other *other, size_t place);

/* Closes the duplicates of the last look. */
void other_release(struct other *other);

void other_end(struct other *other);

#endif

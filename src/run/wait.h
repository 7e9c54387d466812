/*
 * wait - one poll of a run, and what goes with every poll
 *
 * What all policies of run.c share: the set, which is pollwait's own descriptors
 * or another process's, what is known of either, and the watch on the reader of
 * standard output, who may leave while nothing is written.
 */
#ifndef WAIT_H
#define WAIT_H

#include "linux/descriptor.h"
#include "run/hint.h"
#include "cli/options.h"
#include "linux/peek.h"
#include "lib/pollset_private.h"
#include "entry/process.h"
#include "base/text.h"

#include <stdbool.h>

struct run {
	const struct options *options;
	struct pollset set;
	struct processes processes;     /* the set's pid:N */
	struct other other;             /* whose the rest of the set is */
	struct hints hints;
	bool watches_reader;            /* descriptor 1 is added to every wait */
};

/* An empty run; wait_end() frees and closes all that was added. */
void wait_start(struct run *run, const struct options *options);
void wait_end(struct run *run);

/* Takes up the watch where the options, the set and the limit allow it. */
void wait_watch_reader(struct run *run);

/*
 * Polls the set.  With -p that is one look after another; what the last one
 * duplicated stays open until wait_release().  Returns how many are ready, 0 for
 * a timeout, or -1 with a message: a failed poll, or a reader that is gone; or
 * without one, where a signal ends the run.
 */
int wait_for(struct run *run, int timeout_ms);

/* The same for descriptors of pollwait's own, as they are with -p too. */
int wait_on(const struct run *run, struct pollset *own, int timeout_ms);

/* Waits for so many milliseconds and nothing else.  -1 as above. */
int wait_pause(const struct run *run, int ms);

/* The descriptor by which the kernel can be asked of an entry; -1: closed. */
int wait_descriptor(const struct run *run, const struct pollfd *entry);

/* At which end, if any, the last poll has found an entry of the set. */
enum descriptor_end wait_end_of(const struct run *run,
                                const struct pollfd *entry);

/* Whether that was the last poll: the process that is looked at has ended. */
bool wait_is_over(const struct run *run);

/* Lets go of what the last poll has duplicated. */
void wait_release(struct run *run);

/*
 * Appends the line of an entry, and notes an nval that needs an explanation.
 * Returns -1 with a message.
 */
int wait_append(struct run *run, struct text *lines, const struct pollfd *entry);

/*
 * Ends a poll: lets go, prints its lines or fills the array, and explains what is
 * nval.  Frees the lines.  Returns -1, with a message unless a signal ends the run.
 */
int wait_print(struct run *run, struct text *lines);

#endif

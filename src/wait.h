/*
 * wait - one poll of a run, and the pause between two
 *
 * What every policy of run.c shares: the set, the options, and the watch on the
 * reader of standard output, who may leave while nothing is written.
 */
#ifndef WAIT_H
#define WAIT_H

#include "options.h"
#include "pollset_private.h"
#include "process.h"
#include "text.h"

#include <stdbool.h>

struct run {
	struct pollset *set;
	struct processes *processes;
	const struct options *options;
	bool watches_reader;    /* descriptor 1 is added to every wait */
};

/* Takes up the watch where the options, the set and the limit allow it. */
void wait_start(struct run *run);

/*
 * Polls a set, the run's or one made of it.  Returns how many are ready, 0 for a
 * timeout, or -1 with a message: a failed poll, or a reader that is gone.
 */
int wait_for(const struct run *run, struct pollset *set, int timeout_ms);

/* Waits for so many milliseconds and nothing else.  -1 as above. */
int wait_pause(const struct run *run, int ms);

#endif

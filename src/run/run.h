/*
 * run - one execution of the command: its set, its polls, its lines
 *
 * The policies share this: once and -c (several.c), -a (all.c), -m (monitor.c), and
 * the views.  A run ends early where a signal ends it (a shell's trap) or the reader of
 * standard output goes away.
 */
#ifndef RUN_H
#define RUN_H

#include "base/text.h"
#include "cli/options.h"
#include "entry/entry.h"
#include "lib/pollset_private.h"
#include "linux/target.h"
#include "run/hint.h"

#include <stdbool.h>

struct subject;

struct run {
	const struct options *options;
	struct pollset set;
	struct entries entries;
	const struct subject *subject;  /* whose descriptors the set names */
	struct target target;           /* the target process, if it is the subject */
	struct pollset unasked;         /* not polled: a file system that may not
	                                   answer would be asked (the listing) */
	struct hints hints;
	bool names_output;              /* an operand is descriptor 1 of pollwait's own */
	enum {
		WATCH_UNDECIDED,        /* until the first sleep */
		WATCH_READER,           /* descriptor 1 is added to every sleep */
		WATCH_NOTHING
	} watch;
};

/* Prepare an empty run.  run_end() frees and closes what was added. */
void run_start(struct run *run, const struct options *options);
void run_end(struct run *run);

/*
 * Poll the set of the run.  Duplicates of a target's descriptors stay open until
 * run_release().  Return how many entries are ready, 0 for a timeout, or -1: after a
 * message, or without one where a signal ends the run.
 */
int run_poll(struct run *run, int timeout_ms);

/* Poll a set of pollwait's own descriptors.  Return as run_poll() does. */
int run_poll_own(struct run *run, struct pollset *own, int timeout_ms);

/*
 * Sleep until one of a set of pollwait's own descriptors is ready, for timeout_ms at most.
 * A sleep of 0 ms, too, notices that the reader of standard output has left.
 * Return as run_poll() does.
 */
int run_sleep_own(struct run *run, struct pollset *own, int timeout_ms);

/*
 * Sleep for so many milliseconds, or until the target process ends.
 * Return 0 or more, or -1 as run_poll() does.
 */
int run_pause(struct run *run, int ms);

/* Tell at which end, if any, the last poll found an entry of the set. */
enum descriptor_end run_entry_end(const struct run *run, const struct pollfd *entry);

/* Return true if no further poll makes sense: the target process has ended. */
bool run_is_over(const struct run *run);

/* Close the duplicates of the last poll. */
void run_release(struct run *run);

/*
 * Append the line of an entry.  Note a closed descriptor for a hint.
 * Return 0, or -1 after a message.
 */
int run_append(struct run *run, struct text *lines, const struct pollfd *entry);

/*
 * Finish a poll: close the duplicates, print the lines or fill the array, print hints
 * for closed descriptors.  Free the lines.  Return 0, or -1 as run_poll() does.
 */
int run_print(struct run *run, struct text *lines);

#endif

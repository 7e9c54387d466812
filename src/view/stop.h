/*
 * stop - a process on the way of the walk: what it waits for
 */
#ifndef STOP_H
#define STOP_H

#include "view/ends.h"
#include "view/rows.h"
#include "view/walk.h"

struct stop {
	int pid;
	enum {
		STOP_WAITS,
		STOP_IS_STOPPED,
		STOP_HAS_ENDED,
		STOP_IS_REFUSED,        /* it may not be inspected */
		STOP_IS_LOOP            /* an event loop of another session */
	} state;
	bool is_running;                /* a thread is in no call, or runs */
	unsigned other_ends;            /* of each wait.  END_TIME: a timer of timer_create(2)
	                                   may send a signal; END_UNKNOWN: of timers or
	                                   children nothing can be read, or it traces */
	size_t threads;
	size_t descriptors;             /* how many a loop waits for */
	unsigned long long switches;    /* context switches of all threads */
	bool are_switches_unknown;
	struct numbers heard;           /* the children of whose end a handler is told, if
	                                   they are followed */
	struct rows rows;
	struct stop_row {               /* what is added to each of the rows */
		bool is_hidden;
		unsigned ends;
		struct other_end other_end;
	} *added;
};

/* Follow every event loop.  (Session 0 is that of a process whose leader is hidden.) */
enum { SESSION_UNKNOWN = -1 };

/*
 * Read a process.  session is that of the target process, in which event loops are
 * followed, or SESSION_UNKNOWN.  With follows_heard, a handler of SIGCHLD can end each wait.
 * Return NULL with errno where memory is lacking.  stop_free() frees it, which takes NULL
 * too.
 */
struct stop *stop_read(const struct options *options, struct inquiry *inquiry,
                       int pid, int session, bool follows_heard);
void stop_free(struct stop *stop);

/*
 * Add the peers of a process to the walk.  Return 1 if a wait of it can end without them,
 * 0 if not, -1 with errno.  left_out is pollwait itself.
 */
int stop_add_peers(const struct stop *stop, struct inquiry *inquiry,
                   struct walk *walk, int left_out);

/* Step through the holders of the other end of a row; NULL starts and ends. */
const struct holder *stop_next_holder(const struct stop *stop, size_t row,
                                      struct inquiry *inquiry, int left_out,
                                      const struct holder *after);

#endif

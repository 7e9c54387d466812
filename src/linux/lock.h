/*
 * lock - a lock of a file that somebody waits for, and the locks that are in its way
 *
 * See flock(2), and fcntl(2), whose locks belong to a process or to an open file.
 */
#ifndef LOCK_H
#define LOCK_H

#include "linux/waits.h"

#include <stdbool.h>
#include <stdint.h>

/* Whose a lock is; bits of a set. */
enum lock_kind {
	LOCK_BY_FLOCK = 1 << 0,         /* an open file's, by flock(2) */
	LOCK_OF_PROCESS = 1 << 1,       /* by fcntl(2) */
	LOCK_OF_OPEN_FILE = 1 << 2      /* by fcntl(2) */
};

/* A lock that somebody waits for. */
struct lock_wish {
	enum lock_kind kind;
	bool is_exclusive;
	uint64_t start;         /* the bytes, the last included */
	uint64_t end;
};

/* Return true if a call waits for a lock. */
bool lock_is_awaited(const struct wait *wait);

/*
 * Read the lock that a wait for one is for.  Return 0, or -1 with errno: ESRCH if the
 * thread went on.
 */
int lock_read(const struct wait *wait, struct lock_wish *wish);

/*
 * Find locks that are in the way of a wish in the fdinfo of a descriptor of the same file.
 * Return their kinds, a set of bits; 0 if there are none.  A lock is in the way also if it
 * is the waiting process's own.
 */
unsigned lock_find_conflicts(const char *info, const struct lock_wish *wish);

#endif

/*
 * deadline - a point of time on the monotonic clock
 *
 * A timeout is turned into a deadline once, when a wait begins; whatever
 * interrupts the wait, what remains is read off the deadline.  So neither a
 * storm of signals nor a change of the wall clock stretches or shortens it.
 *
 * Inline, so that the library is one object with public names alone.
 */
#ifndef DEADLINE_H
#define DEADLINE_H

#include <limits.h>
#include <stdint.h>
#include <time.h>

/* Nanoseconds of CLOCK_MONOTONIC. */
typedef int64_t deadline;

/* Earlier and later than any time that the clock shows: it is not asked. */
#define DEADLINE_PASSED INT64_MIN
#define DEADLINE_NEVER INT64_MAX

#define NANOSECONDS_PER_MS 1000000

static inline deadline
deadline_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (deadline)now.tv_sec * 1000 * NANOSECONDS_PER_MS + now.tv_nsec;
}

/* The deadline in so many milliseconds; never, if negative. */
static inline deadline
deadline_in(int timeout_ms)
{
	if (timeout_ms < 0)
		return DEADLINE_NEVER;
	return deadline_now() + (deadline)timeout_ms * NANOSECONDS_PER_MS;
}

/*
 * The milliseconds until a deadline as poll(2) takes them: rounded up, 0 once
 * it has passed, -1 if it never does.
 */
static inline int
deadline_left(deadline when)
{
	deadline left;

	if (when == DEADLINE_NEVER)
		return -1;
	if (when == DEADLINE_PASSED)
		return 0;
	left = when - deadline_now();
	if (left <= 0)
		return 0;
	left = (left - 1) / NANOSECONDS_PER_MS + 1;
	return left < INT_MAX ? (int)left : INT_MAX;
}

#endif

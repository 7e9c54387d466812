/*
 * deadline - a point of time on the monotonic clock
 *
 * A timeout becomes a deadline once, when a wait begins.  After each interruption
 * the remaining time is computed from the deadline, so that neither signals nor a
 * change of the wall clock make the wait longer or shorter.
 *
 * The functions are inline, for the library and for the command.
 */
#ifndef DEADLINE_H
#define DEADLINE_H

#include <limits.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Nanoseconds of CLOCK_MONOTONIC. */
typedef int64_t deadline;

/* Earlier and later than any time of the clock, which is not read for them. */
#define DEADLINE_PASSED INT64_MIN
#define DEADLINE_NEVER INT64_MAX

#define NANOSECONDS_PER_MS 1000000

/*
 * Ask by the system call, where its struct is that of the C library.  The C library itself
 * reads the clock without a call; but then the next poll(2) that sleeps may return 4 us
 * later, which is a tenth of the way from a write to the line.
 */
static inline int
deadline_ask_kernel(struct timespec *now)
{
#if defined SYS_clock_gettime && defined __LP64__
	return (int)syscall(SYS_clock_gettime, CLOCK_MONOTONIC, now);
#else
	(void)now;
	return -1;
#endif
}

static inline deadline
deadline_now(void)
{
	struct timespec now;

	if (deadline_ask_kernel(&now) < 0)
		clock_gettime(CLOCK_MONOTONIC, &now);
	return (deadline)now.tv_sec * 1000 * NANOSECONDS_PER_MS + now.tv_nsec;
}

/* The deadline in so many milliseconds; DEADLINE_NEVER if negative. */
static inline deadline
deadline_in(int timeout_ms)
{
	if (timeout_ms < 0)
		return DEADLINE_NEVER;
	return deadline_now() + (deadline)timeout_ms * NANOSECONDS_PER_MS;
}

/*
 * The milliseconds until a deadline, for poll(2): rounded up, 0 once it has passed, -1
 * for DEADLINE_NEVER.
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

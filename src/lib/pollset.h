/*
 * pollset - an ordered set of descriptors for poll(2)
 *
 * A set remembers which descriptors to wait for, each with a mask of requested
 * events, in the order in which they were registered.  It behaves as Python's
 * select.poll object does, and adds nothing to what poll(2) promises: the
 * events are the POLL* bits of <poll.h>, a closed descriptor is a result
 * (POLLNVAL) and not an error, and POLLERR, POLLHUP and POLLNVAL are reported
 * whether they were asked for or not.
 *
 * The set never prints, never exits, and never reads, writes or closes a
 * descriptor.  A function that fails returns -1 or NULL with errno set, and
 * leaves the set as it was.  One thread at a time may use a set.
 *
 * Time and memory follow the number of registrations, never the value of the
 * highest descriptor.
 */
#ifndef POLLSET_H
#define POLLSET_H

#include <poll.h>
#include <signal.h>
#include <stddef.h>

/* Strict ISO C has no sigset_t, and not all of <poll.h>. */
#if !defined _GNU_SOURCE \
    && (!defined _POSIX_C_SOURCE || _POSIX_C_SOURCE - 0 < 200112L) \
    && (!defined _XOPEN_SOURCE || _XOPEN_SOURCE - 0 < 600)
#error "pollset.h needs _POSIX_C_SOURCE 200112L or later, before any include"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The library exports the functions below, and nothing else. */
#ifdef __GNUC__
#pragma GCC visibility push(default)
#endif

/* The mask of select.poll's register() when none is given. */
#define POLLSET_DEFAULT (POLLIN | POLLPRI | POLLOUT)

/* The timeout that never runs out. */
#define POLLSET_FOREVER (-1)

struct pollset;

/*
 * Make an empty set.  The caller owns it, and frees it with pollset_free().
 * Return NULL with ENOMEM.
 */
struct pollset *pollset_new(void);

/* Free a set; NULL is allowed.  The descriptors stay open. */
void pollset_free(struct pollset *set);

/*
 * Add a descriptor with its mask of requested events (poll(2); 0 asks for nothing,
 * and still gets POLLERR, POLLHUP and POLLNVAL).  Registering again is no error: the
 * descriptor keeps its place in the order, and the new mask counts.  The descriptor need
 * not be open.  Not allowed between two calls of pollset_next() of one walk.
 * Return 0, or -1 with errno: EBADF for a negative descriptor, ENOMEM.  O(1),
 * amortised.
 */
int pollset_register(struct pollset *set, int fd, short events);

/*
 * Replace the mask of a registered descriptor.  Return 0, or -1 with errno: ENOENT for a
 * descriptor that is not registered, EBADF for a negative one.  O(1).
 */
int pollset_modify(struct pollset *set, int fd, short events);

/*
 * Take a descriptor out of the set.  The others keep their order.  Return 0, or -1 with
 * errno: ENOENT for a descriptor that is not registered, EBADF for a negative one.  O(1).
 */
int pollset_unregister(struct pollset *set, int fd);

/* Return how many descriptors are registered. */
size_t pollset_count(const struct pollset *set);

/*
 * Wait, as poll(2) and ppoll(2) do, until a registered descriptor is ready or
 * timeout_ms milliseconds have passed: 0 looks and returns at once, a negative
 * timeout (POLLSET_FOREVER) never runs out.  The deadline is fixed on the
 * monotonic clock when the wait begins, and time that remains is rounded up to
 * a millisecond: a timeout is never early.  With an empty set this sleeps.
 *
 * mask, unless NULL, is the thread's signal mask during the wait, put in place
 * and taken back by the kernel so that no signal falls between (ppoll(2)).
 *
 * Return how many descriptors are ready, 0 for a timeout, or -1 with errno: EINTR if a
 * signal interrupted and pollset_on_interrupt()'s function ended the wait; EINVAL for
 * more descriptors than the soft RLIMIT_NOFILE; ENOMEM.  After 0 and -1 pollset_next()
 * has nothing to step to.
 */
int pollset_poll(struct pollset *set, int timeout_ms, const sigset_t *mask);

/*
 * Step through the descriptors that the last poll found ready, in registration order:
 * NULL starts the walk, NULL ends it.  In the result (struct pollfd, poll(2)) fd is the
 * descriptor, events its mask, revents its report.  The set owns it; it is valid until
 * the next registration or poll.  Unregistering during a walk is allowed, also of the
 * current descriptor (copy fd first), and a descriptor that was unregistered is not
 * stepped to.
 */
const struct pollfd *pollset_next(const struct pollset *set,
                                  const struct pollfd *after);

/*
 * Call stop(context) each time a signal interrupts a wait (EINTR, after the signal's
 * handler has run).  A nonzero result ends the wait.  A stop of NULL, as in a new set, lets
 * every wait go on.
 */
void pollset_on_interrupt(struct pollset *set,
                          int (*stop)(void *context), void *context);

#ifdef __GNUC__
#pragma GCC visibility pop
#endif

#ifdef __cplusplus
}
#endif

#endif

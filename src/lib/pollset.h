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
 * descriptor that it holds.  A function that fails returns -1 or NULL with
 * errno set, and leaves the set as it was.  A set is no more than memory: it
 * may be used by one thread at a time.
 *
 * Time and memory follow the number of registrations, never the value of the
 * highest descriptor.
 */
#ifndef POLLSET_H
#define POLLSET_H

#include <poll.h>
#include <signal.h>
#include <stddef.h>

/* sigset_t, and an unclipped <poll.h>, are not there in strict ISO C. */
#if !defined _GNU_SOURCE \
    && (!defined _POSIX_C_SOURCE || _POSIX_C_SOURCE - 0 < 200112L) \
    && (!defined _XOPEN_SOURCE || _XOPEN_SOURCE - 0 < 600)
#error "pollset.h needs _POSIX_C_SOURCE 200112L or later, before any include"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The library shows these, and nothing else. */
#ifdef __GNUC__
#pragma GCC visibility push(default)
#endif

/* The mask of select.poll's register() when none is given. */
#define POLLSET_DEFAULT (POLLIN | POLLPRI | POLLOUT)

/* The timeout that never runs out. */
#define POLLSET_FOREVER (-1)

struct pollset;

/*
 * Makes an empty set.  The caller owns it, and ends it with pollset_free().
 * Fails with ENOMEM.
 */
struct pollset *pollset_new(void);

/* Frees a set; NULL is allowed.  The descriptors stay open. */
void pollset_free(struct pollset *set);

/*
 * Adds a descriptor with its mask of requested events (poll(2); 0 asks for
 * nothing, and still gets POLLERR, POLLHUP and POLLNVAL).  One that is
 * registered already keeps its place in the order, and the new mask counts:
 * that is no error.  Whether the descriptor is open does not matter.
 * Fails with EBADF for a negative descriptor, and with ENOMEM.  O(1), amortised.
 * Not allowed between two calls of pollset_next() of one walk.
 */
int pollset_register(struct pollset *set, int fd, short events);

/*
 * Replaces the mask of a registered descriptor.  Fails with ENOENT for one that
 * is not registered, and with EBADF for a negative one.  O(1).
 */
int pollset_modify(struct pollset *set, int fd, short events);

/*
 * Takes a descriptor out of the set; the others keep their order.
 * Fails with ENOENT for one that is not registered, and with EBADF for a negative
 * one.  O(1).
 */
int pollset_unregister(struct pollset *set, int fd);

/* How many descriptors are registered. */
size_t pollset_count(const struct pollset *set);

/*
 * Waits, as poll(2) and ppoll(2) do, until a registered descriptor is ready or
 * timeout_ms milliseconds have passed: 0 looks and returns at once, a negative
 * timeout (POLLSET_FOREVER) never runs out.  The deadline is fixed on the
 * monotonic clock when the wait begins, and time that remains is rounded up to
 * a millisecond: a timeout is never early.  With an empty set this sleeps.
 *
 * mask, unless NULL, is the thread's signal mask during the wait, put in place
 * and taken back by the kernel so that no signal falls between (ppoll(2)).
 *
 * Returns how many descriptors are ready, and 0 for a timeout.  A signal that
 * interrupts ends the wait only if pollset_on_interrupt()'s function says so:
 * -1 and EINTR.  Other errors are poll(2)'s: EINVAL for more descriptors than
 * the soft RLIMIT_NOFILE, and ENOMEM.  After -1 and after 0, pollset_next() has
 * nothing to step to.
 */
int pollset_poll(struct pollset *set, int timeout_ms, const sigset_t *mask);

/*
 * Steps through the descriptors that the last poll found ready, in registration
 * order: NULL starts the walk, NULL ends it.  fd and revents of what it returns
 * (struct pollfd, poll(2)) are the descriptor and its report, events its mask.
 * It belongs to the set and is valid until the next registration or poll.
 * Unregistering during a walk is allowed, that of the current descriptor
 * included (copy fd first: the place remains, what stood there is gone), and
 * what was unregistered is not stepped to.
 */
const struct pollfd *pollset_next(const struct pollset *set,
                                  const struct pollfd *after);

/*
 * Has stop(context) called each time a signal interrupts a wait (EINTR, after
 * the signal's handler has run); nonzero ends the wait.  A stop of NULL, as in
 * a new set, lets every wait go on.
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

/*
 * late_signal - raise a signal between a look and the sleep after it
 *
 * To be preloaded.  Raise the signal LATE_SIGNAL once: after poll(2) if LATE_CALL is
 * "poll", before ppoll(2) if it is "ppoll".
 */
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static void
raise_at(const char *call)
{
	static int is_done;
	const char *wanted = getenv("LATE_CALL");
	const char *number = getenv("LATE_SIGNAL");

	if (is_done || wanted == NULL || number == NULL
	    || strcmp(wanted, call) != 0)
		return;
	is_done = 1;
	raise(atoi(number));
}

int
poll(struct pollfd *entries, nfds_t count, int timeout)
{
	int (*real)(struct pollfd *, nfds_t, int);
	int ready;
	int error;

	*(void **)&real = dlsym(RTLD_NEXT, "poll");
	ready = real(entries, count, timeout);
	error = errno;
	raise_at("poll");
	errno = error;
	return ready;
}

int
ppoll(struct pollfd *entries, nfds_t count, const struct timespec *timeout,
      const sigset_t *mask)
{
	int (*real)(struct pollfd *, nfds_t, const struct timespec *,
	            const sigset_t *);

	*(void **)&real = dlsym(RTLD_NEXT, "ppoll");
	raise_at("ppoll");
	return real(entries, count, timeout, mask);
}

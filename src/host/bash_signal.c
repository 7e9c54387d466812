/*
 * bash_signal - see host.h and bash_signal.h
 *
 * bash's handlers only note a signal; what it calls for is done between commands.
 * So a wait must end when one has been noted, and the trap runs when the builtin
 * has returned.  Between asking for noted signals and sleeping another may come:
 * signals are blocked from the one to the other, and ppoll(2) unblocks them.
 */
#include "host/bash_signal.h"
#include "base/host.h"

#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

/* From bash's quit.h, which needs all of bash's headers. */
extern volatile sig_atomic_t interrupt_state;
extern volatile sig_atomic_t terminating_signal;

/*
 * From bash's trap.h, which is not installed: the last trapped signal to come, 0
 * once bash has turned to the traps; the signal whose trap is running, plus one;
 * whether a signal's trap has yet to be run; and whether it has one.
 */
extern int trapped_signal_received;
extern int running_trap;
int signal_is_pending(int sig);
int signal_is_trapped(int sig);

const bool host_is_shell = true;

/* The signal that has ended the run. */
static int ended_by;

void
bash_signal_start(void)
{
	ended_by = 0;
}

int
bash_signal_end(void)
{
	return ended_by;
}

/* The signal that bash has noted and will act upon; 0: none. */
static int
noted_signal(void)
{
	int sig = trapped_signal_received;

	if (terminating_signal != 0)
		return terminating_signal;
	if (interrupt_state != 0)
		return SIGINT;
	/*
	 * Only what came since bash last turned to the traps: in a trap others
	 * may be pending that wait for its end.  It stays set where bash has run
	 * the trap on SIGINT by another way, and in the trap on SIGWINCH, which
	 * alone bash does not begin anew before it has ended.
	 */
	if (sig == 0 || !signal_is_pending(sig)
	    || (sig == SIGWINCH && running_trap == SIGWINCH + 1))
		return 0;
	return sig;
}

bool
host_ends_by_signal(void)
{
	int sig = noted_signal();

	if (sig != 0)
		ended_by = sig;
	return sig != 0;
}

static int
stop(void *context)
{
	(void)context;
	return host_ends_by_signal();
}

int
host_sleep(struct pollset *set, int timeout_ms)
{
	sigset_t all;
	sigset_t shell;
	int ready = -1;
	int error = EINTR;

	pollset_on_interrupt(set, stop, NULL);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &shell);
	if (!host_ends_by_signal()) {
		ready = pollset_sleep(set, timeout_ms, &shell);
		error = errno;
	}
	sigprocmask(SIG_SETMASK, &shell, NULL);
	errno = error;
	return ready;
}

int
host_poll(struct pollset *set, int timeout_ms)
{
	int ready;

	pollset_on_interrupt(set, stop, NULL);
	/* Also a run that never has to sleep. */
	if (host_ends_by_signal()) {
		errno = EINTR;
		return -1;
	}
	/* What is ready already costs no system call but this. */
	ready = pollset_poll(set, 0, NULL);
	if (ready != 0 || timeout_ms == 0)
		return ready;
	return host_sleep(set, timeout_ms);
}

/* Takes a signal away that is blocked and pending. */
static void
discard(const sigset_t *signals)
{
	static const struct timespec at_once;

	while (sigtimedwait(signals, NULL, &at_once) < 0 && errno == EINTR)
		;
}

/* Whether a signal is blocked and has come all the same. */
static bool
is_held_back(int sig)
{
	sigset_t pending;

	sigpending(&pending);
	return sigismember(&pending, sig);
}

ssize_t
host_write(int fd, const char *bytes, size_t length)
{
	sigset_t sigpipe;
	sigset_t shell;
	ssize_t written;
	bool was_pending;
	int error;

	sigemptyset(&sigpipe);
	sigaddset(&sigpipe, SIGPIPE);
	sigprocmask(SIG_BLOCK, &sigpipe, &shell);
	/* It can only be pending where the shell had it blocked already. */
	was_pending = sigismember(&shell, SIGPIPE) && is_held_back(SIGPIPE);
	written = write(fd, bytes, length);
	error = errno;
	if (written < 0 && error == EPIPE && !was_pending)
		discard(&sigpipe);
	sigprocmask(SIG_SETMASK, &shell, NULL);
	errno = error;
	return written;
}

bool
host_ends_by_sigpipe(void)
{
	struct sigaction action;
	sigset_t blocked;

	sigaction(SIGPIPE, NULL, &action);
	if (action.sa_handler == SIG_IGN)
		return false;
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	if (signal_is_trapped(SIGPIPE) && !sigismember(&blocked, SIGPIPE))
		(void)raise(SIGPIPE);
	ended_by = SIGPIPE;
	return true;
}

/*
 * shell - what the builtins of bash and zsh share (see base/host.h and shell.h)
 *
 * A handler of the shell only notes a signal; the shell acts upon it later.  So a
 * wait must end when a signal has been noted, and the trap runs when the builtin is
 * done.  Between the look at noted signals and the sleep another may come: signals
 * are blocked from the one to the other, and ppoll(2) unblocks them.
 */
#include "host/shell.h"
#include "base/host.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#ifndef RWF_NOSIGNAL
#define RWF_NOSIGNAL 0x100
#endif

const bool host_is_shell = true;

/* The signal that has ended the run, or 0. */
static int ended_by;

int
shell_run(char **argv)
{
	int status;

	ended_by = 0;
	status = pollwait_main(argv);
	return ended_by == 0 ? status : 128 + ended_by;
}

bool
host_ends_by_signal(void)
{
	int sig = shell_noted_signal();

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

/* A trap may run another pollwait: the shell's allocator serves both. */
void
host_lend(struct pollset *set)
{
	(void)set;
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
	/* A run whose looks always find something never sleeps. */
	if (host_ends_by_signal()) {
		errno = EINTR;
		return -1;
	}
	/* Where something is ready already, this is the only system call. */
	ready = pollset_poll(set, 0, NULL);
	if (ready != 0 || timeout_ms == 0)
		return ready;
	return host_sleep(set, timeout_ms);
}

/* Take away a signal that is blocked and pending. */
static void
discard(const sigset_t *signals)
{
	static const struct timespec at_once;

	while (sigtimedwait(signals, NULL, &at_once) < 0 && errno == EINTR)
		;
}

/* Return true if a signal is blocked and pending. */
static bool
is_held_back(int sig)
{
	sigset_t pending;

	sigpending(&pending);
	return sigismember(&pending, sig);
}

/* Block SIGPIPE during the write, and take it away if the write has raised it. */
static ssize_t
write_with_sigpipe_blocked(int fd, const char *bytes, size_t length)
{
	sigset_t sigpipe;
	sigset_t shell;
	ssize_t written;
	bool was_pending;
	int error;

	sigemptyset(&sigpipe);
	sigaddset(&sigpipe, SIGPIPE);
	sigprocmask(SIG_BLOCK, &sigpipe, &shell);
	/* SIGPIPE can only be pending if the shell has blocked it. */
	was_pending = sigismember(&shell, SIGPIPE) && is_held_back(SIGPIPE);
	written = write(fd, bytes, length);
	error = errno;
	if (written < 0 && error == EPIPE && !was_pending)
		discard(&sigpipe);
	sigprocmask(SIG_SETMASK, &shell, NULL);
	errno = error;
	return written;
}

/*
 * Since Linux 6.18 a write can be told not to raise SIGPIPE, which spares two system
 * calls, a tenth of a builtin call that prints.  Older kernels, some files and filters of
 * system calls refuse the flag: block SIGPIPE and call write(2) from then on.
 */
ssize_t
host_write(int fd, const char *bytes, size_t length)
{
	static bool is_refused;
	struct iovec part = { .iov_base = (char *)bytes, .iov_len = length };
	ssize_t written;

	if (is_refused)
		return write_with_sigpipe_blocked(fd, bytes, length);
	written = syscall(SYS_pwritev2, fd, &part, 1, -1L, -1L, RWF_NOSIGNAL);
	if (written >= 0 || (errno != EOPNOTSUPP && errno != EINVAL
	                     && errno != ENOSYS && errno != EPERM))
		return written;
	is_refused = true;
	return write_with_sigpipe_blocked(fd, bytes, length);
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
	if (shell_has_trap(SIGPIPE) && !sigismember(&blocked, SIGPIPE))
		(void)raise(SIGPIPE);
	ended_by = SIGPIPE;
	return true;
}

bool
shell_take_pair(char **lines, char **key, char **value)
{
	char *blank = strchr(*lines, ' ');
	char *end;

	if (blank == NULL)
		return false;
	end = strchr(blank, '\n');
	*blank = *end = '\0';
	*key = *lines;
	*value = blank + 1;
	*lines = end + 1;
	return true;
}

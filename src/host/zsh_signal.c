/*
 * zsh_signal - the signals that zsh has noted (see shell.h)
 *
 * While signals are queued, zsh's handler only puts them into a ring, with the mask of
 * the moment.  The first that waits is behind queue_front, the last at queue_rear.
 */
#include "host/shell.h"
#include "host/zsh_signal.h"

#include <signal.h>

#include <zsh/zsh.mdh>

/* zsh blocks these while builtins run. */
static const int blocked_by_zsh[] = { SIGCHLD, SIGWINCH };

/* The mask before zsh_signal_hold(). */
static sigset_t shell_mask;

/* zsh marks a signal as ignored while its trap runs. */
bool
shell_has_trap(int sig)
{
	return (sigtrapped[sig] & ZSIG_TRAPPED) != 0
	       && (sigtrapped[sig] & ZSIG_IGNORED) == 0;
}

/* Return true if a signal in the queue has a trap, or ends the shell or its command. */
static bool
has_effect(int sig)
{
	if (sigtrapped[sig] != 0)
		return shell_has_trap(sig);
	return sig != SIGCHLD && sig != SIGWINCH && sig != SIGPIPE;
}

static int
next_place(int place)
{
	return (place + 1) % MAX_QUEUE_SIZE;
}

/* Return the first signal in the queue that has an effect, or 0. */
static int
first_with_effect(void)
{
	for (int place = queue_front; place != queue_rear;) {
		place = next_place(place);
		if (has_effect(signal_queue[place]))
			return signal_queue[place];
	}
	return 0;
}

/*
 * Let zsh handle the signals in the queue.  They have no effect on the run, and would
 * fill the queue.  All signals are blocked, so none is handled that comes meanwhile.
 */
static void
handle_queued(void)
{
	int level = queueing_enabled;

	queueing_enabled = 0;
	while (queue_front != queue_rear) {
		queue_front = next_place(queue_front);
		zhandler(signal_queue[queue_front]);
	}
	queueing_enabled = level;
}

int
shell_noted_signal(void)
{
	sigset_t all;
	sigset_t before;
	int sig = first_with_effect();

	if (sig != 0 || queue_front == queue_rear)
		return sig;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	/* Look again, because another signal may have come. */
	sig = first_with_effect();
	if (sig == 0)
		handle_queued();
	sigprocmask(SIG_SETMASK, &before, NULL);
	return sig;
}

void
zsh_signal_hold(void)
{
	sigset_t trapped;

	queue_signals();
	sigemptyset(&trapped);
	for (size_t i = 0; i < sizeof blocked_by_zsh / sizeof *blocked_by_zsh; i++)
		if (shell_has_trap(blocked_by_zsh[i]))
			sigaddset(&trapped, blocked_by_zsh[i]);
	if (!sigisemptyset(&trapped))
		sigprocmask(SIG_UNBLOCK, &trapped, &shell_mask);
	else
		sigemptyset(&shell_mask);
}

int
zsh_signal_release(int status)
{
	/* Block again what zsh had blocked. */
	if (!sigisemptyset(&shell_mask))
		sigprocmask(SIG_SETMASK, &shell_mask, NULL);
	lastval = status;
	unqueue_signals();
	return retflag ? (int)lastval : status;
}

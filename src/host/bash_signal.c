/*
 * bash_signal - the signals that bash has noted (see shell.h)
 */
#include "host/shell.h"

#include <signal.h>

/* From bash's quit.h, which needs all of bash's headers. */
extern volatile sig_atomic_t interrupt_state;
extern volatile sig_atomic_t terminating_signal;

/*
 * From bash's trap.h, which is not installed.  trapped_signal_received is the last
 * trapped signal to come, or 0 once bash has turned to the traps; running_trap is the
 * signal whose trap is running, plus one.
 */
extern int trapped_signal_received;
extern int running_trap;
int signal_is_pending(int sig);
int signal_is_trapped(int sig);

int
shell_noted_signal(void)
{
	int sig = trapped_signal_received;

	if (terminating_signal != 0)
		return terminating_signal;
	if (interrupt_state != 0)
		return SIGINT;
	/*
	 * Count only signals that came since bash last turned to the traps: in a trap,
	 * others may be pending that wait for its end.  The variable stays set where
	 * bash has run the trap on SIGINT by another way, and in the trap on SIGWINCH,
	 * the only one that bash does not begin anew before it has ended.
	 */
	if (sig == 0 || !signal_is_pending(sig)
	    || (sig == SIGWINCH && running_trap == SIGWINCH + 1))
		return 0;
	return sig;
}

bool
shell_has_trap(int sig)
{
	return signal_is_trapped(sig);
}

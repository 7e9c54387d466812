/*
 * zsh_signal - zsh's signals while the builtin runs
 */
#ifndef ZSH_SIGNAL_H
#define ZSH_SIGNAL_H

/* Queue signals, so that no trap runs.  Unblock those that zsh blocks and that have a
   trap. */
void zsh_signal_hold(void);

/*
 * Undo zsh_signal_hold(), and run the traps of the queued signals, which see the status.
 * Return the status; if a trap returns from the function of the builtin's caller, that
 * of the trap.
 */
int zsh_signal_release(int status);

#endif

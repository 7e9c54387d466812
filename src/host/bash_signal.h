/*
 * bash_signal - bash's signals, while the builtin runs
 */
#ifndef BASH_SIGNAL_H
#define BASH_SIGNAL_H

/* Forgets what ended the run before. */
void bash_signal_start(void);

/* The signal that has ended the run, which is its status less 128; 0: none. */
int bash_signal_end(void);

#endif

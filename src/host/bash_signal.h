/*
 * builtin_signal - bash's signals, while the builtin runs
 */
#ifndef BUILTIN_SIGNAL_H
#define BUILTIN_SIGNAL_H

/* Forgets what ended the run before. */
void builtin_signal_start(void);

/* The signal that has ended the run, which is its status less 128; 0: none. */
int builtin_signal_end(void);

#endif

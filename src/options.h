/*
 * options - the command line, into one struct
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

struct options {
	int timeout_ms;         /* negative: wait for ever */
	int count;              /* 0: without end */
	int interval_ms;
	bool all;
	bool monitor;
	bool quiet;
	bool help;
	bool version;
	char **operands;        /* what follows the options; ends with NULL */
};

/*
 * Reads the options of argv, which ends with NULL, into *options.
 * Returns -1 with a message at the first that is wrong.
 */
int options_read(struct options *options, char **argv);

/* Prints the short help, or name and version.  Return -1 with a message. */
int options_print_help(void);
int options_print_version(void);

#endif

/*
 * options - the command line, into one struct
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "base/text.h"

#include <stdbool.h>

struct options {
	int timeout_ms;         /* negative: wait for ever */
	bool is_timeout_given;
	int count;              /* 0: without end */
	int interval_ms;
	int pid;                /* whose descriptors; 0: pollwait's own */
	bool all;
	bool monitor;
	bool list;
	bool quiet;
	bool help;
	bool version;
	const char *array;      /* of the shell, to be filled; NULL: print */
	char **operands;        /* what follows the options; ends with NULL */
};

/*
 * Reads the options of argv, which ends with NULL, into *options.
 * Returns -1 with a message at the first that is wrong.
 */
int options_read(struct options *options, char **argv);

/* Says that there is no operand. */
void options_explain_operands(const struct options *options);

/* Appends the short help. */
void options_append_help(struct text *text);

/* Prints it, or name and version.  Return -1 with a message. */
int options_print_help(void);
int options_print_version(void);

#endif

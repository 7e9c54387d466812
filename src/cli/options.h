/*
 * options - the command line, into one struct
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct options {
	int timeout_ms;         /* negative: wait for ever */
	int count;              /* 0: without end */
	int interval_ms;
	int pid;                /* of the target process; 0: pollwait's descriptors */
	const char *array;      /* of the shell, to be filled; NULL: print */
	char **operands;        /* ends with NULL */
	bool has_operands;      /* false: operands are the default of -l */
	bool had_dashes;        /* "--" stood before the operands */
	uint64_t given;         /* a bit for each letter that was given */
};

/* Return true if an option was given, by its letter. */
bool options_has(const struct options *options, char letter);

/*
 * Read argv, which ends with NULL, into *options.
 * Return 0, or -1 after a message about the first mistake.
 */
int options_read(struct options *options, char **argv);

#endif

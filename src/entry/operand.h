/*
 * operand - an operand of the command line, from text to values
 *
 *     OPERAND = TARGET [ ":" EVENTS ] | PREFIX VALUE
 *     TARGET  = FD | FD "-" FD | FD "-" | "/dev/fd/" FD | "/proc/self/fd/" FD
 *
 * PREFIX is that of a kind of entry (entry.h), as pid: is.
 */
#ifndef OPERAND_H
#define OPERAND_H

#include "entry/entry.h"

struct operand {
	const char *argument;           /* as it was given, for messages */
	const struct entry_kind *kind;
	int value;                      /* of a kind with a prefix */
	int first;                      /* of descriptors: the range */
	int last;
	bool is_open_ended;             /* all that are open from the first up */
	bool has_mask;
	short events;
};

/*
 * Parse an argument.  may_be_option tells that no "--" stands before it.
 * Return 0, or -1 after a message.
 */
int operand_parse(struct operand *operand, const char *argument,
                  short default_mask, bool may_be_option);

#endif

/*
 * descriptor - the entry that stands for itself: a descriptor that an operand names
 *
 * Its operands, which may name several, are parsed in entry/operand.c.
 */
#include "entry/entry.h"

static void
append_number(struct text *text, int fd)
{
	text_decimal(text, (unsigned)fd);
}

static short
pass_on(short revents)
{
	return revents;
}

const struct entry_kind entry_descriptor = {
	.append_target = append_number,
	.report = pass_on,
	.end = descriptor_end
};

/*
 * entry - what the entries of a set stand for
 *
 * A set holds descriptors.  Most of them are those that the operands name.  Others
 * stand for something else, as for the end of a process: pollwait opens such a
 * descriptor itself and shows the operand in its place.  Each kind of entry is a table
 * of operations in a file of its own, and a row of entry_kinds in entry.c.
 */
#ifndef ENTRY_H
#define ENTRY_H

#include "base/text.h"
#include "lib/pollset_private.h"
#include "linux/descriptor.h"

#include <stdbool.h>
#include <stddef.h>

struct entry_kind {
	/* How an operand of this kind begins, as "pid:"; NULL for a descriptor. */
	const char *prefix;

	/* True if pollwait opens the descriptor, and no process is asked for it. */
	bool is_own;

	/*
	 * Read what stands behind the prefix: return NULL and set *value, or return
	 * the reason for a message.
	 */
	const char *(*parse)(const char *text, int *value);

	/* The message for an operand with a mask, behind its name and a colon. */
	const char *no_events;

	/*
	 * Open the descriptor that stands for a value, close-on-exec.  Return it, or
	 * -1 after a message that names the argument.
	 */
	int (*open)(int value, const char *argument);

	/* Append the target of a line of output, as 3 or pid:411. */
	void (*append_target)(struct text *text, int value);

	/* Turn the kernel's report into the report that is shown. */
	short (*report)(short revents);

	/*
	 * Tell if the last report is the end of the entry.  descriptor is the one by
	 * which the kernel can be asked; -1: closed.
	 */
	enum descriptor_end (*end)(int descriptor, short report);

	/*
	 * Append what TARGET of the listing says of a value; nothing if that is not
	 * known.  NULL: the descriptor itself is described.
	 */
	void (*append_description)(struct text *text, int value, int descriptor);
};

extern const struct entry_kind entry_descriptor;        /* entry/descriptor.c */
extern const struct entry_kind entry_process;           /* entry/process.c */

/* The kind of an operand by its prefix, and where its text goes on. */
const struct entry_kind *entry_kind_of(const char *operand, const char **rest);

struct entry {
	const struct entry_kind *kind;
	int value;              /* what the operand named */
	int fd;                 /* by which it is registered in the set */
};

/* The entries that pollwait opened itself, in ascending order of fd. */
struct entries {
	struct entry *own;
	size_t count;
	size_t capacity;
};

/* entries_end() closes the descriptors that were opened. */
void entries_start(struct entries *entries);
void entries_end(struct entries *entries);

/*
 * Open the entry of a kind with a value, unless it is open already.  Its descriptor
 * keeps clear of the numbers in named.  Return the descriptor, or -1 after a message.
 */
int entries_open(struct entries *entries, const struct entry_kind *kind, int value,
                 const struct pollset *named, const char *argument);

/* Tell what a descriptor of the set stands for. */
struct entry entries_find(const struct entries *entries, int fd);

/* Close the descriptor of an entry that left the set, if pollwait opened it. */
void entries_forget(struct entries *entries, int fd);

#endif

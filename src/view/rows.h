/*
 * rows - what is known of the descriptors of a run and of the waits of its process
 *
 * Rows are gathered while the duplicates of a poll are open, and printed later, when the
 * holders of the files of all rows are known.
 */
#ifndef ROWS_H
#define ROWS_H

#include "file/file.h"
#include "linux/waits.h"
#include "run/run.h"

/* A part of the text that rows share. */
struct part {
	size_t start;
	size_t length;
};

struct row {
	enum {
		ROW_DESCRIPTOR,         /* of the subject */
		ROW_OWN,                /* an entry that pollwait opened: pid:N */
		ROW_WAIT                /* a wait without a descriptor */
	} kind;
	struct entry entry;             /* of the first two */
	short report;
	bool has_report;                /* it was polled; else EVENTS is unknown */
	bool is_described;              /* it is open, and the members below are known */
	bool is_unknown;                /* it could not be described, and may be open;
	                                   of ROW_WAIT: its children are not known */
	bool is_uncounted;              /* of a pipe: facts.unread is not known yet */
	int flags;
	bool is_mode_unknown;
	struct part name;               /* any bytes */
	struct part details;            /* what file_inspect() appended, to print */
	struct file_facts facts;
	const struct wait *wait;        /* of ROW_WAIT, or the one for a lock */
	struct part path;               /* of an open that waits, any bytes; none: not known */
	struct numbers children;        /* of a wait for children */
};

struct rows {
	int pid;                        /* whose they are; that of pollwait itself */
	struct row *list;
	size_t count;
	size_t capacity;
	struct text text;
	bool has_waits;                 /* the waits were asked for */
	struct waits waits;
};

/* rows_free() frees what rows_start() and the calls below allocate. */
void rows_start(struct rows *rows, int pid);
void rows_free(struct rows *rows);

/* State that all rows of a view share. */
struct inquiry {
	struct file_inquiry files;
	struct holders holders;
	struct mounts mounts;
};

/* Start.  Own descriptors keep clear of the numbers in named (NULL: none). */
void inquiry_start(struct inquiry *inquiry, const struct pollset *named);
void inquiry_end(struct inquiry *inquiry);

/* Add an empty row.  Return NULL with errno where memory is lacking. */
struct row *rows_add(struct rows *rows);

/*
 * Read the waits of the process, by a thread that lives; 0: /proc shows none.  Return 0, or
 * -1 with errno.
 */
int rows_read_waits(struct rows *rows, int thread);

/*
 * Before a poll of the run, find the descriptors that may not be polled, because a file
 * system that may not answer would be asked.  Return 0, or -1 with errno.
 */
int rows_find_unasked(struct run *run, const struct mounts *mounts);

/*
 * After a poll of the run, add a row for each entry of its set, and want the holders of
 * their files.  Return 0, or -1 with errno.
 */
int rows_add_entries(struct rows *rows, struct run *run, struct inquiry *inquiry);

/*
 * After the search for holders, count what is unread in pipes, but where a holder splices:
 * that would wait for as long as the splice does.
 */
void rows_count_pipes(struct rows *rows, const struct run *run, struct holders *holders);

/*
 * Add a row for each wait without a descriptor, each different row once.  Return 0, or
 * -1 with errno.
 */
int rows_add_waits(struct rows *rows, int thread);

/*
 * Leave each row of a wait once that looks like another: they differ in their timeouts, of
 * which the listing does not tell.
 */
void rows_merge_waits(struct rows *rows);

/*
 * Forget all that was read of a process that has ended: its number may be another one's.
 * Its descriptors are then nval.
 */
void rows_forget_process(struct rows *rows);

#endif

/*
 * cells - the cells that the listing and the walk of waits have in common
 *
 * No cell has a blank in it but the target, which is the last.
 */
#ifndef CELLS_H
#define CELLS_H

#include "view/rows.h"

/* Append the events, "-" for none, "?" if the descriptor was not polled. */
void cell_events(struct text *text, const struct row *row);

/* Append the calls that wait with a descriptor, or the call of a wait without one. */
void cell_call(struct text *text, const struct rows *rows, const struct row *row);

/* Append the name of a call; "call-437" for a number without a name. */
void cell_call_name(struct text *text, const struct wait *wait);

/* Append access mode and flags. */
void cell_mode(struct text *text, const struct row *row);

/* Append the number of bytes that wait to be read. */
void cell_unread(struct text *text, const struct row *row);

/* Append the calls in which threads wait for one of many descriptors, each once. */
void cell_polling_calls(struct text *text, const struct waits *waits);

/*
 * Append the holders of the other end, or of this end, but for the process left_out
 * (peers.h); or the children of a wait.  nobody stands for an empty list of the other end.
 */
void cell_peer(struct text *text, const struct rows *rows, const struct row *row,
               struct holders *holders, int left_out, const char *nobody);
void cell_also(struct text *text, const struct rows *rows, const struct row *row,
               struct holders *holders, int left_out);

/* Append children as 412:cat,413:tail, but for the process left_out; a dash: none. */
void cell_children(struct text *text, const struct numbers *children, int left_out);

/* Append the name of the file and its details, or the path of an open. */
void cell_target(struct text *text, const struct rows *rows, const struct row *row);

/* Append a process as 411:tail; "?" stands for the name of one that is gone. */
void cell_process(struct text *text, int pid);

#endif

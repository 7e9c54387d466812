/*
 * ends - what can end the wait of a row, besides the processes in PEER
 *
 * The kind of file says its part in src/file; the call, the holders of the other end and
 * the threads say theirs here.
 */
#ifndef ENDS_H
#define ENDS_H

#include "view/rows.h"

/* The holders of the other end, as far as they matter for the end of a wait. */
struct other_end {
	bool is_unknown;        /* no holder was found, and the kernel does not say
	                           that there is none */
	bool is_pollwait_enough; /* the end of pollwait itself ends the wait */
};

/*
 * Return the bits of enum end for a row of a process with so many threads; 0 if only the
 * processes in PEER can end the wait.
 */
unsigned ends_of(const struct rows *rows, const struct row *row,
                 const struct other_end *other_end, bool has_threads);

/* Return true if a set of ends holds one by which a wait can end by itself. */
bool ends_by_itself(unsigned ends);

/* Append the names of a set, joined by commas; "-" for none. */
void ends_append(struct text *text, unsigned ends);

#endif

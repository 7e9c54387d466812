/*
 * peers - the holders of a file that PEER and ALSO show, and the walk of waits follows
 */
#ifndef PEERS_H
#define PEERS_H

#include "view/rows.h"

/*
 * Step through the holders of a file that count for a row: those of the other end, of the
 * same end, or with a lock in the way.  The process left_out is passed over, and so is the
 * row itself, unless it is a FIFO that is open for both and so holds its own other end.
 * NULL starts the steps and ends them.
 */
const struct holder *peers_next(struct holders *holders, const struct peer *peer,
                                const struct rows *rows, const struct row *row,
                                int left_out, const struct holder *after);

#endif

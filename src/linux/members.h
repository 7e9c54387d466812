/*
 * members - the descriptors on which a call waits
 */
#ifndef MEMBERS_H
#define MEMBERS_H

#include "linux/waits.h"

/*
 * Add the descriptors on which a call of a thread waits to waits->members, as of the wait
 * that is recorded next.  The thread may go on meanwhile.  Return 0, or -1 with errno.
 */
int members_add(struct waits *waits, int thread, const struct syscall *call,
                const struct syscall_line *line);

#endif

/*
 * operand - FD[:EVENTS] or pid:N on the command line, into registrations
 */
#ifndef OPERAND_H
#define OPERAND_H

#include "pollset_private.h"
#include "process.h"

/*
 * Registers what the operands name, in their order; a mask that an operand does
 * not give is default_mask.  operands ends with NULL.  A process is opened, and
 * stands in the set by its descriptor.  Returns -1 with a message at the first
 * operand that is wrong or passes the limit (limit.h).
 */
int operand_register_all(struct pollset *set, struct processes *processes,
                         char *const *operands, short default_mask);

#endif

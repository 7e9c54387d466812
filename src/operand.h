/*
 * operand - FD[:EVENTS] on the command line, into registrations
 */
#ifndef OPERAND_H
#define OPERAND_H

#include "pollset.h"

/*
 * Registers what the operands name, in their order; a mask that an operand does
 * not give is default_mask.  operands ends with NULL.  Returns -1 with a
 * message at the first operand that is wrong or passes the limit (limit.h).
 */
int operand_register_all(struct pollset *set, char *const *operands,
                         short default_mask);

#endif

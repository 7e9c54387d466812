/*
 * operand - FD[:EVENTS] or pid:N on the command line, into registrations
 */
#ifndef OPERAND_H
#define OPERAND_H

#include "run/wait.h"

/*
 * Takes up the process of -p, if there is one, and registers in the run's set what
 * the operands name, in their order.  Returns -1 with a message at the first that
 * is wrong or passes the limit (limit.h).
 */
int operand_register_all(struct run *run);

#endif

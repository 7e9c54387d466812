/*
 * register - fill the set of a run as the operands say
 */
#ifndef REGISTER_H
#define REGISTER_H

#include "run/run.h"

/*
 * Open the subject of the run, and register what the operands name, in their order.
 * Return 0, or -1 after a message about the first operand that is wrong or passes the
 * limit on descriptors.
 */
int register_operands(struct run *run);

/*
 * Check the limit on descriptors when poll(2) has failed with EINVAL: it is not checked
 * before for few descriptors.  Return true after a message if the operands pass it.
 */
bool register_exceeds_limit(struct run *run);

#endif

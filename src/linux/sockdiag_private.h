/*
 * sockdiag_private - what the questions about unix sockets and about TCP and UDP share
 */
#ifndef SOCKDIAG_PRIVATE_H
#define SOCKDIAG_PRIVATE_H

#include "linux/sockdiag.h"

/* The cookie of a request that does not name one socket. */
enum { SOCKDIAG_ANY_COOKIE = -1 };

/*
 * Send a request of sock_diag(7), a dump or not, and hand each answer to take().  Return as
 * netlink_ask() does.
 */
int sockdiag_ask(struct sockdiag *diag, const void *body, size_t length, bool is_dump,
                 int (*take)(void *context, struct netlink_bytes body), void *context);

#endif

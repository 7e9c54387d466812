/*
 * sockdiag - questions about sockets to the kernel
 *
 * sockdiag_unix.c asks about unix sockets, sockdiag_inet.c about TCP, UDP and addresses.
 */
#include "linux/sockdiag_private.h"

#include <stdlib.h>

/* The type of requests and answers. */
enum { MESSAGE_SOCKET = 20 };

void
sockdiag_start(struct sockdiag *diag, const struct pollset *named)
{
	*diag = (struct sockdiag){ .pending = NULL };
	netlink_start(&diag->sockets, NETLINK_SOCK_DIAG, named);
	netlink_start(&diag->routes, NETLINK_ROUTE, named);
}

void
sockdiag_end(struct sockdiag *diag)
{
	netlink_end(&diag->sockets);
	netlink_end(&diag->routes);
	free(diag->pending);
	free(diag->all);
}

int
sockdiag_ask(struct sockdiag *diag, const void *body, size_t length, bool is_dump,
             int (*take)(void *context, struct netlink_bytes body), void *context)
{
	struct netlink_request request = {
		.type = MESSAGE_SOCKET, .answer_type = MESSAGE_SOCKET,
		.is_dump = is_dump, .body = body, .length = length,
		.take = take, .context = context
	};

	return netlink_ask(&diag->sockets, &request);
}

/*
 * netlink - a conversation with the kernel
 *
 * The kernel answers before it returns from send(2), so nothing here waits.  Each
 * answer is checked before it is believed: sender, sequence number, lengths.  See
 * netlink(7).
 */
#ifndef NETLINK_H
#define NETLINK_H

#include "lib/pollset_private.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Protocols. */
enum { NETLINK_ROUTE = 0, NETLINK_SOCK_DIAG = 4 };

struct netlink {
	const struct pollset *named;    /* not owned; for keepclear_move() */
	int protocol;
	int fd;                         /* -1: not open */
	uint32_t sequence;              /* of the last request */
	unsigned char *buffer;          /* of answers; NULL: not allocated yet */
};

/*
 * Start with nothing open.  The socket is opened by the first request, is
 * close-on-exec, and takes neither 0, 1 or 2 nor a number in named (NULL: none),
 * which must live as long.  netlink_end() closes it and frees the buffer.
 */
void netlink_start(struct netlink *netlink, int protocol,
                   const struct pollset *named);
void netlink_end(struct netlink *netlink);

/* Part of an answer.  It is not terminated, and may lie at any address. */
struct netlink_bytes {
	const unsigned char *first;
	size_t length;
};

/* The longest body of a request. */
enum { NETLINK_REQUEST_MOST = 112 };

/* A request, and what becomes of its answers. */
struct netlink_request {
	uint16_t type;
	uint16_t answer_type;
	bool is_dump;           /* many answers, or none; else exactly one */
	const void *body;
	size_t length;          /* at most NETLINK_REQUEST_MOST */

	/* Take the body of an answer.  Return 0, or -1 with errno to give up. */
	int (*take)(void *context, struct netlink_bytes body);
	void *context;
};

/*
 * Ask, and give each answer to take().  Return 0 once all have been taken.  Return
 * -1 with errno: the kernel's, take()'s, EPROTO for an answer that makes no sense,
 * EAGAIN if there is none; some may have been taken.  The next request starts
 * afresh.
 */
int netlink_ask(struct netlink *netlink, const struct netlink_request *request);

/*
 * Copy the fixed start of a body, and drop it.  Return -1 and EPROTO if the body is
 * shorter.
 */
int netlink_take_fixed(struct netlink_bytes *body, void *fixed, size_t size);

/* Take the next attribute off a body.  Return false if the rest is none. */
bool netlink_next_attribute(struct netlink_bytes *body, unsigned *type,
                            struct netlink_bytes *value);

/* Take a number off bytes.  Return false if they are too few. */
bool netlink_next_number(struct netlink_bytes *bytes, uint32_t *number);

/*
 * Append an attribute to a request's body of length bytes.  The value's length is
 * a multiple of 4.  Return the new length.
 */
size_t netlink_append(unsigned char body[NETLINK_REQUEST_MOST], size_t length,
                      uint16_t type, const void *value, size_t value_length);

#endif

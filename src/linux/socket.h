/*
 * socket - what a socket is, how its connection stands, who is at its other end
 *
 * The kernel's word alone counts: a question that it does not answer leaves
 * "unknown", never "none".  See unix(7), tcp(7), udp(7) and sock_diag(7).
 */
#ifndef SOCKET_H
#define SOCKET_H

#include "linux/inet.h"
#include "linux/nettable.h"
#include "linux/sockdiag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum socket_kind {
	SOCKET_KIND_UNKNOWN,
	SOCKET_UNIX,
	SOCKET_TCP,
	SOCKET_UDP,
	SOCKET_OTHER            /* netlink, raw, packet and whatever there is */
};

enum socket_state {
	SOCKET_STATE_UNKNOWN,
	SOCKET_UNCONNECTED,     /* bound or not */
	SOCKET_LISTENING,
	SOCKET_CONNECTING,      /* TCP alone: connect(2) goes on */
	SOCKET_CONNECTED,
	SOCKET_NOT_ACCEPTED,    /* connected, but no accept(2) has taken it yet */
	SOCKET_PEER_SHUT,       /* the peer has ended its writing, and still has
	                           its socket */
	SOCKET_PEER_ENDED,      /* TCP alone: the peer has ended its writing; the
	                           kernel does not say if it has its socket */
	SOCKET_PEER_CLOSED,     /* the peer's socket is gone */
	SOCKET_CLOSED           /* TCP alone: the connection is over at both ends */
};

enum socket_peer {
	SOCKET_PEER_UNKNOWN,
	SOCKET_PEER_NO_ONE,     /* there is no one other end: listening, not
	                           connected, a kind that does not connect */
	SOCKET_PEER_ELSEWHERE,  /* no socket of this network namespace is at the
	                           other end: another host, a group of hosts; for
	                           UDP also an address that nobody has */
	SOCKET_PEER_GONE,       /* it was connected, and the other end is closed */
	SOCKET_PEER_INODE       /* the socket with peer_inode; of a connection not
	                           accepted yet, and of one that TCP still tries
	                           to make, the listener */
};

struct socket_facts {
	enum socket_kind kind;
	int type;               /* SOCK_STREAM and so on; 0: not known */
	enum socket_state state;

	bool has_queue;         /* a listener's two numbers are known */
	uint32_t queued;        /* connections not accepted */
	uint32_t backlog;

	struct inet_address local;      /* of TCP and UDP; family 0: not known */
	struct inet_address remote;

	/* Of unix: its own name, or else the peer's or the listener's. */
	char name[SOCKDIAG_NAME_SIZE];  /* any bytes; an abstract one starts
	                                   with NUL */
	size_t name_length;     /* without the NUL that ends a path; 0: none */
	bool name_is_peers;

	bool has_unread;
	uint32_t unread;        /* bytes; of a datagram socket, of the next one */

	enum socket_peer peer;
	ino_t peer_inode;       /* nobody may hold it: it may be in a message */
};

/* The question. */
struct socket_query {
	int pid;                /* a living thread of the process that has the
	                           socket, or PROC_SELF */
	int fd;                 /* the number of the socket there */
	ino_t inode;            /* what stat(2) says of it */
	int duplicate;          /* our own descriptor for the socket; not owned;
	                           -1: duplicating is refused */
};

/* State that a run of questions shares. */
struct socket_inquiry {
	struct sockdiag diag;
	struct nettable table;
};

/*
 * Start, without a system call.  named is as for sockdiag_start().
 * socket_inquiry_end() closes and frees what the questions opened and allocated.
 * One inquiry serves one listing: parts of the tables are read once.
 */
void socket_inquiry_start(struct socket_inquiry *inquiry,
                          const struct pollset *named);
void socket_inquiry_end(struct socket_inquiry *inquiry);

/*
 * Fill in what is known of a socket.  It cannot fail: what is not known is left as
 * unknown, also where there is no memory or no descriptor for the question.  A
 * duplicate's state, flags and pending error stay as they are.
 */
void socket_ask(struct socket_inquiry *inquiry,
                const struct socket_query *query, struct socket_facts *facts);

#endif

/*
 * sockdiag - ask the kernel about sockets, by netlink
 *
 * sock_diag(7) tells of a socket who is at its other end.  It answers every
 * user, but only for sockets of the network namespace in which the netlink socket
 * was opened, which is pollwait's own.  rtnetlink(7) tells if an address is one
 * of this namespace.
 */
#ifndef SOCKDIAG_H
#define SOCKDIAG_H

#include "linux/inet.h"
#include "linux/netlink.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* States of TCP, which unix sockets and UDP borrow (include/net/tcp_states.h). */
enum tcp_state {
	TCP_STATE_ESTABLISHED = 1,
	TCP_STATE_SYN_SENT = 2,
	TCP_STATE_SYN_RECV = 3,
	TCP_STATE_FIN_WAIT1 = 4,
	TCP_STATE_FIN_WAIT2 = 5,
	TCP_STATE_TIME_WAIT = 6,
	TCP_STATE_CLOSE = 7,
	TCP_STATE_CLOSE_WAIT = 8,
	TCP_STATE_LAST_ACK = 9,
	TCP_STATE_LISTEN = 10,
	TCP_STATE_CLOSING = 11,
	TCP_STATE_NEW_SYN_RECV = 12
};

/* The size of sun_path (unix(7)). */
enum { SOCKDIAG_NAME_SIZE = 108 };

/* A connection that waits for its accept(2): the client, by inode, and where. */
struct sockdiag_pending {
	uint32_t client;
	uint32_t listener;
};

struct sockdiag_unix;

/* The questions of a run.  Only sockdiag*.c use the members. */
struct sockdiag {
	struct netlink sockets;
	struct netlink routes;
	size_t asked;                   /* questions about unix sockets */
	struct sockdiag_unix *all;      /* sorted by inode; loaded for many questions */
	size_t all_count;
	size_t all_capacity;
	bool pending_loaded;
	struct sockdiag_pending *pending;       /* sorted by client */
	size_t pending_count;
	size_t pending_capacity;
};

/*
 * Start, without a system call.  named is netlink_start()'s.  sockdiag_end()
 * closes and frees everything.
 */
void sockdiag_start(struct sockdiag *diag, const struct pollset *named);
void sockdiag_end(struct sockdiag *diag);

/* Bits of the shutdown of a unix socket. */
enum { SOCKDIAG_NO_MORE_IN = 1, SOCKDIAG_NO_MORE_OUT = 2 };

struct sockdiag_unix {
	uint32_t inode;
	int type;               /* SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET */
	int state;              /* enum tcp_state: LISTEN, ESTABLISHED or CLOSE */
	bool has_peer;          /* it was connected */
	uint32_t peer;          /* inode; 0: closed, or not accepted yet */
	int shutdown;
	bool has_queue;
	uint32_t unread;        /* bytes; a datagram socket: of the next datagram;
	                           a listener: connections not accepted */
	uint32_t backlog;       /* of a listener */
	char name[SOCKDIAG_NAME_SIZE];  /* an abstract one begins with NUL */
	size_t name_length;     /* without the NUL that ends a path; 0: no name */
};

/*
 * Describe the unix socket with an inode.  Return 0, or -1 with errno: ENOENT if
 * this namespace has none or the kernel cannot tell; EPROTO for an answer that
 * makes no sense; EPERM, EACCES, EPROTONOSUPPORT and others where netlink is
 * refused.  After a failure the next request starts afresh.
 */
int sockdiag_unix(struct sockdiag *diag, uint32_t inode,
                  struct sockdiag_unix *answer);

/*
 * Find the listener that has not accepted a unix client yet.  The listeners of the
 * namespace are asked once; fresh asks them again.  Return 0 and the inode, or -1
 * with errno: ENOENT if no listener of this namespace has the client in its queue.
 */
int sockdiag_unix_listener(struct sockdiag *diag, uint32_t client, bool fresh,
                           uint32_t *listener);

struct sockdiag_inet {
	int state;              /* enum tcp_state */
	struct inet_address local;
	struct inet_address remote;     /* a wildcard where there is none */
	uint32_t unread;        /* TCP: bytes, and 1 for an end that was received;
	                           a listener: connections not accepted */
	uint32_t unsent;        /* TCP: bytes not acknowledged; a listener: backlog */
	uint32_t inode;         /* 0: no process has the socket */
};

/*
 * Count the UDP sockets that are bound to a local address, as it was answered, and are not
 * connected (SO_REUSEPORT).  Return -1 with errno as sockdiag_unix() does.
 */
int sockdiag_count_bound(struct sockdiag *diag, const struct inet_address *local);

/*
 * Find the socket of TCP (IPPROTO_TCP) or UDP that a packet from one address to
 * another reaches.  For TCP that may be a listener.  Return as sockdiag_unix()
 * does; EINVAL if the addresses are of two families.
 */
int sockdiag_inet(struct sockdiag *diag, int protocol,
                  const struct inet_address *from,
                  const struct inet_address *to, struct sockdiag_inet *answer);

/*
 * Find the listener to which a connection between two addresses belongs that was
 * not accepted yet.  Several may share the address (SO_REUSEPORT), and the kernel
 * does not tell which has it: is_queued says that the connection waits for
 * accept(2), so that it is the only one with a queue.  Return 0, or -1 with errno,
 * ENOTUNIQ where several are left.
 */
int sockdiag_tcp_listener(struct sockdiag *diag,
                          const struct inet_address *from,
                          const struct inet_address *to, bool is_queued,
                          struct sockdiag_inet *answer);

/*
 * Describe the listener with an inode on a local address.  Return as
 * sockdiag_unix() does.
 */
int sockdiag_tcp_listening(struct sockdiag *diag, uint32_t inode,
                           const struct inet_address *local,
                           struct sockdiag_inet *answer);

/*
 * Ask if an address is one of this network namespace, 127.0.0.1 included.  Return
 * 1, or 0 if it is another host's or a group's, or -1 with errno: not known.
 */
int sockdiag_is_local(struct sockdiag *diag,
                      const struct inet_address *address);

#endif

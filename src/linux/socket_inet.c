/*
 * socket_inet - the state, the addresses and the peer of a TCP or UDP socket
 *
 * sock_diag(7) finds these by their addresses, in our own network namespace.  A
 * socket may be of another namespace than its process.  So it is taken for one of
 * ours only if its own addresses lead to its own inode; of others the peer is not
 * known.
 */
#include "linux/socket_private.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>

/* *state, here and below, is of enum tcp_state, or 0: not known. */
static void
read_tcp_info(int fd, int *state, struct socket_facts *facts)
{
	struct tcp_info info;
	socklen_t length = sizeof info;

	memset(&info, 0, sizeof info);
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) < 0)
		return;
	*state = info.tcpi_state;
	/* Of a listener, two of its numbers are others (tcp_get_info()). */
	if (info.tcpi_state == TCP_STATE_LISTEN
	    && length >= offsetof(struct tcp_info, tcpi_lost)) {
		facts->has_queue = true;
		facts->queued = info.tcpi_unacked;
		facts->backlog = info.tcpi_sacked;
	}
}

/* Return -1 with errno, ENOTCONN where there is no peer. */
static int
read_inet_name(int fd, enum socket_end end, struct inet_address *address)
{
	struct sockaddr_storage name;
	socklen_t length = sizeof name;

	memset(&name, 0, sizeof name);
	if (socket_name(fd, end, &name, &length) < 0)
		return -1;
	if (!inet_from_socket(address, &name, length)) {
		errno = EAFNOSUPPORT;
		return -1;
	}
	return 0;
}

static void
read_inet_duplicate(int fd, int *state, struct socket_facts *facts)
{
	int remote;

	(void)read_inet_name(fd, SOCKET_OWN_END, &facts->local);
	remote = read_inet_name(fd, SOCKET_OTHER_END, &facts->remote);
	if (facts->kind == SOCKET_TCP)
		read_tcp_info(fd, state, facts);
	else if (remote == 0)
		*state = TCP_STATE_ESTABLISHED;
	else if (errno == ENOTCONN)
		*state = TCP_STATE_CLOSE;
}

/*
 * Read the addresses from /proc where there is no duplicate, or where it does not
 * tell: a TCP socket that connects has no peer yet for getpeername(2).
 */
static void
read_inet_table(struct nettable *table, const struct socket_query *query,
                int *state, struct socket_facts *facts)
{
	const struct nettable_row *row =
		nettable_find(table, query->pid, (uint32_t)query->inode);

	if (row == NULL)
		return;
	facts->kind = row->protocol == IPPROTO_TCP ? SOCKET_TCP : SOCKET_UDP;
	facts->type = row->protocol == IPPROTO_TCP ? SOCK_STREAM : SOCK_DGRAM;
	if (*state == 0)
		*state = row->state;
	if (facts->local.family == 0)
		facts->local = row->local;
	if (*state != TCP_STATE_LISTEN && *state != TCP_STATE_CLOSE)
		facts->remote = row->remote;
	if (facts->kind == SOCKET_TCP && *state != TCP_STATE_LISTEN) {
		facts->has_unread = true;
		facts->unread = row->unread;
	}
}

/* The peer's end was received: it counts as a byte until it has been read. */
static bool
has_received_end(int state)
{
	return state == TCP_STATE_CLOSE_WAIT || state == TCP_STATE_LAST_ACK
	       || state == TCP_STATE_CLOSING || state == TCP_STATE_TIME_WAIT;
}

/*
 * A TCP socket in state CLOSE was connected once if it is shut for reading, and has a port.
 * Do not ask SO_ERROR: reading it takes the error away from the socket's owner.
 */
static bool
was_closed(int fd, const struct inet_address *local)
{
	struct pollfd entry = { .fd = fd, .events = POLLRDHUP };

	return local->port != 0 && poll(&entry, 1, 0) > 0 && (entry.revents & POLLRDHUP) != 0;
}

static void
tell_close(const struct socket_query *query, struct socket_facts *facts)
{
	bool is_tcp = facts->kind == SOCKET_TCP;

	/* The duplicate or getsockname(2) may have been refused. */
	if (is_tcp && (query->duplicate < 0 || facts->local.family == 0))
		socket_set_no_peer(facts, SOCKET_STATE_UNKNOWN,
		                   SOCKET_PEER_UNKNOWN);
	else if (is_tcp && was_closed(query->duplicate, &facts->local))
		socket_set_no_peer(facts, SOCKET_CLOSED, SOCKET_PEER_GONE);
	else
		socket_set_no_peer(facts, SOCKET_UNCONNECTED,
		                   SOCKET_PEER_NO_ONE);
}

/* Tell from the socket's own state how it stands; the peer may say more. */
static void
tell_inet(const struct socket_query *query, int state,
          struct socket_facts *facts)
{
	if (state == TCP_STATE_LISTEN)
		socket_set_no_peer(facts, SOCKET_LISTENING, SOCKET_PEER_NO_ONE);
	else if (state == TCP_STATE_CLOSE)
		tell_close(query, facts);
	else if (state == TCP_STATE_SYN_SENT || state == TCP_STATE_SYN_RECV)
		facts->state = SOCKET_CONNECTING;
	else if (has_received_end(state))
		facts->state = SOCKET_PEER_ENDED;
	else if (state == TCP_STATE_ESTABLISHED || state == TCP_STATE_FIN_WAIT1
	         || state == TCP_STATE_FIN_WAIT2)
		facts->state = SOCKET_CONNECTED;
	if (facts->has_unread && facts->unread > 0 && has_received_end(state))
		facts->unread--;
}

static int
protocol_of(const struct socket_facts *facts)
{
	return facts->kind == SOCKET_TCP ? IPPROTO_TCP : IPPROTO_UDP;
}

/*
 * Find the socket itself by its addresses.  Return false if it is not of our
 * network namespace, or netlink is refused.
 */
static bool
is_ours(struct sockdiag *diag, const struct socket_query *query, int *state,
        struct socket_facts *facts)
{
	struct sockdiag_inet own;

	if (sockdiag_inet(diag, protocol_of(facts), &facts->remote,
	                  &facts->local, &own) < 0
	    || own.inode != query->inode)
		return false;
	*state = own.state;
	if (facts->kind == SOCKET_TCP) {
		facts->has_unread = true;
		facts->unread = own.unread;
	}
	return true;
}

/* Find the listener of a connection that was not accepted yet. */
static void
tell_tcp_listener(struct sockdiag *diag, bool is_queued,
                  struct socket_facts *facts)
{
	struct sockdiag_inet listener;

	if (facts->state != SOCKET_CONNECTING)
		facts->state = SOCKET_NOT_ACCEPTED;
	if (sockdiag_tcp_listener(diag, &facts->local, &facts->remote,
	                          is_queued, &listener) == 0
	    && listener.inode != 0)
		socket_set_peer(facts, facts->state, listener.inode);
}

/* The peer has a connection, but no process has its socket. */
static void
tell_tcp_without_inode(struct sockdiag *diag, int state,
                       struct socket_facts *facts)
{
	switch (state) {
	case TCP_STATE_SYN_RECV:
	case TCP_STATE_NEW_SYN_RECV:
		tell_tcp_listener(diag, false, facts);
		break;
	case TCP_STATE_ESTABLISHED:
	case TCP_STATE_CLOSE_WAIT:
		tell_tcp_listener(diag, true, facts);
		break;
	case TCP_STATE_FIN_WAIT1:
	case TCP_STATE_FIN_WAIT2:
	case TCP_STATE_CLOSING:
	case TCP_STATE_LAST_ACK:
	case TCP_STATE_TIME_WAIT:
		socket_set_no_peer(facts, SOCKET_PEER_CLOSED, SOCKET_PEER_GONE);
		break;
	default:
		break;
	}
}

static bool
has_ended_writing(int state)
{
	return state == TCP_STATE_FIN_WAIT1 || state == TCP_STATE_FIN_WAIT2
	       || state == TCP_STATE_CLOSING || state == TCP_STATE_LAST_ACK;
}

/*
 * No connection of ours is at the other end.  A listener is, for one that TCP
 * still tries to make; but one that listens on all addresses is found for those
 * of other hosts too.
 */
static void
tell_tcp_alone(struct sockdiag *diag, uint32_t listener,
               struct socket_facts *facts)
{
	int is_local = sockdiag_is_local(diag, &facts->remote);

	if (is_local == 0)
		facts->peer = SOCKET_PEER_ELSEWHERE;
	else if (is_local > 0 && listener != 0
	         && facts->state == SOCKET_CONNECTING)
		socket_set_peer(facts, SOCKET_CONNECTING, listener);
}

static void
tell_tcp_peer(struct sockdiag *diag, struct socket_facts *facts)
{
	struct sockdiag_inet peer;

	if (sockdiag_inet(diag, IPPROTO_TCP, &facts->local, &facts->remote,
	                  &peer) < 0) {
		if (errno == ENOENT)
			tell_tcp_alone(diag, 0, facts);
	} else if (peer.state == TCP_STATE_LISTEN) {
		tell_tcp_alone(diag, peer.inode, facts);
	} else if (peer.inode == 0) {
		tell_tcp_without_inode(diag, peer.state, facts);
	} else {
		socket_set_peer(facts, facts->state, peer.inode);
		if (has_ended_writing(peer.state)
		    || facts->state == SOCKET_PEER_ENDED)
			facts->state = SOCKET_PEER_SHUT;
	}
}

/*
 * Datagrams reach a socket that is connected back to ours, or one that is bound
 * to the remote address.  One that is bound to all addresses is found for those
 * of other hosts too.
 */
static void
tell_udp_peer(struct sockdiag *diag, struct socket_facts *facts)
{
	struct sockdiag_inet peer;
	int is_local = 1;

	if (sockdiag_inet(diag, IPPROTO_UDP, &facts->local, &facts->remote,
	                  &peer) < 0) {
		if (errno == ENOENT)
			facts->peer = SOCKET_PEER_ELSEWHERE;
		return;
	}
	if (!inet_equals(&peer.remote, &facts->local)) {
		is_local = sockdiag_is_local(diag, &facts->remote);
		/* The sender's port chooses among several sockets on the address. */
		if (sockdiag_count_bound(diag, &peer.local) != 1)
			peer.inode = 0;
	}
	if (is_local == 0)
		facts->peer = SOCKET_PEER_ELSEWHERE;
	else if (is_local > 0 && peer.inode != 0)
		socket_set_peer(facts, facts->state, peer.inode);
}

static void
tell_backlog(struct sockdiag *diag, const struct socket_query *query,
             struct socket_facts *facts)
{
	struct sockdiag_inet listener;

	if (facts->has_queue
	    || sockdiag_tcp_listening(diag, (uint32_t)query->inode,
	                              &facts->local, &listener) < 0)
		return;
	facts->has_queue = true;
	facts->queued = listener.unread;
	facts->backlog = listener.unsent;
}

void
socket_ask_inet(struct socket_inquiry *inquiry,
                const struct socket_query *query, struct socket_facts *facts)
{
	int state = 0;
	bool ours;

	if (query->duplicate >= 0)
		read_inet_duplicate(query->duplicate, &state, facts);
	if (query->duplicate < 0 || state == TCP_STATE_SYN_SENT)
		read_inet_table(&inquiry->table, query, &state, facts);
	ours = facts->remote.family != 0
	       && is_ours(&inquiry->diag, query, &state, facts);
	tell_inet(query, state, facts);
	if (facts->state == SOCKET_LISTENING)
		tell_backlog(&inquiry->diag, query, facts);
	else if (ours && facts->peer == SOCKET_PEER_UNKNOWN
	         && facts->kind == SOCKET_TCP)
		tell_tcp_peer(&inquiry->diag, facts);
	else if (ours && facts->peer == SOCKET_PEER_UNKNOWN)
		tell_udp_peer(&inquiry->diag, facts);
}

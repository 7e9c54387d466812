/*
 * socket_unix - the state, the names and the peer of a unix socket
 *
 * sock_diag(7) finds a unix socket by its inode, in our own network namespace.  Of
 * another namespace's, a duplicate tells the name but not who the peer is.
 */
#include "linux/socket_private.h"

#include <errno.h>
#include <string.h>
#include <sys/un.h>

/*
 * Take a name as getsockname(2) and getpeername(2) store it, of length bytes in
 * all.
 */
static void
set_name(struct socket_facts *facts, const char *bytes, size_t length,
         bool is_peers)
{
	if (length > sizeof facts->name)
		length = sizeof facts->name;
	if (length > 0 && bytes[0] != '\0')
		length = strnlen(bytes, length);
	memcpy(facts->name, bytes, length);
	facts->name_length = length;
	facts->name_is_peers = is_peers && length > 0;
}

/* Return -1 with errno, ENOTCONN where there is no peer. */
static int
read_unix_name(int fd, enum socket_end end, struct socket_facts *facts)
{
	struct sockaddr_un name;
	socklen_t length = sizeof name;
	size_t before = offsetof(struct sockaddr_un, sun_path);

	if (socket_name(fd, end, &name, &length) < 0)
		return -1;
	if (length > before)
		set_name(facts, name.sun_path, length - before,
		         end == SOCKET_OTHER_END);
	return 0;
}

/* Take the name of a peer or a listener, unless the socket has one itself. */
static void
take_name_of(struct sockdiag *diag, ino_t inode, struct socket_facts *facts)
{
	struct sockdiag_unix other = { .name_length = 0 };

	if (facts->name_length == 0
	    && sockdiag_unix(diag, (uint32_t)inode, &other) == 0)
		set_name(facts, other.name, other.name_length, true);
}

/* Both directions are shut: by the peer's close, or by the shutdown of an end. */
static bool
is_shut(const struct sockdiag_unix *own)
{
	const int both = SOCKDIAG_NO_MORE_IN | SOCKDIAG_NO_MORE_OUT;

	return (own->shutdown & both) == both;
}

/*
 * A stream was connected, and the other end has no inode: it is closed, and then
 * both directions are shut, or it was not accepted yet.  A client may have shut
 * both directions itself, so the listeners' queues decide.
 */
static void
tell_unaccepted(struct sockdiag *diag, uint32_t inode,
                const struct sockdiag_unix *own, struct socket_facts *facts)
{
	uint32_t listener = 0;
	bool is_queued = sockdiag_unix_listener(diag, inode, false,
	                                        &listener) == 0;

	/* Believe queues read some time ago only where all agrees. */
	if (is_queued == is_shut(own))
		is_queued = sockdiag_unix_listener(diag, inode, true,
		                                   &listener) == 0;
	if (is_queued)
		socket_set_peer(facts, SOCKET_NOT_ACCEPTED, listener);
	else if (errno != ENOENT)
		socket_set_no_peer(facts, SOCKET_STATE_UNKNOWN,
		                   SOCKET_PEER_UNKNOWN);
	else if (is_shut(own))
		socket_set_no_peer(facts, SOCKET_PEER_CLOSED, SOCKET_PEER_GONE);
	else    /* The listener is in another network namespace. */
		socket_set_no_peer(facts, SOCKET_NOT_ACCEPTED,
		                   SOCKET_PEER_UNKNOWN);
}

static void
tell_connected(const struct sockdiag_unix *own, struct socket_facts *facts)
{
	/* A datagram socket's own shutdown does not show what the peer did. */
	bool is_ended = own->type != SOCK_DGRAM
	                && (own->shutdown & SOCKDIAG_NO_MORE_IN) != 0;

	socket_set_peer(facts, is_ended ? SOCKET_PEER_SHUT : SOCKET_CONNECTED,
	                own->peer);
}

static bool
is_connected_stream(const struct sockdiag_unix *own)
{
	return own->type != SOCK_DGRAM && own->state == TCP_STATE_ESTABLISHED;
}

/* Tell how the connection of a unix socket stands. */
static void
tell_unix(struct sockdiag *diag, uint32_t inode,
          const struct sockdiag_unix *own, struct socket_facts *facts)
{
	if (own->state == TCP_STATE_LISTEN)
		socket_set_no_peer(facts, SOCKET_LISTENING, SOCKET_PEER_NO_ONE);
	else if (!own->has_peer && !is_connected_stream(own))
		socket_set_no_peer(facts, SOCKET_UNCONNECTED,
		                   SOCKET_PEER_NO_ONE);
	else if (!own->has_peer)
		return;         /* a contradiction: claim nothing */
	else if (own->peer != 0)
		tell_connected(own, facts);
	else if (own->type == SOCK_DGRAM)
		socket_set_no_peer(facts, SOCKET_PEER_CLOSED, SOCKET_PEER_GONE);
	else
		tell_unaccepted(diag, inode, own, facts);
}

static void
tell_unix_queue(const struct sockdiag_unix *own, struct socket_facts *facts)
{
	if (own->state == TCP_STATE_LISTEN) {
		facts->has_queue = own->has_queue;
		facts->queued = own->unread;
		facts->backlog = own->backlog;
	} else {
		facts->has_unread = own->has_queue;
		facts->unread = own->unread;
	}
}

/* Ask netlink.  Return -1 with errno, and only the type changed. */
static int
ask_unix_diag(struct sockdiag *diag, uint32_t inode, struct socket_facts *facts)
{
	struct sockdiag_unix own = { .name_length = 0 };

	if (sockdiag_unix(diag, inode, &own) < 0)
		return -1;
	facts->kind = SOCKET_UNIX;
	facts->type = own.type;
	set_name(facts, own.name, own.name_length, false);
	tell_unix(diag, inode, &own, facts);
	/* It may have been accepted between the two questions: ask anew. */
	if (facts->state == SOCKET_NOT_ACCEPTED
	    && facts->peer == SOCKET_PEER_UNKNOWN
	    && sockdiag_unix(diag, inode, &own) == 0)
		tell_unix(diag, inode, &own, facts);
	tell_unix_queue(&own, facts);
	if (facts->peer == SOCKET_PEER_INODE)
		take_name_of(diag, facts->peer_inode, facts);
	return 0;
}

/* A duplicate alone tells if it listens and if it was ever connected. */
static void
ask_unix_duplicate(int fd, struct socket_facts *facts)
{
	int listens = socket_option(fd, SO_ACCEPTCONN);
	struct sockaddr_un name;
	socklen_t length = sizeof name;

	if (listens < 0)
		return;
	if (listens > 0)
		socket_set_no_peer(facts, SOCKET_LISTENING, SOCKET_PEER_NO_ONE);
	else if (socket_name(fd, SOCKET_OTHER_END, &name, &length) < 0
	         && errno == ENOTCONN)
		socket_set_no_peer(facts, SOCKET_UNCONNECTED,
		                   SOCKET_PEER_NO_ONE);
}

void
socket_ask_unix(struct socket_inquiry *inquiry,
                const struct socket_query *query, struct socket_facts *facts)
{
	int fd = query->duplicate;

	if (ask_unix_diag(&inquiry->diag, (uint32_t)query->inode, facts) < 0
	    && fd >= 0)
		ask_unix_duplicate(fd, facts);
	if (facts->name_length == 0 && fd >= 0)
		(void)read_unix_name(fd, SOCKET_OWN_END, facts);
	if (facts->name_length == 0 && fd >= 0)
		(void)read_unix_name(fd, SOCKET_OTHER_END, facts);
}

/*
 * socket - sockets: addresses, states, and the socket at the other end
 */
#include "file/file.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

/* Append a port, and the address in front of it, IPv6 in brackets. */
static void
append_address(struct text *text, const struct inet_address *address)
{
	char name[INET6_ADDRSTRLEN];
	bool has_brackets = address->family == AF_INET6 || address->is_mapped;

	if (inet_ntop(address->family, address->bytes, name, sizeof name) == NULL) {
		text_string(text, "?");
		return;
	}
	text_string(text, has_brackets ? "[" : "");
	text_string(text, address->is_mapped ? "::ffff:" : "");
	text_string(text, name);
	text_string(text, has_brackets ? "]" : "");
	text_string(text, ":");
	text_decimal(text, address->port);
}

static void
append_addresses(struct text *text, const struct socket_facts *socket)
{
	if (socket->local.family == 0)
		return;
	text_string(text, " ");
	append_address(text, &socket->local);
	if (socket->remote.family == 0 && socket->state == SOCKET_CONNECTED)
		text_string(text, "->?");
	if (socket->remote.family == 0 || socket->remote.port == 0)
		return;
	text_string(text, "->");
	append_address(text, &socket->remote);
}

/* Append the name of a unix socket, an abstract one behind @. */
static void
append_unix_name(struct text *text, const struct socket_facts *socket)
{
	const char *name = socket->name;
	size_t length = socket->name_length;

	if (length == 0)
		return;
	text_string(text, " ");
	if (*name == '\0') {
		text_string(text, "@");
		name++;
		length--;
	}
	text_escaped(text, name, length, " ");
}

/* Append the state in words, unless it is established. */
static void
append_state(struct text *text, const struct socket_facts *socket)
{
	static const char *const words[] = {
		[SOCKET_STATE_UNKNOWN] = " ?",
		[SOCKET_LISTENING] = " listening",
		[SOCKET_CONNECTING] = " connecting",
		[SOCKET_NOT_ACCEPTED] = " not accepted",
		[SOCKET_PEER_SHUT] = " peer shut",
		[SOCKET_PEER_ENDED] = " peer ended",
		[SOCKET_PEER_CLOSED] = " peer closed",
		[SOCKET_CLOSED] = " closed"
	};

	if (socket->state >= sizeof words / sizeof *words
	    || words[socket->state] == NULL)
		return;
	text_string(text, words[socket->state]);
	if (socket->state != SOCKET_LISTENING || !socket->has_queue)
		return;
	text_string(text, " ");
	text_decimal(text, socket->queued);
	text_string(text, "/");
	text_decimal(text, socket->backlog);
}

static void
append_details(struct text *text, const struct socket_facts *socket)
{
	switch (socket->kind) {
	case SOCKET_UNIX:
		text_string(text, " unix");
		append_unix_name(text, socket);
		break;
	case SOCKET_TCP:
		text_string(text, " tcp");
		append_addresses(text, socket);
		break;
	case SOCKET_UDP:
		text_string(text, " udp");
		append_addresses(text, socket);
		break;
	case SOCKET_OTHER:
	case SOCKET_KIND_UNKNOWN:
		return;
	}
	append_state(text, socket);
}

static struct peer
holders_of(ino_t inode)
{
	return (struct peer){
		.state = PEER_HOLDERS,
		.key = { .kind = HOLDS_SOCKET, .number = inode }
	};
}

static struct peer
find_peer(const struct socket_facts *socket)
{
	switch (socket->peer) {
	case SOCKET_PEER_INODE:
		return holders_of(socket->peer_inode);
	case SOCKET_PEER_GONE:
		return (struct peer){ .state = PEER_NONE };
	case SOCKET_PEER_NO_ONE:
	case SOCKET_PEER_ELSEWHERE:
		return (struct peer){ .state = PEER_NO_ONE };
	case SOCKET_PEER_UNKNOWN:
		break;
	}
	return (struct peer){ .state = PEER_UNKNOWN };
}

static unsigned
find_ends(const struct socket_facts *socket)
{
	switch (socket->peer) {
	case SOCKET_PEER_INODE:
	case SOCKET_PEER_GONE:
		return 0;
	case SOCKET_PEER_ELSEWHERE:
		return END_HOST;
	case SOCKET_PEER_NO_ONE:
		return socket->kind == SOCKET_OTHER ? END_DEVICE
		                                    : END_CLIENT;
	case SOCKET_PEER_UNKNOWN:
		break;
	}
	return END_UNKNOWN;
}

/*
 * Return true if calls that send or receive have a timeout (socket(7)).  Without a duplicate
 * that is not seen, as alarm(2) is not.
 */
static bool
has_timeout(int fd, int option, struct file_facts *facts)
{
	struct timeval time = { 0, 0 };
	socklen_t length = sizeof time;

	if (fd < 0)
		return false;
	if (getsockopt(fd, SOL_SOCKET, option, &time, &length) < 0)
		facts->ends |= END_UNKNOWN;
	return time.tv_sec != 0 || time.tv_usec != 0;
}

static void
inspect(struct file_inquiry *inquiry, const struct file_query *query,
        struct file_facts *facts, struct text *details)
{
	struct socket_query question = {
		.pid = query->thread, .fd = query->fd,
		.inode = query->description->inode, .duplicate = query->duplicate
	};
	struct socket_facts socket;

	socket_ask(&inquiry->sockets, &question, &socket);
	append_details(details, &socket);
	facts->peer = find_peer(&socket);
	facts->also = holders_of(query->description->inode);
	facts->ends = find_ends(&socket);
	facts->receives_in_time = has_timeout(query->duplicate, SO_RCVTIMEO,
	                                      facts);
	facts->sends_in_time = has_timeout(query->duplicate, SO_SNDTIMEO, facts);
	if (facts->unread == UNREAD_UNKNOWN && socket.has_unread)
		facts->unread = (int)socket.unread;
	if (facts->unread == UNREAD_UNKNOWN && socket.state == SOCKET_LISTENING)
		facts->unread = UNREAD_NONE;
}

const struct file_kind file_socket = {
	.type = S_IFSOCK, .inspect = inspect
};

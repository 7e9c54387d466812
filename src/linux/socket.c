/*
 * socket - what a socket is, how its connection stands, who is at its other end
 *
 * A duplicate tells kind, addresses and state in every network namespace.  Without
 * one, the kind comes from an extended attribute that sockets have, and the
 * addresses of TCP and UDP from the tables of /proc.
 */
#include "linux/socket_private.h"
#include "linux/proc.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

/* IPPROTO_MPTCP, which older headers lack. */
enum { MPTCP = 262 };

void
socket_inquiry_start(struct socket_inquiry *inquiry,
                     const struct pollset *named)
{
	sockdiag_start(&inquiry->diag, named);
	nettable_start(&inquiry->table);
}

void
socket_inquiry_end(struct socket_inquiry *inquiry)
{
	sockdiag_end(&inquiry->diag);
	nettable_end(&inquiry->table);
}

int
socket_option(int fd, int name)
{
	socklen_t length = sizeof(int);
	int value;

	if (getsockopt(fd, SOL_SOCKET, name, &value, &length) < 0)
		return -1;
	return value;
}

int
socket_name(int fd, enum socket_end end, void *name, socklen_t *length)
{
	return end == SOCKET_OWN_END ? getsockname(fd, name, length)
	                             : getpeername(fd, name, length);
}

void
socket_set_peer(struct socket_facts *facts, enum socket_state state,
                ino_t inode)
{
	facts->state = state;
	facts->peer = SOCKET_PEER_INODE;
	facts->peer_inode = inode;
}

void
socket_set_no_peer(struct socket_facts *facts, enum socket_state state,
                   enum socket_peer peer)
{
	facts->state = state;
	facts->peer = peer;
	facts->peer_inode = 0;
}

/* A kind that connects, and of whose other end nothing is known here. */
static bool
may_connect(int domain, int type)
{
	if (domain == AF_NETLINK || domain == AF_PACKET)
		return false;
	return type == SOCK_STREAM || type == SOCK_SEQPACKET;
}

static bool
listens(int fd)
{
	return socket_option(fd, SO_ACCEPTCONN) > 0;
}

/* A listener of MPTCP, as Go makes them, is told like one of TCP. */
static bool
is_tcp(int fd, int protocol)
{
	return protocol == IPPROTO_TCP || (protocol == MPTCP && listens(fd));
}

static void
identify_by_duplicate(int fd, struct socket_facts *facts)
{
	int domain = socket_option(fd, SO_DOMAIN);
	int type = socket_option(fd, SO_TYPE);
	int protocol = socket_option(fd, SO_PROTOCOL);

	if (domain < 0 || type < 0 || protocol < 0)
		return;
	facts->type = type;
	if (domain == AF_UNIX) {
		facts->kind = SOCKET_UNIX;
	} else if (inet_length(domain) != 0 && is_tcp(fd, protocol)) {
		facts->kind = SOCKET_TCP;
	} else if (inet_length(domain) != 0 && protocol == IPPROTO_UDP) {
		facts->kind = SOCKET_UDP;
	} else {
		facts->kind = SOCKET_OTHER;
		if (!may_connect(domain, type) || listens(fd))
			facts->peer = SOCKET_PEER_NO_ONE;
	}
}

struct protocol {
	const char *name;       /* as the kernel's struct proto has it */
	enum socket_kind kind;
	int type;
};

static const struct protocol protocols[] = {
	{ "UNIX", SOCKET_UNIX, 0 },
	{ "UNIX-STREAM", SOCKET_UNIX, SOCK_STREAM },
	{ "TCP", SOCKET_TCP, SOCK_STREAM },
	{ "TCPv6", SOCKET_TCP, SOCK_STREAM },
	{ "UDP", SOCKET_UDP, SOCK_DGRAM },
	{ "UDPv6", SOCKET_UDP, SOCK_DGRAM },
};

/* Names of kinds that do not connect. */
static const struct protocol lone_protocols[] = {
	{ "NETLINK", SOCKET_OTHER, 0 },
	{ "PACKET", SOCKET_OTHER, 0 },
	{ "RAW", SOCKET_OTHER, SOCK_RAW },
	{ "RAWv6", SOCKET_OTHER, SOCK_RAW },
	{ "PING", SOCKET_OTHER, SOCK_DGRAM },
	{ "PINGv6", SOCKET_OTHER, SOCK_DGRAM },
};

static const struct protocol *
find_protocol(const struct protocol *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	return NULL;
}

static void
identify_by_name(const char *name, struct socket_facts *facts)
{
	const struct protocol *protocol =
		find_protocol(protocols, sizeof protocols / sizeof *protocols,
		              name);

	if (protocol == NULL) {
		protocol = find_protocol(lone_protocols,
		                         sizeof lone_protocols
		                         / sizeof *lone_protocols, name);
		if (protocol != NULL)
			facts->peer = SOCKET_PEER_NO_ONE;
	}
	facts->kind = protocol != NULL ? protocol->kind : SOCKET_OTHER;
	facts->type = protocol != NULL ? protocol->type : 0;
}

/* Longer than the names that the kernel gives protocols (32 with NUL). */
enum { PROTOCOL_NAME_SIZE = 64 };

/*
 * The link of a descriptor names a socket with that inode.  A link, unlike what it
 * leads to, is read without asking a file system, which may not answer.
 */
static bool
is_socket(const char *path, ino_t inode)
{
	struct text expected;
	char name[PROTOCOL_NAME_SIZE];
	ssize_t length = readlink(path, name, sizeof name);
	bool is_same;

	text_start(&expected);
	text_string(&expected, "socket:[");
	text_decimal(&expected, inode);
	text_string(&expected, "]");
	is_same = length >= 0 && (size_t)length == expected.length
	          && memcmp(name, text_bytes(&expected), expected.length) == 0;
	text_free(&expected);
	return is_same;
}

/*
 * Read the name of a socket's protocol from its inode, held by an O_PATH
 * descriptor.  Return false if it is another file by now, or has no such name.
 */
static bool
read_protocol_name(int path_fd, ino_t inode, char name[PROTOCOL_NAME_SIZE])
{
	struct text path;
	const char *own = proc_path(&path, PROC_SELF, "fd", path_fd);
	ssize_t length;

	if (!is_socket(own, inode))
		return false;
	length = getxattr(own, "system.sockprotoname", name,
	                  PROTOCOL_NAME_SIZE - 1);
	if (length < 0)
		return false;
	name[length] = '\0';
	return true;
}

/* It takes the permission to read the links in /proc/PID/fd, and no more. */
static void
identify_by_inode(const struct socket_query *query, struct socket_facts *facts)
{
	char name[PROTOCOL_NAME_SIZE];
	struct text path;
	int fd = open(proc_path(&path, query->pid, "fd", query->fd),
	              O_PATH | O_CLOEXEC);

	if (fd < 0)
		return;
	if (read_protocol_name(fd, query->inode, name))
		identify_by_name(name, facts);
	close(fd);
}

void
socket_ask(struct socket_inquiry *inquiry, const struct socket_query *query,
           struct socket_facts *facts)
{
	*facts = (struct socket_facts){ .kind = SOCKET_KIND_UNKNOWN };
	/* Netlink and the tables number inodes with 32 bits, and so does sockfs. */
	if (query->inode == 0 || query->inode > UINT32_MAX)
		return;
	if (query->duplicate >= 0)
		identify_by_duplicate(query->duplicate, facts);
	else
		identify_by_inode(query, facts);
	if (facts->kind == SOCKET_UNIX || facts->kind == SOCKET_KIND_UNKNOWN)
		socket_ask_unix(inquiry, query, facts);
	if (facts->kind == SOCKET_TCP || facts->kind == SOCKET_UDP
	    || facts->kind == SOCKET_KIND_UNKNOWN)
		socket_ask_inet(inquiry, query, facts);
}

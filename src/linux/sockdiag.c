/*
 * sockdiag - questions about sockets to the kernel
 *
 * The structures are those of <linux/unix_diag.h>, <linux/inet_diag.h> and
 * <linux/rtnetlink.h>, which musl's compiler does not find.  Numbers are in the
 * order of the machine, but ports and addresses are as in a packet.
 */
#include "linux/sockdiag.h"
#include "base/array.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* The type of requests and answers. */
enum { MESSAGE_SOCKET = 20 };

/* Clients in queues, of all listeners.  More are refused. */
enum { PENDING_MOST = 1 << 20 };

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

/* Unix sockets: struct unix_diag_req and struct unix_diag_msg. */

struct unix_request {
	uint8_t family;
	uint8_t protocol;
	uint16_t pad;
	uint32_t states;        /* of a dump: a bit for each state */
	uint32_t inode;
	uint32_t show;
	uint32_t cookie[2];
};

enum { SHOW_NAME = 1, SHOW_PEER = 4, SHOW_ICONS = 8, SHOW_RQLEN = 0x10 };

struct unix_message {
	uint8_t family;
	uint8_t type;
	uint8_t state;
	uint8_t pad;
	uint32_t inode;
	uint32_t cookie[2];
};

enum unix_attribute {
	UNIX_NAME = 0,
	UNIX_PEER = 2,
	UNIX_ICONS = 3,         /* inodes of the clients in a listener's queue */
	UNIX_RQLEN = 4,         /* unread and unsent, or queue and backlog */
	UNIX_SHUTDOWN = 6
};

static const uint32_t any_cookie = UINT32_MAX;

static struct netlink_request
about_unix(const struct unix_request *request, bool is_dump,
           int (*take)(void *, struct netlink_bytes), void *context)
{
	return (struct netlink_request){
		.type = MESSAGE_SOCKET, .answer_type = MESSAGE_SOCKET,
		.is_dump = is_dump, .body = request, .length = sizeof *request,
		.take = take, .context = context
	};
}

/* A path ends with NUL.  An abstract name has any bytes, and NUL first. */
static void
read_name(struct sockdiag_unix *answer, struct netlink_bytes value)
{
	const unsigned char *end;

	if (value.length > sizeof answer->name)
		value.length = sizeof answer->name;
	if (value.length > 0 && value.first[0] != '\0') {
		end = memchr(value.first, '\0', value.length);
		if (end != NULL)
			value.length = (size_t)(end - value.first);
	}
	memcpy(answer->name, value.first, value.length);
	answer->name_length = value.length;
}

/* Return false for an attribute that is too short. */
static bool
read_unix_attribute(struct sockdiag_unix *answer, unsigned type,
                    struct netlink_bytes value)
{
	switch (type) {
	case UNIX_NAME:
		read_name(answer, value);
		return true;
	case UNIX_PEER:
		answer->has_peer = true;
		return netlink_next_number(&value, &answer->peer);
	case UNIX_RQLEN:
		answer->has_queue = true;
		return netlink_next_number(&value, &answer->unread)
		       && netlink_next_number(&value, &answer->backlog);
	case UNIX_SHUTDOWN:
		if (value.length > 0)
			answer->shutdown = value.first[0];
		return value.length > 0;
	default:
		return true;
	}
}

/* Read the answer about one socket.  Return 0, or -1 with errno. */
static int
read_unix(struct netlink_bytes body, struct sockdiag_unix *answer)
{
	struct unix_message message;
	struct netlink_bytes value;
	unsigned type;
	bool is_sound;

	if (netlink_take_fixed(&body, &message, sizeof message) < 0)
		return -1;
	is_sound = message.family == AF_UNIX;
	*answer = (struct sockdiag_unix){
		.inode = message.inode, .type = message.type,
		.state = message.state
	};
	while (is_sound && netlink_next_attribute(&body, &type, &value))
		is_sound = read_unix_attribute(answer, type, value);
	/* A missing attribute is a claim, so all of the answer must be read. */
	if (!is_sound || body.length > 0) {
		errno = EPROTO;
		return -1;
	}
	return 0;
}

static int
take_unix(void *context, struct netlink_bytes body)
{
	return read_unix(body, context);
}

/* Ask about one inode, or about all sockets with inode 0. */
static int
ask_unix(struct sockdiag *diag, uint32_t inode,
         int (*take)(void *, struct netlink_bytes), void *context)
{
	struct unix_request request = {
		.family = AF_UNIX, .states = UINT32_MAX, .inode = inode,
		.show = SHOW_NAME | SHOW_PEER | SHOW_RQLEN,
		.cookie = { any_cookie, any_cookie }
	};
	struct netlink_request query = about_unix(&request, inode == 0, take,
	                                         context);

	return netlink_ask(&diag->sockets, &query);
}

/*
 * The kernel goes through all sockets to find one by its inode.  After this many questions
 * ask for all sockets at once, so that many questions cost no more than their number.
 */
enum { SINGLE_MOST = 64, ALL_MOST = 1 << 20 };

static int
take_all_unix(void *context, struct netlink_bytes body)
{
	struct sockdiag *diag = context;
	struct sockdiag_unix *all;

	if (diag->all_count >= ALL_MOST) {
		errno = EOVERFLOW;
		return -1;
	}
	all = array_room(diag->all, diag->all_count, &diag->all_capacity,
	                 sizeof *all);
	if (all == NULL)
		return -1;
	diag->all = all;
	return read_unix(body, &all[diag->all_count++]);
}

static int
compare_inodes(const void *a, const void *b)
{
	const struct sockdiag_unix *x = a;
	const struct sockdiag_unix *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

/* Load all sockets.  A failure leaves single questions. */
static void
load_all(struct sockdiag *diag)
{
	if (ask_unix(diag, 0, take_all_unix, diag) < 0)
		diag->all_count = 0;
	if (diag->all_count > 0)
		qsort(diag->all, diag->all_count, sizeof *diag->all,
		      compare_inodes);
}

int
sockdiag_unix(struct sockdiag *diag, uint32_t inode,
              struct sockdiag_unix *answer)
{
	const struct sockdiag_unix key = { .inode = inode };
	const struct sockdiag_unix *found = NULL;

	if (++diag->asked == SINGLE_MOST)
		load_all(diag);
	if (diag->all_count > 0)
		found = bsearch(&key, diag->all, diag->all_count, sizeof key,
		                compare_inodes);
	if (found != NULL) {
		*answer = *found;
		return 0;
	}
	if (ask_unix(diag, inode, take_unix, answer) < 0)
		return -1;
	if (answer->inode == inode)
		return 0;
	errno = EPROTO;
	return -1;
}

static int
add_pending(struct sockdiag *diag, uint32_t client, uint32_t listener)
{
	struct sockdiag_pending *pending;

	if (diag->pending_count >= PENDING_MOST) {
		errno = EOVERFLOW;
		return -1;
	}
	pending = array_room(diag->pending, diag->pending_count,
	                     &diag->pending_capacity, sizeof *pending);
	if (pending == NULL)
		return -1;
	diag->pending = pending;
	pending[diag->pending_count++] = (struct sockdiag_pending){
		client, listener
	};
	return 0;
}

static int
take_unix_listener(void *context, struct netlink_bytes body)
{
	struct unix_message message;
	struct netlink_bytes value;
	uint32_t client;
	unsigned type;

	if (netlink_take_fixed(&body, &message, sizeof message) < 0)
		return -1;
	while (netlink_next_attribute(&body, &type, &value))
		while (type == UNIX_ICONS && netlink_next_number(&value, &client))
			if (add_pending(context, client, message.inode) < 0)
				return -1;
	if (body.length > 0) {
		errno = EPROTO;
		return -1;
	}
	return 0;
}

static int
compare_pending(const void *a, const void *b)
{
	const struct sockdiag_pending *x = a;
	const struct sockdiag_pending *y = b;

	return (x->client > y->client) - (x->client < y->client);
}

/* Ask all listeners for the clients in their queues.  Return -1 with errno. */
static int
load_pending(struct sockdiag *diag)
{
	struct unix_request request = {
		.family = AF_UNIX, .states = 1u << TCP_STATE_LISTEN,
		.show = SHOW_ICONS, .cookie = { any_cookie, any_cookie }
	};
	struct netlink_request query = about_unix(&request, true,
	                                         take_unix_listener, diag);
	int result;

	diag->pending_count = 0;
	result = netlink_ask(&diag->sockets, &query);
	diag->pending_loaded = result == 0;
	if (result < 0)
		diag->pending_count = 0;
	if (diag->pending_count > 0)
		qsort(diag->pending, diag->pending_count,
		      sizeof *diag->pending, compare_pending);
	return result;
}

int
sockdiag_unix_listener(struct sockdiag *diag, uint32_t client, bool fresh,
                       uint32_t *listener)
{
	const struct sockdiag_pending key = { .client = client };
	const struct sockdiag_pending *found = NULL;

	if ((fresh || !diag->pending_loaded) && load_pending(diag) < 0)
		return -1;
	if (diag->pending_count > 0)
		found = bsearch(&key, diag->pending, diag->pending_count,
		                sizeof key, compare_pending);
	if (found == NULL) {
		errno = ENOENT;
		return -1;
	}
	*listener = found->listener;
	return 0;
}

/* TCP and UDP: struct inet_diag_req_v2 and struct inet_diag_msg. */

struct inet_id {
	uint16_t source_port;   /* as in a packet, like the addresses */
	uint16_t destination_port;
	unsigned char source[INET_BYTES];
	unsigned char destination[INET_BYTES];
	uint32_t interface;
	uint32_t cookie[2];
};

struct inet_request {
	uint8_t family;
	uint8_t protocol;
	uint8_t extensions;
	uint8_t pad;
	uint32_t states;
	struct inet_id id;
};

struct inet_message {
	uint8_t family;
	uint8_t state;
	uint8_t timer;
	uint8_t retransmits;
	struct inet_id id;
	uint32_t expires;
	uint32_t unread;
	uint32_t unsent;
	uint32_t user;
	uint32_t inode;
};

static struct netlink_request
about_inet(const struct inet_request *request, bool is_dump,
           int (*take)(void *, struct netlink_bytes), void *context)
{
	return (struct netlink_request){
		.type = MESSAGE_SOCKET, .answer_type = MESSAGE_SOCKET,
		.is_dump = is_dump, .body = request, .length = sizeof *request,
		.take = take, .context = context
	};
}

/* Read a socket, of either family: a dual-stack one is found by IPv4 as well. */
static int
read_inet(struct netlink_bytes body, struct sockdiag_inet *answer)
{
	struct inet_message message;

	if (netlink_take_fixed(&body, &message, sizeof message) < 0)
		return -1;
	if (inet_length(message.family) == 0) {
		errno = EPROTO;
		return -1;
	}
	*answer = (struct sockdiag_inet){
		.state = message.state, .unread = message.unread,
		.unsent = message.unsent, .inode = message.inode
	};
	inet_set(&answer->local, message.family, message.id.source,
	         ntohs(message.id.source_port));
	inet_set(&answer->remote, message.family, message.id.destination,
	         ntohs(message.id.destination_port));
	return 0;
}

static int
take_inet(void *context, struct netlink_bytes body)
{
	return read_inet(body, context);
}

/*
 * The index of lo, in every namespace.  A packet between two sockets of one machine
 * comes in by lo, so that a socket bound to that device is found too.
 */
enum { LOOPBACK = 1 };

static uint32_t
interface_of(const struct inet_address *from, const struct inet_address *to)
{
	if (to->scope != 0)
		return to->scope;
	return from->scope != 0 ? from->scope : LOOPBACK;
}

/*
 * For TCP the kernel finds the socket whose local address is the source; for UDP
 * the one that a packet from the source reaches ("swapped for historical reasons",
 * net/ipv4/udp_diag.c).
 */
static struct inet_request
inet_lookup(int protocol, const struct inet_address *from,
            const struct inet_address *to)
{
	const struct inet_address *source = protocol == IPPROTO_TCP ? to : from;
	const struct inet_address *destination = source == to ? from : to;
	struct inet_request request = {
		.family = (uint8_t)to->family, .protocol = (uint8_t)protocol,
		.states = UINT32_MAX,
		.id = {
			.source_port = htons(source->port),
			.destination_port = htons(destination->port),
			.interface = interface_of(from, to),
			.cookie = { any_cookie, any_cookie }
		}
	};

	memcpy(request.id.source, source->bytes, INET_BYTES);
	memcpy(request.id.destination, destination->bytes, INET_BYTES);
	return request;
}

int
sockdiag_inet(struct sockdiag *diag, int protocol,
              const struct inet_address *from, const struct inet_address *to,
              struct sockdiag_inet *answer)
{
	struct inet_request request = inet_lookup(protocol, from, to);
	struct netlink_request query = about_inet(&request, false, take_inet,
	                                         answer);

	if (from->family != to->family || inet_length(to->family) == 0) {
		errno = EINVAL;
		return -1;
	}
	return netlink_ask(&diag->sockets, &query);
}

/* Looks through listeners: for an inode, or for those with one's address. */
struct listener_search {
	uint32_t inode;
	const struct inet_address *local;       /* NULL: the inode counts */
	struct sockdiag_inet *answer;           /* the last one found, or the last
	                                           that has a queue */
	int found;
	int with_queue;
};

static int
take_tcp_listener(void *context, struct netlink_bytes body)
{
	struct listener_search *search = context;
	struct sockdiag_inet listener;

	if (read_inet(body, &listener) < 0)
		return -1;
	if (search->local != NULL
	    ? !inet_equals(&listener.local, search->local)
	    : listener.inode != search->inode)
		return 0;
	search->found++;
	if (listener.unread > 0)
		search->with_queue++;
	if (listener.unread > 0 || search->with_queue == 0)
		*search->answer = listener;
	return 0;
}

/* Go through the listeners on a port.  The family is the listener's own. */
static int
search_listeners(struct sockdiag *diag, const struct inet_address *local,
                 struct listener_search *search)
{
	struct inet_request request = {
		.family = (uint8_t)(local->is_mapped ? AF_INET6
		                                     : local->family),
		.protocol = IPPROTO_TCP, .states = 1u << TCP_STATE_LISTEN,
		.id = {
			.source_port = htons(local->port),
			.cookie = { any_cookie, any_cookie }
		}
	};
	struct netlink_request query = about_inet(&request, true,
	                                         take_tcp_listener, search);

	return netlink_ask(&diag->sockets, &query);
}

int
sockdiag_tcp_listener(struct sockdiag *diag, const struct inet_address *from,
                      const struct inet_address *to, bool is_queued,
                      struct sockdiag_inet *answer)
{
	struct inet_address anyone = *from;
	struct sockdiag_inet first;
	struct listener_search search = {
		.local = &first.local, .answer = answer
	};

	/* No connection has port 0, so that a listener is found at once. */
	anyone.port = 0;
	if (sockdiag_inet(diag, IPPROTO_TCP, &anyone, to, &first) < 0)
		return -1;
	if (first.state != TCP_STATE_LISTEN) {
		errno = ENOENT;
		return -1;
	}
	/* Of several on the address, which one was found depends on the port. */
	if (search_listeners(diag, &first.local, &search) < 0)
		return -1;
	if (search.found != 1 && !(is_queued && search.with_queue == 1)) {
		errno = ENOTUNIQ;
		return -1;
	}
	return 0;
}

int
sockdiag_tcp_listening(struct sockdiag *diag, uint32_t inode,
                       const struct inet_address *local,
                       struct sockdiag_inet *answer)
{
	struct listener_search search = { .inode = inode, .answer = answer };

	if (search_listeners(diag, local, &search) < 0)
		return -1;
	if (search.found == 0) {
		errno = ENOENT;
		return -1;
	}
	return 0;
}

/* Routes: struct rtmsg, and the attributes of a request. */

struct route_message {
	uint8_t family;
	uint8_t destination_bits;
	uint8_t source_bits;
	uint8_t service;
	uint8_t table;
	uint8_t protocol;
	uint8_t scope;
	uint8_t type;
	uint32_t flags;
};

enum { MESSAGE_NEW_ROUTE = 24, MESSAGE_GET_ROUTE = 26 };
enum { ROUTE_DESTINATION = 1, ROUTE_OUT_INTERFACE = 4 };

/* The type of a route to an address of our own. */
enum { ROUTE_LOCAL = 2 };

static int
take_route(void *context, struct netlink_bytes body)
{
	return netlink_take_fixed(&body, context, sizeof(struct route_message));
}

int
sockdiag_is_local(struct sockdiag *diag, const struct inet_address *address)
{
	size_t bytes = inet_length(address->family);
	struct route_message route = {
		.family = (uint8_t)address->family,
		.destination_bits = (uint8_t)(bytes * 8)
	};
	unsigned char body[NETLINK_REQUEST_MOST];
	struct netlink_request query = {
		.type = MESSAGE_GET_ROUTE, .answer_type = MESSAGE_NEW_ROUTE,
		.body = body, .length = sizeof route,
		.take = take_route, .context = &route
	};

	if (bytes == 0) {
		errno = EINVAL;
		return -1;
	}
	memcpy(body, &route, sizeof route);
	query.length = netlink_append(body, query.length, ROUTE_DESTINATION,
	                             address->bytes, bytes);
	if (address->scope != 0)
		query.length = netlink_append(body, query.length,
		                             ROUTE_OUT_INTERFACE,
		                             &address->scope,
		                             sizeof address->scope);
	if (netlink_ask(&diag->routes, &query) == 0)
		return route.type == ROUTE_LOCAL;
	/* Without a route it is not ours. */
	return errno == ENETUNREACH || errno == EHOSTUNREACH ? 0 : -1;
}

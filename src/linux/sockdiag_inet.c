/*
 * sockdiag_inet - questions about TCP, UDP and addresses to the kernel
 *
 * The structures are struct inet_diag_req_v2 and struct inet_diag_msg of
 * <linux/inet_diag.h>, and struct rtmsg of <linux/rtnetlink.h>, which musl's compiler does
 * not find.  Numbers are in the order of the machine, but ports and addresses are as in a
 * packet.
 */
#include "linux/sockdiag_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

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
			.cookie = { SOCKDIAG_ANY_COOKIE, SOCKDIAG_ANY_COOKIE }
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

	if (from->family != to->family || inet_length(to->family) == 0) {
		errno = EINVAL;
		return -1;
	}
	return sockdiag_ask(diag, &request, sizeof request, false, take_inet, answer);
}

/* A search through listeners: for an inode, or for those with one's address. */
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

/* A request for all sockets on a port.  The family is that of the sockets. */
static struct inet_request
all_on_port(int protocol, uint32_t states, const struct inet_address *local)
{
	return (struct inet_request){
		.family = (uint8_t)(local->is_mapped ? AF_INET6
		                                     : local->family),
		.protocol = (uint8_t)protocol, .states = states,
		.id = {
			.source_port = htons(local->port),
			.cookie = { SOCKDIAG_ANY_COOKIE, SOCKDIAG_ANY_COOKIE }
		}
	};
}

static int
search_listeners(struct sockdiag *diag, const struct inet_address *local,
                 struct listener_search *search)
{
	struct inet_request request = all_on_port(IPPROTO_TCP,
	                                          1u << TCP_STATE_LISTEN, local);

	return sockdiag_ask(diag, &request, sizeof request, true, take_tcp_listener,
	                    search);
}

/* A count of the sockets that are bound to an address and not connected. */
struct bound_count {
	const struct inet_address *local;
	int count;
};

static int
take_bound(void *context, struct netlink_bytes body)
{
	struct bound_count *bound = context;
	struct sockdiag_inet socket;

	if (read_inet(body, &socket) < 0)
		return -1;
	bound->count += inet_equals(&socket.local, bound->local)
	                && socket.remote.port == 0;
	return 0;
}

int
sockdiag_count_bound(struct sockdiag *diag, const struct inet_address *local)
{
	struct inet_request request = all_on_port(IPPROTO_UDP, UINT32_MAX, local);
	struct bound_count bound = { local, 0 };

	return sockdiag_ask(diag, &request, sizeof request, true, take_bound,
	                    &bound) < 0 ? -1 : bound.count;
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

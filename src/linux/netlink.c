/*
 * netlink - a conversation with the kernel
 *
 * The structures are those of <linux/netlink.h>, which musl's compiler does not
 * find.  Numbers are in the order of the machine.
 */
#include "linux/netlink.h"
#include "linux/keepclear.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Types of messages that every protocol has. */
enum { MESSAGE_NOOP = 1, MESSAGE_ERROR = 2, MESSAGE_DONE = 3 };

/* Flags of messages.  A dump answers with many messages and MESSAGE_DONE. */
enum { FLAG_REQUEST = 1, FLAG_DUMP = 0x300 };

/*
 * The kernel makes the parts of a dump as large as the buffer of the first
 * recv(2), up to this.  A unix listener's queue of 4096 clients fits.
 */
enum { BUFFER_SIZE = 32768 };

/* A dump of more parts than this is given up. */
enum { PARTS_MOST = 65536 };

enum { ALIGNMENT = 4 };

struct kernel_name {
	uint16_t family;
	uint16_t pad;
	uint32_t port;          /* 0: the kernel */
	uint32_t groups;
};

struct message_header {
	uint32_t length;        /* this header included */
	uint16_t type;
	uint16_t flags;
	uint32_t sequence;
	uint32_t port;
};

struct attribute_header {
	uint16_t length;        /* this header included */
	uint16_t type;
};

void
netlink_start(struct netlink *netlink, int protocol,
              const struct pollset *named)
{
	*netlink = (struct netlink){
		.named = named, .protocol = protocol, .fd = -1
	};
}

/* Close the socket, so that no answer is left to come.  Keep errno. */
static void
hang_up(struct netlink *netlink)
{
	int error = errno;

	if (netlink->fd >= 0)
		close(netlink->fd);
	netlink->fd = -1;
	errno = error;
}

void
netlink_end(struct netlink *netlink)
{
	hang_up(netlink);
	free(netlink->buffer);
	netlink->buffer = NULL;
}

/* Open the socket, unless it is open.  Return -1 with errno. */
static int
open_socket(struct netlink *netlink)
{
	if (netlink->buffer == NULL)
		netlink->buffer = malloc(BUFFER_SIZE);
	if (netlink->buffer == NULL)
		return -1;
	if (netlink->fd >= 0)
		return 0;
	netlink->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
	                     netlink->protocol);
	if (netlink->fd >= 0)
		netlink->fd = keepclear_move(netlink->fd, netlink->named);
	return netlink->fd < 0 ? -1 : 0;
}

static int
send_request(struct netlink *netlink, const struct netlink_request *request)
{
	unsigned char message[sizeof(struct message_header)
	                      + NETLINK_REQUEST_MOST];
	struct message_header header = {
		.length = (uint32_t)(sizeof header + request->length),
		.type = request->type,
		.flags = FLAG_REQUEST | (request->is_dump ? FLAG_DUMP : 0),
		.sequence = ++netlink->sequence
	};
	ssize_t sent;

	memcpy(message, &header, sizeof header);
	memcpy(message + sizeof header, request->body, request->length);
	do
		sent = send(netlink->fd, message, header.length,
		            MSG_DONTWAIT | MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -1 : 0;
}

/*
 * Receive one part of an answer.  It is there already: EAGAIN means that none
 * comes.  Return -1 with errno, EPROTO if the sender is not the kernel or the part
 * is too long for the buffer.
 */
static int
receive(struct netlink *netlink, struct netlink_bytes *part)
{
	struct kernel_name sender = { .port = 0 };
	socklen_t length = sizeof sender;
	ssize_t got;

	do
		got = recvfrom(netlink->fd, netlink->buffer, BUFFER_SIZE,
		               MSG_DONTWAIT | MSG_TRUNC,
		               (struct sockaddr *)&sender, &length);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -1;
	if (got > BUFFER_SIZE || length != sizeof sender
	    || sender.family != AF_NETLINK || sender.port != 0) {
		errno = EPROTO;
		return -1;
	}
	*part = (struct netlink_bytes){ netlink->buffer, (size_t)got };
	return 0;
}

/* Drop bytes, and those that only align what follows. */
static void
skip(struct netlink_bytes *bytes, size_t length)
{
	size_t aligned = (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

	if (aligned > bytes->length)
		aligned = bytes->length;
	bytes->first += aligned;
	bytes->length -= aligned;
}

int
netlink_take_fixed(struct netlink_bytes *body, void *fixed, size_t size)
{
	if (body->length < size) {
		errno = EPROTO;
		return -1;
	}
	memcpy(fixed, body->first, size);
	skip(body, size);
	return 0;
}

bool
netlink_next_number(struct netlink_bytes *bytes, uint32_t *number)
{
	if (bytes->length < sizeof *number)
		return false;
	memcpy(number, bytes->first, sizeof *number);
	skip(bytes, sizeof *number);
	return true;
}

bool
netlink_next_attribute(struct netlink_bytes *body, unsigned *type,
                       struct netlink_bytes *value)
{
	struct attribute_header header;

	if (body->length < sizeof header)
		return false;
	memcpy(&header, body->first, sizeof header);
	if (header.length < sizeof header || header.length > body->length)
		return false;
	*type = header.type;
	value->first = body->first + sizeof header;
	value->length = header.length - sizeof header;
	skip(body, header.length);
	return true;
}

size_t
netlink_append(unsigned char body[NETLINK_REQUEST_MOST], size_t length,
               uint16_t type, const void *value, size_t value_length)
{
	struct attribute_header header = {
		.length = (uint16_t)(sizeof header + value_length), .type = type
	};

	memcpy(body + length, &header, sizeof header);
	memcpy(body + length + sizeof header, value, value_length);
	return length + header.length;
}

/* Take the next message off a part.  Return false if the rest is none. */
static bool
next_message(struct netlink_bytes *part, struct message_header *header,
             struct netlink_bytes *body)
{
	if (part->length < sizeof *header)
		return false;
	memcpy(header, part->first, sizeof *header);
	if (header->length < sizeof *header || header->length > part->length)
		return false;
	body->first = part->first + sizeof *header;
	body->length = header->length - sizeof *header;
	skip(part, header->length);
	return true;
}

/*
 * Read the result in MESSAGE_ERROR or MESSAGE_DONE, errno made negative.  Return 0,
 * or -1 with errno.
 */
static int
result_of(struct netlink_bytes body)
{
	int32_t result;

	if (netlink_take_fixed(&body, &result, sizeof result) < 0)
		return -1;
	if (result >= 0)
		return 0;
	errno = result == INT32_MIN ? EPROTO : -result;
	return -1;
}

enum progress { FAILED, MORE, OVER };

static enum progress
take_message(const struct netlink *netlink,
             const struct netlink_request *request,
             const struct message_header *header, struct netlink_bytes body)
{
	if (header->sequence != netlink->sequence
	    || header->type == MESSAGE_NOOP)
		return MORE;
	if (header->type == MESSAGE_ERROR && result_of(body) < 0)
		return FAILED;
	if (header->type == MESSAGE_DONE && request->is_dump)
		return result_of(body) < 0 ? FAILED : OVER;
	if (header->type != request->answer_type) {
		errno = EPROTO;
		return FAILED;
	}
	if (request->take(request->context, body) < 0)
		return FAILED;
	return request->is_dump ? MORE : OVER;
}

static enum progress
take_part(const struct netlink *netlink,
          const struct netlink_request *request, struct netlink_bytes part)
{
	struct message_header header;
	struct netlink_bytes body;
	enum progress progress = MORE;

	while (progress == MORE && next_message(&part, &header, &body))
		progress = take_message(netlink, request, &header, body);
	if (progress == MORE && part.length > 0) {
		errno = EPROTO;
		progress = FAILED;
	}
	return progress;
}

int
netlink_ask(struct netlink *netlink, const struct netlink_request *request)
{
	enum progress progress = MORE;
	struct netlink_bytes part;

	if (open_socket(netlink) < 0)
		return -1;
	if (send_request(netlink, request) < 0)
		progress = FAILED;
	for (int parts = 0; progress == MORE; parts++) {
		errno = EPROTO;
		if (parts == PARTS_MOST || receive(netlink, &part) < 0)
			progress = FAILED;
		else
			progress = take_part(netlink, request, part);
	}
	/* More of an answer that was given up may come.  ENOENT is the kernel's
	   whole answer, and frequent. */
	if (progress == FAILED && (request->is_dump || errno != ENOENT))
		hang_up(netlink);
	return progress == FAILED ? -1 : 0;
}

/*
 * sockdiag_unix - questions about unix sockets to the kernel
 *
 * The structures are struct unix_diag_req and struct unix_diag_msg of <linux/unix_diag.h>,
 * which musl's compiler does not find.  Numbers are in the order of the machine.
 */
#include "base/array.h"
#include "linux/sockdiag_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Clients in queues, of all listeners.  More are refused. */
enum { PENDING_MOST = 1 << 20 };

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
		.cookie = { SOCKDIAG_ANY_COOKIE, SOCKDIAG_ANY_COOKIE }
	};

	return sockdiag_ask(diag, &request, sizeof request, inode == 0, take, context);
}

/*
 * The kernel goes through all sockets to find one by its inode.  After this many questions
 * ask for all sockets at once, so that many questions cost no more than their number.
 */
enum { SINGLE_MOST = 16, ALL_MOST = 1 << 20 };

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
		.show = SHOW_ICONS, .cookie = { SOCKDIAG_ANY_COOKIE, SOCKDIAG_ANY_COOKIE }
	};
	int result;

	diag->pending_count = 0;
	result = sockdiag_ask(diag, &request, sizeof request, true,
	                      take_unix_listener, diag);
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

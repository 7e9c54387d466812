/*
 * pipe - pipes and FIFOs: the other end, and this end
 */
#include "file/file.h"
#include "linux/statx.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

/* The kernel reports hup on a reading end, err on a writing end, without a peer. */
static bool
has_lost_peer(const struct file_query *query, int access)
{
	if (!query->has_report)
		return false;
	return (access != O_WRONLY && (query->report & POLLHUP) != 0)
	       || (access != O_RDONLY && (query->report & POLLERR) != 0);
}

static void
inspect(const struct file_query *query, const struct holder_key *key,
        struct file_facts *facts)
{
	facts->shows_access = true;
	facts->peer = (struct peer){
		.state = has_lost_peer(query, facts->access) ? PEER_NONE
		                                             : PEER_HOLDERS,
		.key = *key, .filter = HOLDERS_OF_OTHER_END
	};
	/* Others hold the other end of a FIFO that is open for both. */
	if (facts->access != O_RDWR)
		facts->also = (struct peer){
			.state = PEER_HOLDERS, .key = *key,
			.filter = HOLDERS_OF_SAME_END
		};
}

static void
inspect_pipe(struct file_inquiry *inquiry, const struct file_query *query,
             struct file_facts *facts, struct text *details)
{
	struct holder_key key = {
		.kind = HOLDS_PIPE, .number = query->description->inode
	};

	(void)inquiry;
	(void)details;
	inspect(query, &key, facts);
}

const struct file_kind file_pipe = {
	.type = S_IFIFO, .name = "pipe:[", .inspect = inspect_pipe
};

static void
inspect_fifo(struct file_inquiry *inquiry, const struct file_query *query,
             struct file_facts *facts, struct text *details)
{
	struct holder_key key = {
		.kind = HOLDS_FIFO, .device = query->description->device,
		.number = query->description->inode
	};

	(void)inquiry;
	(void)details;
	inspect(query, &key, facts);
	/* Anybody can open a FIFO that has a name. */
	if (query->description->links > 0)
		facts->ends = END_CLIENT;
}

const struct file_kind file_fifo = {
	.type = S_IFIFO, .inspect = inspect_fifo
};

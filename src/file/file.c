/*
 * file - what the file behind a descriptor is: its other end, its details
 */
#include "file/file.h"
#include "base/number.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* A new kind of file is a row here.  The first row that matches counts. */
static const struct file_kind *const file_kinds[] = {
	&file_pipe,
	&file_fifo,
	&file_socket,
	&file_slave,
	&file_tty,
	&file_master,
	&file_eventpoll,
	&file_eventfd,
	&file_timerfd,
	&file_signalfd,
	&file_pidfd,
	&file_pidfd_inode,
	&file_inotify,
	NULL
};

void
file_inquiry_start(struct file_inquiry *inquiry, const struct pollset *named)
{
	socket_inquiry_start(&inquiry->sockets, named);
}

void
file_inquiry_end(struct file_inquiry *inquiry)
{
	socket_inquiry_end(&inquiry->sockets);
}

static bool
is_of_kind(const struct file_kind *kind, const struct description *description)
{
	size_t length = kind->name == NULL ? 0 : strlen(kind->name);

	if (description->type != kind->type || description->name_length < length
	    || (length > 0 && memcmp(description->name, kind->name, length) != 0))
		return false;
	return kind->matches == NULL || kind->matches(description);
}

/* A wait on a file of a disk or on a device ends by that; of others nothing is known. */
static unsigned
default_ends(mode_t type)
{
	return type == S_IFREG || type == S_IFDIR || type == S_IFBLK
	       || type == S_IFCHR ? END_DEVICE : END_UNKNOWN;
}

/* Return true if type and name tell what a file is. */
static bool
is_identified(const struct description *description)
{
	static const char anonymous[] = "anon_inode:";

	return description->type != 0
	       || (description->name_length >= sizeof anonymous - 1
	           && memcmp(description->name, anonymous,
	                     sizeof anonymous - 1) == 0);
}

void
file_inspect(struct file_inquiry *inquiry, const struct file_query *query,
             struct file_facts *facts, struct text *details)
{
	const struct description *description = query->description;

	*facts = (struct file_facts){
		.access = description->flags & O_ACCMODE,
		.unread = description->unread,
		.ends = default_ends(description->type)
	};
	if ((description->flags & O_PATH) != 0) {
		facts->unread = UNREAD_NONE;
		return;
	}
	for (const struct file_kind *const *kind = file_kinds; *kind != NULL;
	     kind++) {
		if (!is_of_kind(*kind, description))
			continue;
		facts->ends = 0;
		(*kind)->inspect(inquiry, query, facts, details);
		return;
	}
	if (!is_identified(description)) {
		facts->peer.state = PEER_UNKNOWN;
		facts->also.state = PEER_UNKNOWN;
		return;
	}
	/* UNREAD is unknown only of kinds that have it. */
	if (facts->unread == UNREAD_UNKNOWN)
		facts->unread = UNREAD_NONE;
}

char *
file_read_info(const struct file_query *query)
{
	struct text path;

	return proc_read_whole(proc_path(&path, query->thread, "fdinfo",
	                                 query->fd));
}

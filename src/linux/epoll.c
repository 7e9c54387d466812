/*
 * epoll - what is registered in an epoll of a process, from fdinfo
 *
 * A line names the number at which a descriptor was registered, which may be another file
 * by now: as in
 *
 *     tfd:        7 events: 80000019 data:  7  pos:0 ino:3f2 sdev:e
 */
#include "linux/epoll.h"
#include "base/array.h"
#include "base/number.h"
#include "linux/kcmp.h"
#include "linux/proc.h"
#include "linux/statx.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static const char eventpoll[] = "anon_inode:[eventpoll]";

/* Bits of events that ask for no report. */
#define CONTROL_BITS (EPOLLET | EPOLLONESHOT | EPOLLWAKEUP | EPOLLEXCLUSIVE)

/* Always requested, and so not told. */
#define UNMASKABLE (EPOLLERR | EPOLLHUP)

bool
epoll_is(int thread, int fd)
{
	struct text path;
	char name[sizeof eventpoll];

	return readlink(proc_path(&path, thread, "fd", fd), name, sizeof name)
	       == (ssize_t)sizeof eventpoll - 1
	       && memcmp(name, eventpoll, sizeof eventpoll - 1) == 0;
}

bool
epoll_has_fired(const struct registration *registration)
{
	/* The kernel clears all but the control bits, err and hup too. */
	return (registration->events & EPOLLONESHOT) != 0
	       && (registration->events & ~(uint32_t)CONTROL_BITS) == 0;
}

bool
epoll_is_edge(const struct registration *registration)
{
	return (registration->events & EPOLLET) != 0;
}

short
epoll_requested(const struct registration *registration)
{
	return (short)(registration->events & ~(uint32_t)CONTROL_BITS
	               & ~(uint32_t)UNMASKABLE);
}

/* The hexadecimal number behind a name in a line; 0 without the name. */
static unsigned long long
field(const char *line, const char *name)
{
	const char *found = strstr(line, name);

	if (found == NULL)
		return 0;
	found += strlen(name);
	return number_of_kernel(found + strspn(found, " "), 16);
}

/* A line, and its place among those of the same number. */
struct line {
	int fd;
	uint32_t events;
	ino_t inode;
	dev_t device;
	uint32_t sequence;      /* its place in the file */
	uint32_t offset;        /* how many lines of the same number stand before it */
};

/*
 * Return 1 if the number of a registration is another file now, 0 if not, -1 if the files
 * could not be compared.  Anonymous inodes share an inode: kcmp(2) tells them apart, where
 * it is permitted.
 */
static int
is_reused(int thread, int epoll, const struct line *line)
{
	struct statx_facts facts;
	struct text path;

	if (statx_read(AT_FDCWD, proc_path(&path, thread, "fd", line->fd),
	               &facts) < 0)
		return errno == ENOENT ? 1 : -1;
	if (facts.inode != line->inode || facts.device != line->device)
		return 1;
	if ((facts.mode & S_IFMT) != 0)
		return 0;
	return kcmp_registered(thread, epoll, line->fd, line->offset);
}

/* Parse a line.  Return false if it names no descriptor. */
static bool
parse(const char *text, struct line *line)
{
	const char *number = text + strlen("tfd:");
	unsigned long long device = field(text, "sdev:");

	number += strspn(number, " ");
	*line = (struct line){
		.events = (uint32_t)field(text, "events:"),
		.inode = (ino_t)field(text, "ino:"),
		/* The kernel's own form of a device: 12 bits, then 20 bits. */
		.device = makedev((unsigned)(device >> 20),
		                  (unsigned)(device & 0xfffff))
	};
	return number_parse(number, strcspn(number, " "), &number_descriptor,
	                    &line->fd) == NULL;
}

static int
compare_lines(const void *a, const void *b)
{
	const struct line *x = a;
	const struct line *y = b;

	if (x->fd != y->fd)
		return x->fd < y->fd ? -1 : 1;
	return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

/* Sort lines by number, and count those of one number. */
static void
sort(struct line *lines, size_t count)
{
	if (count > 0)
		qsort(lines, count, sizeof *lines, compare_lines);
	for (size_t i = 1; i < count; i++)
		if (lines[i].fd == lines[i - 1].fd)
			lines[i].offset = lines[i - 1].offset + 1;
}

/* Parse all lines of a file.  Return 0, or -1 with errno; the caller frees *lines. */
static int
parse_all(char *file, struct line **lines, size_t *count)
{
	size_t capacity = 0;
	const char *text;

	*lines = NULL;
	*count = 0;
	while ((text = strsep(&file, "\n")) != NULL) {
		struct line *grown;
		struct line line;

		if (!text_begins_with(text, "tfd:")
		    || !parse(text, &line))
			continue;
		grown = array_room(*lines, *count, &capacity, sizeof *grown);
		if (grown == NULL)
			return -1;
		*lines = grown;
		grown[*count] = line;
		grown[*count].sequence = (uint32_t)*count;
		(*count)++;
	}
	sort(*lines, *count);
	return 0;
}

/* Make a list of registrations.  Return NULL with errno. */
static struct registration *
make_list(int thread, int epoll, const struct line *lines, size_t count)
{
	struct registration *list = malloc((count + 1) * sizeof *list);
	struct statx_facts own;
	struct text path;
	bool is_known = statx_read(AT_FDCWD, proc_path(&path, thread, "fd", epoll),
	                           &own) == 0;

	for (size_t i = 0; list != NULL && i < count; i++) {
		int reused = is_reused(thread, epoll, &lines[i]);

		list[i] = (struct registration){
			.fd = lines[i].fd, .is_reused = reused > 0,
			.is_unsure = reused < 0,
			.is_anonymous = !is_known || (lines[i].inode == own.inode
			                              && lines[i].device == own.device),
			.device = lines[i].device, .events = lines[i].events
		};
	}
	return list;
}

int
epoll_read(int thread, int fd, struct registration **list, size_t *count)
{
	struct text path;
	char *file = proc_read_whole(proc_path(&path, thread, "fdinfo", fd));
	struct line *lines;

	*list = NULL;
	*count = 0;
	if (file == NULL)
		return -1;
	if (parse_all(file, &lines, count) == 0)
		*list = make_list(thread, fd, lines, *count);
	free(lines);
	free(file);
	if (*list != NULL)
		return 0;
	*count = 0;
	return -1;
}

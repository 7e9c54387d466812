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
#include "linux/proc.h"
#include "linux/statx.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static const char eventpoll[] = "anon_inode:[eventpoll]";

/* Bits of events that ask for no report. */
#define CONTROL_BITS (EPOLLET | EPOLLONESHOT | EPOLLWAKEUP | EPOLLEXCLUSIVE)

/* Always requested, and so not told. */
#define UNMASKABLE (EPOLLERR | EPOLLHUP)

#ifndef SYS_kcmp
#if defined __x86_64__
#define SYS_kcmp 312
#elif defined __i386__
#define SYS_kcmp 349
#elif defined __arm__
#define SYS_kcmp 378
#else
#define SYS_kcmp 272
#endif
#endif

/* KCMP_EPOLL_TFD and struct kcmp_epoll_slot of <linux/kcmp.h>. */
enum { COMPARE_EPOLL_TARGET = 7 };

struct epoll_slot {
	uint32_t epoll;
	uint32_t target;
	uint32_t offset;
};

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
	return (registration->events & ~UNMASKABLE) == EPOLLONESHOT;
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

/*
 * Return true if the number of a registration is another file now.  Anonymous inodes share
 * an inode: kcmp(2) tells them apart, where it is permitted.
 */
static bool
is_reused(int thread, int epoll, int fd, const char *line)
{
	struct statx_facts facts;
	struct text path;
	struct epoll_slot slot = { (uint32_t)epoll, (uint32_t)fd, 0 };
	unsigned long long device = field(line, "sdev:");

	if (statx_read(AT_FDCWD, proc_path(&path, thread, "fd", fd), &facts) < 0)
		return errno == ENOENT;
	/* The kernel's own form of a device: 12 bits, then 20 bits. */
	if (facts.inode != (ino_t)field(line, "ino:")
	    || facts.device != makedev((unsigned)(device >> 20),
	                               (unsigned)(device & 0xfffff)))
		return true;
	if ((facts.mode & S_IFMT) != 0)
		return false;
	return syscall(SYS_kcmp, thread, thread, COMPARE_EPOLL_TARGET,
	               (unsigned long)fd, &slot) > 0;
}

/* Take one line.  Return 0, or -1 with errno. */
static int
take_line(int thread, int epoll, const char *line, struct registration **list,
          size_t *count, size_t *capacity)
{
	const char *number = line + strlen("tfd:");
	struct registration *grown;
	int fd;

	number += strspn(number, " ");
	fd = (int)number_of_kernel(number, 10);
	if (is_reused(thread, epoll, fd, line))
		return 0;
	grown = array_room(*list, *count, capacity, sizeof *grown);
	if (grown == NULL)
		return -1;
	*list = grown;
	grown[(*count)++] = (struct registration){
		fd, (uint32_t)field(line, "events:")
	};
	return 0;
}

int
epoll_read(int thread, int fd, struct registration **list, size_t *count)
{
	struct text path;
	char *file = proc_read_whole(proc_path(&path, thread, "fdinfo", fd));
	char *rest = file;
	const char *line;
	size_t capacity = 0;
	int result = 0;

	*list = NULL;
	*count = 0;
	if (file == NULL)
		return -1;
	while (result == 0 && (line = strsep(&rest, "\n")) != NULL)
		if (strncmp(line, "tfd:", strlen("tfd:")) == 0)
			result = take_line(thread, fd, line, list, count,
			                   &capacity);
	free(file);
	if (result < 0) {
		free(*list);
		*list = NULL;
		*count = 0;
	}
	return result;
}

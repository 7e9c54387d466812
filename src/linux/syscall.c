/*
 * call - see call.h
 */
#include "linux/syscall.h"
#include "base/array.h"
#include "base/number.h"
#include "linux/proc.h"

#include <errno.h>
#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The calls whose first argument is a descriptor, and in which one can sit.  A
 * new one is a line here and a word in the manual.  Machines differ: some have no
 * accept, some no epoll_wait.
 */
static const struct name {
	const char *name;
	long number;
} known_calls[] = {
	{ "read", SYS_read },
	{ "write", SYS_write },
	{ "readv", SYS_readv },
	{ "writev", SYS_writev },
	{ "pread64", SYS_pread64 },
	{ "pwrite64", SYS_pwrite64 },
	{ "preadv", SYS_preadv },
	{ "pwritev", SYS_pwritev },
#ifdef SYS_preadv2
	{ "preadv2", SYS_preadv2 },
	{ "pwritev2", SYS_pwritev2 },
#endif
	{ "recvfrom", SYS_recvfrom },
	{ "recvmsg", SYS_recvmsg },
	{ "recvmmsg", SYS_recvmmsg },
	{ "sendto", SYS_sendto },
	{ "sendmsg", SYS_sendmsg },
	{ "sendmmsg", SYS_sendmmsg },
#ifdef SYS_accept
	{ "accept", SYS_accept },
#endif
	{ "accept4", SYS_accept4 },
	{ "connect", SYS_connect },
	{ "splice", SYS_splice },
	{ "tee", SYS_tee },
	{ "vmsplice", SYS_vmsplice },
	{ "sendfile", SYS_sendfile },
#ifdef SYS_copy_file_range
	{ "copy_file_range", SYS_copy_file_range },
#endif
#ifdef SYS_epoll_wait
	{ "epoll_wait", SYS_epoll_wait },
#endif
	{ "epoll_pwait", SYS_epoll_pwait },
#ifdef SYS_epoll_pwait2
	{ "epoll_pwait2", SYS_epoll_pwait2 },
#endif
#ifdef SYS_io_uring_enter
	{ "io_uring_enter", SYS_io_uring_enter },
#endif
	{ "ioctl", SYS_ioctl },
	{ "fcntl", SYS_fcntl },
	{ "flock", SYS_flock },
	{ "fsync", SYS_fsync },
	{ "fdatasync", SYS_fdatasync },
	{ "getdents64", SYS_getdents64 },
	{ "close", SYS_close },
};

enum { SMALL_FILE = 512, LARGE_FILE = 4096 };

struct call {
	int fd;
	const char *name;
};

static const char *
find_name(unsigned long long number)
{
	for (size_t i = 0; i < sizeof known_calls / sizeof *known_calls; i++)
		if ((unsigned long long)known_calls[i].number == number)
			return known_calls[i].name;
	return NULL;
}

/*
 * Whether a process numbers its calls as pollwait does.  Its auxiliary vector
 * (getauxval(3)) holds the size of a page, in words of its own width.
 */
static bool
has_same_abi(int pid)
{
	struct text path;
	ElfW(auxv_t) vector[LARGE_FILE / sizeof(ElfW(auxv_t))];
	ssize_t length = proc_read(proc_path(&path, pid, "auxv", -1),
	                           (char *)vector, sizeof vector);

	for (size_t i = 0; length > 0
	                   && (i + 1) * sizeof vector[0] <= (size_t)length; i++)
		if (vector[i].a_type == AT_PAGESZ)
			return vector[i].a_un.a_val
			       == (unsigned long)sysconf(_SC_PAGESIZE);
	return false;
}

static int
add(struct calls *calls, int fd, const char *name)
{
	struct call *list = array_room(calls->list, calls->count,
	                               &calls->capacity, sizeof *list);

	if (list == NULL)
		return -1;
	calls->list = list;
	list[calls->count++] = (struct call){ fd, name };
	return 0;
}

/*
 * Reads one thread's file, as in "0 0x3 0x7ffd...": the number of the call, and
 * its arguments; or "running", or -1 where it sits in no call.
 */
static int
read_thread(struct calls *calls, int thread)
{
	struct text path;
	char file[SMALL_FILE];
	const char *name;
	const char *argument;

	if (proc_read(proc_path(&path, thread, "syscall", -1), file,
	              sizeof file) < 0) {
		/* A thread that is gone sits nowhere. */
		if (errno != ENOENT && errno != ESRCH)
			calls->is_known = false;
		return 0;
	}
	argument = strchr(file, ' ');
	if (file[0] < '0' || file[0] > '9' || argument == NULL)
		return 0;
	name = find_name(number_of_kernel(file, 10));
	if (name == NULL)
		return 0;
	/* A descriptor is an int, whatever else the register holds. */
	return add(calls, (int)(unsigned)number_of_kernel(argument + 1, 16), name);
}

static int
compare(const void *a, const void *b)
{
	const struct call *x = a;
	const struct call *y = b;

	if (x->fd != y->fd)
		return x->fd < y->fd ? -1 : 1;
	return strcmp(x->name, y->name);
}

int
calls_read(struct calls *calls, int pid)
{
	struct text path;
	struct numbers threads;
	int result = 0;

	*calls = (struct calls){ .is_known = has_same_abi(pid) };
	if (!calls->is_known)
		return 0;
	if (proc_numbers(proc_path(&path, pid, "task", -1), &threads) < 0) {
		calls->is_known = false;
		return errno == ENOMEM ? -1 : 0;
	}
	for (size_t i = 0; i < threads.count && result == 0; i++)
		result = read_thread(calls, threads.list[i]);
	numbers_free(&threads);
	if (calls->count > 0)
		qsort(calls->list, calls->count, sizeof *calls->list, compare);
	return result;
}

/* Where the calls on a descriptor begin, or would. */
static size_t
first_of(const struct calls *calls, int fd)
{
	size_t first = 0;

	while (first < calls->count && calls->list[first].fd < fd)
		first++;
	return first;
}

void
calls_append(const struct calls *calls, struct text *text, int fd)
{
	const char *last = NULL;

	if (!calls->is_known) {
		text_string(text, "?");
		return;
	}
	for (size_t i = first_of(calls, fd);
	     i < calls->count && calls->list[i].fd == fd; i++) {
		if (calls->list[i].name == last)
			continue;
		text_string(text, last == NULL ? "" : ",");
		last = calls->list[i].name;
		text_string(text, last);
	}
	if (last == NULL)
		text_string(text, "-");
}

void
calls_end(struct calls *calls)
{
	free(calls->list);
}

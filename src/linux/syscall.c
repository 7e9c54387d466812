/*
 * syscall - the system calls in which a thread can wait, and in which a thread waits
 */
#include "linux/syscall.h"
#include "base/number.h"
#include "linux/proc.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

enum { LINE_SIZE = 512 };

enum { NONE = -1 };

/* A call without a timeout, and one with a timeout in an argument, from 0. */
#define CALL(name, kind) { #name, SYS_##name, kind, NONE, NONE }
#define CALL_MS(name, kind, argument) { #name, SYS_##name, kind, argument, NONE }
#define CALL_TIME(name, kind, argument) { #name, SYS_##name, kind, NONE, argument }

/*
 * A new call is a line here.  Machines differ: some have no accept, some no epoll_wait.
 */
static const struct syscall calls[] = {
	CALL(read, WAIT_READ),
	CALL(write, WAIT_WRITE),
	CALL(readv, WAIT_READ),
	CALL(writev, WAIT_WRITE),
	CALL(pread64, WAIT_READ),
	CALL(pwrite64, WAIT_WRITE),
	CALL(preadv, WAIT_READ),
	CALL(pwritev, WAIT_WRITE),
#ifdef SYS_preadv2
	CALL(preadv2, WAIT_READ),
	CALL(pwritev2, WAIT_WRITE),
#endif
	CALL(recvfrom, WAIT_READ),
	CALL(recvmsg, WAIT_READ),
	CALL_TIME(recvmmsg, WAIT_READ, 4),
	CALL(sendto, WAIT_WRITE),
	CALL(sendmsg, WAIT_WRITE),
	CALL(sendmmsg, WAIT_WRITE),
#ifdef SYS_accept
	CALL(accept, WAIT_ACCEPT),
#endif
	CALL(accept4, WAIT_ACCEPT),
	CALL(connect, WAIT_CONNECT),
	CALL(splice, WAIT_DESCRIPTOR),
	CALL(tee, WAIT_DESCRIPTOR),
	CALL(vmsplice, WAIT_DESCRIPTOR),
	CALL(sendfile, WAIT_WRITE),
#ifdef SYS_copy_file_range
	CALL(copy_file_range, WAIT_DESCRIPTOR),
#endif
	CALL(ioctl, WAIT_DESCRIPTOR),
	CALL(fcntl, WAIT_DESCRIPTOR),
#ifdef SYS_fcntl64
	CALL(fcntl64, WAIT_DESCRIPTOR),
#endif
	CALL(flock, WAIT_LOCK),
	CALL(fsync, WAIT_DESCRIPTOR),
	CALL(fdatasync, WAIT_DESCRIPTOR),
	CALL(ftruncate, WAIT_DESCRIPTOR),
	CALL(fallocate, WAIT_DESCRIPTOR),
	CALL(getdents64, WAIT_DESCRIPTOR),
	CALL(close, WAIT_DESCRIPTOR),
#ifdef SYS_mq_timedreceive
	CALL_TIME(mq_timedreceive, WAIT_DESCRIPTOR, 4),
	CALL_TIME(mq_timedsend, WAIT_DESCRIPTOR, 4),
#endif
#ifdef SYS_io_uring_enter
	CALL(io_uring_enter, WAIT_DESCRIPTOR),
#endif
#ifdef SYS_poll
	CALL_MS(poll, WAIT_POLL, 2),
#endif
#ifdef SYS_ppoll
	CALL_TIME(ppoll, WAIT_POLL, 2),
#endif
#if defined SYS_select && !defined SYS__newselect
	CALL_TIME(select, WAIT_SELECT, 4),
#endif
#ifdef SYS__newselect
	CALL_TIME(_newselect, WAIT_SELECT, 4),
#endif
	CALL_TIME(pselect6, WAIT_SELECT, 4),
#ifdef SYS_epoll_wait
	CALL_MS(epoll_wait, WAIT_EPOLL, 3),
#endif
	CALL_MS(epoll_pwait, WAIT_EPOLL, 3),
#ifdef SYS_epoll_pwait2
	CALL_TIME(epoll_pwait2, WAIT_EPOLL, 3),
#endif
	CALL(wait4, WAIT_CHILD),
	CALL(waitid, WAIT_CHILD_ID),
#ifdef SYS_open
	CALL(open, WAIT_OPEN),
#endif
	CALL(openat, WAIT_OPEN_AT),
#ifdef SYS_openat2
	CALL(openat2, WAIT_OPEN_AT),
#endif
	CALL(nanosleep, WAIT_TIME),
	CALL(clock_nanosleep, WAIT_TIME),
#ifdef SYS_pause
	CALL(pause, WAIT_SIGNAL),
#endif
	CALL(rt_sigsuspend, WAIT_SIGNAL),
	CALL_TIME(rt_sigtimedwait, WAIT_SIGNAL, 2),
	CALL_TIME(futex, WAIT_FUTEX, 3),
	CALL(execve, WAIT_OTHER),
	CALL(exit_group, WAIT_OTHER),
#ifdef SYS_vfork
	CALL(vfork, WAIT_OTHER),
#endif
	CALL(clone, WAIT_OTHER),
#ifdef SYS_clone3
	CALL(clone3, WAIT_OTHER),
#endif
#ifdef SYS_semop
	CALL(semop, WAIT_OTHER),
#endif
#ifdef SYS_semtimedop
	CALL_TIME(semtimedop, WAIT_OTHER, 3),
#endif
#ifdef SYS_msgrcv
	CALL(msgrcv, WAIT_OTHER),
	CALL(msgsnd, WAIT_OTHER),
#endif
	CALL_TIME(io_getevents, WAIT_OTHER, 4),
#ifdef SYS_io_pgetevents
	CALL_TIME(io_pgetevents, WAIT_OTHER, 4),
#endif
	CALL(restart_syscall, WAIT_RESTARTED),
/* On machines of 32 bits, with times of 64 bits. */
#ifdef SYS_ppoll_time64
	CALL_TIME(recvmmsg_time64, WAIT_READ, 4),
	CALL_TIME(mq_timedreceive_time64, WAIT_DESCRIPTOR, 4),
	CALL_TIME(mq_timedsend_time64, WAIT_DESCRIPTOR, 4),
	CALL_TIME(ppoll_time64, WAIT_POLL, 2),
	CALL_TIME(pselect6_time64, WAIT_SELECT, 4),
	CALL(clock_nanosleep_time64, WAIT_TIME),
	CALL_TIME(rt_sigtimedwait_time64, WAIT_SIGNAL, 2),
	CALL_TIME(futex_time64, WAIT_FUTEX, 3),
	CALL_TIME(semtimedop_time64, WAIT_OTHER, 3),
	CALL_TIME(io_pgetevents_time64, WAIT_OTHER, 4),
#endif
};

enum { CALL_COUNT = sizeof calls / sizeof *calls };

const struct syscall *
syscall_find(long number)
{
	for (size_t i = 0; i < CALL_COUNT; i++)
		if (calls[i].number == number)
			return &calls[i];
	return NULL;
}

int
syscall_second_descriptor(const struct syscall *call)
{
	if (call->number == SYS_tee)
		return 1;
#ifdef SYS_copy_file_range
	if (call->number == SYS_copy_file_range)
		return 2;
#endif
	return call->number == SYS_splice ? 2 : 0;
}

bool
syscall_splices(const struct syscall *call)
{
	return call->number == SYS_splice || call->number == SYS_tee
	       || call->number == SYS_vmsplice || call->number == SYS_sendfile;
}

const struct syscall *
syscall_named(const char *name)
{
	for (size_t i = 0; i < CALL_COUNT; i++)
		if (strcmp(calls[i].name, name) == 0)
			return &calls[i];
	return NULL;
}

/* The number behind the next blank of a line; the line ends with "". */
static uint64_t
next_number(const char **line)
{
	const char *blank = strchr(*line, ' ');

	if (blank == NULL) {
		*line = "";
		return 0;
	}
	*line = blank + 1;
	return number_of_kernel(*line, 16);
}

int
syscall_read(int thread, struct syscall_line *line)
{
	struct text path;
	char file[LINE_SIZE];
	const char *rest = file;

	if (proc_read(proc_path(&path, thread, "syscall", -1), file,
	              sizeof file) < 0)
		return -1;
	*line = (struct syscall_line){ .state = LINE_NO_CALL };
	if (text_begins_with(file, "running"))
		line->state = LINE_RUNNING;
	if (file[0] < '0' || file[0] > '9')
		return 0;
	line->state = LINE_CALL;
	line->number = (long)number_of_kernel(file, 10);
	for (int i = 0; i < 6; i++)
		line->arguments[i] = next_number(&rest);
	line->stack = next_number(&rest);
	/* The kernel makes workers for a process, as for io_uring(7). */
	if (line->stack == 0 && next_number(&rest) == 0)
		line->state = LINE_OF_KERNEL;
	return 0;
}

bool
syscall_is_same(const struct syscall_line *one, const struct syscall_line *other)
{
	return one->state == other->state && one->number == other->number
	       && one->stack == other->stack
	       && memcmp(one->arguments, other->arguments,
	                 sizeof one->arguments) == 0;
}

bool
syscall_has_timeout(const struct syscall *call, const struct syscall_line *line)
{
	if (call->ms_argument >= 0)
		return (int)(unsigned)line->arguments[call->ms_argument] >= 0;
	return call->pointer_argument >= 0
	       && line->arguments[call->pointer_argument] != 0;
}

/*
 * ends - what can end the wait of a row, besides the processes in PEER
 */
#include "view/ends.h"
#include "linux/proc.h"

#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The names, in the order of printing.  A new end is a bit in file/end.h and a line here. */
static const struct {
	enum end end;
	const char *name;
} names[] = {
	{ END_CLIENT, "client" },
	{ END_DEVICE, "device" },
	{ END_HOST, "host" },
	{ END_LOOP, "loop" },
	{ END_SIGNAL, "signal" },
	{ END_THREAD, "thread" },
	{ END_TIME, "time" },
	{ END_TTY, "tty" },
	{ END_RUNS, "runs" },
	{ END_STOPPED, "stopped" },
	{ END_ENDED, "ended" },
	{ END_UNKNOWN, "?" },
};

/*
 * The ends of a wait by the kind of its call.  A call on a descriptor ends as the file
 * behind it does, besides.
 */
static const unsigned ends_of_call[] = {
	[WAIT_READ] = 0,
	[WAIT_WRITE] = 0,
	[WAIT_ACCEPT] = END_CLIENT,
	[WAIT_CONNECT] = 0,
	[WAIT_LOCK] = 0,
	[WAIT_DESCRIPTOR] = END_UNKNOWN,
	[WAIT_POLL] = 0,
	[WAIT_SELECT] = 0,
	[WAIT_EPOLL] = 0,
	[WAIT_CHILD] = 0,
	[WAIT_CHILD_ID] = 0,
	[WAIT_OPEN] = END_UNKNOWN,
	[WAIT_OPEN_AT] = END_UNKNOWN,
	[WAIT_TIME] = END_TIME,
	[WAIT_SIGNAL] = END_SIGNAL,
	[WAIT_FUTEX] = END_UNKNOWN,
	[WAIT_OTHER] = END_UNKNOWN,
	[WAIT_RESTARTED] = END_UNKNOWN
};

/* futex(2): the word is private to the process. */
enum { FUTEX_PRIVATE = 0x80, FUNCTION_SIZE = 128 };

/* The word of a locked mutex of glibc for which a thread waits. */
enum { LOCK_WITH_WAITERS = 2 };

/*
 * A private futex is woken by a thread of the process.  So is one that waits for the end
 * of another living thread, whose id is the value that the word had.
 */
static unsigned
ends_of_futex(const struct rows *rows, const struct wait *wait)
{
	struct text path;
	int value = (int)(unsigned)wait->line.arguments[2];
	struct text thread;
	bool is_join;

	if ((wait->line.arguments[1] & FUTEX_PRIVATE) != 0)
		return END_THREAD;
	if (value <= LOCK_WITH_WAITERS || value == wait->thread)
		return END_UNKNOWN;
	text_start(&thread);
	text_string(&thread, "task/");
	text_decimal(&thread, (unsigned)value);
	text_string(&thread, "/stat");
	text_byte(&thread, '\0');
	is_join = access(proc_path(&path, rows->pid, text_bytes(&thread), -1), F_OK)
	          == 0;
	return is_join ? END_THREAD : END_UNKNOWN;
}

/*
 * The kernel's function in which a thread sits tells an open that waits for a FIFO's other
 * side.  It is empty or "0" where that may not be read.
 */
static unsigned
ends_of_open(const struct wait *wait)
{
	char function[FUNCTION_SIZE];
	struct text path;

	if (proc_read(proc_path(&path, wait->thread, "wchan", -1), function,
	              sizeof function) <= 0 || function[0] == '0')
		return END_UNKNOWN;
	return strstr(function, "wait_for_partner") != NULL
	       || strstr(function, "fifo_open") != NULL ? END_CLIENT : END_DEVICE;
}

/* Decide for a wait without a descriptor. */
static unsigned
ends_of_wait(const struct rows *rows, const struct row *row,
             const struct other_end *other_end)
{
	const struct wait *wait = row->wait;
	unsigned ends;

	if (wait->call == NULL)
		return END_UNKNOWN;
	ends = ends_of_call[wait->call->kind];
	if (row->is_unknown)
		ends |= END_UNKNOWN;
	if (wait->call->kind == WAIT_FUTEX)
		ends = ends_of_futex(rows, wait);
	if (wait_is_open(wait))
		ends = ends_of_open(wait);
	/* A poll of no descriptor is a sleep, or a wait for a signal. */
	if ((wait->call->kind == WAIT_POLL || wait->call->kind == WAIT_SELECT)
	    && !wait->has_timeout)
		ends = END_SIGNAL;
	if (other_end->is_pollwait_enough)
		ends |= END_RUNS;
	if (wait->has_timeout)
		ends |= END_TIME;
	return ends;
}

/* Disks and devices answer calls that are not told apart further. */
static bool
is_of_device(const struct syscall *call)
{
	static const long numbers[] = {
		SYS_fsync, SYS_fdatasync, SYS_ftruncate, SYS_fallocate,
		SYS_getdents64
	};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (call->number == numbers[i])
			return true;
	return false;
}

/* A timeout of a socket ends calls that send or receive, but no poll(2). */
static bool
has_socket_timeout(const struct file_facts *facts, enum wait_kind kind)
{
	if (kind == WAIT_READ || kind == WAIT_ACCEPT)
		return facts->receives_in_time;
	if (kind == WAIT_WRITE || kind == WAIT_CONNECT)
		return facts->sends_in_time;
	return kind == WAIT_DESCRIPTOR
	       && (facts->receives_in_time || facts->sends_in_time);
}

/*
 * Return true if a descriptor is ready for what a call waits for.  The thread has been
 * woken then, but does not run, as in a frozen cgroup; or it waits for more than is there,
 * or to send to another address.
 */
static bool
is_satisfied(const struct row *row, const struct membership *member)
{
	int wanted = member->call->kind == WAIT_WRITE ? POLLOUT : POLLIN;

	if (!row->has_report || member->is_edge || row->wait != NULL
	    || member->call->kind == WAIT_CONNECT
	    || member->call->kind == WAIT_DESCRIPTOR)
		return false;
	if (member->has_events)
		wanted = member->events;
	return (row->report & (wanted | POLLERR | POLLHUP)) != 0;
}

/* Decide for one of the calls that wait on a descriptor. */
static unsigned
ends_of_membership(const struct rows *rows, const struct row *row,
                   const struct membership *member, bool has_threads)
{
	const struct wait *wait = &rows->waits.list[member->wait];
	unsigned ends = row->facts.ends | ends_of_call[member->call->kind];

	if (member->call->kind == WAIT_DESCRIPTOR)
		ends = is_of_device(member->call)
		       ? END_DEVICE : ends & ~(unsigned)END_DEVICE;
	/* sendfile(2) may also wait for the file that it reads. */
	if (member->is_unsure || member->call->number == SYS_sendfile
	    || (!ends_by_itself(ends) && is_satisfied(row, member)))
		ends |= END_UNKNOWN;
	/* PEER is of the lock, and tells nothing of another wait. */
	if (row->wait != NULL)
		ends = lock_is_awaited(wait) ? 0 : ends | END_UNKNOWN;
	/* TCP gives up to connect after some tries; a unix socket's goal is not known. */
	if (member->call->kind == WAIT_CONNECT) {
		ends &= ~(unsigned)END_CLIENT;
		ends |= row->facts.peer.state != PEER_NO_ONE
		        || (ends & END_HOST) != 0 ? END_TIME : END_UNKNOWN;
	}
	/* Another thread can register something in an epoll that has nothing. */
	if (member->call->kind == WAIT_EPOLL && !member->is_nested
	    && !member->has_events && has_threads)
		ends |= END_THREAD;
	if (wait->has_timeout || has_socket_timeout(&row->facts, member->call->kind))
		ends |= END_TIME;
	return ends;
}

unsigned
ends_of(const struct rows *rows, const struct row *row,
        const struct other_end *other_end, bool has_threads)
{
	const struct membership *member = NULL;
	unsigned ends = 0;

	if (row->kind == ROW_WAIT)
		return ends_of_wait(rows, row, other_end);
	while ((member = waits_next(&rows->waits, row->entry.value, member)) != NULL)
		ends |= ends_of_membership(rows, row, member, has_threads);
	if (row->facts.peer.key.kind == HOLDS_EVENTFD
	    && row->facts.peer.state == PEER_HOLDERS && other_end->is_unknown)
		return ends | (has_threads ? END_THREAD : 0);
	if (!row->is_described || row->facts.peer.state == PEER_UNKNOWN
	    || row->facts.peer.state == PEER_NONE || other_end->is_unknown)
		ends |= END_UNKNOWN;
	if (other_end->is_pollwait_enough)
		ends |= END_RUNS;
	return ends;
}

bool
ends_by_itself(unsigned ends)
{
	return (ends & ~(unsigned)END_THREAD) != 0;
}

void
ends_append(struct text *text, unsigned ends)
{
	const char *comma = "";

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if ((ends & names[i].end) == 0)
			continue;
		text_string(text, comma);
		text_string(text, names[i].name);
		comma = ",";
	}
	if (*comma == '\0')
		text_string(text, "-");
}

/*
 * anonymous - files without a name, as eventfd(2) and its kin make them
 *
 * The kernel tells what they are in fdinfo, proc_pid_fdinfo(5).
 */
#include "file/file.h"
#include "linux/epoll.h"
#include "linux/proc.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/*
 * Move the registrations whose numbers are still theirs to the front.  Return how many.
 */
static size_t
keep_current(struct registration *list, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (!list[i].is_reused)
			list[kept++] = list[i];
	return kept;
}

/* Append sorted numbers as 3,5-9. */
static void
append_ranges(struct text *text, const struct registration *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t last = i;

		while (last + 1 < count && list[last + 1].fd - 1 <= list[last].fd)
			last++;
		text_string(text, i == 0 ? " " : ",");
		text_decimal(text, (unsigned)list[i].fd);
		if (list[last].fd != list[i].fd) {
			text_string(text, "-");
			text_decimal(text, (unsigned)list[last].fd);
		}
		i = last;
	}
}

static void
inspect_eventpoll(struct file_inquiry *inquiry, const struct file_query *query,
                  struct file_facts *facts, struct text *details)
{
	struct registration *list;
	size_t count;
	size_t current;

	(void)inquiry;
	facts->unread = UNREAD_NONE;
	if (epoll_read(query->thread, query->fd, &list, &count) < 0) {
		facts->ends = END_UNKNOWN;
		text_string(details, " ?");
		return;
	}
	current = keep_current(list, count);
	/* A file whose number is another one's still reports. */
	if (current < count)
		facts->ends = END_UNKNOWN;
	append_ranges(details, list, current);
	if (current < count)
		text_string(details, current > 0 ? ",?" : " ?");
	free(list);
}

const struct file_kind file_eventpoll = {
	.name = "anon_inode:[eventpoll]", .inspect = inspect_eventpoll
};

static void
inspect_eventfd(struct file_inquiry *inquiry, const struct file_query *query,
                struct file_facts *facts, struct text *details)
{
	char *info = file_read_info(query);
	unsigned long long number;

	(void)inquiry;
	facts->unread = UNREAD_NONE;
	facts->peer.state = PEER_UNKNOWN;
	text_string(details, " ");
	if (info != NULL && proc_find_number(info, "eventfd-count:", 16, &number))
		text_decimal(details, number);
	else
		text_string(details, "?");
	if (info != NULL && proc_find_number(info, "eventfd-id:", 10, &number))
		facts->peer = (struct peer){
			.state = PEER_HOLDERS,
			.key = { .kind = HOLDS_EVENTFD, .number = number }
		};
	free(info);
}

const struct file_kind file_eventfd = {
	.name = "anon_inode:[eventfd]", .inspect = inspect_eventfd
};

enum { NANOSECONDS_PER_MS = 1000000, MS_PER_SECOND = 1000 };

/* Read a time as "NAME: (SECONDS, NANOSECONDS)".  Return false without it. */
static bool
find_time(const char *info, const char *name, unsigned long long *ms)
{
	unsigned long long seconds;
	unsigned long long nanoseconds;

	/* The number that follows is that of the seconds. */
	if (!proc_find_number(info, name, 10, &seconds))
		return false;
	info = strstr(info, name);
	info = info == NULL ? NULL : strchr(info, ',');
	if (info == NULL)
		return false;
	(void)proc_find_number(info, ",", 10, &nanoseconds);
	*ms = seconds * MS_PER_SECOND
	      + (nanoseconds + NANOSECONDS_PER_MS - 1) / NANOSECONDS_PER_MS;
	return true;
}

static void
inspect_timerfd(struct file_inquiry *inquiry, const struct file_query *query,
                struct file_facts *facts, struct text *details)
{
	char *info = file_read_info(query);
	unsigned long long ms;
	unsigned long long period_ms;

	(void)inquiry;
	facts->unread = UNREAD_NONE;
	facts->ends = END_UNKNOWN;
	/* A periodic timer that has expired has no time left until it is read. */
	if (info == NULL || !find_time(info, "it_value: (", &ms)
	    || !find_time(info, "it_interval: (", &period_ms)) {
		text_string(details, " ?");
	} else if (ms == 0 && period_ms == 0) {
		text_string(details, " off");
	} else {
		facts->ends = END_TIME;
		text_string(details, " ");
		text_decimal(details, ms);
		text_string(details, " ms");
	}
	free(info);
}

const struct file_kind file_timerfd = {
	.name = "anon_inode:[timerfd]", .inspect = inspect_timerfd
};

/* The names of signals by number, signal(7), without SIG. */
static void
append_signal(struct text *text, int number)
{
	static const struct {
		int number;
		const char *name;
	} names[] = {
		{ SIGHUP, "HUP" }, { SIGINT, "INT" }, { SIGQUIT, "QUIT" },
		{ SIGILL, "ILL" }, { SIGTRAP, "TRAP" }, { SIGABRT, "ABRT" },
		{ SIGBUS, "BUS" }, { SIGFPE, "FPE" }, { SIGKILL, "KILL" },
		{ SIGUSR1, "USR1" }, { SIGSEGV, "SEGV" }, { SIGUSR2, "USR2" },
		{ SIGPIPE, "PIPE" }, { SIGALRM, "ALRM" }, { SIGTERM, "TERM" },
#ifdef SIGSTKFLT
		{ SIGSTKFLT, "STKFLT" },
#endif
		{ SIGCHLD, "CHLD" }, { SIGCONT, "CONT" }, { SIGSTOP, "STOP" },
		{ SIGTSTP, "TSTP" }, { SIGTTIN, "TTIN" }, { SIGTTOU, "TTOU" },
		{ SIGURG, "URG" }, { SIGXCPU, "XCPU" }, { SIGXFSZ, "XFSZ" },
		{ SIGVTALRM, "VTALRM" }, { SIGPROF, "PROF" },
		{ SIGWINCH, "WINCH" }, { SIGIO, "IO" }, { SIGPWR, "PWR" },
		{ SIGSYS, "SYS" }
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (names[i].number == number) {
			text_string(text, names[i].name);
			return;
		}
	}
	text_decimal(text, (unsigned)number);
}

static void
append_signals(struct text *text, unsigned long long mask)
{
	const char *separator = " ";

	for (int number = 1; number <= 64; number++) {
		if ((mask >> (number - 1) & 1) == 0)
			continue;
		text_string(text, separator);
		append_signal(text, number);
		separator = ",";
	}
}

/* Find out if one of the signals of a mask pends for a thread or for its process. */
static void
find_pending(int thread, unsigned long long mask, struct file_facts *facts)
{
	struct text path;
	char *status = proc_read_whole(proc_path(&path, thread, "status", -1));
	unsigned long long own, shared;

	facts->pends = PENDS_UNKNOWN;
	if (status != NULL && proc_find_number(status, "SigPnd:", 16, &own)
	    && proc_find_number(status, "ShdPnd:", 16, &shared))
		facts->pends = ((own | shared) & mask) != 0 ? PENDS_INPUT
		                                            : PENDS_NOTHING;
	free(status);
}

static void
inspect_signalfd(struct file_inquiry *inquiry, const struct file_query *query,
                 struct file_facts *facts, struct text *details)
{
	char *info = file_read_info(query);
	unsigned long long mask;

	(void)inquiry;
	facts->unread = UNREAD_NONE;
	facts->ends = END_SIGNAL;
	if (info == NULL || !proc_find_number(info, "sigmask:", 16, &mask)) {
		text_string(details, " ?");
		if (query->thread != PROC_SELF)
			facts->pends = PENDS_UNKNOWN;
	} else {
		append_signals(details, mask);
		if (query->thread != PROC_SELF)
			find_pending(query->thread, mask, facts);
	}
	free(info);
}

const struct file_kind file_signalfd = {
	.name = "anon_inode:[signalfd]", .inspect = inspect_signalfd
};

/* Return true if a process has ended, and is not collected; 0: no process. */
static bool
is_zombie(int pid)
{
	struct proc_status status;

	return pid > 0 && proc_status(pid, &status) == 0 && status.state == 'Z'
	       && proc_living_thread(pid) == pid;
}

/*
 * The kernel tells -1 of a process that was collected, 0 of one outside /proc.  In /proc of
 * another pid namespace it tells a number of that namespace.
 */
static void
inspect_pidfd(struct file_inquiry *inquiry, const struct file_query *query,
              struct file_facts *facts, struct text *details)
{
	char *info = file_read_info(query);
	unsigned long long pid = 0;

	(void)inquiry;
	facts->unread = UNREAD_NONE;
	facts->peer.state = PEER_UNKNOWN;
	if (info != NULL && strstr(info, "Pid:\t-1") != NULL) {
		facts->peer.state = PEER_NONE;
	} else if (info != NULL && proc_find_number(info, "Pid:", 10, &pid)
	           && pid > 0 && proc_tells_numbers()) {
		text_string(details, " pid:");
		text_decimal(details, pid);
		facts->peer.state = PEER_PROCESS;
		facts->peer.pid = (int)pid;
	} else {
		text_string(details, " ?");
	}
	if (query->has_report ? (query->report & POLLIN) != 0
	                      : is_zombie(facts->peer.pid))
		facts->peer.state = PEER_NONE;
	free(info);
}

const struct file_kind file_pidfd = {
	.name = "anon_inode:[pidfd]", .inspect = inspect_pidfd
};

static bool
is_pidfd_inode(const struct description *description)
{
	return description->name_length > 7
	       && memcmp(description->name, "pidfd:[", 7) == 0;
}

/* From Linux 6.9 on pidfds have inodes of their own. */
const struct file_kind file_pidfd_inode = {
	.type = S_IFREG, .matches = is_pidfd_inode, .inspect = inspect_pidfd
};

static void
inspect_inotify(struct file_inquiry *inquiry, const struct file_query *query,
                struct file_facts *facts, struct text *details)
{
	(void)inquiry;
	(void)query;
	(void)details;
	facts->ends = END_DEVICE;
}

const struct file_kind file_inotify = {
	.name = "anon_inode:inotify", .inspect = inspect_inotify
};

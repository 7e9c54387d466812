/*
 * hint - see hint.h
 *
 * A descriptor that is not open here may be open in the parent, which is mostly
 * the shell: closed on the way, or kept back by close-on-exec.  Then there is a
 * way to pass it on that works in every shell: as descriptor 0 or 1, which no
 * shell keeps back, and from there to its own number.
 */
#include "run/hint.h"
#include "cli/event.h"
#include "base/host.h"
#include "linux/limit.h"
#include "base/message.h"
#include "linux/proc.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum reason {
	PATH_ALONE,
	CLOSED_IN_PARENT,
	CLOSED_ON_THE_WAY,
	KEPT_TO_READ,           /* close-on-exec in the parent, with a cure */
	KEPT_TO_WRITE,
	KEPT,                   /* the same, without one */
	CLOSED_HERE,            /* the parent may not be asked */
	CLOSED_IN_SHELL,        /* in which pollwait runs: no parent to ask */
	CLOSED_IN_OTHER,
	PATH_ALONE_IN_OTHER,
	OTHER_HAS_ENDED
};

/* What is said, before the process, as in 411 (bash), and behind it. */
static const struct {
	const char *before;
	const char *behind;     /* NULL: no process is named */
} words[] = {
	[PATH_ALONE] = { "open, but with O_PATH, which poll(2) calls nval", NULL },
	[CLOSED_IN_PARENT] = { "not open here, nor in the parent, ", "" },
	[CLOSED_ON_THE_WAY] = { "open in the parent, ",
	                        ", but closed on the way here" },
	[KEPT_TO_READ] = { "close-on-exec in the parent, ", "; try " },
	[KEPT_TO_WRITE] = { "close-on-exec in the parent, ", "; try " },
	[KEPT] = { "close-on-exec in the parent, ", "" },
	[CLOSED_HERE] = { "not open here; the parent may not be asked", NULL },
	[CLOSED_IN_SHELL] = { "not open here, in the shell, ", "" },
	[CLOSED_IN_OTHER] = { "process ", " does not have it open" },
	[PATH_ALONE_IN_OTHER] = { "process ", " has it open with O_PATH, "
	                          "which poll(2) calls nval" },
	[OTHER_HAS_ENDED] = { "process ", " does not have it open: it has ended" },
};

void
hints_start(struct hints *hints)
{
	pollset_start(&hints->noted);
	hints->told = 0;
}

void
hints_end(struct hints *hints)
{
	pollset_end(&hints->noted);
}

int
hints_note(struct hints *hints, const struct pollfd *entry)
{
	/* One that is noted again stays where it is, and is not told again. */
	return pollset_register(&hints->noted, entry->fd, entry->events);
}

/* Whether a shell can pass it on as descriptor 0 or 1, and then renumber it. */
static bool
can_be_passed(int fd, int flags)
{
	return fd > STDERR_FILENO && (flags & O_PATH) == 0;
}

/* Not where /proc hides others' processes, nor from another pid namespace. */
static bool
parent_is_visible(void)
{
	struct text path;

	return eaccess(proc_path(&path, getppid(), "fdinfo", -1), R_OK) == 0;
}

static enum reason
reason_in_parent(int fd)
{
	struct proc_descriptor parent;

	if (proc_descriptor(getppid(), fd, &parent) < 0)
		return errno == ENOENT && parent_is_visible() ? CLOSED_IN_PARENT
		                                              : CLOSED_HERE;
	if ((parent.flags & O_CLOEXEC) == 0)
		return CLOSED_ON_THE_WAY;
	if (!can_be_passed(fd, parent.flags))
		return KEPT;
	return (parent.flags & O_ACCMODE) == O_WRONLY ? KEPT_TO_WRITE
	                                              : KEPT_TO_READ;
}

static enum reason
find_reason(const struct other *other, int fd)
{
	struct proc_descriptor descriptor;

	if (other->pid == 0) {
		if (fcntl(fd, F_GETFD) >= 0)
			return PATH_ALONE;
		return host_is_shell ? CLOSED_IN_SHELL : reason_in_parent(fd);
	}
	if (other->has_ended)
		return OTHER_HAS_ENDED;
	if (proc_descriptor(other->pid, fd, &descriptor) == 0
	    && (descriptor.flags & O_PATH) != 0)
		return PATH_ALONE_IN_OTHER;
	return CLOSED_IN_OTHER;
}

static bool
has_cure(enum reason reason)
{
	return reason == KEPT_TO_READ || reason == KEPT_TO_WRITE;
}

/* The command that passes a descriptor on. */
static void
append_cure(struct text *line, enum reason reason, const struct pollfd *entry)
{
	unsigned fd = (unsigned)entry->fd;
	unsigned spare = fd == 9 ? 8 : 9;

	text_string(line, "{ pollwait ");
	text_decimal(line, fd);
	text_string(line, ":");
	if (entry->events == 0)
		text_string(line, "0");
	else
		event_append(line, entry->events);
	text_string(line, " ");
	text_decimal(line, fd);
	if (reason == KEPT_TO_READ) {
		text_string(line, "<&0; } <&");
	} else {
		text_string(line, ">&1 >&");
		text_decimal(line, spare);
		text_string(line, "; } ");
		text_decimal(line, spare);
		text_string(line, ">&1 >&");
	}
	text_decimal(line, fd);
}

/* As in 411 (bash), or the number alone of one that is gone. */
static void
append_process(struct text *line, int pid)
{
	char name[PROC_COMMAND_SIZE];
	ssize_t length = proc_command(pid, name);

	text_decimal(line, (unsigned)pid);
	if (length < 0)
		return;
	text_string(line, " (");
	text_append(line, name, (size_t)length);
	text_string(line, ")");
}

/* Whose descriptors a reason speaks of. */
static int
asked_process(const struct other *other)
{
	if (other->pid != 0)
		return other->pid;
	return host_is_shell ? getpid() : getppid();
}

/* Says it of one descriptor, or of a run of neighbours. */
static void
tell(const struct other *other, enum reason reason, const struct pollfd *first,
     const struct pollfd *last)
{
	struct text line;

	text_start(&line);
	text_decimal(&line, (unsigned)first->fd);
	if (last != first) {
		text_string(&line, "-");
		text_decimal(&line, (unsigned)last->fd);
	}
	text_string(&line, ": ");
	text_string(&line, words[reason].before);
	if (words[reason].behind != NULL) {
		append_process(&line, asked_process(other));
		text_string(&line, words[reason].behind);
	}
	if (has_cure(reason))
		append_cure(&line, reason, first);
	message("%.*s", (int)line.length, text_bytes(&line));
	text_free(&line);
}

void
hints_tell(struct hints *hints, const struct other *other)
{
	const struct pollfd *noted = hints->noted.entries;

	if (hints->told < hints->noted.used)
		limit_raise_fully();
	while (hints->told < hints->noted.used) {
		size_t first = hints->told;
		size_t last = first;
		enum reason reason = find_reason(other, noted[first].fd);

		while (!has_cure(reason) && last + 1 < hints->noted.used
		       && noted[last + 1].fd == noted[last].fd + 1
		       && find_reason(other, noted[last + 1].fd) == reason)
			last++;
		tell(other, reason, &noted[first], &noted[last]);
		hints->told = last + 1;
	}
}

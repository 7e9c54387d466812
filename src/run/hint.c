/*
 * hint - messages that tell why a descriptor is nval, as far as /proc tells
 *
 * A descriptor that a process above keeps back by close-on-exec can be passed on in every
 * shell: as descriptor 0 or 1, which no shell keeps back, and from there to its own number.
 */
#include "run/hint.h"
#include "base/host.h"
#include "base/message.h"
#include "cli/event.h"
#include "linux/limit.h"
#include "linux/pidfd.h"
#include "linux/proc.h"
#include "run/subject.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The process that a message names. */
enum named { NAMES_NOBODY, NAMES_ANCESTOR, NAMES_TARGET, NAMES_SHELL };

/* How a cure passes the descriptor on. */
enum cure { NO_CURE, CURE_TO_READ, CURE_TO_WRITE };

/* The text in front of the process, as 411 (bash), and the text behind it. */
static const struct {
	const char *before;
	const char *behind;
	enum named named;
	enum cure cure;
} words[] = {
	[HINT_PATH_ONLY] = {
		"open, but with O_PATH, which poll(2) calls nval", "", NAMES_NOBODY,
		NO_CURE
	},
	[HINT_CLOSED_IN_PARENT] = {
		"not open here, nor in the parent, ", "", NAMES_ANCESTOR, NO_CURE
	},
	[HINT_CLOSED_ON_THE_WAY] = {
		"open in the parent, ", ", but closed on the way here", NAMES_ANCESTOR,
		NO_CURE
	},
	[HINT_KEPT_TO_READ] = {
		"close-on-exec in the parent, ", "", NAMES_ANCESTOR, CURE_TO_READ
	},
	[HINT_KEPT_TO_WRITE] = {
		"close-on-exec in the parent, ", "", NAMES_ANCESTOR, CURE_TO_WRITE
	},
	[HINT_KEPT] = {
		"close-on-exec in the parent, ", "", NAMES_ANCESTOR, NO_CURE
	},
	[HINT_KEPT_ABOVE_TO_READ] = {
		"not open here; close-on-exec in ", "", NAMES_ANCESTOR, CURE_TO_READ
	},
	[HINT_KEPT_ABOVE_TO_WRITE] = {
		"not open here; close-on-exec in ", "", NAMES_ANCESTOR, CURE_TO_WRITE
	},
	[HINT_KEPT_ABOVE] = {
		"not open here; close-on-exec in ", "", NAMES_ANCESTOR, NO_CURE
	},
	[HINT_CLOSED_HERE] = {
		"not open here; the parent may not be asked", "", NAMES_NOBODY, NO_CURE
	},
	[HINT_CLOSED_IN_SHELL] = {
		"not open here, in the shell, ", "", NAMES_SHELL, NO_CURE
	},
	[HINT_CLOSED_IN_TARGET] = {
		"process ", " does not have it open", NAMES_TARGET, NO_CURE
	},
	[HINT_PATH_ONLY_IN_TARGET] = {
		"process ",
		" has it open with O_PATH, which poll(2) calls nval", NAMES_TARGET,
		NO_CURE
	},
	[HINT_TARGET_HAS_ENDED] = {
		"process ", " does not have it open: it has ended", NAMES_TARGET, NO_CURE
	},
};

void
hints_start(struct hints *hints)
{
	pollset_start(&hints->noted);
	pollset_start(&hints->path_only);
	pollset_start(&hints->bare);
	hints->told = 0;
}

void
hints_end(struct hints *hints)
{
	pollset_end(&hints->noted);
	pollset_end(&hints->path_only);
	pollset_end(&hints->bare);
}

/* A descriptor that is open and yet nval is O_PATH. */
static bool
is_open(const struct run *run, const struct pollfd *entry)
{
	int fd = run->subject->descriptor(run, entry);

	return fd >= 0 && fcntl(fd, F_GETFD) >= 0;
}

int
hints_note(struct run *run, const struct pollfd *entry)
{
	struct hints *hints = &run->hints;

	if (pollset_has(&hints->noted, entry->fd))
		return 0;
	if (is_open(run, entry)
	    && pollset_register(&hints->path_only, entry->fd, 0) < 0)
		return -1;
	return pollset_register(&hints->noted, entry->fd, entry->events);
}

static enum hint_reason
find_reason(const struct run *run, const struct origin *origin, int fd,
            size_t *place)
{
	*place = 0;
	if (!pollset_has(&run->hints.path_only, fd))
		return run->subject->explain_nval(run, origin, fd, place);
	return run->subject->can_wait ? HINT_PATH_ONLY : HINT_PATH_ONLY_IN_TARGET;
}

static int
named_process(const struct run *run, const struct origin *origin,
              enum hint_reason reason, size_t place)
{
	switch (words[reason].named) {
	case NAMES_ANCESTOR:
		return origin->pids[place];
	case NAMES_TARGET:
		return run->target.pid;
	case NAMES_SHELL:
		return getpid();
	case NAMES_NOBODY:
		break;
	}
	return 0;
}

/*
 * Read the name of a process's command.  Return its length, or 0 if it is not known: the
 * number of a target may be another process's by now.
 */
static size_t
read_command(const struct run *run, int pid, char name[PROC_COMMAND_SIZE])
{
	ssize_t length = proc_tells_numbers() ? proc_command(pid, name) : 0;

	if (pid == run->target.pid && !pidfd_has_process(run->target.pidfd))
		return 0;
	return length < 0 ? 0 : (size_t)length;
}

/* Append a process as 411 (bash); the number alone if its name is not known. */
static void
append_process(const struct run *run, struct text *line, int pid)
{
	char name[PROC_COMMAND_SIZE];
	size_t length = read_command(run, pid, name);

	text_decimal(line, (unsigned)pid);
	if (length == 0)
		return;
	text_string(line, " (");
	text_escaped(line, name, length, "");
	text_string(line, ")");
}

static bool
is_bash(const struct run *run, int pid)
{
	char name[PROC_COMMAND_SIZE];

	return read_command(run, pid, name) == 4 && memcmp(name, "bash", 4) == 0;
}

/* Append what passes the descriptor on to pollwait: a subshell, or a command. */
static void
append_bearer(const struct run *run, struct text *line, int pid)
{
	char name[PROC_COMMAND_SIZE];
	size_t length = read_command(run, pid, name);

	if (origin_is_subshell(pid)) {
		text_string(line, "( … )");
		return;
	}
	text_escaped(line, name, length, "");
	text_string(line, length > 0 ? " …" : "…");
}

/* Append what passes the descriptor on: pollwait, or what started it. */
static void
append_cured_command(const struct run *run, struct text *line,
                     const struct origin *origin, size_t place,
                     const struct pollfd *entry)
{
	if (place > 0) {
		append_bearer(run, line, origin->pids[place - 1]);
		return;
	}
	text_string(line, "pollwait ");
	text_decimal(line, (unsigned)entry->fd);
	text_string(line, ":");
	if (entry->events == 0)
		text_string(line, "0");
	else
		event_append(line, entry->events, ",");
}

/* Append the command that passes a descriptor on. */
static void
append_cure(const struct run *run, struct text *line, enum cure cure,
            const struct origin *origin, size_t place, const struct pollfd *entry)
{
	unsigned fd = (unsigned)entry->fd;
	unsigned spare = fd == 9 ? 8 : 9;

	if (is_bash(run, origin->pids[place]))
		text_string(line, "; in bash a whole pipeline goes inside the braces");
	text_string(line, "; try { ");
	append_cured_command(run, line, origin, place, entry);
	text_string(line, " ");
	text_decimal(line, fd);
	if (cure == CURE_TO_READ) {
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

/* Return true if a number stands alone and is the id of a process, which may be meant. */
static bool
may_mean_process(const struct run *run, int number)
{
	struct text path;
	char first[2];

	return pollset_has(&run->hints.bare, number) && number > STDERR_FILENO
	       && proc_tells_numbers()
	       && proc_read(proc_path(&path, number, "cmdline", -1), first,
	                    sizeof first) > 0;
}

/* Explain one descriptor, or a run of neighbours. */
static void
tell(const struct run *run, const struct origin *origin, enum hint_reason reason,
     size_t place, const struct pollfd *first, const struct pollfd *last)
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
	if (words[reason].named != NAMES_NOBODY)
		append_process(run, &line, named_process(run, origin, reason, place));
	text_string(&line, words[reason].behind);
	if (words[reason].cure != NO_CURE)
		append_cure(run, &line, words[reason].cure, origin, place, first);
	if (may_mean_process(run, first->fd)) {
		text_string(&line, " (-p takes one process; ");
		text_decimal(&line, (unsigned)first->fd);
		text_string(&line, " is also a process)");
	}
	message_text(&line);
	text_free(&line);
}

/* Return true if two neighbours can share a line. */
static bool
can_share(const struct run *run, const struct pollfd *one,
          const struct pollfd *next, enum hint_reason reason)
{
	return words[reason].cure == NO_CURE && next != NULL
	       && next->fd - 1 == one->fd && !may_mean_process(run, one->fd)
	       && !may_mean_process(run, next->fd);
}

/* Apart from hints_tell(), which is to touch little of the stack: mostly nothing is noted. */
static void __attribute__((noinline))
tell_noted(struct run *run)
{
	struct hints *hints = &run->hints;
	const struct pollfd *first = NULL;
	struct origin origin = { .count = 0 };

	(void)limit_raise(LIMIT_HIGHEST);
	if (run->subject->can_wait)
		origin_find(&origin);
	for (size_t i = 0; i <= hints->told; i++)
		first = pollset_each(&hints->noted, first);
	while (first != NULL) {
		size_t place;
		size_t next_place;
		enum hint_reason reason = find_reason(run, &origin, first->fd,
		                                      &place);
		const struct pollfd *last = first;
		const struct pollfd *next = pollset_each(&hints->noted, last);

		while (can_share(run, last, next, reason)
		       && find_reason(run, &origin, next->fd, &next_place) == reason
		       && next_place == place) {
			last = next;
			next = pollset_each(&hints->noted, last);
		}
		tell(run, &origin, reason, place, first, last);
		first = next;
	}
	hints->told = pollset_count(&hints->noted);
}

void
hints_tell(struct run *run)
{
	if (run->hints.told != pollset_count(&run->hints.noted))
		tell_noted(run);
}

/*
 * process - the entry pid:N, ready when process N has ended (pidfd_open(2))
 */
#include "base/message.h"
#include "base/number.h"
#include "entry/entry.h"
#include "linux/pidfd.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>

static const char *
parse_id(const char *text, int *pid)
{
	if (*text == '\0')
		return "the id of a process is missing";
	return number_parse(text, strlen(text), &number_process, pid);
}

/* A process that no longer exists has ended: use an eventfd that is readable at once. */
static int
open_ended(const char *argument)
{
	int fd = eventfd(1, EFD_CLOEXEC);

	if (fd < 0)
		message_errno("%s", argument);
	return fd;
}

static int
open_end(int pid, const char *argument)
{
	int fd = pidfd_of(pid, false);

	if (fd >= 0)
		return fd;
	if (errno == ESRCH)
		return open_ended(argument);
	/* Linux says ENOENT of a thread since 6.9, EINVAL before. */
	if (errno == ENOENT || errno == EINVAL)
		message("%s: %d is the id of a thread, not of a process", argument,
		        pid);
	else if (errno == ENOSYS)
		message("%s: the kernel cannot wait for a process; pidfd_open(2) "
		        "needs Linux 5.3", argument);
	else
		message_errno("%s", argument);
	return -1;
}

static void
append_target(struct text *text, int pid)
{
	text_string(text, "pid:");
	text_decimal(text, (unsigned)pid);
}

/* Further bits only tell if the parent has collected the process. */
static short
only_in(short revents)
{
	return revents != 0 ? POLLIN : 0;
}

/* A process ends once. */
static enum descriptor_end
end(int descriptor, short report)
{
	(void)descriptor;
	return report != 0 ? AT_THE_END : NOT_AT_END;
}

/* Append the name of the command, unless its id may be another process's now. */
static void
append_command(struct text *text, int pid, int descriptor)
{
	char name[PROC_COMMAND_SIZE];
	ssize_t length = proc_tells_numbers() ? proc_command(pid, name) : -1;

	if (!pidfd_has_process(descriptor))
		return;
	if (length > 0)
		text_name(text, name, (size_t)length);
	else
		text_string(text, "?");
}

const struct entry_kind entry_process = {
	.prefix = "pid:",
	.is_own = true,
	.parse = parse_id,
	.no_events = "a process takes no events: it ends",
	.open = open_end,
	.append_target = append_target,
	.report = only_in,
	.end = end,
	.append_description = append_command
};

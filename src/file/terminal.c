/*
 * terminal - the two sides of a pseudo-terminal, and other terminals
 */
#include "file/file.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* Numbers of devices (the kernel's admin-guide/devices). */
enum { SLAVE_MAJOR = 136, SLAVE_MAJOR_LAST = 143, TTY_MAJOR = 5 };
enum { TTY_MINOR = 0, MASTER_MINOR = 2, CONSOLE_MAJOR = 4 };

/* A side without the other reports hup. */
static enum peer_state
state_of(const struct file_query *query)
{
	return query->has_report && (query->report & POLLHUP) != 0 ? PEER_NONE
	                                                           : PEER_HOLDERS;
}

static void
find_side(const struct file_query *query, enum holder_kind kind,
          unsigned long long number, struct file_facts *facts)
{
	facts->peer = (struct peer){
		.state = state_of(query),
		.key = {
			.kind = kind, .device = query->description->device,
			.number = number,
			.mounts = holders_mount_namespace(query->thread)
		}
	};
}

static bool
is_slave(const struct description *description)
{
	unsigned number = major(description->represented);

	return number >= SLAVE_MAJOR && number <= SLAVE_MAJOR_LAST;
}

static void
inspect_slave(struct file_inquiry *inquiry, const struct file_query *query,
              struct file_facts *facts, struct text *details)
{
	dev_t device = query->description->represented;

	(void)inquiry;
	(void)details;
	facts->ends = END_TTY;
	find_side(query, HOLDS_MASTER,
	          (major(device) - SLAVE_MAJOR) * 256ull + minor(device), facts);
}

const struct file_kind file_slave = {
	.type = S_IFCHR, .matches = is_slave, .inspect = inspect_slave
};

static bool
is_tty(const struct description *description)
{
	dev_t device = description->represented;

	return major(device) == CONSOLE_MAJOR
	       || (major(device) == TTY_MAJOR && minor(device) != MASTER_MINOR);
}

/* /dev/tty stands for the terminal that controls the process. */
static void
inspect_tty(struct file_inquiry *inquiry, const struct file_query *query,
            struct file_facts *facts, struct text *details)
{
	dev_t device = query->description->represented;
	struct proc_status status;
	unsigned number;

	(void)inquiry;
	(void)details;
	facts->ends = END_TTY;
	if (major(device) != TTY_MAJOR || minor(device) != TTY_MINOR)
		return;
	facts->peer.state = PEER_UNKNOWN;
	if (proc_status(query->thread, &status) < 0)
		return;
	number = (unsigned)status.terminal;
	if ((number >> 8 & 0xfff) == SLAVE_MAJOR)
		find_side(query, HOLDS_MASTER,
		          (number & 0xff) | (number >> 12 & 0xfff00), facts);
}

const struct file_kind file_tty = {
	.type = S_IFCHR, .matches = is_tty, .inspect = inspect_tty
};

static bool
is_master(const struct description *description)
{
	dev_t device = description->represented;

	return major(device) == TTY_MAJOR && minor(device) == MASTER_MINOR;
}

static void
inspect_master(struct file_inquiry *inquiry, const struct file_query *query,
               struct file_facts *facts, struct text *details)
{
	char *info = file_read_info(query);
	unsigned long long number;

	(void)inquiry;
	facts->peer.state = PEER_UNKNOWN;
	if (info != NULL && proc_find_number(info, "tty-index:", 10, &number)) {
		find_side(query, HOLDS_SLAVE, number, facts);
		text_string(details, " /dev/pts/");
		text_decimal(details, number);
	}
	free(info);
}

const struct file_kind file_master = {
	.type = S_IFCHR, .matches = is_master, .inspect = inspect_master
};

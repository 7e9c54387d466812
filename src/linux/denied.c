/*
 * refusal - see refusal.h
 */
#include "linux/denied.h"
#include "base/message.h"
#include "base/number.h"
#include "linux/proc.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SMALL_FILE = 4096 };

static const char yama_file[] = "/proc/sys/kernel/yama/ptrace_scope";

/*
 * Whose the process is: its user, and whose its files in /proc are, which are
 * root's where it is not dumpable (proc(5)).
 */
struct owner {
	unsigned long long user;
	unsigned long long shown;
};

static bool
read_owner(int pid, struct owner *owner)
{
	struct text path;
	struct stat status;
	char file[SMALL_FILE];
	const char *line;

	if (proc_read(proc_path(&path, pid, "status", -1), file, sizeof file) < 0)
		return false;
	line = strstr(file, "\nUid:\t");
	if (line == NULL || stat(proc_path(&path, pid, "status", -1), &status) < 0)
		return false;
	owner->user = number_of_kernel(line + strlen("\nUid:\t"), 10);
	owner->shown = status.st_uid;
	return true;
}

static int
yama_scope(void)
{
	char file[SMALL_FILE];

	if (proc_read(yama_file, file, sizeof file) < 0)
		return 0;
	return (int)number_of_kernel(file, 10);
}

/*
 * Goes through the rules that ptrace(2) lists, for the one that is broken; what
 * is what is refused, and user the one to whom.
 */
static void
explain_rules(int pid, const char *what, uid_t user)
{
	struct owner owner;
	/* Root is refused for a reason of its own, whoever owns the process. */
	bool is_known = user != 0 && read_owner(pid, &owner);

	if (yama_scope() > 2)
		message("-p %d: %s: Yama permits it to nobody: see %s", pid,
		        what, yama_file);
	else if (is_known && owner.user != user)
		message("-p %d: %s: it belongs to user %zu, and pollwait to "
		        "user %zu: the former and root may", pid, what,
		        (size_t)owner.user, (size_t)user);
	else if (is_known && owner.shown != owner.user)
		message("-p %d: %s: it is not dumpable, see prctl(2): root may",
		        pid, what);
	else if (user != 0 && yama_scope() == 1)
		message("-p %d: %s: Yama permits it for descendants alone: "
		        "root may, or all with a 0 in %s", pid, what, yama_file);
	else if (user != 0 && yama_scope() == 2)
		message("-p %d: %s: Yama permits it to root alone: see %s",
		        pid, what, yama_file);
	else
		message("-p %d: %s: not permitted: CAP_SYS_PTRACE permits it",
		        pid, what);
}

static void
explain_age(int pid)
{
	message("-p %d: the kernel cannot duplicate descriptors of another "
	        "process: pidfd_getfd(2) needs Linux 5.6 or later", pid);
}

void
refusal_of_process(int pid)
{
	if (errno == ESRCH)
		message("-p %d: no such process", pid);
	/* Linux says ENOENT of a thread since 6.9, EINVAL before. */
	else if (errno == ENOENT || errno == EINVAL)
		message("-p %d: it is a thread, and not its process's first",
		        pid);
	else if (errno == ENOSYS)
		explain_age(pid);
	else
		message_errno("-p %d", pid);
}

bool
refusal_of_ended(int pid, int pidfd)
{
	struct pollfd end = { .fd = pidfd, .events = POLLIN };
	char name[PROC_COMMAND_SIZE];

	if (poll(&end, 1, 0) <= 0)
		return false;
	if (proc_command(pid, name) < 0)
		message("-p %d: no such process", pid);
	else
		message("-p %d: it has ended; its parent has not collected it "
		        "yet", pid);
	return true;
}

void
refusal_of_duplicate(int pid, int pidfd)
{
	static const char what[] = "its descriptors may not be duplicated";
	int error = errno;

	if (refusal_of_ended(pid, pidfd))
		return;
	errno = error;
	if (errno == ESRCH)
		message("-p %d: %s: its first thread has ended", pid, what);
	else if (errno == EPERM)
		explain_rules(pid, what, getuid());
	else if (errno == ENOSYS)
		explain_age(pid);
	else
		message_errno("-p %d: %s", pid, what);
}

void
refusal_of_listing(int pid, int pidfd)
{
	static const char what[] = "its descriptors may not be listed";
	int error = errno;

	if (refusal_of_ended(pid, pidfd))
		return;
	errno = error;
	if (errno == EACCES || errno == EPERM)
		explain_rules(pid, what, geteuid());
	else
		message_errno("-p %d: %s", pid, what);
}

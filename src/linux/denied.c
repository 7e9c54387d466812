/*
 * denied - why a process may not be looked at, and what would permit it
 */
#include "linux/denied.h"
#include "base/message.h"
#include "base/number.h"
#include "linux/pidfd.h"
#include "linux/proc.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SMALL_FILE = 4096 };

static const char yama_file[] = "/proc/sys/kernel/yama/ptrace_scope";

struct owner {
	unsigned long long user;
	unsigned long long shown;       /* of its files in /proc, which belong to root
	                                   where it is not dumpable (proc(5)) */
};

static bool
read_owner(int pid, struct owner *owner)
{
	struct text path;
	struct stat status;
	char file[SMALL_FILE];
	unsigned long long user;

	if (proc_read(proc_path(&path, pid, "status", -1), file, sizeof file) < 0)
		return false;
	if (!proc_find_number(file, "Uid:", 10, &user)
	    || stat(proc_path(&path, pid, "status", -1), &status) < 0)
		return false;
	owner->user = user;
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
 * Find the rule of ptrace(2) that forbids it.  denial tells what is denied to the
 * given user.
 */
static void
explain_rules(int pid, const char *denial, uid_t user)
{
	struct owner owner;
	/* Root is denied for a reason of its own, whoever owns the process. */
	bool is_known = user != 0 && read_owner(pid, &owner);

	if (yama_scope() > 2)
		message("-p %d: %s: Yama forbids it to everybody; see %s", pid,
		        denial, yama_file);
	else if (is_known && owner.user != user)
		message("-p %d: %s: the process belongs to user %zu and pollwait "
		        "runs as user %zu; try as root", pid, denial,
		        (size_t)owner.user, (size_t)user);
	else if (is_known && owner.shown != owner.user)
		message("-p %d: %s: the process is not dumpable, see prctl(2); "
		        "try as root", pid, denial);
	else if (user != 0 && yama_scope() == 1)
		message("-p %d: %s: Yama permits it for descendants only; try as "
		        "root, or write 0 to %s", pid, denial, yama_file);
	else if (user != 0 && yama_scope() == 2)
		message("-p %d: %s: Yama permits it to root only, see %s; try as "
		        "root", pid, denial, yama_file);
	else
		message("-p %d: %s: not permitted; it needs CAP_SYS_PTRACE", pid,
		        denial);
}

static void
explain_age(int pid)
{
	message("-p %d: the kernel cannot duplicate descriptors of another "
	        "process; pidfd_getfd(2) needs Linux 5.6", pid);
}

void
denied_process(int pid)
{
	if (errno == ESRCH)
		message("-p %d: no such process", pid);
	/* Linux says ENOENT of a thread since 6.9, EINVAL before. */
	else if (errno == ENOENT || errno == EINVAL)
		message("-p %d: is the id of a thread, not of a process", pid);
	else if (errno == ENOSYS)
		explain_age(pid);
	else
		message_errno("-p %d", pid);
}

bool
denied_ended(int pid, int pidfd)
{
	if (!pidfd_has_ended(pidfd, 0))
		return false;
	if (pidfd_has_process(pidfd))
		message("-p %d: the process has ended, and its parent has not "
		        "collected it", pid);
	else
		message("-p %d: no such process", pid);
	return true;
}

void
denied_duplicate(int pid, int pidfd)
{
	static const char denial[] = "its descriptors may not be duplicated";
	int error = errno;

	if (denied_ended(pid, pidfd))
		return;
	if (error == ESRCH && proc_tells_numbers() && proc_is_ending(pid))
		message("-p %d: the process is ending", pid);
	else if (error == ESRCH)
		message(proc_tells_numbers()
		        ? "-p %d: %s: its first thread has ended; that needs Linux 6.9"
		        : "-p %d: %s: its first thread has ended; that needs /proc",
		        pid, denial);
	else if (error == EPERM)
		explain_rules(pid, denial, getuid());
	else if (error == ENOSYS)
		explain_age(pid);
	else {
		errno = error;
		message_errno("-p %d: %s", pid, denial);
	}
}

void
denied_listing(int pid, int pidfd)
{
	static const char denial[] = "its descriptors may not be listed";
	int error = errno;

	if (denied_ended(pid, pidfd))
		return;
	switch (proc_view()) {
	case PROC_MISSING:
		message("-p %d: %s: /proc is not mounted", pid, denial);
		return;
	case PROC_FOREIGN:
		message("-p %d: %s: /proc belongs to another pid namespace", pid,
		        denial);
		return;
	case PROC_HIDING:
		if (error != ENOENT)
			break;
		message("-p %d: %s: /proc hides the processes of other users "
		        "(hidepid); try as root", pid, denial);
		return;
	case PROC_WHOLE:
	case PROC_NESTED:
	case PROC_UNKNOWN:
		break;
	}
	errno = error;
	if (errno == EACCES || errno == EPERM)
		explain_rules(pid, denial, geteuid());
	else
		message_errno("-p %d: %s", pid, denial);
}

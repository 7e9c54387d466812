/*
 * proc - what /proc tells of a process, and whether it tells all
 */
#include "linux/proc.h"
#include "base/number.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SMALL_FILE = 1024 };

/* The kernel ends the name with a line feed; others belong to the name. */
static ssize_t
without_line_feed(const char *name, ssize_t length)
{
	return length > 0 && name[length - 1] == '\n' ? length - 1 : length;
}

ssize_t
proc_command(int pid, char name[PROC_COMMAND_SIZE])
{
	struct text path;

	return without_line_feed(name,
	                         proc_read(proc_path(&path, pid, "comm", -1),
	                                   name, PROC_COMMAND_SIZE));
}

int
proc_descriptor(int pid, int fd, struct proc_descriptor *descriptor)
{
	struct text path;
	char file[SMALL_FILE];
	unsigned long long flags;
	unsigned long long mount = 0;
	unsigned long long inode = 0;

	if (proc_read(proc_path(&path, pid, "fdinfo", fd), file, sizeof file) < 0)
		return -1;
	if (!proc_find_number(file, "flags:", 8, &flags)) {
		errno = EINVAL;
		return -1;
	}
	(void)proc_find_number(file, "mnt_id:", 10, &mount);
	(void)proc_find_number(file, "ino:", 10, &inode);
	*descriptor = (struct proc_descriptor){
		.flags = (int)flags, .mount = (int)mount, .inode = (ino_t)inode
	};
	return 0;
}

/* PF_EXITING and PF_FORKNOEXEC of the kernel's <linux/sched.h>, in the flags of stat. */
enum { EXITING = 0x4, FORKED = 0x40 };

/* The fields of stat behind the name of the command, from the state on. */
enum { PARENT = 1, GROUP = 2, SESSION = 3, TERMINAL = 4, FLAGS = 6, FIELD_COUNT = 7 };

int
proc_status(int pid, struct proc_status *status)
{
	struct text path;
	char file[SMALL_FILE];
	long long fields[FIELD_COUNT] = { 0 };
	const char *rest;

	if (proc_read(proc_path(&path, pid, "stat", -1), file, sizeof file) < 0)
		return -1;
	/* The name stands in parentheses, and may hold some. */
	rest = strrchr(file, ')');
	if (rest == NULL || rest[1] != ' ') {
		errno = EINVAL;
		return -1;
	}
	rest += 2;
	status->state = *rest;
	for (int i = 0; i < FIELD_COUNT && rest != NULL; i++) {
		fields[i] = (long long)number_of_kernel(rest, 10);
		rest = strchr(rest, ' ');
		if (rest != NULL)
			rest++;
	}
	status->parent = (int)fields[PARENT];
	status->group = (int)fields[GROUP];
	status->session = (int)fields[SESSION];
	status->terminal = (int)fields[TERMINAL];
	status->is_exiting = (fields[FLAGS] & EXITING) != 0;
	status->is_forked = (fields[FLAGS] & FORKED) != 0;
	return 0;
}

static bool
has_ended(int thread)
{
	struct proc_status status;

	return proc_status(thread, &status) < 0 || status.state == 'Z'
	       || status.state == 'X';
}

int
proc_living_thread(int pid)
{
	struct proc_status status;
	struct numbers threads;
	struct text path;
	int living = pid;

	if (proc_status(pid, &status) < 0 || status.state != 'Z'
	    || proc_numbers(proc_path(&path, pid, "task", -1), &threads) < 0)
		return pid;
	for (size_t i = 0; i < threads.count && living == pid; i++)
		if (threads.list[i] != pid && !has_ended(threads.list[i]))
			living = threads.list[i];
	numbers_free(&threads);
	return living;
}

bool
proc_is_ending(int pid)
{
	struct proc_status status;

	return proc_status(proc_living_thread(pid), &status) == 0
	       && status.is_exiting;
}

bool
proc_exists(int pid)
{
	struct text path;

	return faccessat(AT_FDCWD, proc_path(&path, pid, "stat", -1), F_OK, 0) == 0;
}

bool
proc_tells_numbers(void)
{
	char name[sizeof "2147483647"];
	ssize_t length = readlink("/proc/self", name, sizeof name);
	int self;

	return length > 0
	       && number_parse(name, (size_t)length, &number_process, &self) == NULL
	       && self == getpid();
}

/* The inode of the first pid namespace (PROC_PID_INIT_INO of the kernel). */
static const char first_namespace[] = "pid:[4026531836]";

/* Return 1 if pollwait is in it, 0 if not, -1 with errno. */
static int
is_in_first_namespace(void)
{
	char name[sizeof first_namespace];
	ssize_t length = readlink("/proc/self/ns/pid", name, sizeof name);

	if (length < 0)
		return -1;
	return length == (ssize_t)sizeof first_namespace - 1
	       && memcmp(name, first_namespace, (size_t)length) == 0;
}

/*
 * Tell if the last mount at /proc has an option that hides processes.  Return 1 or 0, or -1
 * with errno.
 */
static int
has_hidepid(void)
{
	char *mounts = proc_read_whole("/proc/self/mountinfo");
	bool is_hiding = false;
	char *rest = mounts;
	char *line;

	if (mounts == NULL)
		return -1;
	while (rest != NULL && (line = strsep(&rest, "\n")) != NULL)
		if (strstr(line, " /proc ") != NULL
		    && strstr(line, " - proc ") != NULL)
			is_hiding = strstr(line, "hidepid=invisible") != NULL
			            || strstr(line, "hidepid=ptraceable") != NULL
			            || strstr(line, "hidepid=2") != NULL
			            || strstr(line, "hidepid=4") != NULL;
	free(mounts);
	return is_hiding;
}

enum proc_view
proc_view(void)
{
	int hides, is_first;

	if (access("/proc/self/stat", F_OK) < 0)
		return PROC_MISSING;
	if (!proc_tells_numbers())
		return PROC_FOREIGN;
	hides = has_hidepid();
	is_first = is_in_first_namespace();
	if (hides < 0 || is_first < 0)
		return PROC_UNKNOWN;
	/* The option does not bind root, unless it lacks CAP_SYS_PTRACE. */
	if (hides > 0 && (geteuid() != 0 || !proc_exists(1)))
		return PROC_HIDING;
	return is_first > 0 ? PROC_WHOLE : PROC_NESTED;
}

/*
 * children - the children of a process, and those that a wait of it is for
 */
#include "linux/children.h"
#include "base/number.h"
#include "linux/pidns.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* The types of ids of waitid(2). */
enum { ID_ALL = 0, ID_PROCESS = 1, ID_GROUP = 2, ID_PIDFD = 3 };

/* A choice of children: any, one process, or a process group. */
struct choice {
	enum { ANY, PROCESS, GROUP } by;
	int id;                 /* 0: the group of the process itself */
	size_t level;           /* the pid namespace of the id: 0 is that of /proc, 1 the
	                           next one in it, and so on */
};

static struct choice
choose(const struct wait *wait)
{
	int first = (int)(unsigned)wait->line.arguments[0];
	int second = (int)(unsigned)wait->line.arguments[1];

	if (wait->call->kind == WAIT_CHILD_ID)
		return (struct choice){
			.by = first == ID_PROCESS ? PROCESS
			      : first == ID_GROUP ? GROUP : ANY, .id = second
		};
	if (first == -1)
		return (struct choice){ .by = ANY };
	/* Negate without a sign: INT_MIN is no group, and has no negative. */
	return first > 0
	       ? (struct choice){ .by = PROCESS, .id = first }
	       : (struct choice){ .by = GROUP, .id = (int)-(unsigned)first };
}

bool
children_are_awaited(const struct wait *wait)
{
	return wait->call != NULL
	       && (wait->call->kind == WAIT_CHILD
	           || (wait->call->kind == WAIT_CHILD_ID
	               && (int)(unsigned)wait->line.arguments[0] != ID_PIDFD));
}

/* Add the children that one thread has made, from a list with blanks between. */
static int
add_of_thread(int thread, struct numbers *children)
{
	struct text path;
	char *file;
	const char *rest;
	int result = 0;

	/* The directory of the thread itself stands under the name of its id. */
	text_start(&path);
	text_string(&path, "/proc/");
	text_decimal(&path, (unsigned)thread);
	text_string(&path, "/task/");
	text_decimal(&path, (unsigned)thread);
	text_string(&path, "/children");
	text_byte(&path, '\0');
	file = proc_read_whole(text_bytes(&path));
	if (file == NULL)
		return -1;
	for (rest = file; *rest >= '0' && *rest <= '9' && result == 0;) {
		result = numbers_add(children, (int)number_of_kernel(rest, 10));
		rest += strcspn(rest, " ");
		rest += strspn(rest, " ");
	}
	free(file);
	return result;
}

/* A kernel without lists of children: ask every process for its parent. */
static int
add_by_parent(int pid, struct numbers *children)
{
	struct numbers processes;
	int result = 0;

	if (proc_numbers("/proc", &processes) < 0)
		return -1;
	for (size_t i = 0; i < processes.count && result == 0; i++) {
		struct proc_status status;

		if (proc_status(processes.list[i], &status) < 0)
			result = proc_is_gone(errno) ? 0 : -1;
		else if (status.parent == pid)
			result = numbers_add(children, processes.list[i]);
	}
	numbers_free(&processes);
	return result;
}

static int
list_all(int pid, struct numbers *children)
{
	struct numbers threads;
	struct text path;
	int result = 0;

	*children = (struct numbers){ NULL, 0, 0 };
	if (proc_numbers(proc_path(&path, pid, "task", -1), &threads) < 0)
		return -1;
	for (size_t i = 0; i < threads.count && result == 0; i++) {
		result = add_of_thread(threads.list[i], children);
		if (result < 0 && errno == ENOENT
		    && proc_exists(threads.list[i])) {
			numbers_free(children);
			result = add_by_parent(pid, children);
			break;
		}
		if (result < 0 && proc_is_gone(errno))
			result = 0;
	}
	numbers_free(&threads);
	if (result < 0)
		numbers_free(children);
	return result;
}

/* Return 1 if a process has not ended, 0 if it has, -1 with errno. */
static int
read_living(int pid, struct proc_status *status)
{
	if (proc_status(pid, status) < 0)
		return proc_is_gone(errno) ? 0 : -1;
	return status->state != 'Z' || proc_living_thread(pid) != pid;
}

/* Return 1 if a child or its group has the id of a choice, 0 if not, -1 with errno. */
static int
has_id(int child, const struct proc_status *status, struct choice choice)
{
	int id = choice.by == PROCESS ? child : status->group;

	if (choice.level > 0
	    && pidns_read(child, choice.by == PROCESS ? "NSpid:" : "NSpgid:",
	                  choice.level, &id) < 0)
		return proc_is_gone(errno) ? 0 : -1;
	return id == choice.id;
}

/* Return 1 if a wait is for a child, which has not ended; 0 if not; -1 with errno. */
static int
is_chosen(int child, struct choice choice, int own_group)
{
	struct proc_status status;
	int is_living = read_living(child, &status);

	if (is_living <= 0 || choice.by == ANY)
		return is_living;
	if (choice.by == GROUP && choice.id == 0)
		return status.group == own_group;
	return has_id(child, &status, choice);
}

/* List the chosen children of a process.  Return 0, or -1 with errno. */
static int
list_chosen(int pid, struct choice choice, struct numbers *children)
{
	struct proc_status own;
	size_t kept = 0;

	*children = (struct numbers){ NULL, 0, 0 };
	if (proc_status(pid, &own) < 0 || list_all(pid, children) < 0)
		return -1;
	for (size_t i = 0; i < children->count; i++) {
		int result = is_chosen(children->list[i], choice, own.group);

		if (result < 0) {
			numbers_free(children);
			return -1;
		}
		if (result > 0)
			children->list[kept++] = children->list[i];
	}
	children->count = kept;
	/* Callers take an empty list for one without memory. */
	if (kept == 0)
		numbers_free(children);
	return 0;
}

/* Return 1 if a process has a handler of SIGCHLD, 0 if not, -1 with errno. */
static int
hears_children(int pid)
{
	struct text path;
	unsigned long long caught = 0;
	char *file = proc_read_whole(proc_path(&path, pid, "status", -1));
	bool is_known = file != NULL
	                && proc_find_number(file, "SigCgt:", 16, &caught);

	if (file != NULL && !is_known)
		errno = EINVAL;
	free(file);
	return is_known ? (int)(caught >> (SIGCHLD - 1) & 1) : -1;
}

bool
children_are_heard(int pid)
{
	return hears_children(pid) != 0;
}

int
children_heard(int pid, struct numbers *children)
{
	int hears = hears_children(pid);

	*children = (struct numbers){ NULL, 0, 0 };
	return hears <= 0 ? hears
	       : list_chosen(pid, (struct choice){ .by = ANY }, children);
}

int
children_awaited(int pid, const struct wait *wait, struct numbers *children)
{
	struct choice choice = choose(wait);
	int id;
	int count = choice.by != ANY ? pidns_read(pid, "NSpid:", 0, &id) : 0;

	*children = (struct numbers){ NULL, 0, 0 };
	if (count < 0)
		return -1;
	/* Old kernels do not tell of namespaces. */
	choice.level = count > 0 ? (size_t)count - 1 : 0;
	return list_chosen(pid, choice, children);
}

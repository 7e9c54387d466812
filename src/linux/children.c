/*
 * children - the children that a wait of a process is for
 */
#include "linux/children.h"
#include "base/number.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The types of ids of waitid(2). */
enum { ID_ALL = 0, ID_PROCESS = 1, ID_GROUP = 2, ID_PIDFD = 3 };

/* A choice of children: any, one process, or a process group. */
struct choice {
	enum { ANY, PROCESS, GROUP } by;
	int id;                 /* 0: the group of the process itself */
};

static struct choice
choose(const struct wait *wait)
{
	int first = (int)(unsigned)wait->line.arguments[0];
	int second = (int)(unsigned)wait->line.arguments[1];

	if (wait->call->kind == WAIT_CHILD_ID)
		return (struct choice){
			first == ID_PROCESS ? PROCESS
			: first == ID_GROUP ? GROUP : ANY, second
		};
	if (first == -1)
		return (struct choice){ ANY, 0 };
	/* Negate without a sign: INT_MIN is no group, and has no negative. */
	return first > 0 ? (struct choice){ PROCESS, first }
	                 : (struct choice){ GROUP, (int)-(unsigned)first };
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

/* Return 1 if a wait is for a child, which has not ended; 0 if not; -1 with errno. */
static int
is_chosen(int child, struct choice choice, int own_group)
{
	struct proc_status status;

	if (proc_status(child, &status) < 0)
		return proc_is_gone(errno) ? 0 : -1;
	if (status.state == 'Z' && proc_living_thread(child) == child)
		return 0;
	switch (choice.by) {
	case PROCESS:
		return child == choice.id;
	case GROUP:
		return status.group == (choice.id != 0 ? choice.id : own_group);
	case ANY:
		break;
	}
	return 1;
}

int
children_awaited(int pid, const struct wait *wait, struct numbers *children)
{
	struct choice choice = choose(wait);
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

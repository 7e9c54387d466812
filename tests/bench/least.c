/*
 * least - a builtin of bash that does nothing but one poll(2)
 *
 * It polls two fixed descriptors and ignores its arguments.  No builtin that makes a
 * system call can cost less.
 */
#include <poll.h>

#include <builtins.h>
#include <shell.h>

int least_builtin(WORD_LIST *words);

int
least_builtin(WORD_LIST *words)
{
	struct pollfd both[] = {
		{ .fd = 7, .events = POLLIN }, { .fd = 8, .events = POLLIN }
	};

	(void)words;
	return poll(both, 2, 0) == 1 ? EXECUTION_SUCCESS : EXECUTION_FAILURE;
}

static char *help[] = { (char *)0 };

struct builtin least_struct = {
	"least", least_builtin, BUILTIN_ENABLED, help, "least", (char *)0
};

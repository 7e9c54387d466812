/*
 * bash - pollwait inside bash
 *
 *     enable -f PATH pollwait
 *
 * The builtin runs the command's main.  All that a run has opened and allocated is
 * gone before bash acts upon a signal, because bash may jump out of the builtin.
 */
#include "base/text.h"
#include "cli/help.h"
#include "host/shell.h"

#include <stdlib.h>
#include <string.h>

#include <builtins.h>
#include <shell.h>
#include <builtins/common.h>

int pollwait_builtin(WORD_LIST *arguments);

int
pollwait_builtin(WORD_LIST *arguments)
{
	int argc;
	char **argv = make_builtin_argv(arguments, &argc);
	int status = shell_run(argv);

	free(argv);
	QUIT;
	return status;
}

/* What help prints: a line for help -d, and those of pollwait -h. */
enum { MOST_HELP_LINES = 40 };

static struct text help;
static char *help_lines[MOST_HELP_LINES + 1];

/* bash loads a file by dlopen(3), and unloads it by dlclose(3). */
__attribute__((constructor))
static void
make_help(void)
{
	size_t count = 0;
	char *rest = NULL;
	char *line;

	text_start(&help);
	text_string(&help, "Wait for descriptors, and print those that are ready.\n");
	help_append(&help);
	line = text_terminate(&help);
	if (line != NULL)
		line = strtok_r(line, "\n", &rest);
	while (line != NULL && count < MOST_HELP_LINES) {
		help_lines[count++] = line;
		line = strtok_r(NULL, "\n", &rest);
	}
}

__attribute__((destructor))
static void
free_help(void)
{
	text_free(&help);
}

/* Its name is the contract with enable(1): the builtin's, and _struct. */
__attribute__((visibility("default")))
extern struct builtin pollwait_struct;

struct builtin pollwait_struct = {
	"pollwait", pollwait_builtin, BUILTIN_ENABLED, help_lines,
	"pollwait [option ...] fd[:events] ...", NULL
};

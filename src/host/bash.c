/*
 * builtin - pollwait inside bash
 *
 *     enable -f PATH pollwait
 *
 * The builtin runs the command's main, between two duties towards bash: it starts
 * from nothing each time, and all that was opened and allocated is gone before
 * bash acts upon a signal, which may mean to jump out of here.
 */
#include "host/bash_signal.h"
#include "base/host.h"
#include "cli/options.h"
#include "base/text.h"

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
	int status;

	bash_signal_start();
	status = pollwait_main(argv);
	free(argv);
	QUIT;
	return bash_signal_end() == 0 ? status : 128 + bash_signal_end();
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
	options_append_help(&help);
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

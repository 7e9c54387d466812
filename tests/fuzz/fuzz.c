/*
 * fuzz - two fuzzers of pollwait_main(), by libFuzzer
 *
 * The name of the program chooses one.
 *
 *   arguments   the command line: each line of an input is an argument
 *   machine     what the kernel and other processes tell: the first line of an input
 *               holds the arguments, with blanks between; the rest is the machine
 *
 * Given files or directories and -runs=0, it runs each input once.
 */
#include "machine.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ARGUMENTS = 32 };

/* Process 7 has 0, 3 and 5; pollwait itself has 0 to 3 and 9; a file is named log. */
static const char plain_machine[] =
	"\n@/proc/self/fd/0\n/dev/null\n@/proc/self/fd/1\npipe:[5]\n"
	"@/proc/self/fd/2\n/dev/null\n@/proc/self/fd/3\npipe:[6]\n"
	"@/proc/self/fd/9\nsocket:[7]\n@/proc/99/stat\n99 (bash) S 1 99 99 0 -1 0\n"
	"@/proc/99/comm\nbash\n@/proc/99/fdinfo/4\npos:\t0\nflags:\t02000000\n"
	"@/proc/7/stat\n7 (cat) S 99 7 7 0 -1 0\n@/proc/7/fd/0\n/dev/null\n"
	"@/proc/7/fd/3\npipe:[5]\n@/proc/7/fd/5\npipe:[6]\n@/proc/7/cmdline\ncat\n"
	"@/proc/7/fdinfo/3\npos:\t0\nflags:\t01\n@/proc/7/comm\ncat\n"
	"@/proc/7/cwd\n/\n@/proc/7/task/7/syscall\nrunning\n@log\n@noise\n\1\2\3\4\1\2";

static bool is_about_arguments;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	is_about_arguments = strstr((*argv)[0], "arguments") != NULL;
	return 0;
}

static void
split(char *text, const char *separator, char *argv[MOST_ARGUMENTS + 1])
{
	argv[0] = "pollwait";
	for (int i = 1; i < MOST_ARGUMENTS && text != NULL; i++)
		argv[i] = strsep(&text, separator);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *text = malloc(length + 1);
	char *argv[MOST_ARGUMENTS + 1] = { NULL };

	memcpy(text, bytes, length);
	text[length] = '\0';
	if (is_about_arguments) {
		split(text, "\n", argv);
		machine_run(argv, plain_machine, sizeof plain_machine - 1);
	} else {
		size_t first = strcspn(text, "\n");

		text[first] = '\0';
		split(text, " ", argv);
		machine_run(argv, text + first, length - first);
	}
	free(text);
	return 0;
}

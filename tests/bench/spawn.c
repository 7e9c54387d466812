/*
 * spawn COMMAND... - measure each command from vfork(2) to wait(2)
 *
 * A command is one argument, its words separated by blanks.  The commands take turns,
 * so that a change in the machine's speed affects all of them.  Print the median, and
 * its ratio to that of the first command.  Discard the output of the commands: to wake
 * a reader would cost more than the command.
 */
#include "measure.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 2000, MAX_WORDS = 64, MAX_COMMANDS = 16 };

static double
spawn_once(char **words, int nowhere)
{
	static char *empty_environment[] = { NULL };
	double start = microseconds();
	pid_t child = vfork();

	if (child == 0) {
		dup2(nowhere, STDOUT_FILENO);
		execve(words[0], words, empty_environment);
		_exit(127);
	}
	if (child < 0 || waitpid(child, NULL, 0) != child) {
		perror(words[0]);
		exit(2);
	}
	return microseconds() - start;
}

int
main(int argc, char **argv)
{
	static double times[MAX_COMMANDS][ROUNDS];
	static char *words[MAX_COMMANDS][MAX_WORDS + 1];
	int count = argc - 1 < MAX_COMMANDS ? argc - 1 : MAX_COMMANDS;
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	double first = 0;

	for (int i = 0; i < count; i++) {
		char *line = strdup(argv[i + 1]);
		int n = 0;

		for (char *word = strtok(line, " "); word != NULL && n < MAX_WORDS;
		     word = strtok(NULL, " "))
			words[i][n++] = word;
	}
	for (int round = 0; round < ROUNDS; round++)
		for (int i = 0; i < count; i++)
			times[i][round] = spawn_once(words[i], nowhere);
	for (int i = 0; i < count; i++) {
		double middle = median(times[i], ROUNDS);

		if (i == 0)
			first = middle;
		printf("%8.1f us  %6.2f  %s\n", middle, middle / first,
		       argv[i + 1]);
	}
	return 0;
}

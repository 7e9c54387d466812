/*
 * turns MODE ROUNDS IDLE COMMAND... - measure commands that take turns
 *
 * MODE is "run", the time from vfork(2) to wait(2), or "wake", the time from a write to
 * the line that a sleeping command prints about it.  Print a line for each round: the
 * microseconds of each command.  Turns make a change in the machine's speed
 * affect all of them.
 *
 * A command is one argument, its words separated by blanks.  Its descriptor 3 is the
 * writing end of an empty pipe, 4 the reading end of a pipe that has a byte, but not in
 * "wake", and from 100 up there are IDLE descriptors on which nothing happens.
 */
#include "measure.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_WORDS = 20000, MAX_COMMANDS = 8, WRITABLE = 3, READABLE = 4, FIRST_IDLE = 100 };

struct pipe {
	int read;
	int write;
};

static struct pipe output;
static struct pipe input;

static _Noreturn void
fail(const char *what)
{
	perror(what);
	exit(2);
}

/* Open a pipe clear of the numbers that the commands see. */
static struct pipe
open_pipe(int lowest)
{
	int ends[2];
	struct pipe pipe;

	if (pipe2(ends, O_CLOEXEC) < 0)
		fail("pipe");
	pipe.read = fcntl(ends[0], F_DUPFD_CLOEXEC, lowest);
	pipe.write = fcntl(ends[1], F_DUPFD_CLOEXEC, lowest);
	if (pipe.read < 0 || pipe.write < 0)
		fail("pipe");
	close(ends[0]);
	close(ends[1]);
	return pipe;
}

/* Under these numbers nothing happens: the pipe is empty, and has both its ends. */
static void
open_idle_pipe(int fd)
{
	struct pipe pipe = open_pipe(fd);

	if (dup2(pipe.read, fd) < 0 || dup2(pipe.write, fd + 1) < 0)
		fail("the idle descriptors");
	fcntl(fd, F_SETFD, 0);
	fcntl(fd + 1, F_SETFD, 0);
}

static void
open_descriptors(int idle)
{
	struct pipe empty = open_pipe(20);

	output = open_pipe(20);
	input = open_pipe(20);
	dup2(empty.write, WRITABLE);
	dup2(input.read, READABLE);
	for (int fd = FIRST_IDLE; fd < FIRST_IDLE + idle; fd += 2)
		open_idle_pipe(fd);
}

static pid_t
start(char **words, int out)
{
	static char *empty_environment[] = { NULL };
	pid_t child = vfork();

	if (child == 0) {
		dup2(out, STDOUT_FILENO);
		execve(words[0], words, empty_environment);
		_exit(127);
	}
	if (child < 0)
		fail("vfork");
	return child;
}

static void
reap(pid_t child, const char *name)
{
	int status;

	/* A status of 1 is a timeout, which some rounds are about. */
	if (waitpid(child, &status, 0) == child && WIFEXITED(status)
	    && WEXITSTATUS(status) <= 1)
		return;
	fprintf(stderr, "%s failed\n", name);
	exit(2);
}

/* Discard the output of a run: to wake a reader would cost more than the command. */
static double
measure_run(char **words)
{
	static int nowhere = -1;
	double start_time;

	if (nowhere < 0)
		nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	start_time = microseconds();
	reap(start(words, nowhere), words[0]);
	return microseconds() - start_time;
}

static bool
is_asleep(pid_t child)
{
	char path[64];
	char stat[512];
	const char *state;
	FILE *file;
	size_t length;

	snprintf(path, sizeof path, "/proc/%d/stat", child);
	file = fopen(path, "re");
	if (file == NULL)
		fail(path);
	length = fread(stat, 1, sizeof stat - 1, file);
	stat[length] = '\0';
	fclose(file);
	state = strrchr(stat, ')');
	return state != NULL && state[2] == 'S';
}

static double
measure_wakeup(char **words)
{
	pid_t child = start(words, output.write);
	char line[64];
	double start_time;

	for (int seen = 0; seen < 3; seen = is_asleep(child) ? seen + 1 : 0)
		poll(NULL, 0, 1);
	start_time = microseconds();
	if (write(input.write, "x", 1) != 1
	    || read(output.read, line, sizeof line) <= 0)
		fail(words[0]);
	start_time = microseconds() - start_time;
	reap(child, words[0]);
	if (read(input.read, line, 1) != 1)
		fail("the input");
	return start_time;
}

int
main(int argc, char **argv)
{
	static char *words[MAX_COMMANDS][MAX_WORDS + 1];
	int count = argc - 4;
	bool wakes = argc > 1 && strcmp(argv[1], "wake") == 0;

	if (count < 1 || count > MAX_COMMANDS)
		return 2;
	for (int i = 0; i < count; i++) {
		char *word = strtok(argv[4 + i], " ");

		for (int n = 0; word != NULL && n < MAX_WORDS; n++) {
			words[i][n] = word;
			word = strtok(NULL, " ");
		}
	}
	open_descriptors(atoi(argv[3]));
	if (!wakes && write(input.write, "x", 1) != 1)
		fail("the input");
	for (int round = atoi(argv[2]); round > 0; round--)
		for (int i = 0; i < count; i++)
			printf("%.2f%c", wakes ? measure_wakeup(words[i])
			                       : measure_run(words[i]),
			       i + 1 < count ? ' ' : '\n');
	return 0;
}

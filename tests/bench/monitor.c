/*
 * monitor POLLWAIT - compare the cost of -m with that of the system call
 *
 * Measure the processor time of ten seconds with a busy descriptor, and compare it with
 * sleep(1) and with a program that makes one poll an interval.  Measure the time from a
 * write on an idle descriptor to the line about it, and compare it with a program that
 * polls and writes.
 */
#include "measure.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS = 10, INTERVAL_MS = 100, RUNS = 3, ROUNDS = 2000, WATCHED = 3 };

/* Start a program with these as its descriptors 1 and WATCHED. */
static pid_t
start(char *const *words, int out, int watched)
{
	pid_t child = fork();

	if (child == 0) {
		dup2(watched, WATCHED);
		dup2(out, STDOUT_FILENO);
		execvp(words[0], words);
		_exit(127);
	}
	if (child < 0) {
		perror("fork");
		exit(2);
	}
	return child;
}

/* Poll WATCHED once an interval, until the time is over. */
static int
pace(void)
{
	struct pollfd watched = { .fd = WATCHED, .events = POLLOUT };

	for (int i = 0; i < SECONDS * 1000 / INTERVAL_MS; i++) {
		poll(&watched, 1, 0);
		poll(NULL, 0, INTERVAL_MS);
	}
	return 0;
}

/* Write a line for each byte, as soon as poll(2) reports it. */
static int
answer(void)
{
	struct pollfd watched = { .fd = WATCHED, .events = POLLIN };
	char byte;

	while (poll(&watched, 1, -1) == 1
	       && write(STDOUT_FILENO, "3 in\n", 5) == 5
	       && read(WATCHED, &byte, 1) == 1)
		;
	return 0;
}

/* Wait for a program to end.  Return its processor time in microseconds. */
static double
reap(pid_t child)
{
	struct rusage used;
	int status;

	if (wait4(child, &status, 0, &used) != child || WIFSIGNALED(status)
	    || WEXITSTATUS(status) > 1) {
		fprintf(stderr, "a program of the bench failed\n");
		exit(2);
	}
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6
	       + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static void
compare_time(char *self, char *pollwait)
{
	char *sleeper[] = { "sleep", "10", NULL };
	char *pacer[] = { self, "pace", NULL };
	char *monitor[] = { pollwait, "-m", "-t", "10000", "-i", "100", "3:out", NULL };
	char **programs[] = { sleeper, pacer, monitor };
	double times[3][RUNS];
	double middle[3];
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		exit(2);
	for (int run = 0; run < RUNS; run++) {
		pid_t children[3];

		for (int i = 0; i < 3; i++)
			children[i] = start(programs[i], STDERR_FILENO, ends[1]);
		for (int i = 0; i < 3; i++)
			times[i][run] = reap(children[i]);
	}
	for (int i = 0; i < 3; i++)
		middle[i] = median(times[i], RUNS);
	printf("%8.0f us  %6.2f  sleep 10\n", middle[0], middle[0] / middle[1]);
	printf("%8.0f us  %6.2f  ten seconds of one poll an interval\n",
	       middle[1], 1.0);
	printf("%8.0f us  %6.2f  pollwait -m -t 10000 -i 100 3:out\n",
	       middle[2], middle[2] / middle[1]);
}

static void
expect_line(int from, const char *line)
{
	char got[16];
	ssize_t length = read(from, got, sizeof got);

	if (length != (ssize_t)strlen(line)
	    || memcmp(got, line, (size_t)length) != 0) {
		fprintf(stderr, "a program of the bench said something else\n");
		exit(2);
	}
}

struct program {
	int in[2];
	int out[2];
	double times[ROUNDS];
};

static void
compare_wakeup(char *self, char *pollwait)
{
	char *plain[] = { self, "answer", NULL };
	char *monitor[] = { pollwait, "-m", "-i", "1", "3:in", NULL };
	char **words[] = { plain, monitor };
	static struct program programs[2];
	double middle[2];
	char byte = 'x';

	for (int i = 0; i < 2; i++) {
		if (pipe2(programs[i].in, O_CLOEXEC) < 0
		    || pipe2(programs[i].out, O_CLOEXEC) < 0)
			exit(2);
		start(words[i], programs[i].out[1], programs[i].in[0]);
	}
	for (int round = 0; round < ROUNDS; round++)
		for (int i = 0; i < 2; i++) {
			struct program *program = &programs[i];
			double start_time;

			/* Let both fall asleep. */
			usleep(2000);
			start_time = microseconds();
			if (write(program->in[1], &byte, 1) != 1)
				exit(2);
			expect_line(program->out[0], "3 in\n");
			program->times[round] = microseconds() - start_time;
			if (i == 0)
				continue;
			if (read(program->in[0], &byte, 1) != 1)
				exit(2);
			expect_line(program->out[0], "3 -\n");
		}
	for (int i = 0; i < 2; i++)
		middle[i] = median(programs[i].times, ROUNDS);
	printf("%8.1f us  %6.2f  poll(2), write(2)\n", middle[0], 1.0);
	printf("%8.1f us  %6.2f  pollwait -m 3:in\n", middle[1],
	       middle[1] / middle[0]);
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "pace") == 0)
		return pace();
	if (argc == 2 && strcmp(argv[1], "answer") == 0)
		return answer();
	if (argc != 2)
		return 2;
	puts("Processor time of ten seconds, and ratio to one poll an interval");
	fflush(stdout);
	compare_time(argv[0], argv[1]);
	puts("\nFrom the write to the line that tells of it, and the ratio");
	fflush(stdout);
	compare_wakeup(argv[0], argv[1]);
	return 0;
}

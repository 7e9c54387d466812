/*
 * system PROCESSES CHAIN SOCKETS - make a system to look at, until standard input ends
 *
 * A first process reads from a pipe, whose writing end the next one holds.  That reads
 * from a pipe of the one after it, and so on, CHAIN times.  Print the ids of these.  All
 * others of the PROCESSES sleep.  Each has fourteen descriptors, pipes and sockets, and
 * the first has SOCKETS sockets.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAIRS = 7 };

static void
check(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(2);
	}
}

/* Open pairs of descriptors: every second one is a pipe. */
static void
open_pairs(int count, int kinds)
{
	int ends[2];

	for (int i = 0; i < count; i++)
		if (i % kinds == 1)
			check(pipe(ends), "pipe");
		else
			check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
}

/* Wait for a byte that never comes, or for nothing. */
static void
wait_for(int fd)
{
	char byte;

	if (fd >= 0)
		(void)!read(fd, &byte, 1);
	pause();
}

/* Start a process that holds one descriptor and waits for another.  Return its id. */
static pid_t
start(int held, int waited, int pairs, int kinds)
{
	pid_t child = fork();

	check(child, "fork");
	if (child > 0)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (waited >= 0)
		dup2(waited, 0);
	if (held >= 0)
		dup2(held, 1);
	closefrom(3);
	open_pairs(pairs, kinds);
	/* The descriptors are open: tell the parent. */
	kill(getppid(), SIGUSR1);
	wait_for(waited < 0 ? -1 : 0);
	_exit(0);
}

int
main(int argc, char **argv)
{
	int processes = argc == 4 ? atoi(argv[1]) : 0;
	int chain = argc == 4 ? atoi(argv[2]) : 0;
	int held = -1;
	sigset_t ready;
	int number;
	char byte;

	if (argc != 4)
		return 2;
	if (chain > processes)
		chain = processes;
	sigemptyset(&ready);
	sigaddset(&ready, SIGUSR1);
	sigprocmask(SIG_BLOCK, &ready, NULL);
	for (int i = 0; i <= processes; i++) {
		int ends[2] = { -1, -1 };
		pid_t child;

		if (i <= chain)
			check(pipe(ends), "pipe");
		child = i == 0 ? start(held, ends[0], atoi(argv[3]) / 2, 1)
		               : start(held, ends[0], PAIRS, 2);
		sigwait(&ready, &number);
		if (i <= chain)
			printf("%d%c", child, i < chain ? ' ' : '\n');
		if (held >= 0)
			close(held);
		close(ends[0]);
		held = ends[1];
	}
	fflush(stdout);
	(void)!read(STDIN_FILENO, &byte, 1);
	/* The children die with it. */
	return 0;
}

/*
 * operations COUNT - make random operations on a set, and print every answer
 *
 * operations.py makes these operations with select.poll; the outputs are equal.
 */
#include <errno.h>
#include <fcntl.h>
#include <pollset.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PIPES = 20, FIRST = 100, BEYOND = FIRST + 2 * PIPES + 4 };

static const short masks[] = {
	0, POLLIN, POLLOUT, POLLIN | POLLOUT, POLLSET_DEFAULT, POLLPRI, POLLRDHUP,
	POLLIN | POLLHUP, POLLNVAL
};

static uint32_t state = 12345;

/* operations.py has this generator too. */
static unsigned
choose(unsigned count)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) % count;
}

/* Open pipe n.  Its reading end is FIRST + 2n, its writing end the next number. */
static void
open_pipe(int n)
{
	int ends[2];

	if (pipe2(ends, O_NONBLOCK) < 0)
		abort();
	for (int i = 0; i < 2; i++) {
		dup2(ends[i], FIRST + 2 * n + i);
		close(ends[i]);
	}
}

static void
print_ready(struct pollset *set)
{
	int count = pollset_poll(set, 0, NULL);

	printf("%d", count);
	for (const struct pollfd *ready = pollset_next(set, NULL);
	     ready != NULL; ready = pollset_next(set, ready))
		printf(" %d:%d", ready->fd, ready->revents);
	putchar('\n');
}

static void
print_result(int result)
{
	printf("%d\n", result < 0 ? errno : 0);
}

int
main(int argc, char **argv)
{
	struct pollset *set = pollset_new();
	char buffer[4096] = "";

	signal(SIGPIPE, SIG_IGN);
	for (int n = 0; n < PIPES; n++)
		open_pipe(n);
	for (long left = argc > 1 ? atol(argv[1]) : 0; left > 0; left--) {
		unsigned what = choose(100);
		int fd = FIRST + (int)choose(BEYOND - FIRST);
		short mask = masks[choose(sizeof masks / sizeof *masks)];

		if (what < 30)
			print_result(pollset_register(set, fd, mask));
		else if (what < 50)
			print_result(pollset_modify(set, fd, mask));
		else if (what < 75)
			print_result(pollset_unregister(set, fd));
		else if (what < 85)
			print_ready(set);
		else if (what < 91)
			(void)!write(fd, buffer, sizeof buffer);
		else if (what < 96)
			(void)!read(fd, buffer, sizeof buffer);
		else if (what < 98)
			close(fd);
		else
			open_pipe((int)choose(PIPES));
	}
	printf("%zu\n", pollset_count(set));
	pollset_free(set);
	return 0;
}

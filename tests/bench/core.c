/*
 * core COUNT - compare a look at a set of so many descriptors with the bare poll(2)
 *
 * Print a line for each round: the microseconds of a look through the library, and those
 * of the system call on an array.
 */
#include "lib/pollset.h"
#include "measure.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

enum { ROUNDS = 101, MOST = 20000, PER_ROUND = 40000 };

static struct pollset *set;
static struct pollfd array[MOST];

static void
fill(int count)
{
	int ends[2];

	set = pollset_new();
	if (set == NULL || pipe(ends) < 0) {
		perror("pipe");
		exit(2);
	}
	for (int i = 0; i < count; i++) {
		int fd = fcntl(ends[0], F_DUPFD, 100);

		if (fd < 0 || pollset_register(set, fd, POLLIN) < 0) {
			perror("dup");
			exit(2);
		}
		array[i] = (struct pollfd){ .fd = fd, .events = POLLIN };
	}
}

int
main(int argc, char **argv)
{
	int count = argc == 2 ? atoi(argv[1]) : 0;
	int looks;

	if (count < 1 || count > MOST)
		return 2;
	looks = count < PER_ROUND ? PER_ROUND / count : 1;
	fill(count);
	for (int round = 0; round < ROUNDS; round++) {
		double start = microseconds();
		double between;

		for (int i = 0; i < looks; i++)
			pollset_poll(set, 0, NULL);
		between = microseconds();
		for (int i = 0; i < looks; i++)
			poll(array, (nfds_t)count, 0);
		printf("%.3f %.3f\n", (between - start) / looks,
		       (microseconds() - between) / looks);
	}
	return 0;
}

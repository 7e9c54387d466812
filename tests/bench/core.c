/*
 * core - measure the time of an operation of the set, and the memory of an entry
 *
 * Each line is the time at 1,000 and at 100,000 registrations, and their ratio:
 * about 1 is constant time, caches aside.
 */
#include "lib/pollset.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SMALL = 1000, LARGE = 100000, OPERATIONS = 2000000 };

static double
nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Return a permutation of 0 to count - 1, so that the order does not suit the index. */
static int
shuffled(int i, int count)
{
	return (int)((long long)i * 7919 % count);
}

static struct pollset *
filled(int count)
{
	struct pollset *set = pollset_new();

	for (int i = 0; i < count; i++)
		pollset_register(set, 1000000 + shuffled(i, count), POLLIN);
	return set;
}

static double
registering(int count)
{
	double start = nanoseconds();

	for (int round = 0; round < OPERATIONS / count; round++)
		pollset_free(filled(count));
	return (nanoseconds() - start) / OPERATIONS;
}

static double
modifying(int count)
{
	struct pollset *set = filled(count);
	double start = nanoseconds();

	for (int i = 0; i < OPERATIONS; i++)
		pollset_modify(set, 1000000 + shuffled(i % count, count), POLLOUT);
	start = nanoseconds() - start;
	pollset_free(set);
	return start / OPERATIONS;
}

/* Remove an entry and add the next, without a poll between. */
static double
replacing(int count)
{
	struct pollset *set = filled(count);
	double start = nanoseconds();

	for (int i = 0; i < OPERATIONS; i++) {
		pollset_unregister(set, 1000000 + i);
		pollset_register(set, 1000000 + count + i, POLLIN);
	}
	start = nanoseconds() - start;
	pollset_free(set);
	return start / OPERATIONS;
}

static void
compare(const char *what, double (*cost)(int count))
{
	double small = cost(SMALL);
	double large = cost(LARGE);

	printf("%8.1f ns %8.1f ns  %6.2f  %s\n", small, large, large / small, what);
}

int
main(void)
{
	size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
	struct pollset *set = filled(LARGE);
	size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;

	printf("%8.1f bytes for each of %d registrations\n",
	       (double)(after - before) / LARGE, LARGE);
	pollset_free(set);
	compare("register", registering);
	compare("modify", modifying);
	compare("unregister one, register another", replacing);
	return 0;
}

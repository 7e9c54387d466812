/*
 * walk_test [NAME [SEED]] - run one test of the walk, on systems that are made up
 *
 * Without a name print the names.  Return 0 if the test holds, or 1 and print the line
 * that does not hold.  Return 2 for an unknown name.
 *
 * Verdict and circle are compared with a second computation, which takes what leads to what
 * from a table of all pairs.
 */
#include "view/walk.c"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define CHECK(condition) \
	((condition) ? (void)0 : fail(__LINE__, #condition))

static void
fail(int line, const char *condition)
{
	fprintf(stderr, "walk_test: line %d: not so: %s (errno %s)\n", line,
	        condition, strerror(errno));
	exit(1);
}

/* Stands for base/array.c, which the walk needs. */
void *
array_room(void *array, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity == 0 ? 16 : *capacity * 2;
	void *grown;

	if (count < *capacity)
		return array;
	grown = realloc(array, wanted * size);
	if (grown != NULL)
		*capacity = wanted;
	return grown;
}

static uint32_t random_state;

/* A number below a limit, by xorshift. */
static int
random_below(int limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return (int)(random_state % (uint32_t)limit);
}

/* A system: processes with the ids from FIRST_ID on, and who waits for whom. */
enum { FIRST_ID = 1000, MOST_PEERS = 4 };

struct system {
	int count;
	int (*peers)[MOST_PEERS];       /* numbers from 0; -1: none */
	bool *can_move;
	int read;                       /* how many processes the walk has read */
};

static struct system
make_system(int count)
{
	struct system system = {
		count, calloc((size_t)count, sizeof *system.peers),
		calloc((size_t)count, sizeof *system.can_move), 0
	};

	CHECK(system.peers != NULL && system.can_move != NULL);
	memset(system.peers, -1, (size_t)count * sizeof *system.peers);
	return system;
}

static void
free_system(struct system *system)
{
	free(system->peers);
	free(system->can_move);
}

/* Let one process wait for another, besides those that it waits for. */
static void
wait_for(struct system *system, int process, int peer)
{
	for (int i = 0; i < MOST_PEERS; i++) {
		if (system->peers[process][i] < 0) {
			system->peers[process][i] = peer;
			return;
		}
	}
}

static int
read_process(void *context, struct walk *walk, int id)
{
	struct system *system = context;
	int process = id - FIRST_ID;

	system->read++;
	for (int i = 0; i < MOST_PEERS; i++)
		if (system->peers[process][i] >= 0
		    && walk_add_peer(walk, FIRST_ID + system->peers[process][i]) < 0)
			return -1;
	return system->can_move[process];
}

struct verdict {
	bool is_stuck;
	int read;
	int *circle;
	size_t length;
};

static struct verdict
walk_system(struct system *system)
{
	struct verdict verdict;
	struct walk walk;

	system->read = 0;
	walk_start(&walk);
	CHECK(walk_from(&walk, FIRST_ID, read_process, system) == 0);
	verdict.is_stuck = walk_is_stuck(&walk);
	verdict.read = system->read;
	CHECK(walk_find_circle(&walk, &verdict.circle, &verdict.length) == 0);
	walk_end(&walk);
	return verdict;
}

static void
a_chain_without_a_circle_names_nobody(void)
{
	struct system system = make_system(5000);
	struct verdict verdict;

	for (int i = 0; i + 1 < system.count; i++)
		wait_for(&system, i, i + 1);
	verdict = walk_system(&system);
	CHECK(verdict.is_stuck && verdict.length == 0);
	CHECK(verdict.read == system.count);
	free(verdict.circle);
	system.can_move[system.count - 1] = true;
	verdict = walk_system(&system);
	CHECK(!verdict.is_stuck);
	free(verdict.circle);
	free_system(&system);
}

static void
a_process_alone_is_a_circle_only_if_it_waits_for_itself(void)
{
	struct system system = make_system(1);
	struct verdict verdict = walk_system(&system);

	CHECK(verdict.is_stuck && verdict.length == 0);
	free(verdict.circle);
	wait_for(&system, 0, 0);
	verdict = walk_system(&system);
	CHECK(verdict.length == 1 && verdict.circle[0] == FIRST_ID);
	free(verdict.circle);
	free_system(&system);
}

static void
a_circle_is_named_without_the_chain_that_leads_to_it(void)
{
	struct system system = make_system(5000);
	struct verdict verdict;
	const int first = 2000;

	for (int i = 0; i + 1 < system.count; i++)
		wait_for(&system, i, i + 1);
	wait_for(&system, system.count - 1, first);
	verdict = walk_system(&system);
	CHECK(verdict.is_stuck);
	CHECK(verdict.length == (size_t)(system.count - first));
	for (size_t i = 0; i < verdict.length; i++)
		CHECK(verdict.circle[i] == FIRST_ID + first + (int)i);
	free(verdict.circle);
	free_system(&system);
}

static void
the_nearest_of_two_circles_is_named(void)
{
	/* 0 waits for 1 and 2; 1 for 3, which waits for itself; 2 and 4 for each other. */
	static const int edges[][2] = {
		{ 0, 1 }, { 0, 2 }, { 1, 3 }, { 3, 3 }, { 2, 4 }, { 4, 2 }
	};
	struct system system = make_system(5);
	struct verdict verdict;

	for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
		wait_for(&system, edges[i][0], edges[i][1]);
	verdict = walk_system(&system);
	CHECK(verdict.length == 2);
	CHECK(verdict.circle[0] == FIRST_ID + 2 && verdict.circle[1] == FIRST_ID + 4);
	free(verdict.circle);
	free_system(&system);
}

static void
one_leaf_of_a_tree_that_can_move_is_enough(void)
{
	struct system system = make_system(4095);
	struct verdict verdict;

	for (int i = 0; 2 * i + 2 < system.count; i++) {
		wait_for(&system, i, 2 * i + 1);
		wait_for(&system, i, 2 * i + 2);
	}
	verdict = walk_system(&system);
	CHECK(verdict.is_stuck && verdict.length == 0);
	free(verdict.circle);
	system.can_move[system.count - 1] = true;
	verdict = walk_system(&system);
	CHECK(!verdict.is_stuck && verdict.read == system.count);
	free(verdict.circle);
	free_system(&system);
}

static void
a_process_that_nobody_waits_for_is_not_read(void)
{
	struct system system = make_system(3);
	struct verdict verdict;

	wait_for(&system, 0, 1);
	wait_for(&system, 2, 1);
	system.can_move[2] = true;
	verdict = walk_system(&system);
	CHECK(verdict.is_stuck && verdict.read == 2);
	free(verdict.circle);
	free_system(&system);
}

/* Set leads[i * count + j] if i leads to j by one or more waits (Warshall). */
static void
find_what_leads(const struct system *system, bool *leads)
{
	int count = system->count;

	memset(leads, 0, (size_t)count * (size_t)count);
	for (int i = 0; i < count; i++)
		for (int n = 0; n < MOST_PEERS; n++)
			if (system->peers[i][n] >= 0)
				leads[i * count + system->peers[i][n]] = true;
	for (int k = 0; k < count; k++)
		for (int i = 0; i < count; i++)
			for (int j = 0; j < count && leads[i * count + k]; j++)
				leads[i * count + j] |= leads[k * count + j];
}

/* Return the number of waits on the shortest way to each process from the first; -1: none. */
static void
measure_ways(const struct system *system, int *ways)
{
	for (int i = 0; i < system->count; i++)
		ways[i] = i == 0 ? 0 : -1;
	for (int length = 0; length < system->count; length++)
		for (int i = 0; i < system->count; i++)
			for (int n = 0; ways[i] == length && n < MOST_PEERS; n++)
				if (system->peers[i][n] >= 0
				    && ways[system->peers[i][n]] < 0)
					ways[system->peers[i][n]] = length + 1;
}

static bool
is_in(const struct verdict *verdict, int id)
{
	for (size_t i = 0; i < verdict->length; i++)
		if (verdict->circle[i] == id)
			return true;
	return false;
}

/* Compare the verdict on a system with what leads to what in it. */
static void
compare(struct system *system, bool *leads, int *ways)
{
	struct verdict verdict = walk_system(system);
	int count = system->count;
	bool is_stuck = !system->can_move[0];
	int nearest = -1;
	int reached = 1;

	find_what_leads(system, leads);
	measure_ways(system, ways);
	for (int i = 1; i < count; i++) {
		reached += leads[i];
		is_stuck &= !(leads[i] && system->can_move[i]);
	}
	for (int i = 0; i < count; i++)
		if (ways[i] >= 0 && leads[i * count + i]
		    && (nearest < 0 || ways[i] < nearest))
			nearest = ways[i];
	CHECK(verdict.is_stuck == is_stuck && verdict.read == reached);
	CHECK((verdict.length > 0) == (nearest >= 0));
	if (verdict.length > 0) {
		int first = verdict.circle[0] - FIRST_ID;

		CHECK(ways[first] == nearest);
		for (int i = 0; i < count; i++)
			CHECK(is_in(&verdict, FIRST_ID + i)
			      == (leads[first * count + i] && leads[i * count + first]));
	}
	free(verdict.circle);
}

static void
random_systems_agree_with_a_table_of_all_pairs(void)
{
	enum { ROUNDS = 2000, MOST = 40 };
	bool leads[MOST * MOST];
	int ways[MOST];
	int stuck = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct system system = make_system(1 + random_below(MOST));
		int waits = random_below(2 * system.count + 1);

		for (int i = 0; i < waits; i++)
			wait_for(&system, random_below(system.count),
			         random_below(system.count));
		for (int i = 0; i < system.count; i++)
			system.can_move[i] = random_below(30) == 0;
		compare(&system, leads, ways);
		stuck += !system.can_move[0];
		free_system(&system);
	}
	CHECK(stuck > ROUNDS / 2);
}

static double
seconds_of(int count)
{
	struct system system = make_system(count);
	struct verdict verdict;
	clock_t start;
	double seconds;

	/* A long chain to a circle, with waits across that are met early. */
	for (int i = 0; i + 1 < count; i++) {
		wait_for(&system, i, i + 1);
		wait_for(&system, i, count / 2 + i / 2);
		wait_for(&system, i, count - 1);
	}
	wait_for(&system, count - 1, count - 2);
	start = clock();
	verdict = walk_system(&system);
	seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
	CHECK(verdict.is_stuck && verdict.length == 2);
	free(verdict.circle);
	free_system(&system);
	return seconds;
}

static void
the_time_grows_with_the_number_of_processes(void)
{
	/* Ten times as many: a quadratic walk takes a hundred times as long. */
	double few = seconds_of(20000);
	double many = seconds_of(200000);

	CHECK(many < 30 * few + 0.05);
}

#define TEST(name) { #name, name }

static const struct test {
	const char *name;
	void (*run)(void);
} tests[] = {
	TEST(a_chain_without_a_circle_names_nobody),
	TEST(a_process_alone_is_a_circle_only_if_it_waits_for_itself),
	TEST(a_circle_is_named_without_the_chain_that_leads_to_it),
	TEST(the_nearest_of_two_circles_is_named),
	TEST(one_leaf_of_a_tree_that_can_move_is_enough),
	TEST(a_process_that_nobody_waits_for_is_not_read),
	TEST(random_systems_agree_with_a_table_of_all_pairs),
	TEST(the_time_grows_with_the_number_of_processes),
};

int
main(int argc, char **argv)
{
	const size_t count = sizeof tests / sizeof *tests;

	random_state = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1;
	for (size_t i = 0; i < count; i++) {
		if (argc < 2) {
			printf("%s\n", tests[i].name);
		} else if (strcmp(argv[1], tests[i].name) == 0) {
			tests[i].run();
			return 0;
		}
	}
	return argc < 2 ? 0 : 2;
}

/*
 * pollset_test [NAME [SEED]] - run one test of the library
 *
 * Without a name print the names.  Return 0 if the test holds, or 1 and print the line
 * that does not hold.  Return 2 for an unknown name.
 *
 * One test compares the set with an ordered list, over long random sequences on real
 * descriptors.
 */
#include "lib/deadline.h"
#include "lib/pollset.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define CHECK(condition) \
	((condition) ? (void)0 : fail(__LINE__, #condition))

static void
fail(int line, const char *condition)
{
	fprintf(stderr, "pollset_test: line %d: not so: %s (errno %s)\n", line,
	        condition, strerror(errno));
	exit(1);
}

/* Number of allocations that succeed before one fails.  If negative, none fails. */
static long allocations_left = -1;
static size_t bytes_allocated;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);

static bool
is_refused(size_t size)
{
	if (allocations_left == 0) {
		errno = ENOMEM;
		return true;
	}
	if (allocations_left > 0)
		allocations_left--;
	bytes_allocated += size;
	return false;
}

void *
__wrap_malloc(size_t size)
{
	return is_refused(size) ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return is_refused(count * size) ? NULL : __real_calloc(count, size);
}

/* The time that the clock tells; NULL: the true one. */
static const struct timespec *clock_says;

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

int
__wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	if (clock_says == NULL)
		return __real_clock_gettime(clock, now);
	*now = *clock_says;
	return 0;
}

/* The clock by a system call, which the core prefers, is not to be had. */
long __wrap_syscall(long number, ...);

long
__wrap_syscall(long number, ...)
{
	(void)number;
	errno = ENOSYS;
	return -1;
}

static int
open_pipe(int ends[2])
{
	CHECK(pipe(ends) == 0);
	return ends[0];
}

static void
close_pipe(const int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

static long long
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void
registering_again_keeps_the_place_and_takes_the_mask(void)
{
	struct pollset *set = pollset_new();
	const struct pollfd *ready;
	int a[2];
	int b[2];

	open_pipe(a);
	open_pipe(b);
	CHECK(pollset_register(set, a[1], POLLIN) == 0);
	CHECK(pollset_register(set, b[1], POLLOUT) == 0);
	CHECK(pollset_register(set, a[1], POLLOUT) == 0);
	CHECK(pollset_count(set) == 2);
	CHECK(pollset_poll(set, 0, NULL) == 2);
	ready = pollset_next(set, NULL);
	CHECK(ready->fd == a[1] && ready->events == POLLOUT);
	CHECK(ready->revents == POLLOUT);
	ready = pollset_next(set, ready);
	CHECK(ready->fd == b[1]);
	CHECK(pollset_next(set, ready) == NULL);
	pollset_free(set);
	close_pipe(a);
	close_pipe(b);
}

static void
errors_set_errno_and_change_nothing(void)
{
	struct pollset *set = pollset_new();

	pollset_free(NULL);
	CHECK(pollset_register(set, -1, POLLIN) == -1 && errno == EBADF);
	CHECK(pollset_register(set, INT_MIN, POLLIN) == -1 && errno == EBADF);
	CHECK(pollset_unregister(set, 5) == -1 && errno == ENOENT);
	CHECK(pollset_unregister(set, -1) == -1 && errno == EBADF);
	CHECK(pollset_modify(set, 5, POLLIN) == -1 && errno == ENOENT);
	CHECK(pollset_modify(set, -1, POLLIN) == -1 && errno == EBADF);
	CHECK(pollset_count(set) == 0);
	CHECK(pollset_register(set, INT_MAX, POLLIN) == 0);
	CHECK(pollset_unregister(set, INT_MAX) == 0);
	CHECK(pollset_unregister(set, INT_MAX) == -1 && errno == ENOENT);
	/* A removed entry leaves a hole, which no lookup may find. */
	CHECK(pollset_register(set, 1, 0) == 0 && pollset_register(set, 2, 0) == 0);
	CHECK(pollset_unregister(set, 1) == 0);
	CHECK(pollset_unregister(set, -1) == -1 && errno == EBADF);
	CHECK(pollset_modify(set, -1, POLLIN) == -1 && errno == EBADF);
	CHECK(pollset_count(set) == 1);
	pollset_free(set);
}

static void
a_closed_descriptor_is_ready_with_nval(void)
{
	struct pollset *set = pollset_new();
	const struct pollfd *ready;

	CHECK(pollset_register(set, 2000000000, POLLIN) == 0);
	CHECK(pollset_poll(set, POLLSET_FOREVER, NULL) == 1);
	ready = pollset_next(set, NULL);
	CHECK(ready->fd == 2000000000 && ready->revents == POLLNVAL);
	pollset_free(set);
}

static void
next_returns_nothing_after_a_timeout(void)
{
	struct pollset *set = pollset_new();
	sigset_t nothing;
	int ends[2];

	CHECK(pollset_next(set, NULL) == NULL);
	open_pipe(ends);
	CHECK(pollset_register(set, ends[1], POLLOUT) == 0);
	CHECK(pollset_next(set, NULL) == NULL);
	CHECK(pollset_poll(set, 0, NULL) == 1);
	CHECK(pollset_modify(set, ends[1], POLLIN) == 0);
	CHECK(pollset_poll(set, 0, NULL) == 0);
	CHECK(pollset_next(set, NULL) == NULL);
	/* A timeout of 0 with a mask is a look, too. */
	CHECK(sigemptyset(&nothing) == 0);
	CHECK(pollset_poll(set, 0, &nothing) == 0);
	pollset_free(set);
	close_pipe(ends);
}

static void
next_returns_nothing_after_a_failed_poll(void)
{
	struct pollset *set = pollset_new();
	struct rlimit limit;
	int ends[2];

	open_pipe(ends);
	CHECK(pollset_register(set, ends[1], POLLOUT) == 0);
	CHECK(pollset_poll(set, 0, NULL) == 1);
	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	limit.rlim_cur = 10;
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	for (int fd = 100; fd < 110; fd++)
		CHECK(pollset_register(set, fd, POLLIN) == 0);
	CHECK(pollset_poll(set, 0, NULL) == -1 && errno == EINVAL);
	CHECK(pollset_next(set, NULL) == NULL);
	CHECK(pollset_count(set) == 11);
	pollset_free(set);
	close_pipe(ends);
}

static void
a_walk_skips_an_entry_that_was_unregistered_during_the_walk(void)
{
	enum { COUNT = 20 };
	struct pollset *set = pollset_new();
	int seen = 0;

	for (int fd = 1000; fd < 1000 + COUNT; fd++)
		CHECK(pollset_register(set, fd, 0) == 0);
	CHECK(pollset_poll(set, 0, NULL) == COUNT);
	/* At each even descriptor, remove it and the odd one behind it. */
	for (const struct pollfd *at = pollset_next(set, NULL); at != NULL;
	     at = pollset_next(set, at)) {
		int fd = at->fd;

		CHECK(fd == 1000 + 2 * seen);
		seen++;
		CHECK(pollset_unregister(set, fd) == 0);
		CHECK(pollset_unregister(set, fd + 1) == 0);
	}
	CHECK(seen == COUNT / 2);
	CHECK(pollset_count(set) == 0);
	pollset_free(set);
}

static void
a_failed_allocation_leaves_the_set_as_it_was(void)
{
	struct pollset *set;
	const struct pollfd *at = NULL;
	int fd = 0;

	allocations_left = 0;
	CHECK(pollset_new() == NULL && errno == ENOMEM);
	allocations_left = -1;
	set = pollset_new();
	for (int failures = 0; failures < 8; failures++) {
		allocations_left = 0;
		while (pollset_register(set, 5000 + fd, POLLIN) == 0)
			fd++;
		CHECK(errno == ENOMEM);
		allocations_left = -1;
		CHECK(pollset_count(set) == (size_t)fd);
		CHECK(pollset_modify(set, 5000 + fd, 0) == -1);
		CHECK(pollset_poll(set, 0, NULL) == fd);
		at = NULL;
		for (int i = 0; i < fd; i++) {
			at = pollset_next(set, at);
			CHECK(at != NULL && at->fd == 5000 + i);
			CHECK(at->events == POLLIN);
		}
		CHECK(pollset_next(set, at) == NULL);
		CHECK(pollset_register(set, 5000 + fd, POLLIN) == 0);
		fd++;
	}
	pollset_free(set);
}

static void
a_million_rounds_take_no_more_memory_than_one(void)
{
	struct pollset *set = pollset_new();
	size_t after_one;

	for (int fd = 0; fd < 100; fd++)
		CHECK(pollset_register(set, fd, 0) == 0);
	CHECK(pollset_register(set, 100, 0) == 0);
	CHECK(pollset_unregister(set, 0) == 0);
	after_one = bytes_allocated;
	for (int round = 1; round < 1000000; round++) {
		CHECK(pollset_register(set, 100 + round, 0) == 0);
		CHECK(pollset_unregister(set, round) == 0);
	}
	CHECK(bytes_allocated == after_one);
	CHECK(pollset_count(set) == 100);
	pollset_free(set);
}

static void
memory_and_time_follow_the_number_registered(void)
{
	enum { COUNT = 1000000 };
	struct pollset *set = pollset_new();
	size_t before = bytes_allocated;
	long long start = milliseconds();

	/* Register the highest descriptors, in an order that jumps. */
	for (uint64_t i = 0; i < COUNT; i++)
		CHECK(pollset_register(set, INT_MAX - (int)(i * 7919 % COUNT),
		                       POLLIN) == 0);
	CHECK(pollset_count(set) == COUNT);
	/* The sum includes arrays that growing has freed, about half of it. */
	CHECK((bytes_allocated - before) / COUNT <= 64);
	for (uint64_t i = 0; i < COUNT; i += 2)
		CHECK(pollset_unregister(set, INT_MAX - (int)(i * 7919 % COUNT))
		      == 0);
	for (uint64_t i = 1; i < COUNT; i += 2)
		CHECK(pollset_modify(set, INT_MAX - (int)(i * 7919 % COUNT), 0)
		      == 0);
	CHECK(pollset_count(set) == COUNT / 2);
	/* Quadratic time would be minutes. */
	CHECK(milliseconds() - start < 20000);
	pollset_free(set);
}

static volatile sig_atomic_t signals;

static void
count_signal(int number)
{
	(void)number;
	signals++;
}

static void
send_signals_every(int ms)
{
	struct sigaction action = { .sa_handler = count_signal };
	struct itimerval timer = {
		.it_interval = { 0, ms * 1000 }, .it_value = { 0, ms * 1000 }
	};

	signals = 0;
	sigemptyset(&action.sa_mask);
	CHECK(sigaction(SIGALRM, &action, NULL) == 0);
	CHECK(setitimer(ITIMER_REAL, &timer, NULL) == 0);
}

static void
stop_signals(void)
{
	struct itimerval none = { { 0, 0 }, { 0, 0 } };

	CHECK(setitimer(ITIMER_REAL, &none, NULL) == 0);
}

static void
wait_in_a_storm(const sigset_t *mask)
{
	struct pollset *set = pollset_new();
	long long start;
	long long took;

	send_signals_every(3);
	start = milliseconds();
	CHECK(pollset_poll(set, 300, mask) == 0);
	took = milliseconds() - start;
	stop_signals();
	CHECK(signals >= 10);
	CHECK(took >= 299 && took < 10000);
	pollset_free(set);
}

static void
a_storm_of_signals_neither_shortens_nor_stretches_the_wait(void)
{
	wait_in_a_storm(NULL);
}

static void
a_storm_of_signals_with_a_mask_neither_shortens_nor_stretches_the_wait(void)
{
	sigset_t none;

	sigemptyset(&none);
	wait_in_a_storm(&none);
}

/* Send signals faster than one look at a large set takes. */
static void
a_storm_faster_than_one_look_does_not_stretch_the_wait(void)
{
	struct pollset *set = pollset_new();
	struct itimerval fast = { { 0, 150 }, { 0, 150 } };
	struct rlimit limit;
	long long start;
	int ends[2];

	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	limit.rlim_cur = limit.rlim_max;
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	open_pipe(ends);
	for (int fd; pollset_count(set) < 18000 && (fd = dup(ends[0])) >= 0;)
		CHECK(pollset_register(set, fd, POLLIN) == 0);
	send_signals_every(3);
	CHECK(setitimer(ITIMER_REAL, &fast, NULL) == 0);
	start = milliseconds();
	CHECK(pollset_poll(set, 200, NULL) == 0);
	CHECK(milliseconds() - start < 10000);
	stop_signals();
	pollset_free(set);
	close_pipe(ends);
}

static int
stop_at_third(void *context)
{
	return ++*(int *)context == 3;
}

static void
the_hook_decides_if_an_interrupted_wait_goes_on(void)
{
	struct pollset *set = pollset_new();
	int asked = 0;

	pollset_on_interrupt(set, stop_at_third, &asked);
	send_signals_every(5);
	CHECK(pollset_poll(set, POLLSET_FOREVER, NULL) == -1);
	CHECK(errno == EINTR);
	CHECK(asked == 3);
	CHECK(pollset_next(set, NULL) == NULL);
	asked = 0;
	CHECK(pollset_poll(set, 60000, NULL) == -1 && errno == EINTR);
	CHECK(asked == 3);
	pollset_on_interrupt(set, NULL, NULL);
	CHECK(pollset_poll(set, 50, NULL) == 0);
	CHECK(asked == 3);
	stop_signals();
	pollset_free(set);
}

static void
the_mask_is_in_place_during_the_wait_alone(void)
{
	struct pollset *set = pollset_new();
	sigset_t blocked;
	sigset_t before;
	sigset_t after;
	int asked = 2;          /* let the first signal stop the wait */

	pollset_on_interrupt(set, stop_at_third, &asked);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGALRM);
	CHECK(sigprocmask(SIG_BLOCK, &blocked, &before) == 0);
	send_signals_every(2);
	while (sigpending(&after) == 0 && !sigismember(&after, SIGALRM))
		;
	CHECK(signals == 0);
	CHECK(pollset_poll(set, 60000, &before) == -1 && errno == EINTR);
	CHECK(signals >= 1);
	stop_signals();
	CHECK(sigprocmask(SIG_SETMASK, NULL, &after) == 0);
	CHECK(sigismember(&after, SIGALRM));
	CHECK(sigprocmask(SIG_SETMASK, &before, NULL) == 0);
	pollset_free(set);
}

static void
a_timeout_is_never_early(void)
{
	struct pollset *set = pollset_new();

	for (int ms = 1; ms <= 20; ms++) {
		struct timespec start;
		struct timespec end;
		long long took;

		clock_gettime(CLOCK_MONOTONIC, &start);
		CHECK(pollset_poll(set, ms, NULL) == 0);
		clock_gettime(CLOCK_MONOTONIC, &end);
		took = (end.tv_sec - start.tv_sec) * 1000000000LL
		       + end.tv_nsec - start.tv_nsec;
		CHECK(took >= ms * 1000000LL);
	}
	pollset_free(set);
}

/* Make the clock say so many nanoseconds.  Return false if they are too many for it. */
static bool
set_clock(struct timespec *clock, int64_t nanoseconds)
{
	clock->tv_sec = (time_t)(nanoseconds / 1000000000);
	clock->tv_nsec = (long)(nanoseconds % 1000000000);
	clock_says = clock;
	return clock->tv_sec == nanoseconds / 1000000000;
}

static void
deadlines_hold_at_the_ends_of_the_clock_and_of_timeouts(void)
{
	static const int64_t longest = INT_MAX * INT64_C(1000000);
	static const int64_t starts[] = {
		0, 1, 999999999, 1000000000, INT32_MAX * INT64_C(1000000000),
		INT64_MAX - 1 - INT_MAX * INT64_C(1000000)
	};
	static const int timeouts[] = { 0, 1, 999, 1000, 86400000, INT_MAX };
	struct timespec clock;

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		if (!set_clock(&clock, starts[i]))
			continue;
		CHECK(deadline_left(deadline_in(-1)) == -1);
		CHECK(deadline_left(deadline_in(INT_MIN)) == -1);
		for (size_t j = 0; j < sizeof timeouts / sizeof *timeouts; j++) {
			int64_t length = timeouts[j] * INT64_C(1000000);
			deadline when;

			set_clock(&clock, starts[i]);
			when = deadline_in(timeouts[j]);
			CHECK(deadline_left(when) == timeouts[j]);
			if (!set_clock(&clock, starts[i] + length))
				continue;
			CHECK(deadline_left(when) == 0);
			if (length == 0)
				continue;
			/* A part of a millisecond is rounded up. */
			set_clock(&clock, starts[i] + 1);
			CHECK(deadline_left(when) == timeouts[j]);
			set_clock(&clock, starts[i] + length - 1);
			CHECK(deadline_left(when) == 1);
		}
	}
	/* The clock stands at its end, and never comes back. */
	if (set_clock(&clock, INT64_MAX - 1))
		CHECK(deadline_left(INT64_MAX - 1 - longest) == 0);
	CHECK(deadline_left(DEADLINE_PASSED) == 0);
	CHECK(deadline_left(DEADLINE_NEVER) == -1);
	/* More than poll(2) takes. */
	set_clock(&clock, 0);
	CHECK(deadline_left(INT64_MAX - 1) == INT_MAX);
	clock_says = NULL;
}

/* The model: the registered descriptors in order, and the pipes to choose from. */
enum { MODEL_PIPES = 40, MODEL_STEPS = 40000 };

static struct {
	struct pollfd registered[2 * MODEL_PIPES + 10];
	int count;
	int ends[MODEL_PIPES][2];
	bool has_data[MODEL_PIPES];
} model;

static uint32_t random_state;

static uint32_t
random_below(uint32_t limit)
{
	/* xorshift gives one sequence on every machine. */
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % limit;
}

static int
random_descriptor(void)
{
	/* One in eight is a closed descriptor, low or very high. */
	if (random_below(8) == 0)
		return random_below(2) ? INT_MAX - (int)random_below(5)
		                       : 900 + (int)random_below(5);
	return model.ends[random_below(MODEL_PIPES)][random_below(2)];
}

static short
random_mask(void)
{
	static const short masks[] = {
		0, POLLIN, POLLOUT, POLLIN | POLLOUT, POLLSET_DEFAULT, POLLNVAL
	};

	return masks[random_below(sizeof masks / sizeof *masks)];
}

static int
model_find(int fd)
{
	for (int i = 0; i < model.count; i++)
		if (model.registered[i].fd == fd)
			return i;
	return -1;
}

static void
model_remove(int at)
{
	model.count--;
	memmove(&model.registered[at], &model.registered[at + 1],
	        (size_t)(model.count - at) * sizeof model.registered[0]);
}

static void
step_register(struct pollset *set)
{
	int fd = random_descriptor();
	short mask = random_mask();
	int at = model_find(fd);

	CHECK(pollset_register(set, fd, mask) == 0);
	if (at < 0)
		at = model.count++;
	model.registered[at].fd = fd;
	model.registered[at].events = mask;
}

static void
step_modify(struct pollset *set)
{
	int fd = random_descriptor();
	short mask = random_mask();
	int at = model_find(fd);

	CHECK(pollset_modify(set, fd, mask) == (at < 0 ? -1 : 0));
	if (at >= 0)
		model.registered[at].events = mask;
	else
		CHECK(errno == ENOENT);
}

static void
step_unregister(struct pollset *set)
{
	int fd = random_descriptor();
	int at = model_find(fd);

	CHECK(pollset_unregister(set, fd) == (at < 0 ? -1 : 0));
	if (at >= 0)
		model_remove(at);
	else
		CHECK(errno == ENOENT);
}

static void
step_change_a_pipe(void)
{
	uint32_t i = random_below(MODEL_PIPES);
	char byte = 0;

	if (model.has_data[i])
		CHECK(read(model.ends[i][0], &byte, 1) == 1);
	else
		CHECK(write(model.ends[i][1], &byte, 1) == 1);
	model.has_data[i] = !model.has_data[i];
}

static void
step_poll(struct pollset *set)
{
	const struct pollfd *ready = NULL;
	int count = poll(model.registered, (nfds_t)model.count, 0);
	bool takes_out = random_below(4) == 0;

	CHECK(count >= 0);
	CHECK(pollset_poll(set, 0, NULL) == count);
	for (int i = 0; i < model.count; i++) {
		struct pollfd expected = model.registered[i];

		if (expected.revents == 0)
			continue;
		ready = pollset_next(set, ready);
		CHECK(ready != NULL);
		CHECK(ready->fd == expected.fd);
		CHECK(ready->events == expected.events);
		CHECK(ready->revents == expected.revents);
		if (takes_out && random_below(2) == 0) {
			CHECK(pollset_unregister(set, expected.fd) == 0);
			model_remove(i--);
		}
	}
	CHECK(pollset_next(set, ready) == NULL);
}

static void
a_random_sequence_agrees_with_an_ordered_list(void)
{
	struct pollset *set = pollset_new();

	for (int i = 0; i < MODEL_PIPES; i++)
		open_pipe(model.ends[i]);
	for (int step = 0; step < MODEL_STEPS; step++) {
		/* Alternate between growing and shrinking. */
		uint32_t growing = step / 500 % 2 ? 30 : 55;
		uint32_t choice = random_below(100);

		if (choice < growing)
			step_register(set);
		else if (choice < 80)
			step_unregister(set);
		else if (choice < 85)
			step_modify(set);
		else if (choice < 93)
			step_change_a_pipe();
		else
			step_poll(set);
		CHECK(pollset_count(set) == (size_t)model.count);
	}
	for (int i = 0; i < MODEL_PIPES; i++)
		close_pipe(model.ends[i]);
	pollset_free(set);
}

#define TEST(name) { #name, name }

static const struct test {
	const char *name;
	void (*run)(void);
} tests[] = {
	TEST(registering_again_keeps_the_place_and_takes_the_mask),
	TEST(errors_set_errno_and_change_nothing),
	TEST(a_closed_descriptor_is_ready_with_nval),
	TEST(next_returns_nothing_after_a_timeout),
	TEST(next_returns_nothing_after_a_failed_poll),
	TEST(a_walk_skips_an_entry_that_was_unregistered_during_the_walk),
	TEST(a_failed_allocation_leaves_the_set_as_it_was),
	TEST(a_million_rounds_take_no_more_memory_than_one),
	TEST(memory_and_time_follow_the_number_registered),
	TEST(a_storm_of_signals_neither_shortens_nor_stretches_the_wait),
	TEST(a_storm_of_signals_with_a_mask_neither_shortens_nor_stretches_the_wait),
	TEST(a_storm_faster_than_one_look_does_not_stretch_the_wait),
	TEST(the_hook_decides_if_an_interrupted_wait_goes_on),
	TEST(the_mask_is_in_place_during_the_wait_alone),
	TEST(a_timeout_is_never_early),
	TEST(deadlines_hold_at_the_ends_of_the_clock_and_of_timeouts),
	TEST(a_random_sequence_agrees_with_an_ordered_list),
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

/*
 * run - see run.h
 *
 * A run has one of four policies: one poll, several (-c), until all have been
 * ready (-a), or as long as there is change (-m, in monitor.c).
 */
#include "run.h"
#include "deadline.h"
#include "descriptor.h"
#include "message.h"
#include "monitor.h"
#include "output.h"
#include "report.h"
#include "wait.h"

/* What the last poll says, as a status. */
static enum status
verdict(const struct pollset *set)
{
	const struct pollfd *ready = pollset_next(set, NULL);

	if (ready == NULL)
		return STATUS_TIMEOUT;
	for (; ready != NULL; ready = pollset_next(set, ready))
		if (!report_is_unasked_nval(ready))
			return STATUS_READY;
	return STATUS_NOTHING;
}

/* One poll: waits, prints what is ready, and says what to make of it. */
static enum status
poll_and_print(const struct run *run, int timeout_ms)
{
	struct text lines;
	int result;

	if (wait_for(run, run->set, timeout_ms) < 0)
		return STATUS_ERROR;
	if (run->options->quiet)
		return verdict(run->set);
	text_start(&lines);
	for (const struct pollfd *ready = pollset_next(run->set, NULL);
	     ready != NULL; ready = pollset_next(run->set, ready))
		report_append(&lines, run->processes, ready);
	result = output_write(&lines);
	text_free(&lines);
	return result < 0 ? STATUS_ERROR : verdict(run->set);
}

static void
leave(const struct run *run, int fd)
{
	pollset_unregister(run->set, fd);
	processes_forget(run->processes, fd);
}

/* Takes out what would make each following poll return at once. */
static void
retire(const struct run *run)
{
	for (const struct pollfd *ready = pollset_next(run->set, NULL);
	     ready != NULL; ready = pollset_next(run->set, ready))
		if (processes_find(run->processes, ready->fd) != 0
		    || descriptor_is_at_end(ready->fd, ready->revents))
			leave(run, ready->fd);
}

/* -c, of which a single poll is the plainest case. */
static enum status
run_several(const struct run *run)
{
	int count = run->options->count;

	for (int polls = 1;; polls++) {
		enum status status = poll_and_print(run, run->options->timeout_ms);

		if (status == STATUS_TIMEOUT || status == STATUS_ERROR
		    || polls == count)
			return status;
		retire(run);
		if (pollset_count(run->set) == 0)
			return status;
		if (wait_pause(run, run->options->interval_ms) < 0)
			return STATUS_ERROR;
		/* Without end there is nothing to count up to. */
		if (count == 0)
			polls = 0;
	}
}

static void
name_the_missing(const struct run *run)
{
	struct text names;

	text_start(&names);
	for (size_t i = 0; i < run->set->used; i++) {
		if (i > 0)
			text_string(&names, " ");
		report_append_target(&names, run->processes,
		                     run->set->entries[i].fd);
	}
	message("timed out; not ready: %.*s", (int)names.length,
	        text_bytes(&names));
	text_free(&names);
}

/* -a: each leaves with its first report. */
static enum status
run_until_all(const struct run *run)
{
	int timeout_ms = run->options->timeout_ms;
	deadline when = timeout_ms == 0 ? DEADLINE_PASSED
	                                : deadline_in(timeout_ms);
	enum status all = STATUS_READY;

	while (pollset_count(run->set) > 0) {
		enum status status = poll_and_print(run, deadline_left(when));

		if (status == STATUS_ERROR)
			return status;
		if (status == STATUS_TIMEOUT) {
			if (!run->options->quiet)
				name_the_missing(run);
			return status;
		}
		for (const struct pollfd *ready = pollset_next(run->set, NULL);
		     ready != NULL; ready = pollset_next(run->set, ready)) {
			if (report_is_unasked_nval(ready))
				all = STATUS_NOTHING;
			leave(run, ready->fd);
		}
	}
	return all;
}

enum status
run(struct pollset *set, struct processes *processes,
    const struct options *options)
{
	struct run run = { set, processes, options, false };

	wait_start(&run);
	if (options->all)
		return run_until_all(&run);
	if (options->monitor)
		return run_monitor(&run);
	return run_several(&run);
}

/*
 * run - see run.h
 *
 * A run has one of five policies: one poll, several (-c), until all have been
 * ready (-a), as long as there is change (-m, in monitor.c), or the long listing
 * (-l, in listing.c).
 */
#include "run/run.h"
#include "lib/deadline.h"
#include "base/host.h"
#include "view/listing.h"
#include "base/message.h"
#include "run/monitor.h"
#include "run/operand.h"
#include "run/report.h"
#include "run/wait.h"

/* Waits for one poll, and gathers what it has to say. */
static enum status
poll_once(struct run *run, int timeout_ms, struct text *lines)
{
	text_start(lines);
	if (wait_for(run, timeout_ms) < 0)
		return STATUS_ERROR;
	if (run->options->quiet)
		return report_verdict(&run->set);
	for (const struct pollfd *ready = pollset_next(&run->set, NULL);
	     ready != NULL; ready = pollset_next(&run->set, ready))
		if (wait_append(run, lines, ready) < 0)
			return STATUS_ERROR;
	return report_verdict(&run->set);
}

static void
leave(struct run *run, int fd)
{
	pollset_unregister(&run->set, fd);
	processes_forget(&run->processes, fd);
}

/* Takes out what would make each following poll return at once. */
static void
retire(struct run *run)
{
	for (const struct pollfd *ready = pollset_next(&run->set, NULL);
	     ready != NULL; ready = pollset_next(&run->set, ready))
		if (wait_end_of(run, ready) != NOT_AT_END)
			leave(run, ready->fd);
}

/* -c, of which a single poll is the plainest case. */
static enum status
run_several(struct run *run)
{
	int count = run->options->count;

	for (int polls = 1;; polls++) {
		struct text lines;
		enum status status = poll_once(run, run->options->timeout_ms,
		                               &lines);

		/* After the last poll there is none that it would hasten. */
		if (polls != count)
			retire(run);
		if (wait_print(run, &lines) < 0)
			return STATUS_ERROR;
		if (status == STATUS_TIMEOUT || status == STATUS_ERROR
		    || polls == count || wait_is_over(run)
		    || pollset_count(&run->set) == 0)
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
	for (size_t i = 0; i < run->set.used; i++) {
		if (i > 0)
			text_string(&names, " ");
		report_append_target(&names, &run->processes,
		                     run->set.entries[i].fd);
	}
	message("timed out; not ready: %.*s", (int)names.length,
	        text_bytes(&names));
	text_free(&names);
}

/* Takes out all that is ready.  Whether there was an unasked nval. */
static bool
leave_ready(struct run *run)
{
	bool any_nval = false;

	for (const struct pollfd *ready = pollset_next(&run->set, NULL);
	     ready != NULL; ready = pollset_next(&run->set, ready)) {
		any_nval |= report_is_unasked_nval(ready);
		leave(run, ready->fd);
	}
	return any_nval;
}

/* -a: each leaves with its first report. */
static enum status
run_until_all(struct run *run)
{
	int timeout_ms = run->options->timeout_ms;
	deadline when = timeout_ms == 0 ? DEADLINE_PASSED
	                                : deadline_in(timeout_ms);
	enum status all = STATUS_READY;

	do {
		struct text lines;
		enum status status = poll_once(run, deadline_left(when), &lines);

		if (status == STATUS_TIMEOUT && !run->options->quiet)
			name_the_missing(run);
		if (leave_ready(run))
			all = STATUS_NOTHING;
		if (wait_print(run, &lines) < 0)
			return STATUS_ERROR;
		if (status == STATUS_TIMEOUT || status == STATUS_ERROR)
			return status;
	} while (pollset_count(&run->set) > 0 && !wait_is_over(run));
	return all;
}

/* The operands name nothing: 3- where nothing is open from 3 up. */
static enum status
run_nothing(const struct run *run)
{
	if (!run->options->quiet)
		message("%s: nothing is open there, and so there is nothing to "
		        "wait for", run->options->operands[0]);
	return STATUS_NOTHING;
}

static enum status
run_policy(struct run *run)
{
	if (run->options->array != NULL)
		host_array->empty(run->options->array);
	wait_watch_reader(run);
	if (run->options->list)
		return run_listing(run);
	if (pollset_count(&run->set) == 0)
		return run_nothing(run);
	if (run->options->all)
		return run_until_all(run);
	if (run->options->monitor)
		return run_monitor(run);
	return run_several(run);
}

enum status
run(const struct options *options)
{
	struct run run;
	enum status status = STATUS_ERROR;

	wait_start(&run, options);
	if (operand_register_all(&run) == 0)
		status = run_policy(&run);
	wait_end(&run);
	return status;
}

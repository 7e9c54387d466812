/*
 * wait - see wait.h
 */
#include "run/wait.h"
#include "lib/deadline.h"
#include "base/host.h"
#include "linux/limit.h"
#include "base/message.h"
#include "base/output.h"
#include "base/reader.h"
#include "run/report.h"

#include <errno.h>
#include <unistd.h>

void
wait_start(struct run *run, const struct options *options)
{
	run->options = options;
	pollset_start(&run->set);
	processes_start(&run->processes);
	other_start(&run->other);
	hints_start(&run->hints);
	run->watches_reader = false;
}

void
wait_end(struct run *run)
{
	hints_end(&run->hints);
	other_end(&run->other);
	processes_end(&run->processes);
	pollset_end(&run->set);
}

static bool
is_other(const struct run *run)
{
	return run->other.pid != 0;
}

/* Whether there is a reader who is printed to. */
static bool
prints(const struct run *run)
{
	return !run->options->quiet && run->options->array == NULL;
}

void
wait_watch_reader(struct run *run)
{
	run->watches_reader = prints(run)
	                      && run->options->timeout_ms != 0
	                      && (is_other(run)
	                          || !pollset_has(&run->set, STDOUT_FILENO))
	                      && limit_has_room(pollset_count(&run->set) + 1)
	                      && reader_is_visible();
}

/*
 * The kernel's further bits on a process's descriptor only tell whether its
 * parent has collected it.
 */
static void
plain_reports(struct run *run)
{
	if (run->processes.count == 0)
		return;
	for (size_t i = 0; i < run->set.used; i++) {
		struct pollfd *entry = &run->set.entries[i];

		if (entry->revents != 0
		    && processes_find(&run->processes, entry->fd) != 0)
			entry->revents = POLLIN;
	}
}

/*
 * Adds, behind all others, what ends a wait besides: the reader's leaving, and
 * the end of the process that is looked at, which brings the next look forward.
 */
static int
add_watches(const struct run *run, struct pollset *own)
{
	if (run->watches_reader && pollset_register(own, STDOUT_FILENO, 0) < 0)
		return -1;
	if (is_other(run) && run->other.pidfd >= 0 && !run->other.has_ended)
		return pollset_register(own, run->other.pidfd, POLLIN);
	return 0;
}

static void
remove_watches(const struct run *run, struct pollset *own)
{
	if (run->watches_reader)
		pollset_unregister(own, STDOUT_FILENO);
	if (is_other(run))
		pollset_unregister(own, run->other.pidfd);
}

static bool
reader_has_left(const struct run *run, const struct pollset *own)
{
	if (!run->watches_reader)
		return false;
	for (const struct pollfd *ready = pollset_next(own, NULL);
	     ready != NULL; ready = pollset_next(own, ready))
		if (ready->fd == STDOUT_FILENO)
			return true;
	return false;
}

/* For few descriptors the limit has not been asked for; see limit.h. */
static int
poll_within_limit(struct pollset *own, int timeout_ms)
{
	int ready = host_poll(own, timeout_ms);

	if (ready >= 0 || errno != EINVAL)
		return ready;
	limit_raise_fully();
	return host_poll(own, timeout_ms);
}

int
wait_on(const struct run *run, struct pollset *own, int timeout_ms)
{
	bool has_left = false;
	int ready = add_watches(run, own);

	if (ready == 0)
		ready = poll_within_limit(own, timeout_ms);
	if (ready < 0 && errno != EINTR)
		message_errno("poll");
	if (ready > 0)
		has_left = reader_has_left(run, own);
	remove_watches(run, own);
	if (has_left)
		reader_is_gone();
	return has_left ? -1 : ready;
}

/* Waits for the next look, which the end of a pid:N does not wait for. */
static int
wait_for_look(const struct run *run, int timeout_ms)
{
	struct pollset own;
	int result = 0;

	pollset_start(&own);
	for (size_t i = 0; i < run->processes.count && result == 0; i++)
		result = pollset_register(&own, run->processes.list[i].fd, POLLIN);
	if (result < 0)
		message_errno("waiting");
	else
		result = wait_on(run, &own, timeout_ms);
	pollset_end(&own);
	return result;
}

/* Looks, and looks again, and once more when the time is over. */
static int
look_until_ready(struct run *run, int timeout_ms)
{
	deadline when = timeout_ms == 0 ? DEADLINE_PASSED
	                                : deadline_in(timeout_ms);

	for (;;) {
		int left_ms = deadline_left(when);
		int interval_ms = run->options->interval_ms;
		int ready;

		/* Also a run whose looks always find something. */
		if (host_ends_by_signal())
			return -1;
		ready = other_look(&run->other, &run->set, &run->processes);
		if (ready != 0 || left_ms == 0)
			return ready;
		other_release(&run->other);
		if (left_ms > 0 && left_ms < interval_ms)
			interval_ms = left_ms;
		if (wait_for_look(run, interval_ms) < 0)
			return -1;
	}
}

int
wait_for(struct run *run, int timeout_ms)
{
	int ready = is_other(run) ? look_until_ready(run, timeout_ms)
	                          : wait_on(run, &run->set, timeout_ms);

	if (ready > 0)
		plain_reports(run);
	return ready;
}

int
wait_pause(const struct run *run, int ms)
{
	struct pollset nothing;
	int result;

	if (ms == 0)
		return 0;
	pollset_start(&nothing);
	result = wait_on(run, &nothing, ms);
	pollset_end(&nothing);
	return result;
}

int
wait_descriptor(const struct run *run, const struct pollfd *entry)
{
	if (is_other(run))
		return other_duplicate(&run->other,
		                       (size_t)(entry - run->set.entries));
	return entry->fd;
}

enum descriptor_end
wait_end_of(const struct run *run, const struct pollfd *entry)
{
	if (entry->revents == 0)
		return NOT_AT_END;
	if (processes_find(&run->processes, entry->fd) != 0)
		return AT_THE_END;
	return descriptor_end(wait_descriptor(run, entry), entry->revents);
}

bool
wait_is_over(const struct run *run)
{
	return run->other.is_over;
}

void
wait_release(struct run *run)
{
	if (is_other(run))
		other_release(&run->other);
}

int
wait_append(struct run *run, struct text *lines, const struct pollfd *entry)
{
	report_append(lines, &run->processes, entry);
	if (!report_is_unasked_nval(entry)
	    || hints_note(&run->hints, entry) == 0)
		return 0;
	message_errno("%d", entry->fd);
	return -1;
}

static int
print(const struct text *lines)
{
	int result = output_write(lines);

	if (result < 0)
		reader_explain();
	return result;
}

static int
fill_array(const char *name, struct text *lines)
{
	char *string = text_terminate(lines);

	if (string == NULL) {
		message_errno("-A %s", name);
		return -1;
	}
	host_array->fill(name, string);
	return 0;
}

int
wait_print(struct run *run, struct text *lines)
{
	const char *array = run->options->array;
	int result;

	wait_release(run);
	result = array == NULL ? print(lines) : fill_array(array, lines);
	text_free(lines);
	if (result == 0)
		hints_tell(&run->hints, &run->other);
	return result;
}

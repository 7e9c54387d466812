/*
 * monitor - see monitor.h
 *
 * A busy descriptor is always ready, and waiting for it would be spinning.  So a
 * run alternates: a look at everything, and then a wait for what the look did
 * not report: the requested bits that are not there yet wake it at once, those
 * that are there are looked at again when the interval is over.  err, hup and
 * nval cannot be masked; what reports one of them is only looked at.
 *
 * Nothing leaves the set, so a place in its array is the same in every look.
 */
#include "run/monitor.h"
#include "lib/deadline.h"
#include "base/message.h"
#include "run/report.h"

#include <stdlib.h>

#define UNMASKABLE (POLLERR | POLLHUP | POLLNVAL)

/* Where set.entries[i] reported last[i] in the look before. */
struct monitor {
	struct run *run;
	short *last;
	size_t count;
};

/* Appends a line for each change, and says what the printed ones amount to. */
static enum status
append_changes(struct monitor *monitor, struct text *lines)
{
	enum status status = STATUS_TIMEOUT;

	for (size_t i = 0; i < monitor->count; i++) {
		const struct pollfd *entry = &monitor->run->set.entries[i];

		if (entry->revents == monitor->last[i])
			continue;
		monitor->last[i] = entry->revents;
		if (wait_append(monitor->run, lines, entry) < 0)
			return STATUS_ERROR;
		if (!report_is_unasked_nval(entry))
			status = STATUS_READY;
		else if (status == STATUS_TIMEOUT)
			status = STATUS_NOTHING;
	}
	return status;
}

/* Whether no descriptor can change any more. */
static bool
all_over(const struct monitor *monitor)
{
	for (size_t i = 0; i < monitor->count; i++)
		if (wait_end_of(monitor->run, &monitor->run->set.entries[i])
		    != AT_THE_END)
			return false;
	return true;
}

/*
 * Looks once, and prints what has changed.  STATUS_TIMEOUT says that nothing has;
 * *is_over, that nothing can any more.
 */
static enum status
look(struct monitor *monitor, bool *is_over)
{
	enum status status;
	struct text lines;

	if (wait_for(monitor->run, 0) < 0)
		return STATUS_ERROR;
	text_start(&lines);
	status = append_changes(monitor, &lines);
	*is_over = all_over(monitor);
	if (wait_print(monitor->run, &lines) < 0)
		return STATUS_ERROR;
	return status;
}

/* Whether an entry is only looked at, since waiting for it would be spinning. */
static bool
is_only_looked_at(const struct run *run, const struct pollfd *entry)
{
	if (processes_find(&run->processes, entry->fd) != 0)
		return entry->revents != 0;
	return run->other.pid != 0 || (entry->revents & UNMASKABLE) != 0;
}

/* Registers what the last look did not report, to be woken by it. */
static int
register_missing(const struct monitor *monitor, struct pollset *missing)
{
	for (size_t i = 0; i < monitor->count; i++) {
		const struct pollfd *entry = &monitor->run->set.entries[i];
		short events = (short)(entry->events & ~entry->revents);

		if (!is_only_looked_at(monitor->run, entry)
		    && pollset_register(missing, entry->fd, events) < 0) {
			message_errno("waiting");
			return -1;
		}
	}
	return 0;
}

/* Whether there is something that no wait tells of, but the next look. */
static bool
needs_looks(const struct monitor *monitor)
{
	if (monitor->run->other.pid != 0)
		return true;
	for (size_t i = 0; i < monitor->count; i++)
		if (monitor->run->set.entries[i].revents != 0)
			return true;
	return false;
}

/* Waits for a change, for the next look, or for the end of the quiet time. */
static int
wait_for_change(const struct monitor *monitor, int timeout_ms)
{
	int interval_ms = monitor->run->options->interval_ms;
	struct pollset missing;
	int result;

	if (needs_looks(monitor) && (timeout_ms < 0 || timeout_ms > interval_ms))
		timeout_ms = interval_ms;
	pollset_start(&missing);
	result = register_missing(monitor, &missing);
	if (result == 0)
		result = wait_on(monitor->run, &missing, timeout_ms);
	pollset_end(&missing);
	return result;
}

static enum status
watch(struct monitor *monitor)
{
	const struct options *options = monitor->run->options;
	deadline quiet_end = deadline_in(options->timeout_ms);
	bool was_over = false;
	int printed = 0;

	for (;;) {
		int left_ms = deadline_left(quiet_end);
		bool is_over = false;
		enum status status = look(monitor, &is_over);

		if (status == STATUS_ERROR)
			return status;
		if (status != STATUS_TIMEOUT) {
			if (options->count > 0 && ++printed == options->count)
				return status;
			left_ms = options->timeout_ms;
			quiet_end = deadline_in(left_ms);
		}
		/*
		 * What was there at the poll, and was read before the question
		 * how much is left, has yet to show as a change.
		 */
		if (wait_is_over(monitor->run)
		    || (is_over && was_over && status == STATUS_TIMEOUT))
			return report_verdict(&monitor->run->set);
		was_over = is_over;
		if (is_over)
			continue;
		if (left_ms == 0)
			return STATUS_TIMEOUT;
		if (wait_for_change(monitor, left_ms) < 0)
			return STATUS_ERROR;
	}
}

enum status
run_monitor(struct run *run)
{
	struct monitor monitor = { run, NULL, pollset_count(&run->set) };
	enum status status;

	monitor.last = calloc(monitor.count, sizeof *monitor.last);
	if (monitor.last == NULL) {
		message_errno("starting");
		return STATUS_ERROR;
	}
	status = watch(&monitor);
	free(monitor.last);
	return status;
}

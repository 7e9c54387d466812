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
#include "monitor.h"
#include "deadline.h"
#include "descriptor.h"
#include "message.h"
#include "output.h"
#include "report.h"

#include <stdlib.h>

#define UNMASKABLE (POLLERR | POLLHUP | POLLNVAL)

/* Where set->entries[i] reported last[i] in the look before. */
struct monitor {
	const struct run *run;
	short *last;
	size_t count;
};

/* Appends a line for each change, and says what the printed ones amount to. */
static enum status
append_changes(struct monitor *monitor, struct text *lines)
{
	enum status status = STATUS_NOTHING;

	for (size_t i = 0; i < monitor->count; i++) {
		const struct pollfd *entry = &monitor->run->set->entries[i];

		if (entry->revents == monitor->last[i])
			continue;
		monitor->last[i] = entry->revents;
		report_append(lines, monitor->run->processes, entry);
		if (!report_is_unasked_nval(entry))
			status = STATUS_READY;
	}
	return status;
}

/* Looks once.  STATUS_TIMEOUT says that nothing has changed. */
static enum status
look(struct monitor *monitor)
{
	enum status status;
	struct text lines;

	if (wait_for(monitor->run, monitor->run->set, 0) < 0)
		return STATUS_ERROR;
	text_start(&lines);
	status = append_changes(monitor, &lines);
	if (lines.length == 0 && !lines.failed)
		status = STATUS_TIMEOUT;
	else if (output_write(&lines) < 0)
		status = STATUS_ERROR;
	text_free(&lines);
	return status;
}

/* Whether it stands for a process that has ended, which hups unasked too. */
static bool
has_ended(const struct monitor *monitor, const struct pollfd *entry)
{
	return entry->revents != 0
	       && processes_find(monitor->run->processes, entry->fd) != 0;
}

/* Whether no descriptor can change any more; *status is then the run's. */
static bool
all_over(const struct monitor *monitor, enum status *status)
{
	*status = STATUS_NOTHING;
	for (size_t i = 0; i < monitor->count; i++) {
		const struct pollfd *entry = &monitor->run->set->entries[i];

		if (!has_ended(monitor, entry)
		    && !descriptor_is_at_last_end(entry->fd, entry->revents))
			return false;
		if (!report_is_unasked_nval(entry))
			*status = STATUS_READY;
	}
	return true;
}

/* Registers what the last look did not report, to be woken by it. */
static int
register_missing(const struct monitor *monitor, struct pollset *missing,
                 bool *is_busy)
{
	*is_busy = false;
	for (size_t i = 0; i < monitor->count; i++) {
		const struct pollfd *entry = &monitor->run->set->entries[i];
		short report = monitor->last[i];
		short events = (short)(entry->events & ~report);

		if (report != 0)
			*is_busy = true;
		if ((report & UNMASKABLE) != 0 || has_ended(monitor, entry))
			continue;
		if (pollset_register(missing, entry->fd, events) < 0) {
			message_errno("waiting");
			return -1;
		}
	}
	return 0;
}

/* Waits for a change, for the next look, or for the end of the quiet time. */
static int
wait_for_change(const struct monitor *monitor, deadline quiet_end)
{
	int timeout_ms = deadline_left(quiet_end);
	int interval_ms = monitor->run->options->interval_ms;
	struct pollset missing;
	bool is_busy;
	int result;

	pollset_start(&missing);
	result = register_missing(monitor, &missing, &is_busy);
	if (is_busy && (timeout_ms < 0 || timeout_ms > interval_ms))
		timeout_ms = interval_ms;
	if (result == 0)
		result = wait_for(monitor->run, &missing, timeout_ms);
	pollset_end(&missing);
	return result;
}

static enum status
watch(struct monitor *monitor)
{
	const struct options *options = monitor->run->options;
	deadline quiet_end = deadline_in(options->timeout_ms);
	int printed = 0;

	for (;;) {
		enum status status = look(monitor);
		enum status last_status;

		if (status == STATUS_ERROR)
			return status;
		if (status != STATUS_TIMEOUT) {
			if (options->count > 0 && ++printed == options->count)
				return status;
			quiet_end = deadline_in(options->timeout_ms);
		}
		if (all_over(monitor, &last_status))
			return last_status;
		if (options->timeout_ms == 0
		    || (status == STATUS_TIMEOUT && deadline_left(quiet_end) == 0))
			return STATUS_TIMEOUT;
		if (wait_for_change(monitor, quiet_end) < 0)
			return STATUS_ERROR;
	}
}

enum status
run_monitor(const struct run *run)
{
	struct monitor monitor = { run, NULL, pollset_count(run->set) };
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

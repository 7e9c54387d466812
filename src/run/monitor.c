/*
 * monitor - the run that stays, and prints a line when a report changes (-m)
 *
 * A busy descriptor is always ready: to wait for it would use all processor time.  So
 * the run alternates between a look at everything and a wait for the bits that the look
 * did not report: requested bits that are missing wake it at once, bits that are there
 * are looked at again after the interval.  An entry with err, hup or nval, which cannot
 * be masked, is only looked at.
 *
 * Nothing leaves the set, so the places of its entries stay.
 */
#include "run/monitor.h"
#include "base/message.h"
#include "lib/deadline.h"
#include "run/report.h"
#include "run/subject.h"

#include <stdlib.h>

#define UNMASKABLE (POLLERR | POLLHUP | POLLNVAL)

struct monitor {
	struct run *run;
	short *last;            /* the reports of the look before, by place */
};

/* Append a line for each change.  Return the status of the printed reports. */
static enum status
append_changes(struct monitor *monitor, struct text *lines)
{
	const struct pollset *set = &monitor->run->set;
	const struct pollfd *entry = NULL;
	enum status status = STATUS_TIMEOUT;

	while ((entry = pollset_each(set, entry)) != NULL) {
		short *last = &monitor->last[pollset_place(set, entry)];

		if (entry->revents == *last)
			continue;
		*last = entry->revents;
		if (run_append(monitor->run, lines, entry) < 0)
			return STATUS_ERROR;
		if (!report_is_unasked_nval(entry))
			status = STATUS_READY;
		else if (status == STATUS_TIMEOUT)
			status = STATUS_NOTHING;
	}
	return status;
}

/* Return true if no entry can change any more. */
static bool
all_ended(const struct monitor *monitor)
{
	const struct pollfd *entry = NULL;

	while ((entry = pollset_each(&monitor->run->set, entry)) != NULL)
		if (run_entry_end(monitor->run, entry) != AT_THE_END)
			return false;
	return true;
}

/*
 * Look once and print the changes.  Return STATUS_TIMEOUT if there are none.  Set
 * *is_final if no entry can change any more.
 */
static enum status
look(struct monitor *monitor, bool *is_final)
{
	enum status status;
	struct text lines;

	if (run_poll(monitor->run, 0) < 0)
		return STATUS_ERROR;
	text_start(&lines);
	status = append_changes(monitor, &lines);
	*is_final = all_ended(monitor);
	if (run_print(monitor->run, &lines) < 0)
		return STATUS_ERROR;
	return status;
}

/* Return true for an entry for which a wait would return at once. */
static bool
is_only_looked_at(const struct run *run, const struct pollfd *entry)
{
	if (entries_find(&run->entries, entry->fd).kind->is_own)
		return entry->revents != 0;
	return !run->subject->can_wait || (entry->revents & UNMASKABLE) != 0;
}

/* Register the bits that the last look did not report. */
static int
register_missing(const struct monitor *monitor, struct pollset *missing)
{
	const struct pollfd *entry = NULL;

	while ((entry = pollset_each(&monitor->run->set, entry)) != NULL) {
		short events = (short)(entry->events & ~entry->revents);

		if (!is_only_looked_at(monitor->run, entry)
		    && pollset_register(missing, entry->fd, events) < 0) {
			message_errno("waiting");
			return -1;
		}
	}
	return 0;
}

/* Return true if a change may come that only a look can show. */
static bool
needs_looks(const struct run *run)
{
	return !run->subject->can_wait || pollset_next(&run->set, NULL) != NULL;
}

/* Wait for a change, for the next look, or for the end of the quiet time. */
static int
wait_for_change(const struct monitor *monitor, int timeout_ms)
{
	int interval_ms = monitor->run->options->interval_ms;
	struct pollset missing;
	int result;

	if (needs_looks(monitor->run)
	    && (timeout_ms < 0 || timeout_ms > interval_ms))
		timeout_ms = interval_ms;
	pollset_start(&missing);
	result = register_missing(monitor, &missing);
	if (result == 0)
		result = run_sleep_own(monitor->run, &missing, timeout_ms);
	pollset_end(&missing);
	return result;
}

static enum status
watch(struct monitor *monitor)
{
	const struct options *options = monitor->run->options;
	deadline quiet_end = deadline_in(options->timeout_ms);
	bool was_final = false;
	int printed = 0;

	for (;;) {
		int left_ms = deadline_left(quiet_end);
		bool is_final = false;
		enum status status = look(monitor, &is_final);

		if (status == STATUS_ERROR)
			return status;
		if (status != STATUS_TIMEOUT) {
			if (options->count > 0 && ++printed == options->count)
				return status;
			left_ms = options->timeout_ms;
			quiet_end = deadline_in(left_ms);
		}
		/*
		 * Data may be read between poll(2) and FIONREAD, and the end then
		 * seems final too early.  Believe it only if the next look agrees.
		 */
		if (run_is_over(monitor->run)
		    || (is_final && was_final && status == STATUS_TIMEOUT))
			return report_status(&monitor->run->set);
		was_final = is_final;
		if (is_final)
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
	struct monitor monitor = { .run = run };
	enum status status;

	monitor.last = calloc(pollset_count(&run->set),
	                      sizeof *monitor.last);
	if (monitor.last == NULL) {
		message_errno("starting");
		return STATUS_ERROR;
	}
	status = watch(&monitor);
	free(monitor.last);
	return status;
}

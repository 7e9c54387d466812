/*
 * report - the line of a ready entry, and the status that reports amount to
 */
#include "run/report.h"
#include "cli/event.h"

void
report_append_events(struct text *text, short report)
{
	if (report == 0)
		text_string(text, "-");
	else
		event_append(text, report, ",");
}

void
report_append(struct text *text, const struct entries *entries,
              const struct pollfd *ready)
{
	struct entry entry = entries_find(entries, ready->fd);

	entry.kind->append_target(text, entry.value);
	text_byte(text, ' ');
	report_append_events(text, ready->revents);
	text_byte(text, '\n');
}

bool
report_is_unasked_nval(const struct pollfd *ready)
{
	return ready->revents == POLLNVAL && (ready->events & POLLNVAL) == 0;
}

enum status
report_status(const struct pollset *set)
{
	const struct pollfd *ready = pollset_next(set, NULL);

	if (ready == NULL)
		return STATUS_TIMEOUT;
	for (; ready != NULL; ready = pollset_next(set, ready))
		if (!report_is_unasked_nval(ready))
			return STATUS_READY;
	return STATUS_NOTHING;
}

/*
 * report - see report.h
 */
#include "run/report.h"
#include "cli/event.h"

void
report_append_target(struct text *text, const struct processes *processes,
                     int fd)
{
	int pid = processes_find(processes, fd);

	if (pid != 0)
		text_string(text, "pid:");
	text_decimal(text, (unsigned)(pid != 0 ? pid : fd));
}

void
report_append_events(struct text *text, short report)
{
	if (report == 0)
		text_string(text, "-");
	else
		event_append(text, report);
}

void
report_append(struct text *text, const struct processes *processes,
              const struct pollfd *ready)
{
	report_append_target(text, processes, ready->fd);
	text_string(text, " ");
	report_append_events(text, ready->revents);
	text_string(text, "\n");
}

bool
report_is_unasked_nval(const struct pollfd *ready)
{
	return ready->revents == POLLNVAL && (ready->events & POLLNVAL) == 0;
}

enum status
report_verdict(const struct pollset *set)
{
	const struct pollfd *ready = pollset_next(set, NULL);

	if (ready == NULL)
		return STATUS_TIMEOUT;
	for (; ready != NULL; ready = pollset_next(set, ready))
		if (!report_is_unasked_nval(ready))
			return STATUS_READY;
	return STATUS_NOTHING;
}

/*
 * report - see report.h
 */
#include "report.h"
#include "event.h"

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
report_append(struct text *text, const struct processes *processes,
              const struct pollfd *ready)
{
	report_append_target(text, processes, ready->fd);
	text_string(text, " ");
	if (ready->revents == 0)
		text_string(text, "-");
	else
		event_append(text, ready->revents);
	text_string(text, "\n");
}

bool
report_is_unasked_nval(const struct pollfd *ready)
{
	return ready->revents == POLLNVAL && (ready->events & POLLNVAL) == 0;
}

/*
 * report - see report.h
 */
#include "report.h"
#include "event.h"

void
report_append(struct text *text, const struct pollfd *ready)
{
	text_decimal(text, (unsigned)ready->fd);
	text_string(text, " ");
	event_append(text, ready->revents);
	text_string(text, "\n");
}

bool
report_is_unasked_nval(const struct pollfd *ready)
{
	return ready->revents == POLLNVAL && (ready->events & POLLNVAL) == 0;
}

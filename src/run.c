/*
 * run - see run.h
 */
#include "run.h"
#include "message.h"
#include "output.h"
#include "report.h"

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

static int
print_ready(const struct pollset *set)
{
	struct text lines;
	int result;

	text_start(&lines);
	for (const struct pollfd *ready = pollset_next(set, NULL);
	     ready != NULL; ready = pollset_next(set, ready))
		report_append(&lines, ready);
	result = output_write(&lines);
	text_free(&lines);
	return result;
}

enum status
run(struct pollset *set, const struct options *options)
{
	if (pollset_poll(set, options->timeout_ms, NULL) < 0) {
		message_errno("poll");
		return STATUS_ERROR;
	}
	if (!options->quiet && print_ready(set) < 0)
		return STATUS_ERROR;
	return verdict(set);
}

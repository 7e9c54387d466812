/*
 * several - the plain run of one poll, and -c
 */
#include "run/several.h"
#include "run/report.h"

enum status
run_poll_once(struct run *run, int timeout_ms, struct text *lines)
{
	text_start(lines);
	if (run_poll(run, timeout_ms) < 0)
		return STATUS_ERROR;
	if (options_has(run->options, 'q'))
		return report_status(&run->set);
	for (const struct pollfd *ready = pollset_next(&run->set, NULL);
	     ready != NULL; ready = pollset_next(&run->set, ready))
		if (run_append(run, lines, ready) < 0)
			return STATUS_ERROR;
	return report_status(&run->set);
}

void
run_retire(struct run *run, int fd)
{
	(void)pollset_unregister(&run->set, fd);
	entries_forget(&run->entries, fd);
}

/* Take out the entries that would make each following poll return at once. */
static void
retire_ended(struct run *run)
{
	for (const struct pollfd *ready = pollset_next(&run->set, NULL);
	     ready != NULL; ready = pollset_next(&run->set, ready))
		if (run_entry_end(run, ready) != NOT_AT_END)
			run_retire(run, ready->fd);
}

enum status
run_several(struct run *run)
{
	int count = run->options->count;

	for (int polls = 1;; polls++) {
		struct text lines;
		enum status status = run_poll_once(run, run->options->timeout_ms,
		                                   &lines);

		/* The last poll has no following one. */
		if (polls != count)
			retire_ended(run);
		if (run_print(run, &lines) < 0)
			return STATUS_ERROR;
		if (status == STATUS_TIMEOUT || status == STATUS_ERROR
		    || polls == count || run_is_over(run)
		    || pollset_count(&run->set) == 0)
			return status;
		if (run_pause(run, run->options->interval_ms) < 0)
			return STATUS_ERROR;
		/* A run without end does not count. */
		if (count == 0)
			polls = 0;
	}
}

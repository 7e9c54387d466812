/*
 * all - the run that waits until every entry has been ready once (-a)
 */
#include "run/all.h"
#include "base/message.h"
#include "lib/deadline.h"
#include "run/report.h"
#include "run/several.h"

static void
name_the_missing(const struct run *run)
{
	const struct pollfd *missing = NULL;
	struct text line;

	text_start(&line);
	text_string(&line, "timed out; not ready:");
	while ((missing = pollset_each(&run->set, missing)) != NULL) {
		struct entry entry = entries_find(&run->entries, missing->fd);

		text_string(&line, " ");
		entry.kind->append_target(&line, entry.value);
	}
	message_text(&line);
	text_free(&line);
}

/* Take all ready entries out.  Return true if one was an unasked nval. */
static bool
retire_ready(struct run *run)
{
	bool any_nval = false;

	for (const struct pollfd *ready = pollset_next(&run->set, NULL);
	     ready != NULL; ready = pollset_next(&run->set, ready)) {
		any_nval |= report_is_unasked_nval(ready);
		run_retire(run, ready->fd);
	}
	return any_nval;
}

enum status
run_until_all(struct run *run)
{
	int timeout_ms = run->options->timeout_ms;
	deadline when = timeout_ms == 0 ? DEADLINE_PASSED
	                                : deadline_in(timeout_ms);
	enum status all = STATUS_READY;

	do {
		struct text lines;
		enum status status = run_poll_once(run, deadline_left(when),
		                                   &lines);

		if (status == STATUS_TIMEOUT && !options_has(run->options, 'q'))
			name_the_missing(run);
		if (retire_ready(run))
			all = STATUS_NOTHING;
		if (run_print(run, &lines) < 0)
			return STATUS_ERROR;
		if (status == STATUS_TIMEOUT || status == STATUS_ERROR)
			return status;
	} while (pollset_count(&run->set) > 0 && !run_is_over(run));
	return all;
}

/*
 * run - one execution of the command: its set, its polls, its lines
 */
#include "run/run.h"
#include "base/host.h"
#include "base/message.h"
#include "base/output.h"
#include "lib/deadline.h"
#include "linux/limit.h"
#include "run/register.h"
#include "run/report.h"
#include "run/subject.h"

#include <errno.h>
#include <unistd.h>

void
run_start(struct run *run, const struct options *options)
{
	run->options = options;
	pollset_start(&run->set);
	entries_start(&run->entries);
	run->subject = NULL;
	target_start(&run->target);
	pollset_start(&run->unasked);
	hints_start(&run->hints);
	run->names_output = false;
	run->watch = WATCH_UNDECIDED;
}

void
run_end(struct run *run)
{
	hints_end(&run->hints);
	pollset_end(&run->unasked);
	target_close(&run->target);
	entries_end(&run->entries);
	pollset_end(&run->set);
}

/* Return true if lines go to standard output. */
static bool
prints(const struct run *run)
{
	return !options_has(run->options, 'q') && run->options->array == NULL;
}

/*
 * Decide at the first sleep to watch the reader of standard output, where options, operands
 * and limit allow it.  A run that never sleeps is spared the calls.
 */
static void
decide_watch(struct run *run)
{
	if (run->watch != WATCH_UNDECIDED)
		return;
	run->watch = prints(run) && run->options->timeout_ms != 0
	             && !run->names_output
	             && limit_raise(pollset_count(&run->set) + 1) == 0
	             && output_may_lose_reader() ? WATCH_READER : WATCH_NOTHING;
}

/* Show the reports of entries that pollwait opened as their kinds have it. */
static void
convert_reports(struct run *run)
{
	const struct pollfd *ready = NULL;

	if (run->entries.count == 0)
		return;
	while ((ready = pollset_next(&run->set, ready)) != NULL) {
		struct entry entry = entries_find(&run->entries, ready->fd);

		pollset_report(&run->set, ready, entry.kind->report(ready->revents));
	}
}

/* The end of the target process brings the next look forward. */
static bool
watches_target(const struct run *run)
{
	return run->target.pidfd >= 0 && !run->target.has_ended;
}

/* Add, behind all others, the descriptors that end every sleep. */
static int
add_watches(const struct run *run, struct pollset *own)
{
	if (run->watch == WATCH_READER
	    && pollset_register(own, STDOUT_FILENO, 0) < 0)
		return -1;
	return watches_target(run)
	       ? pollset_register(own, run->target.pidfd, POLLIN) : 0;
}

static void
remove_watches(const struct run *run, struct pollset *own)
{
	if (run->watch == WATCH_READER)
		(void)pollset_unregister(own, STDOUT_FILENO);
	if (watches_target(run))
		(void)pollset_unregister(own, run->target.pidfd);
}

static bool
reader_has_left(const struct run *run, const struct pollset *own)
{
	const struct pollfd *entry;

	if (run->watch != WATCH_READER)
		return false;
	entry = pollset_find(own, STDOUT_FILENO);
	return entry != NULL && entry->revents != 0;
}

/* Look once.  The limit was not checked for few descriptors, see linux/limit.h. */
static int
look_within_limit(struct pollset *own)
{
	int ready = host_poll(own, 0);

	if (ready >= 0 || errno != EINVAL || limit_raise(LIMIT_HIGHEST) < 0)
		return ready;
	return host_poll(own, 0);
}

/* Sleep with the watches, or without that of the reader where the limit has no room for it. */
static int
sleep_with_watches(struct run *run, struct pollset *own, int timeout_ms)
{
	int ready = add_watches(run, own);

	if (ready == 0)
		ready = host_sleep(own, timeout_ms);
	if (ready >= 0 || errno != EINVAL || run->watch != WATCH_READER)
		return ready;
	(void)pollset_unregister(own, STDOUT_FILENO);
	run->watch = WATCH_NOTHING;
	return host_sleep(own, timeout_ms);
}

/* Sleep with the watches.  Set *has_left if descriptor 1 has reported. */
static int
sleep_watched(struct run *run, struct pollset *own, int timeout_ms, bool *has_left)
{
	int ready = sleep_with_watches(run, own, timeout_ms);

	if (ready < 0 && errno != EINTR)
		message_errno("poll");
	*has_left = ready > 0 && reader_has_left(run, own);
	remove_watches(run, own);
	return ready;
}

int
run_sleep_own(struct run *run, struct pollset *own, int timeout_ms)
{
	deadline when;
	bool has_left;
	int ready;

	decide_watch(run);
	when = run->watch == WATCH_READER ? deadline_in(timeout_ms)
	                                  : DEADLINE_PASSED;
	ready = sleep_watched(run, own, timeout_ms, &has_left);
	if (!has_left)
		return ready;
	if (output_lost_reader())
		return -1;
	/* A write would succeed, or fail for another reason: go on without a watch. */
	run->watch = WATCH_NOTHING;
	ready--;
	return ready > 0 ? ready : sleep_watched(run, own, deadline_left(when),
	                                         &has_left);
}

/* Explain a look that failed, from errno, unless a signal has ended it. */
static void
explain(struct run *run)
{
	int error = errno;

	if (error == EINTR || (error == EINVAL && register_exceeds_limit(run)))
		return;
	errno = error;
	message_errno("poll");
}

int
run_poll_own(struct run *run, struct pollset *own, int timeout_ms)
{
	int ready = look_within_limit(own);

	if (ready < 0)
		explain(run);
	return ready != 0 || timeout_ms == 0
	       ? ready : run_sleep_own(run, own, timeout_ms);
}

int
run_poll(struct run *run, int timeout_ms)
{
	int ready = run->subject->poll(run, timeout_ms);

	if (ready > 0)
		convert_reports(run);
	return ready;
}

int
run_pause(struct run *run, int ms)
{
	struct pollset nothing;
	int result;

	if (ms == 0)
		return 0;
	pollset_start(&nothing);
	result = run_sleep_own(run, &nothing, ms);
	pollset_end(&nothing);
	return result;
}

enum descriptor_end
run_entry_end(const struct run *run, const struct pollfd *entry)
{
	struct entry kept = entries_find(&run->entries, entry->fd);

	if (entry->revents == 0)
		return NOT_AT_END;
	return kept.kind->end(run->subject->descriptor(run, entry), entry->revents);
}

bool
run_is_over(const struct run *run)
{
	return run->target.lost_descriptors;
}

void
run_release(struct run *run)
{
	target_release(&run->target);
}

int
run_append(struct run *run, struct text *lines, const struct pollfd *entry)
{
	report_append(lines, &run->entries, entry);
	if (!report_is_unasked_nval(entry) || hints_note(run, entry) == 0)
		return 0;
	message_errno("%d", entry->fd);
	return -1;
}

static int
fill_array(const char *name, struct text *lines)
{
	char *string = text_terminate(lines);

	if (string == NULL) {
		message_errno("-A %s", name);
		return -1;
	}
	host_array->fill(name, string);
	return 0;
}

int
run_print(struct run *run, struct text *lines)
{
	const char *array = run->options->array;
	int result;

	run_release(run);
	result = array == NULL ? output_print(lines) : fill_array(array, lines);
	text_free(lines);
	if (result == 0)
		hints_tell(run);
	return result;
}

/*
 * wait - see wait.h
 */
#include "wait.h"
#include "limit.h"
#include "message.h"
#include "reader.h"

#include <unistd.h>

void
wait_start(struct run *run)
{
	run->watches_reader = !run->options->quiet
	                      && run->options->timeout_ms != 0
	                      && !pollset_has(run->set, STDOUT_FILENO)
	                      && limit_has_room(pollset_count(run->set) + 1)
	                      && reader_is_visible();
}

/*
 * The kernel's further bits on a process's descriptor only tell whether its
 * parent has collected it.
 */
static void
plain_reports(const struct run *run, struct pollset *set)
{
	if (run->processes->count == 0)
		return;
	for (size_t i = 0; i < set->used; i++)
		if (set->entries[i].revents != 0
		    && processes_find(run->processes, set->entries[i].fd) != 0)
			set->entries[i].revents = POLLIN;
}

/* Polls with the reader as one more descriptor, the last. */
static int
poll_and_watch(struct pollset *set, int timeout_ms, bool *is_gone)
{
	const struct pollfd *at = NULL;
	int ready;

	if (pollset_register(set, STDOUT_FILENO, 0) < 0)
		return -1;
	ready = pollset_poll(set, timeout_ms, NULL);
	if (ready > 0)
		while ((at = pollset_next(set, at)) != NULL)
			*is_gone = at->fd == STDOUT_FILENO;
	pollset_unregister(set, STDOUT_FILENO);
	return ready;
}

int
wait_for(const struct run *run, struct pollset *set, int timeout_ms)
{
	bool is_gone = false;
	int ready;

	if (run->watches_reader)
		ready = poll_and_watch(set, timeout_ms, &is_gone);
	else
		ready = pollset_poll(set, timeout_ms, NULL);
	if (ready < 0) {
		message_errno("poll");
		return -1;
	}
	if (is_gone) {
		reader_is_gone();
		return -1;
	}
	plain_reports(run, set);
	return ready;
}

int
wait_pause(const struct run *run, int ms)
{
	struct pollset nothing;
	int result;

	if (ms == 0)
		return 0;
	pollset_start(&nothing);
	result = wait_for(run, &nothing, ms);
	pollset_end(&nothing);
	return result;
}

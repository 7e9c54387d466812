/*
 * signals - who beside the way of a walk can wake somebody on it by a signal
 */
#include "view/signals.h"
#include "linux/children.h"
#include "linux/tracers.h"

#include <stdlib.h>

/* Return true if a thread of a process waits for a child, or a handler hears of one. */
static bool
awaits_children(const struct stop *stop)
{
	for (size_t i = 0; i < stop->rows.waits.count; i++)
		if (children_are_awaited(&stop->rows.waits.list[i]))
			return true;
	return children_are_heard(stop->pid);
}

static void
let_move(struct stop *stop, struct walk_process *process)
{
	for (size_t row = 0; row < stop->rows.count; row++)
		stop->added[row].ends |= END_UNKNOWN;
	process->can_move = true;
}

int
signals_find_tracers(struct stop *const *stops, size_t count, struct walk *walk)
{
	struct tracers tracers;
	int result = tracers_read(&tracers);

	for (size_t place = 0; place < count && tracers.is_incomplete; place++)
		if (awaits_children(stops[place]))
			let_move(stops[place], &walk->processes[place]);
	for (size_t i = 0; i < tracers.count; i++) {
		const struct tracing *tracing = &tracers.list[i];

		for (size_t place = 0; place < count; place++)
			if (!pollset_has(&walk->order, tracing->traced)
			    && tracers_is_of(tracing, stops[place]->pid)
			    && awaits_children(stops[place]))
				let_move(stops[place], &walk->processes[place]);
	}
	free(tracers.list);
	return result;
}

bool
signals_are_heard(struct stop *const *stops, size_t count, const struct walk *walk,
                  int left_out)
{
	bool is_found = false;

	for (size_t i = 0; i < count && !is_found; i++) {
		struct numbers children;

		if (children_heard(stops[i]->pid, &children) < 0)
			return true;
		for (size_t j = 0; j < children.count; j++)
			is_found |= children.list[j] != left_out
			            && !pollset_has(&walk->order, children.list[j]);
		numbers_free(&children);
	}
	return is_found;
}

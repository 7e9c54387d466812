/*
 * tracers - which processes are traced, and by whom
 */
#include "linux/tracers.h"
#include "base/array.h"
#include "linux/proc.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Return the thread that traces a process, 0 if none does, or -1 if that cannot be read. */
static int
tracer_of(int pid)
{
	struct text path;
	unsigned long long tracer;
	char *file = proc_read_whole(proc_path(&path, pid, "status", -1));
	bool is_known;

	if (file == NULL)
		return proc_is_gone(errno) ? 0 : -1;
	is_known = proc_find_number(file, "TracerPid:", 10, &tracer);
	free(file);
	return is_known ? (int)tracer : -1;
}

static int
add(struct tracers *tracers, int tracer, int traced)
{
	struct tracing *list = array_room(tracers->list, tracers->count,
	                                  &tracers->capacity, sizeof *list);

	if (list == NULL)
		return -1;
	tracers->list = list;
	list[tracers->count++] = (struct tracing){ tracer, traced };
	return 0;
}

int
tracers_read(struct tracers *tracers)
{
	struct numbers processes;
	int result = 0;

	*tracers = (struct tracers){ .list = NULL };
	if (proc_numbers("/proc", &processes) < 0)
		return -1;
	for (size_t i = 0; i < processes.count && result == 0; i++) {
		int tracer = tracer_of(processes.list[i]);

		tracers->is_incomplete |= tracer < 0;
		if (tracer > 0)
			result = add(tracers, tracer, processes.list[i]);
	}
	numbers_free(&processes);
	return result;
}

bool
tracers_is_of(const struct tracing *tracing, int pid)
{
	struct text path;

	return access(proc_path(&path, pid, "task", tracing->tracer), F_OK) == 0;
}

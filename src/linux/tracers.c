/*
 * tracers - which processes are traced, and by whom
 */
#include "linux/tracers.h"
#include "base/array.h"
#include "linux/proc.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* The thread that traces a process; 0: none, or it is not known. */
static int
tracer_of(int pid)
{
	struct text path;
	unsigned long long tracer = 0;
	char *file = proc_read_whole(proc_path(&path, pid, "status", -1));

	if (file != NULL)
		(void)proc_find_number(file, "TracerPid:", 10, &tracer);
	free(file);
	return (int)tracer;
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

	*tracers = (struct tracers){ NULL, 0, 0 };
	if (proc_numbers("/proc", &processes) < 0)
		return -1;
	for (size_t i = 0; i < processes.count && result == 0; i++) {
		int tracer = tracer_of(processes.list[i]);

		if (tracer != 0)
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

/*
 * tracers - which processes are traced, and by whom
 */
#ifndef TRACERS_H
#define TRACERS_H

#include <stdbool.h>
#include <stddef.h>

struct tracing {
	int tracer;             /* the id of a thread */
	int traced;             /* of a process */
};

struct tracers {
	struct tracing *list;
	size_t count;
	size_t capacity;
	bool is_incomplete;     /* of a process it could not be read */
};

/*
 * List all processes that are traced.  Return 0, or -1 with errno.  The caller frees
 * tracers->list.
 */
int tracers_read(struct tracers *tracers);

/* Return true if a thread of a process is the tracer. */
bool tracers_is_of(const struct tracing *tracing, int pid);

#endif

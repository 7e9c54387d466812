/*
 * pidns - the ids of a process in the pid namespaces in which it is
 */
#include "linux/pidns.h"
#include "base/number.h"
#include "linux/proc.h"

#include <stdlib.h>
#include <string.h>

int
pidns_read(int pid, const char *name, size_t place, int *id)
{
	struct text path;
	char *file = proc_read_whole(proc_path(&path, pid, "status", -1));
	const char *rest;
	size_t count = 0;

	*id = 0;
	if (file == NULL)
		return -1;
	rest = proc_find_line(file, name);
	while (rest != NULL && *rest == '\t') {
		rest++;
		if (count == place)
			*id = (int)number_of_kernel(rest, 10);
		rest += strcspn(rest, "\t\n");
		count++;
	}
	free(file);
	return (int)count;
}

/*
 * circle - the message about processes that wait for each other
 */
#include "view/circle.h"
#include "base/message.h"
#include "linux/proc.h"

#include <stdlib.h>

static void
append_process(struct text *line, int pid)
{
	char name[PROC_COMMAND_SIZE];
	ssize_t length = proc_command(pid, name);

	text_decimal(line, (unsigned)pid);
	text_string(line, " (");
	if (length < 0)
		text_string(line, "?");
	else
		text_escaped(line, name, (size_t)length, "");
	text_string(line, ")");
}

/* Name those who wait for each other. */
static void
append_circle(struct text *line, const int *ids, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			text_string(line, i + 1 < count ? ", " : " and ");
		append_process(line, ids[i]);
	}
	text_string(line, count == 1 ? " waits for itself"
	                             : " wait for each other");
}

int
circle_tell(const struct walk *walk, int pid)
{
	struct text line;
	int *ids;
	size_t count;

	if (walk_find_circle(walk, &ids, &count) < 0) {
		message_errno("-w");
		return -1;
	}
	text_start(&line);
	if (count > 0) {
		append_circle(&line, ids, count);
	} else {
		text_string(&line, "nobody can wake ");
		append_process(&line, pid);
	}
	free(ids);
	message_text(&line);
	text_free(&line);
	return 0;
}

/*
 * cells - the cells that the listing and the walk of waits have in common
 */
#include "view/cells.h"
#include "cli/event.h"
#include "run/report.h"
#include "view/peers.h"

#include <fcntl.h>

/* Append what stands for a cell of a row that was not described. */
static void
append_undescribed(struct text *text, const struct row *row)
{
	text_string(text, row->is_unknown ? "?" : "-");
}

void
cell_events(struct text *text, const struct row *row)
{
	if (row->kind == ROW_WAIT)
		text_string(text, "-");
	else if (!row->has_report)
		text_string(text, "?");
	else
		report_append_events(text, row->report);
}

void
cell_call_name(struct text *text, const struct wait *wait)
{
	if (wait->call != NULL) {
		text_string(text, wait->call->name);
		return;
	}
	text_string(text, "call-");
	text_decimal(text, (unsigned long long)wait->line.number);
}

static bool
is_same_call(const struct membership *one, const struct membership *other)
{
	return one->call == other->call && one->has_events == other->has_events
	       && one->events == other->events;
}

/* Append the calls of a descriptor, each once. */
static void
append_calls(struct text *text, const struct waits *waits, int fd)
{
	const struct membership *last = NULL;
	const struct membership *member = NULL;

	while ((member = waits_next(waits, fd, member)) != NULL) {
		if (last != NULL && is_same_call(last, member))
			continue;
		text_string(text, last == NULL ? "" : ",");
		text_string(text, member->call->name);
		if (member->has_events)
			text_string(text, ":");
		if (member->has_events && member->events == 0)
			text_string(text, "0");
		else if (member->has_events)
			event_append(text, member->events, "+");
		last = member;
	}
	if (last == NULL)
		text_string(text, "-");
}

void
cell_call(struct text *text, const struct rows *rows, const struct row *row)
{
	if (row->kind == ROW_WAIT)
		cell_call_name(text, row->wait);
	else if (row->kind == ROW_OWN || (!row->is_described && !row->is_unknown))
		text_string(text, "-");
	else if (rows->waits.state != WAITS_KNOWN)
		text_string(text, "?");
	else
		append_calls(text, &rows->waits, row->entry.value);
}

void
cell_polling_calls(struct text *text, const struct waits *waits)
{
	const char *comma = "";

	for (size_t i = 0; i < waits->count; i++) {
		const struct syscall *call = waits->list[i].call;
		bool is_repeated = call == NULL
		                   || (call->kind != WAIT_POLL
		                       && call->kind != WAIT_SELECT
		                       && call->kind != WAIT_EPOLL);

		for (size_t j = 0; j < i; j++)
			is_repeated |= waits->list[j].call == call;
		if (is_repeated)
			continue;
		text_string(text, comma);
		text_string(text, call->name);
		comma = ",";
	}
}

void
cell_mode(struct text *text, const struct row *row)
{
	static const struct {
		int flag;
		const char *name;
	} surprising[] = {
		{ O_APPEND, ",append" },
		{ O_NONBLOCK, ",nonblock" },
		{ O_CLOEXEC, ",cloexec" }
	};
	int flags = row->flags;

	if (!row->is_described) {
		append_undescribed(text, row);
		return;
	}
	if (row->is_mode_unknown) {
		text_string(text, "?");
		return;
	}
	if (flags & O_PATH)
		text_string(text, "path");
	else if ((flags & O_ACCMODE) == O_RDONLY)
		text_string(text, "r");
	else if ((flags & O_ACCMODE) == O_WRONLY)
		text_string(text, "w");
	else if ((flags & O_ACCMODE) == O_RDWR)
		text_string(text, "rw");
	else
		/* Linux's access mode 3 is for ioctl(2) alone. */
		text_string(text, "-");
	for (size_t i = 0; i < sizeof surprising / sizeof *surprising; i++)
		if (flags & surprising[i].flag)
			text_string(text, surprising[i].name);
}

void
cell_unread(struct text *text, const struct row *row)
{
	if (!row->is_described)
		append_undescribed(text, row);
	else if (row->facts.unread == UNREAD_NONE)
		text_string(text, "-");
	else if (row->facts.unread == UNREAD_UNKNOWN)
		text_string(text, "?");
	else
		text_decimal(text, (unsigned)row->facts.unread);
}

void
cell_process(struct text *text, int pid)
{
	char name[PROC_COMMAND_SIZE];
	ssize_t length = proc_command(pid, name);

	text_decimal(text, (unsigned)pid);
	text_string(text, ":");
	if (length < 0)
		text_string(text, "?");
	else
		text_escaped(text, name, (size_t)length, ", ");
}

/* Append a holder as 411/1w:tail, with the access mode of a pipe's end. */
static void
append_holder(struct text *text, const struct holders *holders,
              const struct holder *holder, bool shows_access)
{
	static const char *const modes[] = {
		[O_RDONLY] = "r", [O_WRONLY] = "w", [O_RDWR] = "rw"
	};

	text_decimal(text, (unsigned)holder->pid);
	text_string(text, "/");
	text_decimal(text, (unsigned)holder->fd);
	if (shows_access)
		text_string(text, holder->is_access_unknown
		                  ? "?" : modes[holder->access]);
	text_string(text, ":");
	text_append(text, text_bytes(&holders->commands) + holder->command,
	            holder->command_length);
}

/* Append all holders, or what stands for nobody. */
static void
append_holders(struct text *text, struct holders *holders,
               const struct peer *peer, const struct rows *rows,
               const struct row *row, int left_out, const char *nobody)
{
	const struct holder *holder = NULL;
	const char *comma = "";

	while ((holder = peers_next(holders, peer, rows, row, left_out,
	                            holder)) != NULL) {
		text_string(text, comma);
		append_holder(text, holders, holder, row->facts.shows_access);
		comma = ",";
	}
	if (*comma == '\0')
		text_string(text, holders->is_failed ? "?" : nobody);
}

void
cell_children(struct text *text, const struct numbers *children, int left_out)
{
	const char *comma = "";

	for (size_t i = 0; i < children->count; i++) {
		if (children->list[i] == left_out)
			continue;
		text_string(text, comma);
		cell_process(text, children->list[i]);
		comma = ",";
	}
	if (*comma == '\0')
		text_string(text, "-");
}

void
cell_peer(struct text *text, const struct rows *rows, const struct row *row,
          struct holders *holders, int left_out, const char *nobody)
{
	const struct peer *peer = &row->facts.peer;

	if (row->kind == ROW_WAIT && row->is_unknown) {
		text_string(text, "?");
		return;
	}
	if (row->kind == ROW_WAIT) {
		cell_children(text, &row->children, left_out);
		return;
	}
	if (!row->is_described) {
		append_undescribed(text, row);
		return;
	}
	switch (peer->state) {
	case PEER_NO_ONE:
		text_string(text, "-");
		break;
	case PEER_NONE:
		text_string(text, "none");
		break;
	case PEER_UNKNOWN:
		text_string(text, "?");
		break;
	case PEER_PROCESS:
		cell_process(text, peer->pid);
		break;
	case PEER_HOLDERS:
		append_holders(text, holders, peer, rows, row, left_out, nobody);
		break;
	}
}

void
cell_also(struct text *text, const struct rows *rows, const struct row *row,
          struct holders *holders, int left_out)
{
	if (!row->is_described)
		append_undescribed(text, row);
	else if (row->facts.also.state == PEER_HOLDERS)
		append_holders(text, holders, &row->facts.also, rows, row,
		               left_out, "-");
	else if (row->facts.also.state == PEER_UNKNOWN)
		text_string(text, "?");
	else
		text_string(text, "-");
}

void
cell_target(struct text *text, const struct rows *rows, const struct row *row)
{
	const char *bytes = text_bytes(&rows->text);
	size_t start = text->length;

	if (row->kind == ROW_WAIT) {
		if (wait_is_open(row->wait) && row->path.length == 0)
			text_string(text, "?");
		text_name(text, bytes + row->path.start, row->path.length);
	} else {
		if (row->is_unknown || (row->is_described && row->name.length == 0))
			text_string(text, "?");
		text_name(text, bytes + row->name.start, row->name.length);
		text_append(text, bytes + row->details.start, row->details.length);
	}
	if (text->length == start)
		text_string(text, "-");
}

/*
 * incomplete - messages about what a view could not find out
 */
#include "view/incomplete.h"
#include "base/message.h"

/* Say that PEER may lack a process, why, and how many could not be inspected. */
static void
tell_missing(const char *reason, size_t refused)
{
	if (refused > 0)
		message("PEER may lack a process: %s; %zu could not be inspected",
		        reason, refused);
	else
		message("PEER may lack a process: %s", reason);
}

void
incomplete_tell_holders(const struct holders *holders)
{
	if (!holders->is_searched && !holders->is_failed)
		return;
	switch (proc_view()) {
	case PROC_MISSING:
		message("PEER is not known: /proc is not mounted");
		return;
	case PROC_FOREIGN:
		message("PEER is not known: /proc belongs to another pid namespace");
		return;
	case PROC_HIDING:
		tell_missing("/proc hides those of other users (hidepid)",
		             holders->refused);
		return;
	case PROC_NESTED:
		tell_missing("/proc shows those of this pid namespace alone",
		             holders->refused);
		return;
	case PROC_UNKNOWN:
		tell_missing("it is not known if /proc shows all", holders->refused);
		return;
	case PROC_WHOLE:
		break;
	}
	if (holders->is_failed)
		message("PEER is not known: /proc cannot be read");
	else if (holders->refused > 0)
		message("PEER may lack a process: %zu could not be inspected",
		        holders->refused);
}

void
incomplete_tell_waits(const struct rows *rows)
{
	if (!rows->has_waits)
		return;
	switch (rows->waits.state) {
	case WAITS_STOPPED:
		message("CALL is not known: process %d is stopped", rows->pid);
		break;
	case WAITS_FOREIGN:
		message("CALL is not known: process %d is of another ABI",
		        rows->pid);
		break;
	case WAITS_REFUSED:
		message("CALL is not known: the calls of process %d may not be "
		        "read", rows->pid);
		break;
	case WAITS_KNOWN:
		break;
	}
}

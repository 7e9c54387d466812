/*
 * incomplete - messages about what a view could not find out
 */
#include "view/incomplete.h"
#include "base/message.h"

void
incomplete_tell_holders(const struct holders *holders)
{
	enum proc_view view;

	if (!holders->is_searched && !holders->is_failed)
		return;
	view = proc_view();
	if (view == PROC_WHOLE && holders->refused == 0 && !holders->is_failed)
		return;
	switch (view) {
	case PROC_MISSING:
		message("PEER is not known: /proc is not mounted");
		return;
	case PROC_FOREIGN:
		message("PEER is not known: /proc belongs to another pid namespace");
		return;
	case PROC_HIDING:
		message("PEER may lack a process: /proc hides those of other users "
		        "(hidepid)");
		return;
	case PROC_NESTED:
		message("PEER may lack a process: /proc shows those of this pid "
		        "namespace alone");
		return;
	case PROC_WHOLE:
		break;
	}
	if (holders->is_failed)
		message("PEER is not known: /proc cannot be read");
	else if (holders->refused == 1)
		message("PEER may lack a process: 1 could not be inspected");
	else
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

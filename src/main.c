/*
 * pollwait - wait for descriptors, and print those that are ready
 *
 *     pollwait [-q] [-a | -c COUNT] [-i MS] [-p PID] [-t MS] OPERAND...
 *     pollwait -m [-c COUNT] [-i MS] [-p PID] [-t MS] OPERAND...
 *     pollwait -l [-i MS] [-p PID] [-t MS] [OPERAND...]
 *     pollwait -w [-q] [-i MS] -p PID
 *
 * The operands become registrations in a pollset, which is the array that poll(2)
 * takes.  One poll or several wait for it, and the kernel's reports are printed in the
 * order of the operands, one write for each poll.
 *
 * - Descriptors are taken as they are inherited: none is read, written, opened or
 *   changed.
 * - The cost of a run is its start-up: static linking, no stdio, no locale, memory only
 *   for what is registered.
 *
 * Map of the source.  A folder includes itself and the folders above it; linux and cli
 * do not include each other; host and this file include all.
 *
 * lib/            the library: knows nothing of shells, arguments or printing
 *   pollset           the ordered set of descriptors, and the wait
 *   pollset_index     finds the place of a descriptor in the set
 *   pollset_private   what the command alone uses of a set
 *   deadline          a timeout as a point of time on the monotonic clock
 * base/           tools that every layer uses
 *   host              what differs between a process of its own and a shell
 *   status            the exit statuses
 *   number            the one parser of numbers
 *   text              bytes gathered for one write, and their escapes
 *   message           diagnostics on standard error
 *   output            standard output, and its reader that may go away
 *   array             an array that grows, and the search in a sorted one
 * linux/          what Linux tells and permits
 *   limit             how many descriptors poll(2) takes
 *   keepclear         numbers for descriptors that pollwait opens itself
 *   pidfd             processes as descriptors
 *   proc              what /proc tells of a process
 *   proc_file         its files and directories
 *   statx             type and inode, without asking a file system
 *   mounts            file systems that ask a server
 *   descriptor        what one descriptor is, and if it is at its end
 *   target            the process of -p, look by look
 *   denied            why a process may not be looked at
 *   syscall           the calls in which a thread can wait
 *   waits             what the threads of a process wait for
 *   members           the descriptors on which a call waits
 *   epoll             what is registered in an epoll
 *   pollable          files that a look must not poll
 *   memory            the memory of another process
 *   kcmp              are two descriptors one open file?
 *   lock              a lock that is waited for, and those in its way
 *   children          the children of a process, and those that a wait is for
 *   pidns             the ids of a process in its pid namespaces
 *   tracers           which processes are traced, and by whom
 *   holders, holders_private   who holds a pipe, a socket, a terminal, a lock
 *   holders_search    the pass over all processes
 *   holders_process   the descriptors of one process
 *   socket, socket_unix, socket_inet, socket_private   what one socket is
 *   sockdiag, sockdiag_unix, sockdiag_inet, sockdiag_private   questions about sockets
 *   netlink           the conversation in which they are asked
 *   nettable          the tables of sockets in /proc
 *   inet              addresses of TCP and UDP
 * cli/            text to values
 *   options, options_private   the options, and their clashes
 *   help              the short help, and the version
 *   event             the one table of event names
 *   suggest           what was meant by a common mistake
 * file/           what the file behind a descriptor is
 *   file              the table of kinds of file
 *   end               what can end a wait on it
 *   pipe, socket, terminal   a kind each, with its other end
 *   anonymous         eventfd and its kin
 * entry/          what an entry of the set stands for
 *   entry             the kinds of operand: their operations and their table
 *   descriptor        a descriptor
 *   process           pid:N, the end of a process
 *   operand           an operand, from text to values
 * run/            a run, from a set to a status
 *   run               the set, its polls, its lines
 *   subject           whose descriptors: pollwait's own, or a target process's
 *   register          fill the set as the operands say
 *   several, all, monitor   the policies: one poll and -c, -a, -m
 *   report            the line of a ready entry, and its status
 *   hint, origin      why a descriptor is nval, and which process kept it
 * view/           the debugging view
 *   columns           cells in aligned columns
 *   rows              what is known of each descriptor
 *   rows_waits        what is known of each wait without one
 *   peers             which holders of a file a row shows, and the walk follows
 *   cells             a row's cells, as text
 *   listing           the columns of -l
 *   why               the columns and the verdict of -w
 *   walk              from process to process, and the circle
 *   circle            the message about those in it
 *   stop              a process on the way
 *   stop_peers        who can wake it, and which rows show that
 *   signals           who beside the way can wake them by a signal
 *   ends              what else can end a wait
 *   incomplete        messages about what is not known
 * host/           where it runs
 *   command           a process of its own; main() is here
 *   shell             what the builtins of bash and zsh share
 *   bash, bash_signal, bash_array   the bash builtin
 *   zsh, zsh_signal, zsh_array      the zsh module
 * completion/     completion for bash, zsh and fish
 */
#include "base/host.h"
#include "base/message.h"
#include "base/status.h"
#include "cli/help.h"
#include "cli/options.h"
#include "run/all.h"
#include "run/monitor.h"
#include "run/register.h"
#include "run/run.h"
#include "run/several.h"
#include "view/listing.h"
#include "view/why.h"

#include <string.h>

static enum status
status_of(int result)
{
	return result < 0 ? STATUS_ERROR : STATUS_READY;
}

/* The operands name no descriptor, as 300- where nothing is open from 300 up. */
static enum status
tell_nothing_open(const struct run *run)
{
	const char *operand = run->options->operands[0];

	if (!options_has(run->options, 'q'))
		message("%s: no open descriptor from %.*s up", operand,
		        (int)strspn(operand, "0123456789"), operand);
	return STATUS_NOTHING;
}

/* Run by the policy that the options choose. */
static enum status
run_policy(struct run *run)
{
	const struct options *options = run->options;

	if (options->array != NULL)
		host_array->empty(options->array);
	if (options_has(options, 'w'))
		return view_why(run);
	if (options_has(options, 'l'))
		return view_listing(run);
	if (pollset_count(&run->set) == 0)
		return tell_nothing_open(run);
	if (options_has(options, 'a'))
		return run_until_all(run);
	if (options_has(options, 'm'))
		return run_monitor(run);
	return run_several(run);
}

int
pollwait_main(char **argv)
{
	struct options options;
	struct run run;
	enum status status = STATUS_ERROR;

	if (options_read(&options, argv) < 0)
		return STATUS_ERROR;
	if (options_has(&options, 'h'))
		return status_of(help_print());
	if (options_has(&options, 'V'))
		return status_of(help_print_version());
	run_start(&run, &options);
	if (register_operands(&run) == 0)
		status = run_policy(&run);
	run_end(&run);
	return status;
}

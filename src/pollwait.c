/*
 * pollwait - wait for descriptors, and print those that are ready
 *
 *     pollwait [-q] [-a | -c COUNT] [-i MS] [-t MS] OPERAND...
 *     pollwait -m [-c COUNT] [-i MS] [-t MS] OPERAND...
 *
 * How it works: the operands become registrations in a pollset, which is the
 * array that poll(2) takes; one poll or several wait for it, and what the kernel
 * reports is printed in the operands' order, one write a poll.
 *
 * - It takes descriptors as it inherits them: it neither reads, writes, opens
 *   nor changes one.
 * - It runs once and ends, so what it costs is its start-up: linked statically,
 *   no stdio, no locale, memory only for what is registered.
 */
#include "message.h"
#include "operand.h"
#include "options.h"
#include "pollset_private.h"
#include "process.h"
#include "run.h"
#include "status.h"

static enum status
answer(int result)
{
	return result < 0 ? STATUS_ERROR : STATUS_READY;
}

int
main(int argc, char **argv)
{
	struct options options;
	struct pollset set;
	struct processes processes;
	enum status status = STATUS_ERROR;

	(void)argc;
	if (options_read(&options, argv) < 0)
		return STATUS_ERROR;
	if (options.help)
		return answer(options_print_help());
	if (options.version)
		return answer(options_print_version());
	if (*options.operands == NULL) {
		message("no operand: try \"pollwait -t 500 3:in\", "
		        "or \"pollwait -h\"");
		return STATUS_ERROR;
	}
	pollset_start(&set);
	processes_start(&processes);
	if (operand_register_all(&set, &processes, options.operands,
	                         POLLSET_DEFAULT) == 0)
		status = run(&set, &processes, &options);
	processes_end(&processes);
	pollset_end(&set);
	return status;
}

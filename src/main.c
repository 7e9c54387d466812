/*
 * pollwait - wait for descriptors, and print those that are ready
 *
 *     pollwait [-q] [-a | -c COUNT] [-i MS] [-p PID] [-t MS] OPERAND...
 *     pollwait -m [-c COUNT] [-i MS] [-p PID] [-t MS] OPERAND...
 *     pollwait -l [-i MS] [-p PID] [-t MS] [OPERAND...]
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
#include "cli/options.h"
#include "run/run.h"
#include "base/status.h"

#include <stddef.h>

static enum status
answer(int result)
{
	return result < 0 ? STATUS_ERROR : STATUS_READY;
}

int
main(int argc, char **argv)
{
	struct options options;

	(void)argc;
	if (options_read(&options, argv) < 0)
		return STATUS_ERROR;
	if (options.help)
		return answer(options_print_help());
	if (options.version)
		return answer(options_print_version());
	if (*options.operands == NULL) {
		options_explain_operands(&options);
		return STATUS_ERROR;
	}
	return run(&options);
}

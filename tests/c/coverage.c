/*
 * coverage - keep the counts of a command that a signal ends
 *
 * gcov writes its counts at exit(3) alone.  Linked to the build of tests/coverage.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

void __gcov_dump(void);

static void
dump(int signal_number)
{
	__gcov_dump();
	(void)signal(signal_number, SIG_DFL);
	(void)raise(signal_number);
}

__attribute__((constructor)) static void
start(void)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGPIPE };

	/* The builtin leaves the handlers of its shell alone. */
	if (strcmp(program_invocation_short_name, "pollwait") != 0)
		return;
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		if (signal(signals[i], dump) == SIG_IGN)
			(void)signal(signals[i], SIG_IGN);
}

/*
 * per_call - what poll(2) itself costs for two pipes, one of which is ready
 *
 * No builtin that asks the kernel can cost less.  Prints nanoseconds.
 */
#include "measure.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

enum { CALLS = 20000 };

int
main(void)
{
	int ready[2];
	int silent[2];
	double start;

	if (pipe(ready) < 0 || pipe(silent) < 0 || write(ready[1], "", 1) != 1)
		return 1;
	start = microseconds();
	for (int i = 0; i < CALLS; i++) {
		struct pollfd both[] = {
			{ .fd = ready[0], .events = POLLIN },
			{ .fd = silent[0], .events = POLLIN }
		};

		if (poll(both, 2, 0) != 1)
			return 1;
	}
	printf("poll %.0f\n", (microseconds() - start) * 1e3 / CALLS);
	return 0;
}

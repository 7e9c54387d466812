/*
 * yardstick [-t MS] [-c COUNT] [-i MS] FD:in|FD:out... - the yardstick of pollwait
 *
 * A throw-away program with the same output and none of the features: no ranges, no
 * messages, no limits, no watch on the reader.  What pollwait costs beside it is the price
 * of being a tool.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 20000, LONGEST_LINE = 20 };

/* Pages that are not touched cost nothing. */
static struct pollfd set[MOST];
static char lines[MOST * LONGEST_LINE];

static char *
append_line(char *end, const struct pollfd *ready)
{
	char digits[10];
	int left = sizeof digits;
	unsigned number = (unsigned)ready->fd;

	do
		digits[--left] = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	memcpy(end, digits + left, sizeof digits - left);
	end += sizeof digits - left;
	end = stpcpy(end, ready->revents & POLLIN ? " in" : " out");
	*end++ = '\n';
	return end;
}

static void
print(int count)
{
	char *end = lines;

	for (int i = 0; i < count; i++)
		if (set[i].revents != 0)
			end = append_line(end, &set[i]);
	if (write(STDOUT_FILENO, lines, (size_t)(end - lines)) < 0)
		_exit(2);
}

int
main(int argc, char **argv)
{
	int timeout_ms = -1;
	int polls = 1;
	int interval_ms = 0;
	int option;
	int count = 0;

	while ((option = getopt(argc, argv, "t:c:i:")) != -1)
		*(option == 't' ? &timeout_ms : option == 'c' ? &polls : &interval_ms)
			= atoi(optarg);
	for (; optind < argc && count < MOST; optind++) {
		char *mask;

		set[count].fd = (int)strtol(argv[optind], &mask, 10);
		set[count++].events = strcmp(mask, ":in") == 0 ? POLLIN : POLLOUT;
	}
	while (polls-- > 0) {
		if (poll(set, (nfds_t)count, timeout_ms) <= 0)
			return 1;
		print(count);
		if (interval_ms > 0 && polls > 0)
			poll(NULL, 0, interval_ms);
	}
	return 0;
}

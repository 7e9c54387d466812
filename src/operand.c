/*
 * operand - see operand.h
 *
 *     OPERAND = TARGET [ ":" EVENTS ] | "pid:" PID
 *     TARGET  = FD | FD "-" FD | "/dev/fd/" FD | "/proc/self/fd/" FD
 *
 * The descriptor of a process must not take a number that an operand names, be it
 * a later one.  So where there are processes the operands are gone through twice:
 * first for the numbers, then to register all in order.
 */
#include "operand.h"
#include "event.h"
#include "limit.h"
#include "message.h"
#include "number.h"

#include <stdbool.h>
#include <string.h>

struct operand {
	const char *argument;   /* as it was given, for messages */
	int pid;                /* 0: it names the descriptors that follow */
	int first;
	int last;
	short events;
};

/* How a shell passes <(command); what follows is the descriptor. */
static const char *const path_prefixes[] = { "/dev/fd/", "/proc/self/fd/" };

static const char process_prefix[] = "pid:";

static int
parse_descriptor(const char *argument, const char *text, size_t length,
                 int *fd)
{
	const char *reason;

	if (length == 0) {
		message("%s: the number of a descriptor is missing", argument);
		return -1;
	}
	reason = number_parse(text, length, &number_descriptor, fd);
	if (reason == NULL)
		return 0;
	message("%s: \"%.*s\": %s", argument, (int)length, text, reason);
	return -1;
}

static int
parse_range(struct operand *operand, const char *text, size_t length,
            const char *dash)
{
	size_t first_length = (size_t)(dash - text);

	if (parse_descriptor(operand->argument, text, first_length,
	                     &operand->first) < 0
	    || parse_descriptor(operand->argument, dash + 1,
	                        length - first_length - 1, &operand->last) < 0)
		return -1;
	if (operand->last < operand->first) {
		message("%s: %d is below %d", operand->argument, operand->last,
		        operand->first);
		return -1;
	}
	return 0;
}

static int
parse_target(struct operand *operand, size_t length)
{
	const char *text = operand->argument;
	const char *dash;

	for (size_t i = 0; i < sizeof path_prefixes / sizeof *path_prefixes; i++) {
		size_t prefix = strlen(path_prefixes[i]);

		if (strncmp(text, path_prefixes[i], prefix) != 0)
			continue;
		if (parse_descriptor(operand->argument, text + prefix,
		                     length - prefix, &operand->first) < 0)
			return -1;
		operand->last = operand->first;
		return 0;
	}
	dash = memchr(text, '-', length);
	if (dash != NULL)
		return parse_range(operand, text, length, dash);
	if (parse_descriptor(operand->argument, text, length,
	                     &operand->first) < 0)
		return -1;
	operand->last = operand->first;
	return 0;
}

/* Behind the prefix stands the id, and nothing else: there is no mask. */
static int
parse_process(struct operand *operand, const char *text)
{
	const char *reason;

	if (*text == '\0') {
		message("%s: the id of a process is missing", operand->argument);
		return -1;
	}
	if (strchr(text, ':') != NULL) {
		message("%s: a process takes no events: it ends",
		        operand->argument);
		return -1;
	}
	reason = number_parse(text, strlen(text), &number_process, &operand->pid);
	if (reason == NULL)
		return 0;
	message("%s: \"%s\": %s", operand->argument, text, reason);
	return -1;
}

static bool
is_process(const char *argument)
{
	return strncmp(argument, process_prefix, strlen(process_prefix)) == 0;
}

static bool
looks_like_an_option(const char *argument)
{
	return argument[0] == '-' && argument[1] != '\0';
}

static int
parse(struct operand *operand, const char *argument, short default_mask)
{
	size_t target_length = strcspn(argument, ":");

	operand->argument = argument;
	operand->events = default_mask;
	operand->pid = 0;
	if (looks_like_an_option(argument)) {
		message("%s: options go first, before the operands", argument);
		return -1;
	}
	if (is_process(argument))
		return parse_process(operand,
		                     argument + strlen(process_prefix));
	if (parse_target(operand, target_length) < 0)
		return -1;
	if (argument[target_length] == '\0')
		return 0;
	return event_parse(argument, argument + target_length + 1,
	                   &operand->events);
}

static int
refuse_for_limit(const struct operand *operand, size_t limit)
{
	message("%s: more than %zu descriptors, this process's limit "
	        "(ulimit -Hn)", operand->argument, limit);
	return -1;
}

static int
register_descriptor(struct pollset *set, const struct operand *operand, int fd,
                    short events, size_t limit)
{
	if (pollset_register(set, fd, events) < 0) {
		message_errno("%s", operand->argument);
		return -1;
	}
	return pollset_count(set) > limit ? refuse_for_limit(operand, limit) : 0;
}

static int
register_range(struct pollset *set, const struct operand *operand, size_t limit)
{
	/* Before any memory is asked for: 0-2000000000 is refused at once. */
	if ((size_t)(operand->last - operand->first) >= limit)
		return refuse_for_limit(operand, limit);
	for (int fd = operand->first;; fd++) {
		if (register_descriptor(set, operand, fd, operand->events,
		                        limit) < 0)
			return -1;
		if (fd == operand->last)
			return 0;
	}
}

/* Goes through the operands; with processes of NULL it passes them over. */
static int
register_each(struct pollset *set, struct processes *processes,
              const struct pollset *named, char *const *operands,
              short default_mask, size_t limit)
{
	for (; *operands != NULL; operands++) {
		struct operand operand;
		int fd;

		if (parse(&operand, *operands, default_mask) < 0)
			return -1;
		if (operand.pid == 0) {
			if (register_range(set, &operand, limit) < 0)
				return -1;
		} else if (processes != NULL) {
			fd = processes_open(processes, operand.pid, named,
			                    operand.argument);
			if (fd < 0 || register_descriptor(set, &operand, fd,
			                                  POLLIN, limit) < 0)
				return -1;
		}
	}
	return 0;
}

static bool
any_process(char *const *operands)
{
	for (; *operands != NULL; operands++)
		if (is_process(*operands))
			return true;
	return false;
}

static int
register_with_processes(struct pollset *set, struct processes *processes,
                        char *const *operands, short default_mask,
                        size_t limit)
{
	struct pollset named;
	int result;

	pollset_start(&named);
	result = register_each(&named, NULL, NULL, operands, default_mask, limit);
	/* Their descriptors are pollwait's own, and need the room. */
	if (result == 0)
		result = limit_raise(limit);
	if (result == 0)
		result = register_each(set, processes, &named, operands,
		                       default_mask, limit);
	pollset_end(&named);
	return result;
}

int
operand_register_all(struct pollset *set, struct processes *processes,
                     char *const *operands, short default_mask)
{
	size_t limit;

	if (limit_attainable(&limit) < 0)
		return -1;
	if (any_process(operands))
		return register_with_processes(set, processes, operands,
		                               default_mask, limit);
	if (register_each(set, NULL, NULL, operands, default_mask, limit) < 0)
		return -1;
	return limit_raise(pollset_count(set));
}

/*
 * operand - see operand.h
 *
 *     OPERAND = TARGET [ ":" EVENTS ]
 *     TARGET  = FD | FD "-" FD | "/dev/fd/" FD | "/proc/self/fd/" FD
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
	int first;
	int last;
	short events;
};

/* How a shell passes <(command); what follows is the descriptor. */
static const char *const path_prefixes[] = { "/dev/fd/", "/proc/self/fd/" };

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
	if (looks_like_an_option(argument)) {
		message("%s: options go first, before the operands", argument);
		return -1;
	}
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
register_operand(struct pollset *set, const struct operand *operand,
                 size_t limit)
{
	/* Before any memory is asked for: 0-2000000000 is refused at once. */
	if ((size_t)(operand->last - operand->first) >= limit)
		return refuse_for_limit(operand, limit);
	for (int fd = operand->first;; fd++) {
		if (pollset_register(set, fd, operand->events) < 0) {
			message_errno("%s", operand->argument);
			return -1;
		}
		if (pollset_count(set) > limit)
			return refuse_for_limit(operand, limit);
		if (fd == operand->last)
			return 0;
	}
}

int
operand_register_all(struct pollset *set, char *const *operands,
                     short default_mask)
{
	struct operand operand;
	size_t limit;

	if (limit_attainable(&limit) < 0)
		return -1;
	for (; *operands != NULL; operands++)
		if (parse(&operand, *operands, default_mask) < 0
		    || register_operand(set, &operand, limit) < 0)
			return -1;
	return limit_raise(pollset_count(set));
}

/*
 * operand - an operand of the command line, from text to values
 */
#include "entry/operand.h"
#include "base/message.h"
#include "base/number.h"
#include "cli/event.h"
#include "cli/suggest.h"

#include <string.h>

/* A shell passes <(command) as such a path; a descriptor follows. */
static const char *const path_prefixes[] = { "/dev/fd/", "/proc/self/fd/" };

#define PATH_PREFIXES (sizeof path_prefixes / sizeof *path_prefixes)

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
	if (!suggest_target(argument))
		message("%s: \"%.*s\": %s", argument, (int)length, text, reason);
	return -1;
}

static int
parse_range(struct operand *operand, const char *text, size_t length,
            size_t first_length)
{
	const char *last = text + first_length + 1;

	/* The name of a file may begin with a dash. */
	if (first_length == 0 && suggest_target(operand->argument))
		return -1;
	if (parse_descriptor(operand->argument, text, first_length,
	                     &operand->first) < 0)
		return -1;
	operand->is_open_ended = first_length + 1 == length;
	if (operand->is_open_ended)
		return 0;
	if (parse_descriptor(operand->argument, last,
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
parse_single(struct operand *operand, const char *text, size_t length)
{
	if (parse_descriptor(operand->argument, text, length,
	                     &operand->first) < 0)
		return -1;
	operand->last = operand->first;
	return 0;
}

static int
parse_target(struct operand *operand, size_t length)
{
	const char *text = operand->argument;
	size_t first_length;

	for (size_t i = 0; *text == '/' && i < PATH_PREFIXES; i++)
		if (text_begins_with(text, path_prefixes[i])) {
			size_t prefix = strlen(path_prefixes[i]);

			return parse_single(operand, text + prefix,
			                    length - prefix);
		}
	first_length = text_length_to(text, '-');
	if (first_length < length)
		return parse_range(operand, text, length, first_length);
	return parse_single(operand, text, length);
}

/* Behind a prefix stands the value, without a mask. */
static int
parse_prefixed(struct operand *operand, const char *text)
{
	const char *reason;

	if (strchr(text, ':') != NULL) {
		message("%s: %s", operand->argument, operand->kind->no_events);
		return -1;
	}
	reason = operand->kind->parse(text, &operand->value);
	if (reason == NULL)
		return 0;
	if (*text == '\0')
		message("%s: %s", operand->argument, reason);
	else
		message("%s: \"%s\": %s", operand->argument, text, reason);
	return -1;
}

static bool
looks_like_an_option(const char *argument)
{
	return argument[0] == '-' && argument[1] != '\0';
}

int
operand_parse(struct operand *operand, const char *argument,
              short default_mask, bool may_be_option)
{
	size_t target_length = text_length_to(argument, ':');
	const char *rest;

	*operand = (struct operand){
		.argument = argument, .events = default_mask
	};
	operand->kind = entry_kind_of(argument, &rest);
	if (may_be_option && looks_like_an_option(argument)) {
		message("%s: options go first, before the operands, "
		        "as in \"pollwait -t 500 3:in\"", argument);
		return -1;
	}
	if (operand->kind->parse != NULL)
		return parse_prefixed(operand, rest);
	if (parse_target(operand, target_length) < 0)
		return -1;
	if (argument[target_length] == '\0')
		return 0;
	operand->has_mask = true;
	return event_parse(argument, argument + target_length + 1,
	                   &operand->events);
}

/*
 * options - the command line, into one struct
 *
 * The syntax is that of POSIX, with a long form for each option.  getopt(3) is not
 * used, because its messages differ between C libraries.
 *
 * Options are recorded first and checked together afterwards.
 */
#include "cli/options.h"
#include "base/host.h"
#include "base/message.h"
#include "base/number.h"
#include "cli/options_private.h"
#include "cli/suggest.h"
#include "lib/pollset.h"

#include <string.h>

/*
 * A new option is a line here.  One with a value has a member of struct options, and
 * a case in record() too.
 */
static const struct option known_options[] = {
	{ 't', "timeout", "MS", &number_timeout,
	  "wait at most MS milliseconds; 0 looks and returns at once" },
	{ 'c', "count", "COUNT", &number_count,
	  "poll up to COUNT times; 0 means without end; default 1" },
	{ 'i', "interval", "MS", &number_interval,
	  "leave MS milliseconds between polls; default 100" },
	{ 'a', "all", NULL, NULL,
	  "wait until every descriptor has been ready once" },
	{ 'm', "monitor", NULL, NULL,
	  "stay, and print a line only when a report changes" },
	{ 'l', "long", NULL, NULL,
	  "list every descriptor, and what is known about it" },
	{ 'w', "why", NULL, NULL,
	  "show what process PID waits for, and who can wake it" },
	{ 'p', "pid", "PID", &number_process,
	  "the descriptors are those of process PID" },
	{ 'q', "quiet", NULL, NULL,
	  "print nothing but errors; the status tells" },
	{ 'A', NULL, "NAME", NULL,
	  "fill the associative array NAME instead of printing" },
	{ 'h', "help", NULL, NULL, "print this help" },
	{ 'V', "version", NULL, NULL, "print the name and the version" },
};

/* The default count depends on other options. */
#define COUNT_NOT_GIVEN (-1)

#define OPTION_COUNT (sizeof known_options / sizeof *known_options)

/* Only a shell has arrays. */
static bool
is_offered(const struct option *option)
{
	return option->letter != 'A' || host_array != NULL;
}

const struct option *
options_next(const struct option *after)
{
	const struct option *end = known_options + OPTION_COUNT;
	const struct option *next = after == NULL ? known_options : after + 1;

	while (next < end && !is_offered(next))
		next++;
	return next < end ? next : NULL;
}

static const struct option *
find_letter(char letter)
{
	const struct option *option = NULL;

	while ((option = options_next(option)) != NULL)
		if (option->letter == letter)
			break;
	return option;
}

static const struct option *
find_name(const char *name, size_t length)
{
	const struct option *option = NULL;

	while ((option = options_next(option)) != NULL)
		if (option->name != NULL && strlen(option->name) == length
		    && memcmp(option->name, name, length) == 0)
			break;
	return option;
}

/* Letters lie in two runs of 26 from 65 and 97, which differ in the low six bits. */
static uint64_t
bit_of(char letter)
{
	return (uint64_t)1 << (letter & 63);
}

bool
options_has(const struct options *options, char letter)
{
	return (options->given & bit_of(letter)) != 0;
}

/* Record an option, with its value if it takes one. */
static void
record(struct options *options, const struct option *option, const char *value,
       int number)
{
	options->given |= bit_of(option->letter);
	switch (option->letter) {
	case 't':
		options->timeout_ms = number;
		break;
	case 'c':
		options->count = number;
		break;
	case 'i':
		options->interval_ms = number;
		break;
	case 'p':
		options->pid = number;
		break;
	case 'A':
		options->array = value;
		break;
	}
}

/* -h and -V end all reading where they stand. */
static bool
ends_reading(const struct options *options)
{
	return options_has(options, 'h') || options_has(options, 'V');
}

/* argument holds the option, and the value too if that is attached. */
static void
refuse_value(const struct option *option, const char *argument,
             const char *value, bool is_attached, const char *reason)
{
	struct text line;

	text_start(&line);
	message_append_argument(&line, argument, strlen(argument));
	if (!is_attached) {
		text_string(&line, " ");
		message_append_argument(&line, value, strlen(value));
	}
	text_string(&line, ": ");
	text_string(&line, reason);
	if (option->kind == &number_timeout || option->kind == &number_interval)
		suggest_time(&line, value);
	message_text(&line);
	text_free(&line);
}

static int
record_value(struct options *options, const struct option *option,
             const char *argument, const char *value, bool is_attached)
{
	int number = 0;
	const char *reason = option->kind == NULL
	    ? host_array->refuse(value)
	    : number_parse(value, strlen(value), option->kind, &number);

	if (reason == NULL) {
		record(options, option, value, number);
		return 0;
	}
	refuse_value(option, argument, value, is_attached, reason);
	return -1;
}

/*
 * Read the option in *argv, or the bundle of options, and the value behind it.
 * Return the place behind them, or NULL after a message.
 */
static char **
read_letters(struct options *options, char **argv)
{
	const char *argument = *argv++;

	for (const char *letter = argument + 1; *letter != '\0'; letter++) {
		const struct option *option = find_letter(*letter);
		bool is_attached = letter[1] != '\0';
		const char *value;

		if (option == NULL) {
			message("%s: unknown option -%.*s; see \"pollwait -h\"",
			        argument, 1, letter);
			return NULL;
		}
		if (option->value == NULL) {
			record(options, option, NULL, 0);
			if (ends_reading(options))
				break;
			continue;
		}
		value = is_attached ? letter + 1 : *argv++;
		if (value == NULL) {
			message("%s: -%.*s needs a value, %s", argument, 1,
			        letter, option->value);
			return NULL;
		}
		return record_value(options, option, argument, value,
		                    is_attached) < 0 ? NULL : argv;
	}
	return argv;
}

/* Read an option in its long form, as read_letters() does. */
static char **
read_name(struct options *options, char **argv)
{
	const char *argument = *argv++;
	const char *name = argument + 2;
	size_t length = strcspn(name, "=");
	const struct option *option = find_name(name, length);
	bool is_attached = name[length] == '=';
	const char *value;

	if (option == NULL) {
		message("%s: unknown option %.*s; see \"pollwait -h\"",
		        argument, (int)(length + 2), argument);
		return NULL;
	}
	if (option->value == NULL) {
		if (is_attached) {
			message("%s: --%s takes no value", argument,
			        option->name);
			return NULL;
		}
		record(options, option, NULL, 0);
		return argv;
	}
	value = is_attached ? name + length + 1 : *argv++;
	if (value == NULL) {
		message("%s: --%s needs a value, %s", argument, option->name,
		        option->value);
		return NULL;
	}
	return record_value(options, option, argument, value,
	                    is_attached) < 0 ? NULL : argv;
}

/* The options that cannot be used with an option. */
static const struct {
	char letter;
	const char *others;
} clashes[] = {
	{ 'm', "alq" },
	{ 'a', "c" },
	{ 'l', "acq" },
	{ 'w', "aclmt" },
	{ 'A', "clmqw" },
};

static int
check_clashes(const struct options *options)
{
	for (size_t i = 0; i < sizeof clashes / sizeof *clashes; i++) {
		if (!options_has(options, clashes[i].letter))
			continue;
		for (const char *other = clashes[i].others; *other != '\0'; other++) {
			if (!options_has(options, *other))
				continue;
			message("-%.*s and -%.*s cannot be used together", 1,
			        &clashes[i].letter, 1, other);
			return -1;
		}
	}
	return 0;
}

static void
explain_operands(const struct options *options)
{
	if (options->pid == 0)
		message("no operand; try \"pollwait -t 500 3:in\", "
		        "or \"pollwait -h\"");
	else
		message("no operand; try \"pollwait -t 500 3:in\", "
		        "or \"pollwait -h\"; to wait for a process's end, "
		        "the operand is pid:%d", options->pid);
}

/* Refuse an operand; it may be meant as the process: 411, or pid:411. */
static void
refuse_operand(const struct options *options)
{
	const char *operand = *options->operands;
	const char *number = strncmp(operand, "pid:", 4) == 0 ? operand + 4
	                                                      : operand;
	int pid;

	if (options->pid == 0
	    && number_parse(number, strlen(number), &number_process, &pid) == NULL)
		message("%s: -w takes no operand; try pollwait -w -p %d",
		        operand, pid);
	else
		message("%s: -w takes no operand", operand);
}

/* -w takes a process, and no operand. */
static int
check_why(const struct options *options)
{
	if (options->has_operands)
		refuse_operand(options);
	else if (options->pid == 0)
		message("-w needs a process; try pollwait -w -p PID");
	else
		return 0;
	return -1;
}

/* Set the defaults that depend on other options, and check that an operand is there. */
static int
settle(struct options *options)
{
	static char *all_descriptors[] = { "0-", NULL };

	if (options->count == COUNT_NOT_GIVEN)
		options->count = options_has(options, 'm') ? 0 : 1;
	if (options_has(options, 'l') && !options_has(options, 't'))
		options->timeout_ms = 0;
	options->has_operands = *options->operands != NULL;
	if (options_has(options, 'w'))
		return check_why(options);
	if (options->has_operands)
		return 0;
	if (options_has(options, 'l')) {
		options->operands = all_descriptors;
		return 0;
	}
	explain_operands(options);
	return -1;
}

/* Read the options in front of the operands.  Return the operands, or NULL. */
static char **
read_all(struct options *options, char **argv)
{
	while (*argv != NULL && (*argv)[0] == '-' && (*argv)[1] != '\0'
	       && !ends_reading(options)) {
		if (strcmp(*argv, "--") == 0) {
			options->had_dashes = true;
			return argv + 1;
		}
		argv = (*argv)[1] == '-' ? read_name(options, argv)
		                         : read_letters(options, argv);
		if (argv == NULL)
			return NULL;
	}
	return argv;
}

int
options_read(struct options *options, char **argv)
{
	*options = (struct options){
		.timeout_ms = POLLSET_FOREVER,
		.count = COUNT_NOT_GIVEN,
		.interval_ms = 100
	};
	if (*argv != NULL)
		argv++;
	options->operands = read_all(options, argv);
	if (options->operands == NULL)
		return -1;
	if (ends_reading(options))
		return 0;
	if (check_clashes(options) < 0)
		return -1;
	return settle(options);
}

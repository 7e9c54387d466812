/*
 * options - see options.h
 *
 * POSIX syntax with a long form for each option, read without getopt(3), whose
 * messages are the C library's and differ between libraries.
 */
#include "cli/options.h"
#include "cli/event.h"
#include "base/host.h"
#include "base/message.h"
#include "cli/suggest.h"
#include "base/number.h"
#include "base/output.h"
#include "lib/pollset.h"
#include "base/reader.h"

#include <string.h>

/* A new option is a line here, a member of struct options, and its case below. */
static const struct option {
	char letter;
	const char *name;                       /* NULL: no long form */
	const char *value;                      /* NULL: it takes none */
	const struct number_kind *kind;         /* of the value; NULL: a name */
	const char *help;
} known_options[] = {
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
	{ 'p', "pid", "PID", &number_process,
	  "the descriptors are those of process PID" },
	{ 'q', "quiet", NULL, NULL,
	  "print nothing on standard output; the status tells" },
	{ 'A', NULL, "NAME", NULL,
	  "fill the associative array NAME instead of printing" },
	{ 'h', "help", NULL, NULL, "print this help" },
	{ 'V', "version", NULL, NULL, "print the name and the version" },
};

/* A count that no argument gives; the default depends on the other options. */
#define COUNT_NOT_GIVEN (-1)

#define OPTION_COUNT (sizeof known_options / sizeof *known_options)

/* An array is the shell's. */
static bool
is_offered(const struct option *option)
{
	return option->letter != 'A' || host_array != NULL;
}

static const struct option *
find_letter(char letter)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (known_options[i].letter == letter
		    && is_offered(&known_options[i]))
			return &known_options[i];
	return NULL;
}

static const struct option *
find_name(const char *name, size_t length)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (known_options[i].name != NULL
		    && strlen(known_options[i].name) == length
		    && memcmp(known_options[i].name, name, length) == 0)
			return &known_options[i];
	return NULL;
}

/* Records one option in *options, with its value, if it takes one. */
static void
record(struct options *options, const struct option *option, const char *value,
       int number)
{
	switch (option->letter) {
	case 't':
		options->timeout_ms = number;
		options->is_timeout_given = true;
		break;
	case 'c':
		options->count = number;
		break;
	case 'i':
		options->interval_ms = number;
		break;
	case 'a':
		options->all = true;
		break;
	case 'm':
		options->monitor = true;
		break;
	case 'l':
		options->list = true;
		break;
	case 'p':
		options->pid = number;
		break;
	case 'q':
		options->quiet = true;
		break;
	case 'A':
		options->array = value;
		break;
	case 'h':
		options->help = true;
		break;
	case 'V':
		options->version = true;
		break;
	}
}

static void
refuse_value(const struct option *option, const char *argument,
             const char *value, bool is_attached, const char *reason)
{
	struct text why;

	text_start(&why);
	text_string(&why, reason);
	if (option->kind == &number_timeout || option->kind == &number_interval)
		mistake_append_time(&why, value);
	if (is_attached)
		message("%s: %.*s", argument, (int)why.length, text_bytes(&why));
	else
		message("%s %s: %.*s", argument, value, (int)why.length,
		        text_bytes(&why));
	text_free(&why);
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
 * Reads the option in *argv, or the bundle of them, and the value behind it.
 * Returns the place behind what was read, or NULL with a message.
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
			message("%s: unknown option -%.*s: see \"pollwait -h\"",
			        argument, 1, letter);
			return NULL;
		}
		if (option->value == NULL) {
			record(options, option, NULL, 0);
			if (options->help || options->version)
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

/* The same for an option in its long form. */
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
		message("%s: unknown option %.*s: see \"pollwait -h\"",
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

static int
check_clashes(const struct options *options)
{
	bool is_count_given = options->count != COUNT_NOT_GIVEN;
	bool is_array_given = options->array != NULL;
	const struct {
		bool are_both;
		const char *one;
		const char *other;
	} clashes[] = {
		{ options->monitor && options->all, "-m", "-a" },
		{ options->monitor && options->list, "-m", "-l" },
		{ options->monitor && options->quiet, "-m", "-q" },
		{ options->all && is_count_given, "-a", "-c" },
		{ options->list && options->all, "-l", "-a" },
		{ options->list && is_count_given, "-l", "-c" },
		{ options->list && options->quiet, "-l", "-q" },
		{ is_array_given && is_count_given, "-A", "-c" },
		{ is_array_given && options->list, "-A", "-l" },
		{ is_array_given && options->monitor, "-A", "-m" },
		{ is_array_given && options->quiet, "-A", "-q" },
	};

	for (size_t i = 0; i < sizeof clashes / sizeof *clashes; i++) {
		if (clashes[i].are_both) {
			message("%s and %s exclude each other", clashes[i].one,
			        clashes[i].other);
			return -1;
		}
	}
	return 0;
}

/* What depends on the other options. */
static void
settle_defaults(struct options *options)
{
	static char *all_descriptors[] = { "0-", NULL };

	if (options->count == COUNT_NOT_GIVEN)
		options->count = options->monitor ? 0 : 1;
	if (options->list && !options->is_timeout_given)
		options->timeout_ms = 0;
	if (options->list && *options->operands == NULL)
		options->operands = all_descriptors;
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
	while (*argv != NULL && (*argv)[0] == '-' && (*argv)[1] != '\0'
	       && !options->help && !options->version) {
		if (strcmp(*argv, "--") == 0) {
			argv++;
			break;
		}
		argv = (*argv)[1] == '-' ? read_name(options, argv)
		                         : read_letters(options, argv);
		if (argv == NULL)
			return -1;
	}
	options->operands = argv;
	if (check_clashes(options) < 0)
		return -1;
	settle_defaults(options);
	return 0;
}

void
options_explain_operands(const struct options *options)
{
	if (options->pid == 0)
		message("no operand: try \"pollwait -t 500 3:in\", "
		        "or \"pollwait -h\"");
	else
		message("no operand: try \"pollwait -t 500 3:in\", "
		        "or \"pollwait -h\"; to wait for a process's end, "
		        "the operand is pid:%d", options->pid);
}

static int
print(struct text *text)
{
	int result = output_write(text);

	if (result < 0)
		reader_explain();
	text_free(text);
	return result;
}

/* As in "  -t, --timeout=MS  wait ...", the texts below one another. */
static void
append_option(struct text *text, const struct option *option)
{
	static const char padding[] = "                     ";
	size_t start = text->length;
	size_t width;

	text_string(text, "  -");
	text_append(text, &option->letter, 1);
	if (option->name != NULL) {
		text_string(text, ", --");
		text_string(text, option->name);
	}
	if (option->value != NULL) {
		text_string(text, option->name != NULL ? "=" : " ");
		text_string(text, option->value);
	}
	width = text->length - start;
	if (width < sizeof padding - 1)
		text_string(text, padding + width);
	text_string(text, option->help);
	text_string(text, "\n");
}

void
options_append_help(struct text *text)
{
	text_string(text,
	    "usage: pollwait [-q] [-a | -c COUNT] [-i MS] [-p PID] [-t MS] OPERAND...\n"
	    "       pollwait -m [-c COUNT] [-i MS] [-p PID] [-t MS] OPERAND...\n"
	    "       pollwait -l [-i MS] [-p PID] [-t MS] [OPERAND...]\n"
	    "       pollwait -h | -V\n"
	    "Waits until descriptors are ready, and prints them with their events.\n"
	    "An OPERAND is FD[:EVENTS], as in 3:in,hup; FD-FD[:EVENTS]; FD-[:EVENTS], all\n"
	    "from FD up that are open; or pid:PID, ready when the process ends.\n");
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (is_offered(&known_options[i]))
			append_option(text, &known_options[i]);
	text_string(text, "Events:");
	event_append_names(text);
	text_string(text,
	    "\n"
	    "Status: 0 something is ready, 1 timed out, 2 usage or system error,\n"
	    "        3 nothing to wait on: only closed descriptors\n"
	    "Example: pollwait -t 500 3:in 4:out\n");
}

int
options_print_help(void)
{
	struct text text;

	text_start(&text);
	options_append_help(&text);
	return print(&text);
}

int
options_print_version(void)
{
	struct text text;

	text_start(&text);
	text_string(&text, "pollwait " VERSION "\n");
	return print(&text);
}

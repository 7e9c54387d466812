/*
 * help - the short help, of the options that are offered, and the version
 */
#include "cli/help.h"
#include "base/output.h"
#include "cli/event.h"
#include "cli/options_private.h"

static int
print(struct text *text)
{
	int result = output_print(text);

	text_free(text);
	return result;
}

/* Append a line as "  -t, --timeout=MS  wait ...", with the texts aligned. */
static void
append_option(struct text *text, const struct option *option)
{
	static const char padding[] = "                     ";
	size_t start = text->length;
	size_t width;

	text_string(text, "  -");
	text_byte(text, option->letter);
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
help_append(struct text *text)
{
	const struct option *option = NULL;

	text_string(text,
	    "usage: pollwait [-q] [-a | -c COUNT] [-i MS] [-p PID] [-t MS] OPERAND...\n"
	    "       pollwait -m [-c COUNT] [-i MS] [-p PID] [-t MS] OPERAND...\n"
	    "       pollwait -l [-i MS] [-p PID] [-t MS] [OPERAND...]\n"
	    "       pollwait -w [-q] [-i MS] -p PID\n"
	    "       pollwait -h | -V\n"
	    "Waits until descriptors are ready, and prints them with their events.\n"
	    "An OPERAND is FD[:EVENTS], as in 3:in,hup; FD-FD[:EVENTS]; FD-[:EVENTS], all\n"
	    "from FD up that are open; or pid:PID, ready when the process ends.\n");
	while ((option = options_next(option)) != NULL)
		append_option(text, option);
	text_string(text, "Events:");
	event_append_names(text);
	text_string(text,
	    "\n"
	    "Status: 0 something is ready, 1 timed out, 2 usage or system error,\n"
	    "        3 nothing to wait on: only closed descriptors; -w: a deadlock\n"
	    "Example: pollwait -t 500 3:in 4:out\n");
}

int
help_print(void)
{
	struct text text;

	text_start(&text);
	help_append(&text);
	return print(&text);
}

int
help_print_version(void)
{
	struct text text;

	text_start(&text);
	text_string(&text, "pollwait " VERSION "\n");
	return print(&text);
}

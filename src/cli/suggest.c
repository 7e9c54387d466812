/*
 * suggest - messages that tell what to write instead of a common mistake
 */
#include "cli/suggest.h"
#include "base/message.h"
#include "base/number.h"
#include "base/text.h"

#include <string.h>
#include <unistd.h>

/* Return true for several operands in one word: 3,4:in, 3:in,4:in or "3:in 4:in". */
static bool
holds_several(const char *operand)
{
	const char *events = operand + strcspn(operand, ":");
	const char *colon = *events == '\0' ? NULL : strchr(events + 1, ':');

	return operand[strspn(operand, "0123456789-")] == ','
	       || (colon != NULL && events + strcspn(events, ", \n") < colon);
}

static bool
suggest_words(const char *operand)
{
	if (!holds_several(operand))
		return false;
	message("%s: each operand is a word of its own, "
	        "as in \"pollwait 3:in 4:in\"", operand);
	return true;
}

bool
suggest_events(const char *operand, const char *events)
{
	struct text line;

	if (suggest_words(operand))
		return true;
	if (strpbrk(events, "|+") == NULL)
		return false;
	text_start(&line);
	message_append_argument(&line, operand, strlen(operand));
	text_string(&line, ": events are joined by commas; try ");
	for (const char *byte = operand; *byte != '\0'; byte++)
		message_append_argument(&line,
		                        strchr("|+", *byte) != NULL ? "," : byte, 1);
	message_text(&line);
	text_free(&line);
	return true;
}

/* The milliseconds of a unit; 0 for no unit.  A fraction without a unit is of seconds. */
static int
milliseconds_of(const char *unit)
{
	static const struct {
		const char *name;
		int ms;
	} units[] = {
		{ "", 1000 }, { "ms", 1 }, { "s", 1000 }, { "m", 60 * 1000 },
		{ "h", 60 * 60 * 1000 }
	};

	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strcmp(unit, units[i].name) == 0)
			return units[i].ms;
	return 0;
}

void
suggest_time(struct text *text, const char *value)
{
	static const char digits[] = "0123456789";
	size_t whole_length = strspn(value, digits);
	const char *point = value + whole_length;
	size_t fraction_length = *point == '.' ? strspn(point + 1, digits) : 0;
	const char *unit = fraction_length > 0 ? point + 1 + fraction_length
	                                       : point;
	long long unit_ms = milliseconds_of(unit);
	long long meant_ms;
	int whole;

	if (unit_ms == 0 || number_parse(value, whole_length, &number_count,
	                                 &whole) != NULL)
		return;
	meant_ms = whole * unit_ms;
	for (size_t i = 1; i <= fraction_length; i++) {
		unit_ms /= 10;
		meant_ms += (point[i] - '0') * unit_ms;
	}
	if (meant_ms > number_timeout.max)
		return;
	text_string(text, "; try ");
	text_decimal(text, (unsigned long long)meant_ms);
}

/* Return true if a shell takes a name as it stands. */
static bool
is_plain(const char *name)
{
	return name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                         "abcdefghijklmnopqrstuvwxyz"
	                         "0123456789_./+-")] == '\0';
}

bool
suggest_target(const char *operand)
{
	struct text target;
	const char *name;
	bool is_file;

	text_start(&target);
	text_append(&target, operand, strcspn(operand, ":"));
	name = text_terminate(&target);
	is_file = name != NULL && is_plain(name) && access(name, F_OK) == 0;
	if (is_file)
		message("%s: is a file, not a descriptor; "
		        "try \"pollwait 0:in <%s\"", operand, name);
	text_free(&target);
	return is_file || suggest_words(operand);
}

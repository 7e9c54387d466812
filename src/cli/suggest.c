/*
 * mistake - see mistake.h
 */
#include "cli/suggest.h"
#include "base/message.h"
#include "base/number.h"
#include "base/text.h"

#include <string.h>
#include <unistd.h>

/* Whether there are several: 3,4:in or 3:in,4:in, or as a word of the shell. */
static bool
holds_several(const char *operand)
{
	const char *events = operand + strcspn(operand, ":");
	const char *colon = *events == '\0' ? NULL : strchr(events + 1, ':');

	return operand[strspn(operand, "0123456789-")] == ','
	       || (colon != NULL && events + strcspn(events, ", \n") < colon);
}

/* Where it does, says so. */
static bool
mistake_in_word(const char *operand)
{
	if (!holds_several(operand))
		return false;
	message("%s: each operand is a word of its own, "
	        "as in \"pollwait 3:in 4:in\"", operand);
	return true;
}

bool
mistake_in_events(const char *operand, const char *events)
{
	struct text meant;

	if (mistake_in_word(operand))
		return true;
	if (strpbrk(events, "|+") == NULL)
		return false;
	text_start(&meant);
	for (const char *byte = operand; *byte != '\0'; byte++)
		text_append(&meant, strchr("|+", *byte) != NULL ? "," : byte, 1);
	message("%s: events are joined by commas: try %.*s", operand,
	        (int)meant.length, text_bytes(&meant));
	text_free(&meant);
	return true;
}

/* The milliseconds of a unit; 0: it is none.  A bare fraction is of seconds. */
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
mistake_append_time(struct text *text, const char *value)
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
	text_string(text, ": try ");
	text_decimal(text, (unsigned long long)meant_ms);
}

/* Whether a shell takes a name as it stands. */
static bool
is_plain(const char *name)
{
	return name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                         "abcdefghijklmnopqrstuvwxyz"
	                         "0123456789_./+-")] == '\0';
}

bool
mistake_in_target(const char *operand, const char *target, size_t length)
{
	struct text copy;
	const char *name;
	bool is_file;

	text_start(&copy);
	text_append(&copy, target, length);
	name = text_terminate(&copy);
	is_file = name != NULL && is_plain(name) && access(name, F_OK) == 0;
	if (is_file)
		message("%s: a file, and no descriptor: "
		        "try \"pollwait 0:in <%s\"", operand, name);
	text_free(&copy);
	return is_file || mistake_in_word(operand);
}

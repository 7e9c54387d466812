/*
 * suggest - messages that tell what to write instead of a common mistake
 */
#include "cli/suggest.h"
#include "base/message.h"
#include "base/number.h"
#include "base/text.h"
#include "cli/event.h"

#include <string.h>
#include <unistd.h>

static const char digits[] = "0123456789";

/* Return true for several operands in one word: 3,4:in, 3:in,4:in, "3 4" or "3:in 4". */
static bool
holds_several(const char *operand)
{
	const char *events = operand + strcspn(operand, ":");
	const char *colon = *events == '\0' ? NULL : strchr(events + 1, ':');
	const char *first = operand + strspn(operand, " \n");
	const char *blank = first + strcspn(first, " \n");
	const char *next = blank + strspn(blank, " \n");

	return operand[strspn(operand, "0123456789-")] == ','
	       || (colon != NULL && events + strcspn(events, ", \n") < colon)
	       || (*blank != '\0' && *next != '\0' && strchr(digits, *next) != NULL);
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

/* Append the events of a program, select.POLLIN | select.POLLOUT, joined by commas. */
static void
join_by_commas(struct text *text, const char *events)
{
	static const char module[] = "select.";

	while (*events != '\0') {
		if (text_begins_with(events, module)) {
			events += sizeof module - 1;
			continue;
		}
		if (*events != ' ')
			text_append(text, strchr("|+", *events) != NULL ? "," : events, 1);
		events++;
	}
}

static bool
are_events(const char *joined)
{
	for (;;) {
		size_t length = text_length_to(joined, ',');

		if (!event_is_known(joined, length))
			return false;
		if (joined[length] == '\0')
			return true;
		joined += length + 1;
	}
}

bool
suggest_events(const char *operand)
{
	size_t target_length = text_length_to(operand, ':');
	struct text joined;
	const char *events;
	bool is_meant;

	if (suggest_words(operand))
		return true;
	if (strpbrk(operand + target_length, "|+") == NULL)
		return false;
	text_start(&joined);
	join_by_commas(&joined, operand + target_length + 1);
	events = text_terminate(&joined);
	is_meant = events != NULL && are_events(events);
	if (is_meant)
		message("%s: events are joined by commas; try %.*s:%s", operand,
		        (int)target_length, operand, events);
	text_free(&joined);
	return is_meant;
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
		/* pollwait waits for whole milliseconds. */
		if (unit_ms % 10 != 0 && point[i] != '0')
			return;
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

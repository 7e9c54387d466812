/*
 * event - the names of the events
 */
#include "cli/event.h"
#include "base/message.h"
#include "cli/suggest.h"
#include "base/number.h"

#include <poll.h>
#include <stdbool.h>
#include <string.h>

/*
 * A new name is a new line here, and a word in the completions.  The order is that of the
 * bits, which is the order of printing.  Where two names share a bit on some machine, the
 * first is printed.
 */
static const struct event {
	const char *name;
	short bit;
} events_by_bit[] = {
	{ "in", POLLIN },
	{ "pri", POLLPRI },
	{ "out", POLLOUT },
	{ "err", POLLERR },
	{ "hup", POLLHUP },
	{ "nval", POLLNVAL },
	{ "rdnorm", POLLRDNORM },
	{ "rdband", POLLRDBAND },
	{ "wrnorm", POLLWRNORM },
	{ "wrband", POLLWRBAND },
	{ "msg", POLLMSG },
	{ "rdhup", POLLRDHUP },
};

#define EVENT_COUNT (sizeof events_by_bit / sizeof *events_by_bit)

/*
 * Compare ASCII letters in any case, in every locale: I is i in Turkish too.  The end of
 * a shorter name differs from every letter.
 */
static bool
same_letters(const char *text, const char *lower, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		char letter = text[i];

		if (letter >= 'A' && letter <= 'Z')
			letter = (char)(letter - 'A' + 'a');
		if (letter != lower[i])
			return false;
	}
	return true;
}

static bool
is_name(const char *text, size_t length, const char *name)
{
	return same_letters(text, name, length) && name[length] == '\0';
}

static const struct event *
find_event(const char *text, size_t length)
{
	static const char prefix[] = "poll";
	const size_t prefix_length = sizeof prefix - 1;

	if (length > prefix_length && same_letters(text, prefix, prefix_length)) {
		text += prefix_length;
		length -= prefix_length;
	}
	for (size_t i = 0; i < EVENT_COUNT; i++)
		if (is_name(text, length, events_by_bit[i].name))
			return &events_by_bit[i];
	return NULL;
}

bool
event_is_known(const char *text, size_t length)
{
	int bits;

	return find_event(text, length) != NULL
	       || number_parse(text, length, &number_mask, &bits) == NULL;
}

/* Report an unknown name, with all names that are known. */
static void
refuse_name(const char *operand, const char *text, size_t length)
{
	struct text line;

	text_start(&line);
	message_append_argument(&line, operand, strlen(operand));
	text_string(&line, ": unknown event \"");
	message_append_argument(&line, text, length);
	text_string(&line, "\"; the events are");
	event_append_names(&line);
	message_text(&line);
	text_free(&line);
}

static int
parse_one(const char *operand, const char *text, size_t length, int *bits)
{
	const struct event *event;
	const char *reason;

	if (length == 0) {
		message("%s: an event is missing", operand);
		return -1;
	}
	if (text[0] >= '0' && text[0] <= '9') {
		reason = number_parse(text, length, &number_mask, bits);
		if (reason == NULL)
			return 0;
		if (!suggest_events(operand))
			message("%s: \"%.*s\": %s", operand, (int)length, text,
			        reason);
		return -1;
	}
	event = find_event(text, length);
	if (event == NULL) {
		if (!suggest_events(operand))
			refuse_name(operand, text, length);
		return -1;
	}
	*bits = event->bit;
	return 0;
}

int
event_parse(const char *operand, const char *events, short *mask)
{
	int all = 0;

	for (;;) {
		size_t length = text_length_to(events, ',');
		int bits;

		if (parse_one(operand, events, length, &bits) < 0)
			return -1;
		all |= bits;
		if (events[length] == '\0')
			break;
		events += length + 1;
	}
	*mask = (short)all;
	return 0;
}

void
event_append(struct text *text, short mask, const char *separator)
{
	unsigned left = (unsigned short)mask;
	bool is_first = true;

	for (size_t i = 0; i < EVENT_COUNT && left != 0; i++) {
		unsigned bit = (unsigned short)events_by_bit[i].bit;

		if ((left & bit) == 0)
			continue;
		if (!is_first)
			text_string(text, separator);
		text_string(text, events_by_bit[i].name);
		is_first = false;
		left &= ~bit;
	}
	if (left != 0) {
		if (!is_first)
			text_string(text, separator);
		text_hexadecimal(text, left);
	}
}

void
event_append_names(struct text *text)
{
	for (size_t i = 0; i < EVENT_COUNT; i++) {
		text_string(text, " ");
		text_string(text, events_by_bit[i].name);
	}
}

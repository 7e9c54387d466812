/*
 * message - diagnostics on standard error
 */
#include "base/message.h"
#include "base/output.h"
#include "base/text.h"

#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void
message_append_argument(struct text *line, const char *argument,
                        size_t length)
{
	if (length == 0)
		text_string(line, "''");
	text_escaped(line, argument, length, "");
}

/*
 * Append what one conversion stands for.  Return the place behind it.  A conversion
 * that message.h does not name stays in the line.
 */
static const char *
append_conversion(struct text *line, const char *conversion, va_list *values)
{
	if (strncmp(conversion, "%s", 2) == 0) {
		const char *argument = va_arg(*values, const char *);

		message_append_argument(line, argument, strlen(argument));
		return conversion + 2;
	}
	if (strncmp(conversion, "%.*s", 4) == 0) {
		int length = va_arg(*values, int);

		message_append_argument(line, va_arg(*values, const char *),
		                        (size_t)length);
		return conversion + 4;
	}
	if (strncmp(conversion, "%d", 2) == 0) {
		int number = va_arg(*values, int);

		if (number < 0)
			text_string(line, "-");
		text_decimal(line, (unsigned long long)llabs(number));
		return conversion + 2;
	}
	if (strncmp(conversion, "%zu", 3) == 0) {
		text_decimal(line, va_arg(*values, size_t));
		return conversion + 3;
	}
	text_byte(line, *conversion);
	return conversion + 1;
}

/* End a line and print it. */
static void
finish(struct text *line)
{
	static const char no_memory[] = "pollwait: out of memory\n";

	text_string(line, "\n");
	if (line->failed)
		output_complain(no_memory, sizeof no_memory - 1);
	else
		output_complain(text_bytes(line), line->length);
	text_free(line);
}

/* Print a line with a reason behind it; NULL where the format says all. */
static void
print(const char *format, va_list *values, const char *reason)
{
	struct text line;

	text_start(&line);
	text_string(&line, "pollwait: ");
	while (*format != '\0') {
		size_t plain = strcspn(format, "%");

		text_append(&line, format, plain);
		format += plain;
		if (*format == '%')
			format = append_conversion(&line, format, values);
	}
	if (reason != NULL) {
		text_string(&line, ": ");
		text_string(&line, reason);
	}
	finish(&line);
}

void
message(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	print(format, &values, NULL);
	va_end(values);
}

void
message_errno(const char *format, ...)
{
	int error = errno;
	/* A shell may have set a locale, which the rest of the line does not use. */
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	const char *reason = strerror_l(error, plain);
	va_list values;

	va_start(values, format);
	print(format, &values, reason);
	va_end(values);
	freelocale(plain);
}

void
message_text(const struct text *line)
{
	struct text whole;

	text_start(&whole);
	text_string(&whole, "pollwait: ");
	text_append(&whole, text_bytes(line), line->length);
	whole.failed |= line->failed;
	finish(&whole);
}

/*
 * number - the one place where text becomes a number
 *
 * strtol(3) is not used: it takes blanks and signs, and reads a locale.
 */
#include "base/number.h"

#include <limits.h>

const struct number_kind number_descriptor = {
	.min = 0, .max = INT_MAX,
	.malformed = "not the number of a descriptor",
	.outside = "no descriptor has a number above 2147483647"
};

const struct number_kind number_process = {
	.min = 1, .max = INT_MAX,
	.malformed = "not the id of a process",
	.outside = "no process has an id below 1 or above 2147483647"
};

const struct number_kind number_mask = {
	.min = 0, .max = 0xffff, .hexadecimal = true,
	.malformed = "not an event mask",
	.outside = "no event mask is above 0xffff"
};

const struct number_kind number_timeout = {
	.min = -INT_MAX, .max = INT_MAX,
	.malformed = "not a number of milliseconds",
	.outside = "not within 2147483647 milliseconds"
};

const struct number_kind number_interval = {
	.min = 0, .max = INT_MAX,
	.malformed = "not a number of milliseconds",
	.outside = "not within 2147483647 milliseconds"
};

const struct number_kind number_count = {
	.min = 0, .max = INT_MAX,
	.malformed = "not a count",
	.outside = "no count is above 2147483647"
};

/* The value of a digit; one that is no digit has a value above every base. */
static int
digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return INT_MAX;
}

const char *
number_parse(const char *text, size_t length, const struct number_kind *kind,
             int *value)
{
	const char *end = text + length;
	bool negative = false;
	bool outside = false;
	int base = 10;
	int limit;
	long long number = 0;

	if (kind->min < 0 && length > 0 && text[0] == '-') {
		negative = true;
		text++;
	} else if (kind->hexadecimal && length > 1 && text[0] == '0'
	           && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	if (text == end)
		return kind->malformed;
	limit = negative ? -kind->min : kind->max;
	for (; text < end; text++) {
		int digit = digit_value(*text);

		if (digit >= base)
			return kind->malformed;
		number = number * base + digit;
		if (number > limit) {
			outside = true;         /* the rest may be malformed */
			number = 0;
		}
	}
	if (negative)
		number = -number;
	if (outside || number < kind->min)
		return kind->outside;
	*value = (int)number;
	return NULL;
}

unsigned long long
number_of_kernel(const char *text, unsigned base)
{
	unsigned long long number = 0;

	if (base == 16 && text[0] == '0' && text[1] == 'x')
		text += 2;
	for (; (unsigned)digit_value(*text) < base; text++) {
		unsigned digit = (unsigned)digit_value(*text);

		if (number > (ULLONG_MAX - digit) / base)
			return ULLONG_MAX;
		number = number * base + digit;
	}
	return number;
}

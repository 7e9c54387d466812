/*
 * number - the one place where text becomes a number
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* A kind of number: its range, and the reasons for refusing one. */
struct number_kind {
	int min;
	int max;
	bool hexadecimal;       /* 0x or 0X and hexadecimal digits too */
	const char *malformed;
	const char *outside;
};

extern const struct number_kind number_descriptor;
extern const struct number_kind number_process;
extern const struct number_kind number_mask;
extern const struct number_kind number_timeout;
extern const struct number_kind number_interval;
extern const struct number_kind number_count;

/*
 * Parse a number of a kind: digits, leading zeros allowed, with a minus sign in front
 * only if min is negative; no plus sign, no blank, nothing behind.  Return NULL and set
 * *value, or return the reason for a message and leave *value alone.
 */
const char *number_parse(const char *text, size_t length,
                         const struct number_kind *kind, int *value);

/*
 * Read the number at the beginning of a text of the kernel, in base 8, 10 or 16 (with or
 * without 0x).  It ends where its digits end.  Return 0 without digits, ULLONG_MAX for a
 * greater number.
 */
unsigned long long number_of_kernel(const char *text, unsigned base);

#endif

/*
 * number - the one place where text becomes a number
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* What a number of one kind may be, and what is said of one that may not. */
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
 * Reads a number of a kind: digits, leading zeros allowed, with a minus sign in
 * front only where min is negative; no plus sign, no blank, nothing behind.
 * Returns NULL and sets *value, or returns the reason, fit to print before the
 * text, and leaves *value alone.
 */
const char *number_parse(const char *text, size_t length,
                         const struct number_kind *kind, int *value);

/*
 * The number that begins a text of the kernel's, in base 8, 10 or 16 (there with
 * 0x in front or without); it ends where its digits do.  0 if there is none, the
 * greatest if it is greater.
 */
unsigned long long number_of_kernel(const char *text, unsigned base);

#endif

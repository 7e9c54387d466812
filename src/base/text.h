/*
 * text - bytes gathered to leave in one write
 *
 * Short ones need no memory but their own: most of what the command says is a
 * line or two.  Appending cannot fail where it stands: a text that found no
 * memory remembers that, and whoever writes it asks once, at the end.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum { TEXT_SHORT = 512 };

struct text {
	char *allocated;        /* where the bytes are; NULL: in the next member */
	char inside[TEXT_SHORT];
	size_t length;
	size_t capacity;
	bool failed;            /* something is missing: there was no memory */
};

/* Makes an empty text.  text_free() ends it. */
void text_start(struct text *text);

/* The bytes, text->length of them, not terminated; until the next append. */
const char *text_bytes(const struct text *text);

void text_append(struct text *text, const char *bytes, size_t length);
void text_string(struct text *text, const char *string);
void text_decimal(struct text *text, unsigned long long number);

/* Ends the bytes with NUL, and returns them; NULL and ENOMEM if some are missing. */
char *text_terminate(struct text *text);

/* With the prefix, as in 0x4000. */
void text_hexadecimal(struct text *text, unsigned long long number);

/*
 * Appends what somebody else may have chosen, so that it can neither end the
 * line nor speak to the terminal: every byte outside printable ASCII, the
 * backslash, and the bytes of the string also become three-digit octal escapes.
 */
void text_escaped(struct text *text, const char *bytes, size_t length,
                  const char *also);

void text_free(struct text *text);

#endif

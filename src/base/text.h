/*
 * text - bytes gathered for one write
 *
 * A short text needs no allocation: most output is a line or two.  Appending does not
 * report errors: a text that found no memory remembers it, and the function that
 * writes the text checks once, at the end.
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
	bool failed;            /* bytes are missing: there was no memory */
};

/* Make an empty text.  text_free() ends it. */
void text_start(struct text *text);

/* The text->length bytes, without NUL at the end, valid until the next append. */
const char *text_bytes(const struct text *text);

void text_append(struct text *text, const char *bytes, size_t length);
void text_string(struct text *text, const char *string);
void text_byte(struct text *text, char byte);
void text_decimal(struct text *text, unsigned long long number);

/* End the bytes with NUL and return them; NULL with ENOMEM if bytes are missing. */
char *text_terminate(struct text *text);

/* Append with the prefix, as 0x4000. */
void text_hexadecimal(struct text *text, unsigned long long number);

/*
 * Append bytes that somebody else may have chosen, so that they can neither end the
 * line nor speak to the terminal: every byte outside printable ASCII, the backslash,
 * and the bytes of the string also become three-digit octal escapes.
 */
void text_escaped(struct text *text, const char *bytes, size_t length,
                  const char *also);

/* Append a name that ends a line: blanks at its end are escaped too. */
void text_name(struct text *text, const char *name, size_t length);

void text_free(struct text *text);

bool text_begins_with(const char *string, const char *prefix);

/* The length of a string up to a character, or to its end.  For short strings. */
size_t text_length_to(const char *string, char end);

#endif

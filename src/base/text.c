/*
 * text - bytes gathered for one write
 */
#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

void
text_start(struct text *text)
{
	/* Leave the bytes inside as they are: to set them would touch their pages. */
	text->allocated = NULL;
	text->length = 0;
	text->capacity = sizeof text->inside;
	text->failed = false;
}

void
text_free(struct text *text)
{
	free(text->allocated);
	text_start(text);
}

const char *
text_bytes(const struct text *text)
{
	return text->allocated != NULL ? text->allocated : text->inside;
}

/* Return room for so many bytes; NULL, and failed is set, without memory. */
static char *
make_room(struct text *text, size_t length)
{
	size_t capacity = text->capacity;
	char *bytes;

	if (text->failed)
		return NULL;
	while (capacity - text->length < length)
		capacity *= 2;
	if (capacity > text->capacity) {
		bytes = realloc(text->allocated, capacity);
		if (bytes == NULL) {
			text->failed = true;
			return NULL;
		}
		if (text->allocated == NULL)
			memcpy(bytes, text->inside, text->length);
		text->allocated = bytes;
		text->capacity = capacity;
	}
	bytes = text->allocated != NULL ? text->allocated : text->inside;
	return bytes + text->length;
}

void
text_append(struct text *text, const char *bytes, size_t length)
{
	char *room = make_room(text, length);

	if (room == NULL)
		return;
	memcpy(room, bytes, length);
	text->length += length;
}

void
text_string(struct text *text, const char *string)
{
	text_append(text, string, strlen(string));
}

void
text_byte(struct text *text, char byte)
{
	char *room = make_room(text, 1);

	if (room == NULL)
		return;
	*room = byte;
	text->length++;
}

char *
text_terminate(struct text *text)
{
	text_byte(text, '\0');
	if (text->failed) {
		errno = ENOMEM;
		return NULL;
	}
	return text->allocated != NULL ? text->allocated : text->inside;
}

static void
append_number(struct text *text, unsigned long long number, unsigned base)
{
	char digits[sizeof number * CHAR_BIT];
	char *end = digits + sizeof digits;
	char *start = end;

	do
		*--start = "0123456789abcdef"[number % base];
	while ((number /= base) != 0);
	text_append(text, start, (size_t)(end - start));
}

void
text_decimal(struct text *text, unsigned long long number)
{
	append_number(text, number, 10);
}

void
text_hexadecimal(struct text *text, unsigned long long number)
{
	text_string(text, "0x");
	append_number(text, number, 16);
}

static bool
is_printable(char byte)
{
	return byte >= ' ' && byte <= '~';
}

void
text_escaped(struct text *text, const char *bytes, size_t length,
             const char *also)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		char escape[4] = {
			'\\', (char)('0' + (byte >> 6)),
			(char)('0' + (byte >> 3 & 7)), (char)('0' + (byte & 7))
		};

		if (is_printable(bytes[i]) && bytes[i] != '\\'
		    && strchr(also, bytes[i]) == NULL)
			text_byte(text, bytes[i]);
		else
			text_append(text, escape, sizeof escape);
	}
}

void
text_name(struct text *text, const char *name, size_t length)
{
	size_t end = length;

	while (end > 0 && name[end - 1] == ' ')
		end--;
	text_escaped(text, name, end, "");
	text_escaped(text, name + end, length - end, " ");
}

bool
text_begins_with(const char *string, const char *prefix)
{
	/* Most strings differ at once. */
	for (; *prefix != '\0'; string++, prefix++)
		if (*string != *prefix)
			return false;
	return true;
}

size_t
text_length_to(const char *string, char end)
{
	size_t length = 0;

	while (string[length] != end && string[length] != '\0')
		length++;
	return length;
}

/*
 * entry - what the entries of a set stand for
 */
#include "entry/entry.h"
#include "base/array.h"
#include "base/host.h"
#include "base/message.h"
#include "base/text.h"
#include "linux/keepclear.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A new kind of operand is a row here, and a file with its operations. */
static const struct entry_kind *const entry_kinds[] = {
	&entry_process,
	NULL
};

const struct entry_kind *
entry_kind_of(const char *operand, const char **rest)
{
	for (const struct entry_kind *const *kind = entry_kinds; *kind != NULL;
	     kind++)
		if (text_begins_with(operand, (*kind)->prefix)) {
			*rest = operand + strlen((*kind)->prefix);
			return *kind;
		}
	*rest = operand;
	return &entry_descriptor;
}

void
entries_start(struct entries *entries)
{
	*entries = (struct entries){ .own = NULL };
}

void
entries_end(struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++)
		close(entries->own[i].fd);
	free(entries->own);
}

static int
compare_descriptors(const void *element, const void *key)
{
	const struct entry *own = element;
	const int *fd = key;

	return (own->fd > *fd) - (own->fd < *fd);
}

/* The place of the first own entry whose descriptor is not below fd. */
static size_t
place_of(const struct entries *entries, int fd)
{
	return array_place(entries->own, entries->count, sizeof *entries->own, &fd,
	                   compare_descriptors);
}

static bool
is_own(const struct entries *entries, size_t place, int fd)
{
	return place < entries->count && entries->own[place].fd == fd;
}

static int
find_open(const struct entries *entries, const struct entry_kind *kind, int value)
{
	for (size_t i = 0; i < entries->count; i++)
		if (entries->own[i].kind == kind && entries->own[i].value == value)
			return entries->own[i].fd;
	return -1;
}

/* Open the descriptor of an entry on a clear number.  Return -1 after a message. */
static int
open_clear(const struct entry_kind *kind, int value, const struct pollset *named,
           const char *argument)
{
	int fd = kind->open(value, argument);

	if (fd < 0)
		return -1;
	fd = keepclear_move(fd, named);
	if (fd < 0 && errno == EMFILE)
		message("%s: no number is left for a descriptor of pollwait's own; "
		        "raise the limit (ulimit -%s)", argument,
		        host_is_shell ? "n" : "Hn");
	else if (fd < 0)
		message_errno("%s", argument);
	return fd;
}

int
entries_open(struct entries *entries, const struct entry_kind *kind, int value,
             const struct pollset *named, const char *argument)
{
	int fd = find_open(entries, kind, value);
	struct entry *own;
	size_t place;

	if (fd >= 0)
		return fd;
	own = array_room(entries->own, entries->count, &entries->capacity,
	                 sizeof *own);
	if (own == NULL) {
		message_errno("%s", argument);
		return -1;
	}
	entries->own = own;
	fd = open_clear(kind, value, named, argument);
	if (fd < 0)
		return -1;
	place = place_of(entries, fd);
	memmove(&own[place + 1], &own[place],
	        (entries->count - place) * sizeof *own);
	own[place] = (struct entry){ kind, value, fd };
	entries->count++;
	return fd;
}

struct entry
entries_find(const struct entries *entries, int fd)
{
	size_t place = place_of(entries, fd);

	if (is_own(entries, place, fd))
		return entries->own[place];
	return (struct entry){ &entry_descriptor, fd, fd };
}

void
entries_forget(struct entries *entries, int fd)
{
	size_t place = place_of(entries, fd);

	if (!is_own(entries, place, fd))
		return;
	close(fd);
	entries->count--;
	memmove(&entries->own[place], &entries->own[place + 1],
	        (entries->count - place) * sizeof *entries->own);
}

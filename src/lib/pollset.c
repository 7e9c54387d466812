/*
 * pollset - an ordered set of descriptors for poll(2)
 *
 * The store is the array of struct pollfd that poll(2) takes, in registration
 * order.  Beside it stands an index, which finds a descriptor's place in the
 * array, see pollset_index.c.
 *
 * Unregistering leaves a hole in the array (descriptor -1, as poll(2) ignores
 * it).  Holes are closed before the next poll, which costs as much anyway, and
 * when the array is full.  A full array with few holes grows instead: to close
 * one hole at a time in a large set would cost the whole set each time.
 *
 * Invariants: live registrations = used - holes; the last entry in use is no
 * hole.
 */
#include "lib/deadline.h"
#include "lib/pollset_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HOLE (-1)

/* Close the holes of a full array if at least one entry in so many is a hole. */
enum { ENTRIES_PER_HOLE = 8 };

/* Keep every count of bytes and slots within 32 bits. */
#define MAX_CAPACITY ((size_t)1 << 27)

/* The entry and its part of the index. */
#define BYTES_PER_ENTRY (sizeof(struct pollfd) \
                         + POLLSET_SLOTS_PER_ENTRY * sizeof(pollset_slot))

/* The place of a descriptor plus one; 0 with errno if it is not registered. */
static pollset_slot
find(const struct pollset *set, int fd)
{
	/* No descriptor is negative, but a hole is. */
	pollset_slot place = fd < 0 ? 0 : *index_slot(set, fd);

	if (place == 0)
		errno = fd < 0 ? EBADF : ENOENT;
	return place;
}

/*
 * Each entry keeps its slot, so the cost follows the entries in use, not the size that
 * the index has once reached.
 */
void
pollset_close_holes(struct pollset *set)
{
	size_t kept = 0;

	if (set->holes == 0)
		return;
	for (size_t i = 0; i < set->used; i++) {
		struct pollfd entry = set->entries[i];

		if (entry.fd == HOLE)
			continue;
		*index_slot(set, entry.fd) = (pollset_slot)(kept + 1);
		set->entries[kept++] = entry;
	}
	set->used = kept;
	set->holes = 0;
}

/* Only the index has to be zero: calloc(3) would touch all pages. */
static struct pollfd *
allocate(struct pollset *set, size_t capacity)
{
	size_t bytes = capacity * BYTES_PER_ENTRY;

	if (bytes > set->lent_bytes)
		return malloc(bytes);
	set->lent_bytes = 0;
	return set->lent;
}

static void
free_allocated(struct pollset *set, struct pollfd *entries)
{
	if (entries != set->first_entries && entries != set->lent)
		free(entries);
}

static int
grow_to(struct pollset *set, size_t capacity)
{
	struct pollfd *old = set->entries;
	struct pollfd *entries;

	if (capacity > MAX_CAPACITY) {
		errno = ENOMEM;
		return -1;
	}
	entries = allocate(set, capacity);
	if (entries == NULL)
		return -1;
	pollset_close_holes(set);
	memcpy(entries, old, set->used * sizeof *entries);
	set->entries = entries;
	set->index = (pollset_slot *)(entries + capacity);
	set->capacity = capacity;
	index_build(set);
	free_allocated(set, old);
	return 0;
}

static int
make_room(struct pollset *set)
{
	if (set->used < set->capacity)
		return 0;
	if (set->holes * ENTRIES_PER_HOLE < set->capacity)
		return grow_to(set, set->capacity * 2);
	pollset_close_holes(set);
	return 0;
}

int
pollset_reserve(struct pollset *set, size_t count)
{
	size_t capacity = set->capacity;

	while (capacity < count && capacity <= MAX_CAPACITY)
		capacity *= 2;
	return capacity == set->capacity ? 0 : grow_to(set, capacity);
}

void
pollset_start(struct pollset *set)
{
	*set = (struct pollset){ .capacity = POLLSET_FIRST_CAPACITY };
	set->entries = set->first_entries;
	set->index = set->first_index;
}

void
pollset_end(struct pollset *set)
{
	free_allocated(set, set->entries);
}

void
pollset_lend(struct pollset *set, void *memory, size_t bytes)
{
	set->lent = memory;
	set->lent_bytes = bytes;
}

struct pollset *
pollset_new(void)
{
	struct pollset *set = malloc(sizeof *set);

	if (set != NULL)
		pollset_start(set);
	return set;
}

void
pollset_free(struct pollset *set)
{
	if (set == NULL)
		return;
	pollset_end(set);
	free(set);
}

static int
add(struct pollset *set, int fd, short events)
{
	if (make_room(set) < 0)
		return -1;
	set->entries[set->used] = (struct pollfd){ .fd = fd, .events = events };
	*index_slot(set, fd) = (pollset_slot)++set->used;
	return 0;
}

int
pollset_register(struct pollset *set, int fd, short events)
{
	pollset_slot place = find(set, fd);

	if (place == 0)
		return fd < 0 ? -1 : add(set, fd, events);
	set->entries[place - 1].events = events;
	return 0;
}

int
pollset_modify(struct pollset *set, int fd, short events)
{
	pollset_slot place = find(set, fd);

	if (place == 0)
		return -1;
	set->entries[place - 1].events = events;
	return 0;
}

int
pollset_unregister(struct pollset *set, int fd)
{
	pollset_slot place = find(set, fd);

	if (place == 0)
		return -1;
	index_free(set, index_slot(set, fd));
	set->entries[place - 1] = (struct pollfd){ .fd = HOLE };
	set->holes++;
	while (set->used > 0 && set->entries[set->used - 1].fd == HOLE) {
		set->used--;
		set->holes--;
	}
	return 0;
}

const struct pollfd *
pollset_find(const struct pollset *set, int fd)
{
	pollset_slot place = find(set, fd);

	return place == 0 ? NULL : &set->entries[place - 1];
}

bool
pollset_has(const struct pollset *set, int fd)
{
	return find(set, fd) != 0;
}

size_t
pollset_count(const struct pollset *set)
{
	return set->used - set->holes;
}

/* Call the kernel once: poll(2) without a mask, which is the common case. */
static int
poll_once(struct pollset *set, int timeout_ms, const sigset_t *mask)
{
	struct timespec timeout;

	if (mask == NULL)
		return poll(set->entries, (nfds_t)set->used, timeout_ms);
	timeout.tv_sec = timeout_ms / 1000;
	timeout.tv_nsec = (long)(timeout_ms % 1000) * NANOSECONDS_PER_MS;
	return ppoll(set->entries, (nfds_t)set->used,
	             timeout_ms < 0 ? NULL : &timeout, mask);
}

/* Return true, after a failed call, if a signal interrupted and the wait goes on. */
static bool
goes_on(struct pollset *set)
{
	if (errno != EINTR)
		return false;
	if (set->stop == NULL || set->stop(set->context) == 0)
		return true;
	errno = EINTR;
	return false;
}

/*
 * Poll through interruptions, until the timeout has passed.  The kernel looks at everything
 * before it says EINTR, so an interrupted poll at the deadline has found nothing.  Do not
 * repeat it: signals may come faster than a large set is looked at.
 */
static int
poll_through(struct pollset *set, int timeout_ms, const sigset_t *mask)
{
	deadline when = deadline_in(timeout_ms);
	int left_ms = timeout_ms;

	for (;;) {
		int ready = poll_once(set, left_ms, mask);

		if (ready >= 0 || !goes_on(set))
			return ready;
		if (left_ms == 0)
			return 0;
		left_ms = deadline_left(when);
	}
}

/* Look, again after each interruption: there is no deadline to pass. */
static int
look(struct pollset *set, const sigset_t *mask)
{
	int ready;

	do
		ready = poll_once(set, 0, mask);
	while (ready < 0 && goes_on(set));
	return ready;
}

/* Clear the reports of the poll before, which a failed call leaves in the array. */
static int
settle(struct pollset *set, int ready)
{
	if (ready <= 0)
		for (size_t i = 0; i < set->used; i++)
			set->entries[i].revents = 0;
	return ready;
}

int
pollset_sleep(struct pollset *set, int timeout_ms, const sigset_t *mask)
{
	return settle(set, poll_through(set, timeout_ms, mask));
}

int
pollset_poll(struct pollset *set, int timeout_ms, const sigset_t *mask)
{
	int ready;

	/*
	 * A look comes first.  If it finds something, which is common, the
	 * kernel need not queue up on every descriptor, and the clock need
	 * not be asked; if not, it has cost little beside the wait.
	 */
	pollset_close_holes(set);
	if (timeout_ms == 0)
		return settle(set, look(set, mask));
	ready = poll_once(set, 0, mask);
	if (ready == 0 || (ready < 0 && goes_on(set)))
		return pollset_sleep(set, timeout_ms, mask);
	return settle(set, ready);
}

/* The place behind an entry; the first place behind NULL. */
static size_t
place_after(const struct pollset *set, const struct pollfd *entry)
{
	return entry == NULL ? 0 : (size_t)(entry - set->entries) + 1;
}

const struct pollfd *
pollset_next(const struct pollset *set, const struct pollfd *after)
{
	for (size_t i = place_after(set, after); i < set->used; i++)
		if (set->entries[i].revents != 0)
			return &set->entries[i];
	return NULL;
}

const struct pollfd *
pollset_each(const struct pollset *set, const struct pollfd *after)
{
	for (size_t i = place_after(set, after); i < set->used; i++)
		if (set->entries[i].fd != HOLE)
			return &set->entries[i];
	return NULL;
}

size_t
pollset_place(const struct pollset *set, const struct pollfd *entry)
{
	return (size_t)(entry - set->entries);
}

const struct pollfd *
pollset_at(const struct pollset *set, size_t place)
{
	return &set->entries[place];
}

void
pollset_report(struct pollset *set, const struct pollfd *entry, short report)
{
	set->entries[pollset_place(set, entry)].revents = report;
}

void
pollset_on_interrupt(struct pollset *set,
                     int (*stop)(void *context), void *context)
{
	set->stop = stop;
	set->context = context;
}

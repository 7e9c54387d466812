/*
 * lock - a lock of a file that somebody waits for, and the locks that are in its way
 *
 * fdinfo has a line for each lock that is held through the descriptor, as in
 *
 *     lock:   1: FLOCK  ADVISORY  WRITE 8227 fe:00:11002100 0 EOF
 */
#include "linux/lock.h"
#include "base/number.h"
#include "linux/memory.h"
#include "linux/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The operations of fcntl(2) that wait, by their numbers in all forms of the call. */
enum { SET_LOCK_WAIT = 7, SET_LOCK64_WAIT = 14, SET_OPEN_LOCK_WAIT = 38 };

static bool
begins_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static int
operation_of(const struct wait *wait)
{
	return (int)(unsigned)wait->line.arguments[1];
}

bool
lock_is_awaited(const struct wait *wait)
{
	int operation = operation_of(wait);

	if (wait->call == NULL)
		return false;
	if (wait->call->kind == WAIT_LOCK)
		return true;
	return begins_with(wait->call->name, "fcntl")
	       && (operation == SET_LOCK_WAIT || operation == SET_LOCK64_WAIT
	           || operation == SET_OPEN_LOCK_WAIT);
}

/* The offset of a descriptor; -1: not known. */
static int64_t
read_offset(int thread, int fd)
{
	struct text path;
	char *info = proc_read_whole(proc_path(&path, thread, "fdinfo", fd));
	int64_t offset = -1;

	if (info != NULL && begins_with(info, "pos:\t"))
		offset = (int64_t)number_of_kernel(info + strlen("pos:\t"), 10);
	free(info);
	return offset;
}

/*
 * Set the bytes that a lock is for.  Where they depend on the size of the file, take all
 * bytes: the file may have grown.
 */
static void
set_range(const struct wait *wait, const struct flock *lock, struct lock_wish *wish)
{
	int64_t start = lock->l_start;
	int64_t last = INT64_MAX;

	wish->start = 0;
	wish->end = UINT64_MAX;
	if (lock->l_whence == SEEK_CUR) {
		int64_t offset = read_offset(wait->thread,
		                             (int)(unsigned)wait->line.arguments[0]);

		if (offset < 0 || __builtin_add_overflow(start, offset, &start))
			return;
	} else if (lock->l_whence != SEEK_SET) {
		return;
	}
	if (lock->l_len > 0
	    && __builtin_add_overflow(start, (int64_t)lock->l_len - 1, &last))
		return;
	if (lock->l_len < 0) {
		last = start - 1;
		if (__builtin_add_overflow(start, (int64_t)lock->l_len, &start))
			return;
	}
	if (start < 0 || last < start)
		return;
	wish->start = (uint64_t)start;
	if (lock->l_len != 0)
		wish->end = (uint64_t)last;
}

int
lock_read(const struct wait *wait, struct lock_wish *wish)
{
	struct flock lock;

	*wish = (struct lock_wish){
		.kind = LOCK_BY_FLOCK, .is_exclusive = true, .end = UINT64_MAX
	};
	if (wait->call->kind == WAIT_LOCK) {
		wish->is_exclusive = (operation_of(wait) & LOCK_EX) != 0;
		return 0;
	}
	if (memory_read(wait->thread, wait->line.arguments[2], &lock,
	                sizeof lock) < 0)
		return -1;
	wish->kind = operation_of(wait) == SET_OPEN_LOCK_WAIT
	             ? LOCK_OF_OPEN_FILE : LOCK_OF_PROCESS;
	wish->is_exclusive = lock.l_type == F_WRLCK;
	set_range(wait, &lock, wish);
	if (!wait_goes_on(wait)) {
		errno = ESRCH;
		return -1;
	}
	return 0;
}

/* Skip to the next word of a line, behind blanks. */
static const char *
next_word(const char *text)
{
	text += strcspn(text, " \n");
	return text + strspn(text, " ");
}

/* The kind of a lock by its name; 0: of another kind, such as a lease. */
static unsigned
kind_of(const char *name)
{
	if (begins_with(name, "FLOCK "))
		return LOCK_BY_FLOCK;
	if (begins_with(name, "POSIX "))
		return LOCK_OF_PROCESS;
	return begins_with(name, "OFDLCK ") ? LOCK_OF_OPEN_FILE : 0;
}

/* Return the kind of the lock in a line, from its number on, if it conflicts; else 0. */
static unsigned
conflict(const char *line, const struct lock_wish *wish)
{
	const char *name = next_word(line);
	const char *mode = next_word(next_word(name));
	const char *first = next_word(next_word(next_word(mode)));
	const char *last = next_word(first);
	unsigned kind = kind_of(name);

	/* The locks of flock(2) and those of fcntl(2) do not know of each other. */
	if ((kind == LOCK_BY_FLOCK) != (wish->kind == LOCK_BY_FLOCK)
	    || !(begins_with(mode, "WRITE")
	         || (wish->is_exclusive && begins_with(mode, "READ"))))
		return 0;
	return number_of_kernel(first, 10) <= wish->end
	       && (begins_with(last, "EOF")
	           || number_of_kernel(last, 10) >= wish->start) ? kind : 0;
}

unsigned
lock_find_conflicts(const char *info, const struct lock_wish *wish)
{
	static const char title[] = "\nlock:\t";
	const char *line = info;
	unsigned kinds = 0;

	while ((line = strstr(line, title)) != NULL) {
		line += strlen(title);
		kinds |= conflict(line, wish);
	}
	return kinds;
}

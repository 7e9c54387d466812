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
	return text_begins_with(wait->call->name, "fcntl")
	       && (operation == SET_LOCK_WAIT || operation == SET_LOCK64_WAIT
	           || operation == SET_OPEN_LOCK_WAIT);
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
	if (text_begins_with(name, "FLOCK "))
		return LOCK_BY_FLOCK;
	if (text_begins_with(name, "POSIX "))
		return LOCK_OF_PROCESS;
	return text_begins_with(name, "OFDLCK ") ? LOCK_OF_OPEN_FILE : 0;
}

/* A line, from the name of the lock on. */
struct line {
	unsigned kind;
	bool is_exclusive;
	unsigned long long inode;
	uint64_t start;
	uint64_t end;
};

static struct line
parse(const char *name)
{
	const char *mode = next_word(next_word(name));
	const char *file = next_word(next_word(mode));
	const char *first = next_word(file);
	const char *last = next_word(first);
	size_t device = strcspn(file, ":");

	/* The file is the two numbers of its device, and its inode. */
	device += file[device] != '\0' ? 1 + strcspn(file + device + 1, ":") : 0;
	return (struct line){
		.kind = kind_of(name),
		.is_exclusive = text_begins_with(mode, "WRITE"),
		.inode = file[device] != '\0'
		         ? number_of_kernel(file + device + 1, 10) : 0,
		.start = number_of_kernel(first, 10),
		.end = text_begins_with(last, "EOF") ? UINT64_MAX
		                                : number_of_kernel(last, 10)
	};
}

/*
 * Find the bytes of a wish in /proc/locks, where the kernel lists those who wait.  It does
 * not tell which thread waits, so all that may be it must agree.  Return 0, or -1 with
 * errno.
 */
static int
find_range(uint64_t inode, struct lock_wish *wish)
{
	char *locks = proc_read_whole("/proc/locks");
	const char *text = locks;
	int found = 0;

	while (found >= 0 && text != NULL && (text = strstr(text, "-> ")) != NULL) {
		struct line line = parse(next_word(text));

		text += strlen("-> ");
		if (line.kind != wish->kind || line.inode != inode
		    || line.is_exclusive != wish->is_exclusive)
			continue;
		if (found > 0 && (line.start != wish->start || line.end != wish->end))
			found = -1;
		else
			found = 1;
		wish->start = line.start;
		wish->end = line.end;
	}
	free(locks);
	errno = ENOENT;
	return found > 0 ? 0 : -1;
}

/* Find the bytes that a lock is for.  Return 0, or -1 with errno. */
static int
read_range(const struct wait *wait, const struct flock *lock, struct lock_wish *wish)
{
	struct proc_descriptor descriptor;

	/* All else depends on an offset or a size, which may have changed since. */
	if (lock->l_whence != SEEK_SET || lock->l_start < 0 || lock->l_len < 0) {
		if (proc_descriptor(wait->thread, (int)(unsigned)wait->line.arguments[0],
		                    &descriptor) < 0)
			return -1;
		return find_range(descriptor.inode, wish);
	}
	wish->start = (uint64_t)lock->l_start;
	wish->end = lock->l_len == 0 ? UINT64_MAX
	            : wish->start + (uint64_t)lock->l_len - 1;
	return 0;
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
	if (read_range(wait, &lock, wish) < 0)
		return -1;
	if (!wait_goes_on(wait)) {
		errno = ESRCH;
		return -1;
	}
	return 0;
}

/* Return the kind of the lock in a line, if it is in the way of a wish; else 0. */
static unsigned
conflict(const struct line *line, const struct lock_wish *wish)
{
	/* The locks of flock(2) and those of fcntl(2) do not know of each other. */
	if ((line->kind == LOCK_BY_FLOCK) != (wish->kind == LOCK_BY_FLOCK)
	    || !(line->is_exclusive || wish->is_exclusive))
		return 0;
	return line->start <= wish->end && line->end >= wish->start ? line->kind : 0;
}

unsigned
lock_find_conflicts(const char *info, const struct lock_wish *wish)
{
	static const char title[] = "\nlock:\t";
	const char *text = info;
	unsigned kinds = 0;

	while ((text = strstr(text, title)) != NULL) {
		struct line line;

		text += strlen(title);
		line = parse(next_word(text));
		kinds |= conflict(&line, wish);
	}
	return kinds;
}

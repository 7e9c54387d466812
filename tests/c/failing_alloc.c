/*
 * failing_alloc - make the Nth allocation of pollwait fail, those of the C library included
 *
 * The linker wraps malloc(3), calloc(3) and realloc(3).  FAIL_ALLOCATION is N, or N+ for
 * that one and all later ones.  A failure creates the file named by FAIL_MARK, so that a
 * test knows when N is greater than the number of allocations.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static bool is_over;

/* gcov allocates while the process ends. */
static void
end(void)
{
	is_over = true;
}

__attribute__((constructor)) static void
start(void)
{
	(void)atexit(end);
}

static bool
fails(void)
{
	static long count;
	const char *wanted = getenv("FAIL_ALLOCATION");
	const char *mark = getenv("FAIL_MARK");
	char *end;
	long number;

	if (wanted == NULL || mark == NULL || is_over)
		return false;
	number = strtol(wanted, &end, 10);
	count++;
	if (count < number || (count > number && *end != '+'))
		return false;
	(void)close(open(mark, O_CREAT | O_WRONLY, 0600));
	errno = ENOMEM;
	return true;
}

void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *memory, size_t size)
{
	return fails() ? NULL : __real_realloc(memory, size);
}

/*
 * proc_file - the files and directories of /proc: paths, lists of numbers, contents
 */
#include "linux/proc.h"
#include "base/array.h"
#include "base/number.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_PART = 4096 };

const char *
proc_path(struct text *path, int pid, const char *entry, int number)
{
	text_start(path);
	text_string(path, "/proc/");
	if (pid == PROC_SELF)
		text_string(path, "self");
	else
		text_decimal(path, (unsigned)pid);
	text_string(path, "/");
	text_string(path, entry);
	if (number >= 0) {
		text_string(path, "/");
		text_decimal(path, (unsigned)number);
	}
	text_byte(path, '\0');
	return text_bytes(path);
}

int
numbers_add(struct numbers *numbers, int number)
{
	int *list = array_room(numbers->list, numbers->count,
	                       &numbers->capacity, sizeof *list);

	if (list == NULL)
		return -1;
	numbers->list = list;
	list[numbers->count++] = number;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	int x = *(const int *)a;
	int y = *(const int *)b;

	return (x > y) - (x < y);
}

/* Nothing promises an order, though the kernel has one. */
static void
sort(struct numbers *numbers)
{
	for (size_t i = 1; i < numbers->count; i++) {
		if (numbers->list[i - 1] > numbers->list[i]) {
			qsort(numbers->list, numbers->count,
			      sizeof *numbers->list, compare);
			return;
		}
	}
}

static int
read_numbers(DIR *directory, struct numbers *numbers)
{
	const struct dirent *entry;
	int number;

	for (;;) {
		errno = 0;
		entry = readdir(directory);
		if (entry == NULL)
			return errno == 0 ? 0 : -1;
		if (number_parse(entry->d_name, strlen(entry->d_name),
		                 &number_descriptor, &number) == NULL
		    && numbers_add(numbers, number) < 0)
			return -1;
	}
}

static void
remove_number(struct numbers *numbers, int number)
{
	size_t kept = 0;

	for (size_t i = 0; i < numbers->count; i++)
		if (numbers->list[i] != number)
			numbers->list[kept++] = numbers->list[i];
	numbers->count = kept;
}

int
proc_numbers_at(int parent, const char *path, struct numbers *numbers,
                int *directory_fd)
{
	int fd = openat(parent, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	int result;
	int error = errno;

	*numbers = (struct numbers){ NULL, 0, 0 };
	if (directory == NULL) {
		if (fd >= 0)
			close(fd);
		errno = error;
		return -1;
	}
	result = read_numbers(directory, numbers);
	if (result == 0 && directory_fd != NULL) {
		*directory_fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		result = *directory_fd < 0 ? -1 : 0;
	}
	error = errno;
	if (strcmp(path, "/proc/self/fd") == 0)
		remove_number(numbers, fd);
	closedir(directory);
	if (result < 0)
		numbers_free(numbers);
	else
		sort(numbers);
	errno = error;
	return result;
}

int
proc_numbers(const char *path, struct numbers *numbers)
{
	return proc_numbers_at(AT_FDCWD, path, numbers, NULL);
}

void
numbers_free(struct numbers *numbers)
{
	free(numbers->list);
	*numbers = (struct numbers){ NULL, 0, 0 };
}

/* Read up to size bytes from a descriptor.  Return the length, or -1 with errno. */
static ssize_t
read_up_to(int fd, char *buffer, size_t size)
{
	size_t length = 0;

	while (length < size) {
		ssize_t got = read(fd, buffer + length, size - length);

		if (got < 0 && errno != EINTR)
			return -1;
		if (got == 0)
			break;
		if (got > 0)
			length += (size_t)got;
	}
	return (ssize_t)length;
}

static void
close_keeping_errno(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
}

ssize_t
proc_read_at(int directory, const char *path, char *buffer, size_t size)
{
	int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return -1;
	length = read_up_to(fd, buffer, size - 1);
	close_keeping_errno(fd);
	if (length >= 0)
		buffer[length] = '\0';
	return length;
}

ssize_t
proc_read(const char *path, char *buffer, size_t size)
{
	return proc_read_at(AT_FDCWD, path, buffer, size);
}

/* Read a descriptor to its end into memory that grows. */
static char *
read_to_end(int fd)
{
	size_t capacity = FIRST_PART;
	size_t length = 0;
	char *contents = NULL;

	while (capacity <= PROC_LARGEST) {
		char *grown = realloc(contents, capacity);
		ssize_t got;

		if (grown == NULL)
			break;
		contents = grown;
		got = read_up_to(fd, contents + length, capacity - length - 1);
		if (got < 0)
			break;
		length += (size_t)got;
		if (length < capacity - 1) {
			contents[length] = '\0';
			return contents;
		}
		capacity *= 2;
	}
	if (capacity > PROC_LARGEST)
		errno = EFBIG;
	free(contents);
	return NULL;
}

char *
proc_read_whole_at(int directory, const char *path)
{
	int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
	char *contents;

	if (fd < 0)
		return NULL;
	contents = read_to_end(fd);
	close_keeping_errno(fd);
	return contents;
}

char *
proc_read_whole(const char *path)
{
	return proc_read_whole_at(AT_FDCWD, path);
}

bool
proc_is_gone(int error)
{
	return error == ENOENT || error == ESRCH;
}

const char *
proc_find_line(const char *file, const char *name)
{
	const char *line = file;
	size_t length = strlen(name);

	while (line != NULL && strncmp(line, name, length) != 0) {
		line = strchr(line, '\n');
		if (line != NULL)
			line++;
	}
	return line != NULL ? line + length : NULL;
}

bool
proc_find_number(const char *file, const char *name, unsigned base,
                 unsigned long long *number)
{
	const char *rest = proc_find_line(file, name);

	if (rest == NULL)
		return false;
	*number = number_of_kernel(rest + strspn(rest, " \t"), base);
	return true;
}

/*
 * proc - see proc.h
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

enum { SMALL_FILE = 1024 };

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
	text_append(path, "", 1);
	return text_bytes(path);
}

static int
add_number(struct numbers *numbers, int number)
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
		    && add_number(numbers, number) < 0)
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
proc_numbers(const char *path, struct numbers *numbers)
{
	static const char own[] = "/proc/self/fd";
	DIR *directory = opendir(path);
	int result;
	int error;

	*numbers = (struct numbers){ NULL, 0, 0 };
	if (directory == NULL)
		return -1;
	result = read_numbers(directory, numbers);
	error = errno;
	if (strcmp(path, own) == 0)
		remove_number(numbers, dirfd(directory));
	closedir(directory);
	if (result < 0)
		numbers_free(numbers);
	else
		sort(numbers);
	errno = error;
	return result;
}

void
numbers_free(struct numbers *numbers)
{
	free(numbers->list);
	*numbers = (struct numbers){ NULL, 0, 0 };
}

ssize_t
proc_read(const char *path, char *buffer, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got = -1;
	int error;

	if (fd < 0)
		return -1;
	do {
		got = read(fd, buffer + length, size - 1 - length);
		if (got > 0)
			length += (size_t)got;
	} while (got > 0 && length < size - 1);
	error = errno;
	close(fd);
	errno = error;
	buffer[length] = '\0';
	return got < 0 ? -1 : (ssize_t)length;
}

ssize_t
proc_command(int pid, char name[PROC_COMMAND_SIZE])
{
	struct text path;
	ssize_t length = proc_read(proc_path(&path, pid, "comm", -1), name,
	                           PROC_COMMAND_SIZE);

	/* The kernel ends it with a line feed; others are the name's own. */
	if (length > 0 && name[length - 1] == '\n')
		length--;
	return length;
}

/* The number in the line of a file that begins so; 0 if there is none. */
static unsigned long long
field(const char *file, const char *name, unsigned base)
{
	const char *line = strstr(file, name);

	return line != NULL ? number_of_kernel(line + strlen(name), base) : 0;
}

int
proc_descriptor(int pid, int fd, struct proc_descriptor *descriptor)
{
	struct text path;
	char file[SMALL_FILE];

	if (proc_read(proc_path(&path, pid, "fdinfo", fd), file, sizeof file) < 0)
		return -1;
	descriptor->flags = (int)field(file, "flags:\t", 8);
	descriptor->inode = (ino_t)field(file, "\nino:\t", 10);
	return 0;
}

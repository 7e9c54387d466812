/*
 * memory - read the memory of another process, which may change and vanish meanwhile
 *
 * /proc/PID/mem is read by the same permission as process_vm_readv(2), and needs no
 * system call that a container's filter could lack.
 */
#include "linux/memory.h"
#include "linux/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int
open_memory(int thread)
{
	struct text path;

	return open(proc_path(&path, thread, "mem", -1), O_RDONLY | O_CLOEXEC);
}

static void
close_keeping_errno(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
}

int
memory_read(int thread, uint64_t address, void *buffer, size_t size)
{
	size_t length = 0;
	int fd = open_memory(thread);

	if (fd < 0)
		return -1;
	while (length < size) {
		ssize_t got = pread(fd, (char *)buffer + length, size - length,
		                    (off_t)(address + length));

		if (got <= 0)
			break;
		length += (size_t)got;
	}
	close_keeping_errno(fd);
	if (length == size)
		return 0;
	errno = EFAULT;
	return -1;
}

ssize_t
memory_read_string(int thread, uint64_t address, char *buffer, size_t size)
{
	int fd = open_memory(thread);
	ssize_t got;
	char *end;

	if (fd < 0)
		return -1;
	/* A string may end just before memory that cannot be read. */
	got = pread(fd, buffer, size, (off_t)address);
	close_keeping_errno(fd);
	if (got <= 0) {
		errno = EFAULT;
		return -1;
	}
	end = memchr(buffer, '\0', (size_t)got);
	if (end == NULL) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return end - buffer;
}

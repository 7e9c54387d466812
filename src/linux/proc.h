/*
 * proc - what /proc tells of a process
 *
 * Whatever is read there is bounded, and was chosen by somebody else: a name may
 * hold any byte, and a process may be gone between two lines of code.
 */
#ifndef PROC_H
#define PROC_H

#include "base/text.h"

#include <stddef.h>
#include <sys/types.h>

/* pollwait itself, where the id of a process is asked for. */
#define PROC_SELF (-1)

/* The longest name that the kernel gives a descriptor (a page of proc(5)). */
enum { PROC_NAME_SIZE = 4096 };

struct numbers {
	int *list;
	size_t count;
	size_t capacity;
};

/*
 * The path of an entry of a process, and of the number below it unless that is
 * negative, as in /proc/411/fd/3.  It is made in *path, and ends with NUL.
 */
const char *proc_path(struct text *path, int pid, const char *entry, int number);

/*
 * Lists the numbers that name what a directory holds, in ascending order, but
 * not the descriptor by which it is read.  Returns -1 with errno, and no list.
 * numbers_free() ends the list, also one that is all zero.
 */
int proc_numbers(const char *path, struct numbers *numbers);
void numbers_free(struct numbers *numbers);

/*
 * Reads what a file begins with, at most size - 1 bytes, and ends it with NUL.
 * Returns the length, or -1 with errno.
 */
ssize_t proc_read(const char *path, char *buffer, size_t size);

/* Longer than the names that the kernel gives its own threads. */
enum { PROC_COMMAND_SIZE = 256 };

/*
 * Reads the name of a process's command, any bytes.  Returns its length, or -1
 * with errno where there is none.
 */
ssize_t proc_command(int pid, char name[PROC_COMMAND_SIZE]);

/* What fdinfo says of a descriptor; see proc(5). */
struct proc_descriptor {
	int flags;      /* open(2)'s, O_CLOEXEC among them */
	ino_t inode;    /* 0 where the kernel does not say (before Linux 5.14) */
};

/* Returns -1 with errno: ENOENT where the process does not have it open. */
int proc_descriptor(int pid, int fd, struct proc_descriptor *descriptor);

#endif

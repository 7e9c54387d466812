/*
 * proc - what /proc tells of a process
 *
 * All of it is bounded and hostile: a name may hold any byte, and a process may be
 * gone between two lines of code.
 */
#ifndef PROC_H
#define PROC_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* pollwait itself, where a function takes the id of a process. */
#define PROC_SELF (-1)

/* The longest name that the kernel gives a descriptor (a page, proc(5)). */
enum { PROC_NAME_SIZE = 4096 };

struct numbers {
	int *list;
	size_t count;
	size_t capacity;
};

/*
 * Make the path of an entry of a process, and of a number below it unless that is
 * negative, as in /proc/411/fd/3.  It stands in *path and ends with NUL.
 */
const char *proc_path(struct text *path, int pid, const char *entry, int number);

/*
 * List the numbers that are names in a directory, in ascending order, without the
 * descriptor that reads it.  Return 0, or -1 with errno and an empty list.  The caller
 * frees the list with numbers_free(), which also takes one that is all zero.
 */
int proc_numbers(const char *path, struct numbers *numbers);
void numbers_free(struct numbers *numbers);

/* Add a number at the end.  Return 0, or -1 with ENOMEM and the list as it was. */
int numbers_add(struct numbers *numbers, int number);

/*
 * As proc_numbers(), with a path below an open directory.  Unless it is NULL,
 * *directory_fd becomes a descriptor of the directory, which the caller closes; after an
 * error it is as it was, or -1.
 */
int proc_numbers_at(int parent, const char *path, struct numbers *numbers,
                    int *directory_fd);

/*
 * Read the beginning of a file, at most size - 1 bytes, and end it with NUL.
 * Return the length, or -1 with errno.
 */
ssize_t proc_read(const char *path, char *buffer, size_t size);
ssize_t proc_read_at(int directory, const char *path, char *buffer, size_t size);

/*
 * Read a whole file of at most PROC_LARGEST bytes, and end it with NUL.  The caller
 * frees it.  Return NULL with errno: EFBIG for a longer one.
 */
enum { PROC_LARGEST = 1 << 24 };
char *proc_read_whole(const char *path);
char *proc_read_whole_at(int directory, const char *path);

/* Find the line of a file that begins with a name.  Return what follows the name, or NULL. */
const char *proc_find_line(const char *file, const char *name);

/*
 * Read the number behind a name that begins a line of a file, as "ino:".  Blanks may stand
 * between.  Return false without such a line.
 */
bool proc_find_number(const char *file, const char *name, unsigned base,
                      unsigned long long *number);

/* Return true for an error that says that a process or a thread is gone. */
bool proc_is_gone(int error);

/* Longer than the names that the kernel gives its own threads. */
enum { PROC_COMMAND_SIZE = 256 };

/* Read the name of a process's command.  Return its length, or -1 with errno. */
ssize_t proc_command(int pid, char name[PROC_COMMAND_SIZE]);

/* A line of fdinfo, proc_pid_fdinfo(5). */
struct proc_descriptor {
	int flags;      /* open(2)'s, O_CLOEXEC among them */
	int mount;      /* mnt_id */
	ino_t inode;    /* 0 where the kernel does not say (before Linux 5.14) */
};

/* Return 0, or -1 with errno: ENOENT if the process does not have it open. */
int proc_descriptor(int pid, int fd, struct proc_descriptor *descriptor);

/* From proc_pid_stat(5), of a process or a thread. */
struct proc_status {
	char state;             /* R, S, D, T, t, Z, X ... */
	int parent;
	int group;
	int session;
	int terminal;           /* tty_nr: major << 8 | minor, 0 for none */
	bool is_exiting;        /* it closes its descriptors, or has done so */
	bool is_forked;         /* it has not called execve(2) since it was forked */
};

/* Return 0, or -1 with errno. */
int proc_status(int pid, struct proc_status *status);

/*
 * The first thread of a process, or where that has ended the lowest one that lives.
 * Return the first thread's id where nothing better is known.
 */
int proc_living_thread(int pid);

/*
 * Return true if a process is on its way out: none of its threads is left but to close
 * what they have open.
 */
bool proc_is_ending(int pid);

/* Return true if a process or a thread is in /proc. */
bool proc_exists(int pid);

/*
 * Return true if the numbers of processes in /proc are those that pollwait uses:
 * false if /proc is missing or belongs to another pid namespace.
 */
bool proc_tells_numbers(void);

/* Reasons why /proc may not show all processes. */
enum proc_view {
	PROC_WHOLE,
	PROC_MISSING,           /* not mounted, or not readable */
	PROC_FOREIGN,           /* of another pid namespace than pollwait */
	PROC_HIDING,            /* hidepid hides other users' processes */
	PROC_NESTED,            /* of a pid namespace that is not the first */
	PROC_UNKNOWN            /* what tells of the reasons cannot be read */
};
enum proc_view proc_view(void);

#endif

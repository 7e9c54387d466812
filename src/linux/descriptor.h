/*
 * descriptor - what the kernel knows of one descriptor, beyond poll(2)
 *
 * No file system that asks a server is asked, because it may have stopped answering.
 */
#ifndef DESCRIPTOR_H
#define DESCRIPTOR_H

#include "linux/mounts.h"
#include "linux/proc.h"

#include <sys/types.h>

enum descriptor_end {
	NOT_AT_END,
	AT_AN_END,      /* of a FIFO that has a name: its next writer may come */
	AT_THE_END
};

/*
 * Tell if a descriptor is at its end, so that each following poll would return at
 * once: its report has nval, or err or hup while nothing is left to read (it is not
 * open for reading, or FIONREAD is 0 or refused).
 */
enum descriptor_end descriptor_end(int fd, short report);

/* In place of a number of unread bytes. */
enum { UNREAD_NONE = -1, UNREAD_UNKNOWN = -2 };

struct description {
	int flags;              /* open(2)'s access mode and status flags, and
	                           O_CLOEXEC */
	bool is_mode_unknown;   /* O_CLOEXEC of the flags is not known */
	mode_t type;            /* S_IFMT's part of st_mode; 0 for anonymous inodes
	                           and where it is not known */
	dev_t device;
	ino_t inode;
	nlink_t links;          /* names; 0 where it is not known */
	dev_t represented;      /* the device that a device file stands for */
	int unread;             /* bytes, or one of the above */
	bool asks_server;       /* a file or directory that may not be polled */
	char name[PROC_NAME_SIZE];
	size_t name_length;     /* 0: not known */
};

/*
 * Describe an open descriptor, but for the number of unread bytes.
 * Return 0, or -1 with errno: EBADF if it is closed.
 */
int descriptor_describe(int fd, const struct mounts *mounts,
                        struct description *description);

/*
 * Describe a descriptor of another process from /proc alone, by the id of a thread.
 * description->unread is UNREAD_UNKNOWN.
 * Return 0, or -1 with errno: ENOENT if it is closed.
 */
int descriptor_describe_other(int thread, int fd, const struct mounts *mounts,
                              struct description *description);

/*
 * Count what is unread, by a duplicate of the descriptor that is described.  Set
 * description->unread, and return true unless descriptor_count_pipe() has to be asked.
 */
bool descriptor_count_unread(int fd, struct description *description);

/*
 * Count the bytes in a pipe.  That waits, and no signal ends it, while somebody splices into
 * the pipe or out of it: see waits_splice().  Return a constant where it fails.
 */
int descriptor_count_pipe(int fd);

#endif

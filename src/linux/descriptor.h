/*
 * descriptor - what the kernel knows of one descriptor, beyond poll(2)
 */
#ifndef DESCRIPTOR_H
#define DESCRIPTOR_H

#include "linux/proc.h"

#include <sys/types.h>

enum descriptor_end {
	NOT_AT_END,
	AT_AN_END,      /* of a FIFO with a name: its next writer may come */
	AT_THE_END
};

/*
 * Whether a report says that a descriptor is at its end, so that each following
 * poll would return at once: nval, or err or hup while nothing is left to read
 * (it is not open for reading, or FIONREAD says 0 or is refused).
 */
enum descriptor_end descriptor_end(int fd, short report);

/* Where there is no number of unread bytes to tell. */
enum { UNREAD_NONE = -1, UNREAD_UNKNOWN = -2 };

struct description {
	int flags;              /* open(2)'s access mode and status flags,
	                           and O_CLOEXEC */
	mode_t type;            /* S_IFMT's part of st_mode */
	dev_t device;
	ino_t inode;
	int unread;             /* bytes, or one of the above */
	char name[PROC_NAME_SIZE];
	size_t name_length;     /* 0: the kernel does not tell */
};

/* Describes an open descriptor.  Returns -1 with errno, EBADF if it is closed. */
int descriptor_describe(int fd, struct description *description);

/*
 * Describes a descriptor of another process from what /proc says of it alone;
 * what is unread is unknown.  Returns -1 with errno, ENOENT if it is closed.
 */
int descriptor_describe_other(int pid, int fd, struct description *description);

#endif

/*
 * file - what the file behind a descriptor is: its other end, its details
 *
 * Each kind of file is a row of file_kinds in file.c, with its operations in the file of
 * its kind.  What is not known is left as unknown, never as none.
 */
#ifndef FILE_H
#define FILE_H

#include "base/text.h"
#include "file/end.h"
#include "linux/descriptor.h"
#include "linux/holders.h"
#include "linux/socket.h"

#include <stdbool.h>

/* Who is at the other end, or holds this end too. */
struct peer {
	enum peer_state {
		PEER_NO_ONE,            /* there is no one other end */
		PEER_NONE,              /* nobody: the kernel says so */
		PEER_UNKNOWN,
		PEER_HOLDERS,           /* the holders of key */
		PEER_PROCESS            /* the process with pid */
	} state;
	struct holder_key key;
	enum peer_filter {
		HOLDERS_ALL,
		HOLDERS_OF_OTHER_END,   /* by access mode, of a pipe */
		HOLDERS_OF_SAME_END,
		HOLDERS_THAT_WRITE,     /* of a FIFO that is open for both, by */
		HOLDERS_THAT_READ       /* the direction of a wait */
	} filter;
	int pid;
};

struct file_facts {
	struct peer peer;
	struct peer also;
	bool shows_access;      /* holders are told with their access mode */
	int access;             /* open(2)'s access mode */
	int unread;             /* bytes, or a constant of linux/descriptor.h */
	unsigned ends;          /* bits of enum end: what else ends a wait on it */
	enum {
		PENDS_AS_POLLED,        /* what a poll reports is true of the process too */
		PENDS_NOTHING,
		PENDS_INPUT,
		PENDS_UNKNOWN
	} pends;                /* what is true of the process instead */
	bool receives_in_time;  /* calls that receive have a timeout of the socket, */
	bool sends_in_time;     /* and calls that send */
};

/* The descriptor that is asked about. */
struct file_query {
	int thread;             /* by which /proc is read, or PROC_SELF */
	int fd;
	int duplicate;          /* a descriptor of our own for it; -1: none */
	bool has_report;        /* it was polled, and report is what that said */
	short report;
	const struct description *description;
};

/* State that the questions of a listing share. */
struct file_inquiry {
	struct socket_inquiry sockets;
};

/* Start.  Own descriptors keep clear of the numbers in named (NULL: none). */
void file_inquiry_start(struct file_inquiry *inquiry, const struct pollset *named);
void file_inquiry_end(struct file_inquiry *inquiry);

/*
 * Find out what a file is.  Append to *details what else tells what it is, with a blank in
 * front of each part.  It cannot fail: what may not be asked is left as unknown.
 */
void file_inspect(struct file_inquiry *inquiry, const struct file_query *query,
                  struct file_facts *facts, struct text *details);

/* A kind of file. */
struct file_kind {
	/* The type of the file (S_IFMT); 0 for anonymous inodes. */
	mode_t type;

	/* How the kernel's name for it begins; NULL: any name. */
	const char *name;

	/* Return true if it is of this kind; NULL: type and name suffice. */
	bool (*matches)(const struct description *description);

	/* Fill in the facts, which stand at those of an unremarkable file. */
	void (*inspect)(struct file_inquiry *inquiry, const struct file_query *query,
	                struct file_facts *facts, struct text *details);
};

/* Read the fdinfo of the descriptor.  The caller frees it.  NULL with errno. */
char *file_read_info(const struct file_query *query);

extern const struct file_kind file_pipe, file_fifo;             /* pipe.c */
extern const struct file_kind file_socket;                      /* socket.c */
extern const struct file_kind file_slave, file_tty, file_master; /* terminal.c */
extern const struct file_kind file_eventpoll, file_eventfd, file_timerfd,
	file_signalfd, file_pidfd, file_pidfd_inode, file_inotify; /* anonymous.c */

#endif

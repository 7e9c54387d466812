/*
 * holders - which processes hold a file: one pass over the descriptors of all processes
 *
 * The files of interest are gathered first, by what the kernel calls them: a pipe and a
 * socket by inode, a FIFO by device and inode, a terminal by its number, an eventfd by
 * its id.  Then one pass over /proc finds their holders, in time proportional to the
 * descriptors of the system.
 */
#ifndef HOLDERS_H
#define HOLDERS_H

#include "base/text.h"
#include "linux/lock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum holder_kind {
	HOLDS_PIPE,             /* number: the inode */
	HOLDS_SOCKET,           /* number: the inode */
	HOLDS_FIFO,             /* device, and number: the inode */
	HOLDS_MASTER,           /* of a terminal; number: that of its slave */
	HOLDS_SLAVE,
	HOLDS_EVENTFD,          /* number: the id of fdinfo */
	HOLDS_LOCK,             /* device, and number: the inode; lock */
	HOLDER_KINDS
};

struct holder_key {
	enum holder_kind kind;
	dev_t device;           /* of terminals: the file system of the device file */
	uint64_t number;
	ino_t mounts;           /* of terminals: the mount namespace, see below */
	struct lock_wish lock;
};

struct holder {
	enum holder_kind kind;
	uint64_t number;
	dev_t device;
	ino_t mounts;
	struct lock_wish lock;  /* the wish that the locks of the file are in the way of */
	unsigned lock_kinds;    /* of these locks */
	int pid;
	int thread;             /* whose files in /proc are read */
	int fd;
	bool is_resolved;       /* the members below are known */
	bool is_gone;           /* it no longer holds the file */
	int access;             /* open(2)'s access mode; O_RDWR if it is not known */
	bool is_access_unknown;
	size_t command;         /* where its escaped name is in holders->commands */
	size_t command_length;
};

/* A descriptor whose link is a path: it may be a FIFO, or have a lock. */
struct holder_of_path {
	int pid;
	int thread;
	int fd;
	dev_t device;
	uint64_t inode;
};

struct holders {
	struct holder_key *keys;
	size_t key_count;
	size_t key_capacity;
	bool wants[HOLDER_KINDS];
	bool wants_all;         /* record all files that have a number, wanted or not:
	                           pipes, sockets, terminals, eventfds */
	bool has_all;           /* these have been recorded */
	struct holder *list;    /* sorted by kind, number, process and descriptor */
	size_t count;
	size_t capacity;
	struct holder_of_path *paths;   /* of a search for all, sorted by inode */
	size_t path_count;
	size_t path_capacity;
	struct text commands;
	struct {                /* the process whose name was read last; 0: none */
		int pid;
		size_t command;
		size_t command_length;
	} named;
	size_t refused;         /* how many processes could not be inspected */
	bool is_searched;
	bool is_failed;         /* /proc could not be read at all */
	bool has_moved;         /* a holder that was stepped to has let go meanwhile */
};

/* holders_end() frees what holders_start() and the calls below allocate. */
void holders_start(struct holders *holders);
void holders_end(struct holders *holders);

/* Add a file of interest, before a search.  Return 0, or -1 with errno. */
int holders_want(struct holders *holders, const struct holder_key *key);

/*
 * Go through all processes but left_out (0: none), and record who holds the files that are
 * wanted since the last search.  A process that may not be inspected is counted as
 * refused.  Return 0, or -1 with errno where memory is lacking.
 */
int holders_search(struct holders *holders, int left_out);

/*
 * Step through the holders of a file; NULL starts and ends.  A holder that let go
 * meanwhile is passed over.
 */
const struct holder *holders_next(struct holders *holders,
                                  const struct holder_key *key,
                                  const struct holder *after);

/*
 * The mount namespace of a process, by which terminals are told apart whose device files
 * lie outside devpts: several instances of devpts number alike.  0: not known.
 */
ino_t holders_mount_namespace(int pid);

#endif

/*
 * nettable - the TCP and UDP sockets that /proc/PID/net lists
 *
 * tcp, tcp6, udp and udp6 there are open to every user, for the network namespace
 * of that process.  They are what tells the addresses of a socket that may not be
 * duplicated.  They hold numbers alone, so nobody can fake a row.  The table of
 * unix sockets is not read: a line feed in a name fakes a row there.
 *
 * Reading is slow where there are many sockets, so a table is read once a run.
 */
#ifndef NETTABLE_H
#define NETTABLE_H

#include "linux/inet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nettable_row {
	uint32_t inode;
	int protocol;           /* IPPROTO_TCP or IPPROTO_UDP */
	int state;              /* enum tcp_state of sockdiag.h; UDP uses it too */
	uint32_t unread;        /* TCP: bytes, and 1 for an end that was received;
	                           a listener's queue; UDP: memory */
	struct inet_address local;
	struct inet_address remote;
};

struct nettable {
	struct nettable_row *rows;      /* sorted by inode */
	size_t count;
	size_t capacity;
	int pid;                /* whose table it is; 0: none was read yet */
	uint64_t namespace;     /* inode of the namespace; 0: not known */
};

/* Start with no table.  nettable_end() frees what the later calls allocate. */
void nettable_start(struct nettable *table);
void nettable_end(struct nettable *table);

/*
 * Find a socket by inode in the tables of the network namespace of a process
 * (PROC_SELF: our own).  Read the tables first, unless the last ones read are of
 * that namespace.  A socket opened since then, and one without an address, is not
 * in them.  Return the row, which the next call may free, or NULL: there is none,
 * the tables may not be read, there is no memory.
 */
const struct nettable_row *nettable_find(struct nettable *table, int pid,
                                         uint32_t inode);

#endif

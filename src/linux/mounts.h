/*
 * mounts - file systems that ask a server, which may have stopped answering
 */
#ifndef MOUNTS_H
#define MOUNTS_H

#include <stdbool.h>
#include <sys/types.h>

struct mounts {
	char *text;             /* mountinfo of a process; NULL: not read */
};

/* Read the mounts of a process.  Without /proc none is known. */
void mounts_read(struct mounts *mounts, int pid);
void mounts_free(struct mounts *mounts);

/*
 * Return true if a mount, by its id (mnt_id of fdinfo and statx(2)), is FUSE or a
 * network file system.  Mounts that are not listed, as that of pipes, are not.
 */
bool mounts_ask_server(const struct mounts *mounts, int id);

/* Return true if any mount is of such a file system. */
bool mounts_any_asks_server(const struct mounts *mounts);

/*
 * Return true if a file of a device that can be polled asks a server, or tells its news
 * once: it is of such a mount, or of one of proc or cgroup.
 */
bool mounts_forbid_poll(const struct mounts *mounts, dev_t device);

/*
 * Return true if even statx(2) by a path in /proc asks the server of a mount: so do
 * network file systems, which check the end of a path again, but not FUSE.
 */
bool mounts_path_asks_server(const struct mounts *mounts, int id);

#endif

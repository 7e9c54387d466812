/*
 * statx - type and inode of a file without asking its file system
 *
 * fstat(2) waits for ever where a FUSE or NFS server does not answer.  statx(2) with
 * AT_STATX_DONT_SYNC answers from what the kernel has.  Its layout stands here, because
 * musl before 1.2.5 has no wrapper.
 */
#ifndef STATX_H
#define STATX_H

#include <sys/stat.h>
#include <sys/types.h>

struct statx_facts {
	mode_t mode;
	nlink_t links;
	dev_t device;
	ino_t inode;
	dev_t represented;      /* st_rdev */
	int mount;              /* mnt_id; 0 before Linux 5.8 */
};

/*
 * Read the facts of a path relative to a directory, or of the descriptor itself if the
 * path is empty.  A last symbolic link is followed.  Return 0, or -1 with errno.
 */
int statx_read(int directory, const char *path, struct statx_facts *facts);

#endif

/*
 * statx - type and inode of a file without asking its file system
 */
#include "linux/statx.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Linux 4.11 numbers it; older headers do not. */
#ifndef SYS_statx
#if defined __x86_64__
#define SYS_statx 332
#elif defined __i386__
#define SYS_statx 383
#elif defined __arm__
#define SYS_statx 397
#else
#define SYS_statx 291
#endif
#endif

/* From <linux/fcntl.h> and <linux/stat.h>. */
enum { DONT_SYNC = 0x4000, EMPTY_PATH = 0x1000 };
enum { WANTED = 0x1 | 0x2 | 0x4 | 0x100 | 0x1000 }; /* type, mode, links, inode, mount */

/* struct statx of <linux/stat.h>. */
struct answer {
	uint32_t mask;
	uint32_t block_size;
	uint64_t attributes;
	uint32_t links;
	uint32_t user;
	uint32_t group;
	uint16_t mode;
	uint16_t spare0;
	uint64_t inode;
	uint64_t size;
	uint64_t blocks;
	uint64_t attributes_mask;
	uint64_t times[8];
	uint32_t represented_major;
	uint32_t represented_minor;
	uint32_t major;
	uint32_t minor;
	uint64_t mount;
	uint64_t spare[13];
};

/* Kernels before 4.11, and valgrind before 3.14, have no statx(2). */
static int
read_by_stat(int directory, const char *path, struct statx_facts *facts)
{
	struct stat file;
	int result = *path == '\0' ? fstat(directory, &file)
	                           : fstatat(directory, path, &file, 0);

	if (result == 0)
		*facts = (struct statx_facts){
			.mode = file.st_mode, .links = file.st_nlink,
			.device = file.st_dev, .inode = file.st_ino,
			.represented = file.st_rdev
		};
	return result;
}

int
statx_read(int directory, const char *path, struct statx_facts *facts)
{
	struct answer answer = { .mask = 0 };
	int flags = DONT_SYNC | (*path == '\0' ? EMPTY_PATH : 0);

	if (syscall(SYS_statx, directory, path, flags, WANTED, &answer) < 0)
		return errno == ENOSYS ? read_by_stat(directory, path, facts) : -1;
	*facts = (struct statx_facts){
		.mode = answer.mode,
		.links = answer.links,
		.device = makedev(answer.major, answer.minor),
		.inode = (ino_t)answer.inode,
		.represented = makedev(answer.represented_major,
		                       answer.represented_minor),
		.mount = (int)answer.mount
	};
	return 0;
}

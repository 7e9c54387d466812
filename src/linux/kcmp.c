/*
 * kcmp - are two descriptors one open file?
 *
 * By kcmp(2), which takes the permission to trace both processes.
 */
#include "linux/kcmp.h"

#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_kcmp
#if defined __x86_64__
#define SYS_kcmp 312
#elif defined __i386__
#define SYS_kcmp 349
#elif defined __arm__
#define SYS_kcmp 378
#else
#define SYS_kcmp 272
#endif
#endif

/* KCMP_FILE, KCMP_EPOLL_TFD and struct kcmp_epoll_slot of <linux/kcmp.h>. */
enum { COMPARE_FILES = 0, COMPARE_EPOLL_TARGET = 7 };

struct epoll_slot {
	uint32_t epoll;
	uint32_t target;
	uint32_t offset;
};

int
kcmp_files(int thread, int fd, int other_thread, int other_fd)
{
	return (int)syscall(SYS_kcmp, thread, other_thread, COMPARE_FILES,
	                    (unsigned long)fd, (unsigned long)other_fd);
}

int
kcmp_registered(int thread, int epoll, int fd, uint32_t offset)
{
	struct epoll_slot slot = { (uint32_t)epoll, (uint32_t)fd, offset };

	return (int)syscall(SYS_kcmp, thread, thread, COMPARE_EPOLL_TARGET,
	                    (unsigned long)fd, &slot);
}

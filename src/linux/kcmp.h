/*
 * kcmp - are two descriptors one open file?
 */
#ifndef KCMP_H
#define KCMP_H

#include <stdint.h>

/*
 * Compare a descriptor with one of another process, each by the id of a thread.  Return 0
 * if both are one open file description, more than 0 if not, -1 with errno where that may
 * not be asked.
 */
int kcmp_files(int thread, int fd, int other_thread, int other_fd);

/*
 * Compare a descriptor of a thread with what is registered under its number in an epoll of
 * the thread; offset counts earlier registrations of the same number, in the order of
 * fdinfo.  Return as kcmp_files() does.
 */
int kcmp_registered(int thread, int epoll, int fd, uint32_t offset);

#endif

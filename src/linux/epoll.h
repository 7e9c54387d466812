/*
 * epoll - what is registered in an epoll of a process, from fdinfo
 */
#ifndef EPOLL_H
#define EPOLL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct registration {
	int fd;                 /* the number at which it was registered */
	bool is_reused;         /* the number is closed, or another file now */
	bool is_unsure;         /* is_reused could not be found out, and is false */
	bool is_anonymous;      /* of the inode that an epoll has too, as signalfd's */
	dev_t device;           /* of its file */
	uint32_t events;        /* epoll_ctl(2)'s */
};

/*
 * Read what is registered in the epoll that a descriptor of a process is, by the id of a
 * thread, sorted by number.  The caller frees *list.  Return 0, or -1 with errno and an
 * empty list.
 */
int epoll_read(int thread, int fd, struct registration **list, size_t *count);

/* Return true if a descriptor of a process is an epoll. */
bool epoll_is(int thread, int fd);

/* The events of a registration as poll(2) has them; 0 where it asks for nothing. */
short epoll_requested(const struct registration *registration);

/* Return true if a registration reports changes alone (EPOLLET). */
bool epoll_is_edge(const struct registration *registration);

/* Return true if a one-shot registration has fired, and reports nothing any more. */
bool epoll_has_fired(const struct registration *registration);

#endif

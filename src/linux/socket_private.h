/*
 * socket_private - what the files of socket.h share
 */
#ifndef SOCKET_PRIVATE_H
#define SOCKET_PRIVATE_H

#include "linux/socket.h"

#include <sys/socket.h>

/* Read an option of SOL_SOCKET that is a number.  Return -1 with errno. */
int socket_option(int fd, int name);

enum socket_end { SOCKET_OWN_END, SOCKET_OTHER_END };

/*
 * Call getsockname(2) or getpeername(2).  Return -1 with errno, ENOTCONN if there
 * is no other end.
 */
int socket_name(int fd, enum socket_end end, void *name, socklen_t *length);

/* Store the state, and the socket at the other end or why there is none. */
void socket_set_peer(struct socket_facts *facts, enum socket_state state,
                     ino_t inode);
void socket_set_no_peer(struct socket_facts *facts, enum socket_state state,
                        enum socket_peer peer);

/*
 * Fill in the facts of a kind: unix; TCP and UDP.  If the kind is not known, try
 * to find the socket among those of that kind, and leave the facts as they are if
 * it is none.
 */
void socket_ask_unix(struct socket_inquiry *inquiry,
                     const struct socket_query *query,
                     struct socket_facts *facts);
void socket_ask_inet(struct socket_inquiry *inquiry,
                     const struct socket_query *query,
                     struct socket_facts *facts);

#endif

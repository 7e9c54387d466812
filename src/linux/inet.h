/*
 * inet - an address and a port of TCP or UDP
 *
 * A dual-stack socket of IPv6 that speaks IPv4 has v4-mapped addresses
 * (RFC 4291, section 2.5.5.2).  The kernel finds its other end under the IPv4
 * address, so that is how an address is stored here, with a mark.
 */
#ifndef INET_H
#define INET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum { INET_BYTES = 16 };

struct inet_address {
	int family;             /* AF_INET, AF_INET6, or 0: not known */
	unsigned char bytes[INET_BYTES];        /* 4 or 16, as in a packet */
	uint16_t port;          /* in the machine's order */
	uint32_t scope;         /* index of the interface; 0: none */
	bool is_mapped;         /* IPv4, written as IPv6 by the socket's owner */
};

/* Bytes of an address of a family: 4, 16, or 0 for another family. */
size_t inet_length(int family);

/* Set an address from its bytes, as in a packet.  A v4-mapped one becomes IPv4. */
void inet_set(struct inet_address *address, int family, const void *bytes,
              uint16_t port);

/*
 * Set an address from what getsockname(2) or getpeername(2) stored.  Return false
 * if it is of another family or cut short; the address is then all zero.
 */
bool inet_from_socket(struct inet_address *address,
                      const struct sockaddr_storage *name, socklen_t length);

/* Both have the same family, bytes and port. */
bool inet_equals(const struct inet_address *a, const struct inet_address *b);

#endif

/*
 * inet - an address and a port of TCP or UDP
 */
#include "linux/inet.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

size_t
inet_length(int family)
{
	if (family == AF_INET)
		return sizeof(struct in_addr);
	return family == AF_INET6 ? sizeof(struct in6_addr) : 0;
}

void
inet_set(struct inet_address *address, int family, const void *bytes,
         uint16_t port)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	const unsigned char *first = bytes;

	*address = (struct inet_address){ .family = family, .port = port };
	if (family == AF_INET6 && memcmp(first, mapped, sizeof mapped) == 0) {
		address->family = AF_INET;
		address->is_mapped = true;
		first += sizeof mapped;
	}
	memcpy(address->bytes, first, inet_length(address->family));
}

bool
inet_from_socket(struct inet_address *address,
                 const struct sockaddr_storage *name, socklen_t length)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	*address = (struct inet_address){ .family = 0 };
	if (name->ss_family == AF_INET && length >= sizeof v4) {
		memcpy(&v4, name, sizeof v4);
		inet_set(address, AF_INET, &v4.sin_addr, ntohs(v4.sin_port));
		return true;
	}
	if (name->ss_family == AF_INET6 && length >= sizeof v6) {
		memcpy(&v6, name, sizeof v6);
		inet_set(address, AF_INET6, &v6.sin6_addr, ntohs(v6.sin6_port));
		address->scope = v6.sin6_scope_id;
		return true;
	}
	return false;
}

bool
inet_equals(const struct inet_address *a, const struct inet_address *b)
{
	return a->family == b->family && a->port == b->port
	       && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

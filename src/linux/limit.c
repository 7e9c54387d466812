/*
 * limit - the number of descriptors that poll(2) takes at once
 */
#include "linux/limit.h"
#include "base/host.h"

#include <errno.h>
#include <sys/resource.h>

/* The builtins must not change the limits of their shell. */
static rlim_t
highest(const struct rlimit *limit)
{
	return host_is_shell ? limit->rlim_cur : limit->rlim_max;
}

int
limit_read(size_t *most)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -1;
	*most = (size_t)highest(&limit);
	return 0;
}

int
limit_raise(size_t count)
{
	struct rlimit limit;

	if (count <= LIMIT_UNCHECKED)
		return 0;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -1;
	if (count <= limit.rlim_cur)
		return 0;
	if (count > highest(&limit) && count != LIMIT_HIGHEST) {
		errno = EMFILE;
		return -1;
	}
	if (limit.rlim_cur == highest(&limit))
		return 0;
	limit.rlim_cur = highest(&limit);
	return setrlimit(RLIMIT_NOFILE, &limit);
}

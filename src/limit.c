/*
 * limit - see limit.h
 */
#include "limit.h"
#include "message.h"

#include <sys/resource.h>

static int
read_limit(struct rlimit *limit)
{
	if (getrlimit(RLIMIT_NOFILE, limit) == 0)
		return 0;
	message_errno("the limit on descriptors");
	return -1;
}

int
limit_attainable(size_t *most)
{
	struct rlimit limit;

	if (read_limit(&limit) < 0)
		return -1;
	*most = (size_t)limit.rlim_max;
	return 0;
}

/* Raises the soft limit if so many descriptors need it; -1 and errno. */
static int
raise_for(size_t count, struct rlimit limit)
{
	if (count <= limit.rlim_cur)
		return 0;
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit);
}

int
limit_raise(size_t count)
{
	struct rlimit limit;

	if (read_limit(&limit) < 0)
		return -1;
	if (raise_for(count, limit) == 0)
		return 0;
	message_errno("raising the limit on descriptors");
	return -1;
}

void
limit_raise_fully(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		(void)raise_for((size_t)limit.rlim_max, limit);
}

bool
limit_has_room(size_t count)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) == 0 && count <= limit.rlim_max
	       && raise_for(count, limit) == 0;
}

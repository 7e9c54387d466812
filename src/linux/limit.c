/*
 * limit - see limit.h
 */
#include "linux/limit.h"
#include "base/host.h"
#include "base/message.h"

#include <sys/resource.h>

static int
read_limit(struct rlimit *limit)
{
	if (getrlimit(RLIMIT_NOFILE, limit) == 0)
		return 0;
	message_errno("the limit on descriptors");
	return -1;
}

/* The shell's limits are not the builtin's to change. */
static rlim_t
attainable(const struct rlimit *limit)
{
	return host_is_shell ? limit->rlim_cur : limit->rlim_max;
}

int
limit_attainable(size_t *most)
{
	struct rlimit limit;

	if (read_limit(&limit) < 0)
		return -1;
	*most = (size_t)attainable(&limit);
	return 0;
}

/* Raises the soft limit if so many descriptors need it; -1 and errno. */
static int
raise_for(size_t count, struct rlimit limit)
{
	if (count <= limit.rlim_cur || host_is_shell)
		return 0;
	limit.rlim_cur = attainable(&limit);
	return setrlimit(RLIMIT_NOFILE, &limit);
}

int
limit_raise(size_t count)
{
	struct rlimit limit;

	if (count <= LIMIT_LEAST)
		return 0;
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
		(void)raise_for((size_t)attainable(&limit), limit);
}

bool
limit_has_room(size_t count)
{
	struct rlimit limit;

	if (count <= LIMIT_LEAST)
		return true;
	return getrlimit(RLIMIT_NOFILE, &limit) == 0
	       && count <= attainable(&limit) && raise_for(count, limit) == 0;
}

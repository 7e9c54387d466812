/*
 * mounts - file systems that ask a server, which may have stopped answering
 */
#include "linux/mounts.h"
#include "base/number.h"
#include "linux/proc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

/* Types that end in '*' stand for all that begin so. */
static const char *const asking[] = {
	"fuse*", "nfs*", "cifs", "smb*", "9p", "ceph", "afs", "coda", "ncpfs",
	"lustre", "virtiofs", "orangefs", "pvfs2", "beegfs", "autofs"
};

void
mounts_read(struct mounts *mounts, int pid)
{
	struct text path;

	mounts->text = proc_read_whole(proc_path(&path, pid, "mountinfo", -1));
}

void
mounts_free(struct mounts *mounts)
{
	free(mounts->text);
	mounts->text = NULL;
}

static bool
is_asking(const char *type, size_t length)
{
	for (size_t i = 0; i < sizeof asking / sizeof *asking; i++) {
		size_t prefix = strcspn(asking[i], "*");
		bool is_family = asking[i][prefix] == '*';

		if ((is_family ? length >= prefix : length == prefix)
		    && memcmp(type, asking[i], prefix) == 0)
			return true;
	}
	return false;
}

/* The next line of mountinfo, which begins with the id of a mount. */
static const char *
next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end != NULL && end[1] != '\0' ? end + 1 : NULL;
}

/* The type of the mount in a line, proc_pid_mountinfo(5). */
static const char *
type_in(const char *line)
{
	const char *type = strstr(line, " - ");

	return type != NULL ? type + 3 : "";
}

/* The type of a mount; "" if it is not listed. */
static const char *
find_type(const struct mounts *mounts, int id)
{
	const char *line = mounts->text;

	while (line != NULL && (int)number_of_kernel(line, 10) != id)
		line = next_line(line);
	return line != NULL ? type_in(line) : "";
}

static bool
type_asks_server(const char *type)
{
	return is_asking(type, strcspn(type, " \n"));
}

bool
mounts_ask_server(const struct mounts *mounts, int id)
{
	return type_asks_server(find_type(mounts, id));
}

bool
mounts_any_asks_server(const struct mounts *mounts)
{
	for (const char *line = mounts->text; line != NULL; line = next_line(line))
		if (type_asks_server(type_in(line)))
			return true;
	return false;
}

/* Return true if a line, "23 28 0:22 / /proc rw ...", is that of a mount of a device. */
static bool
is_of_device(const char *line, dev_t device)
{
	const char *numbers = strchr(line, ' ');
	const char *second;

	numbers = numbers != NULL ? strchr(numbers + 1, ' ') : NULL;
	second = numbers != NULL ? strchr(numbers, ':') : NULL;
	return second != NULL && number_of_kernel(numbers + 1, 10) == major(device)
	       && number_of_kernel(second + 1, 10) == minor(device);
}

bool
mounts_forbid_poll(const struct mounts *mounts, dev_t device)
{
	for (const char *line = mounts->text; line != NULL; line = next_line(line)) {
		const char *type = type_in(line);

		if (is_of_device(line, device)
		    && (type_asks_server(type) || text_begins_with(type, "proc ")
		        || text_begins_with(type, "cgroup")))
			return true;
	}
	return false;
}

bool
mounts_path_asks_server(const struct mounts *mounts, int id)
{
	const char *type = find_type(mounts, id);

	return mounts_ask_server(mounts, id) && !text_begins_with(type, "fuse")
	       && !text_begins_with(type, "virtiofs");
}

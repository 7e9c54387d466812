/*
 * holders - which processes hold a file: one pass over the descriptors of all processes
 *
 * A link in /proc/PID/fd tells most of what a descriptor is, and is read without asking a
 * file system.  Further files are read of candidates alone.  All goes through a handle on
 * /proc/PID, so that a number that is reused meanwhile is not taken for the process.
 */
#include "linux/holders.h"
#include "base/array.h"
#include "base/number.h"
#include "linux/proc.h"
#include "linux/statx.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* The beginning of a link, long enough to tell the kinds apart. */
enum { LINK_SIZE = 64, FDINFO_SIZE = 4096 };

/* Look so often for processes that have been started since the look before. */
enum { TRIES = 10 };

/* The process in hand. */
struct inspected {
	int pid;
	int thread;             /* one that lives */
	int process;            /* handle on /proc/PID */
	int descriptors;        /* handle on its directory fd */
	ino_t mounts;           /* mount namespace; 0: not read yet */
};

/* A descriptor of it. */
struct candidate {
	int fd;
	const char *number;     /* the name of its link in fd */
	const char *fdinfo;     /* the name of its file, relative to /proc/PID */
	char link[LINK_SIZE];   /* terminated */
};

void
holders_start(struct holders *holders)
{
	*holders = (struct holders){ .keys = NULL };
	text_start(&holders->commands);
}

void
holders_end(struct holders *holders)
{
	free(holders->keys);
	free(holders->list);
	free(holders->paths);
	text_free(&holders->commands);
}

int
holders_want(struct holders *holders, const struct holder_key *key)
{
	struct holder_key *keys;

	/* All files with a number of their own have been recorded. */
	if (holders->has_all && key->kind != HOLDS_FIFO && key->kind != HOLDS_LOCK)
		return 0;
	keys = array_room(holders->keys, holders->key_count,
	                  &holders->key_capacity, sizeof *keys);
	if (keys == NULL)
		return -1;
	holders->keys = keys;
	holders->wants[key->kind] = true;
	keys[holders->key_count++] = *key;
	return 0;
}

/* The order in which a search finds keys: by kind and number first. */
static int
compare_numbers(const struct holder_key *x, const struct holder_key *y)
{
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static int
compare_locks(const struct lock_wish *x, const struct lock_wish *y)
{
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->is_exclusive != y->is_exclusive)
		return x->is_exclusive - y->is_exclusive;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

static int
compare_keys(const void *a, const void *b)
{
	const struct holder_key *x = a;
	const struct holder_key *y = b;
	int order = compare_numbers(x, y);

	if (order != 0)
		return order;
	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	if (x->mounts != y->mounts)
		return x->mounts < y->mounts ? -1 : 1;
	return compare_locks(&x->lock, &y->lock);
}

static int
compare_holders(const void *a, const void *b)
{
	const struct holder *x = a;
	const struct holder *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	if (x->fd != y->fd)
		return x->fd < y->fd ? -1 : 1;
	return (x->device > y->device) - (x->device < y->device);
}

/* Sort the keys and leave each once. */
static void
sort_keys(struct holders *holders)
{
	size_t kept = 0;

	/* A search for all has no keys, and qsort(3) takes no NULL. */
	if (holders->key_count > 0)
		qsort(holders->keys, holders->key_count, sizeof *holders->keys,
		      compare_keys);
	for (size_t i = 0; i < holders->key_count; i++)
		if (kept == 0 || compare_keys(&holders->keys[kept - 1],
		                              &holders->keys[i]) != 0)
			holders->keys[kept++] = holders->keys[i];
	holders->key_count = kept;
}

/* The place of the first key of a kind with a number, or where it would stand. */
static size_t
first_key(const struct holders *holders, enum holder_kind kind, uint64_t number)
{
	struct holder_key wanted = { .kind = kind, .number = number };
	size_t low = 0;
	size_t high = holders->key_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_numbers(&holders->keys[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Return the next key of a kind with a number, from a place on; NULL for no more. */
static const struct holder_key *
key_at(const struct holders *holders, enum holder_kind kind, uint64_t number,
       size_t place)
{
	const struct holder_key *key = &holders->keys[place];

	return place < holders->key_count && key->kind == kind
	       && key->number == number ? key : NULL;
}

static bool
is_wanted(const struct holders *holders, enum holder_kind kind, uint64_t number)
{
	return key_at(holders, kind, number, first_key(holders, kind, number))
	       != NULL;
}

/* Record a holder.  Return 0, or -1 with errno. */
static int
record(struct holders *holders, const struct inspected *process, int fd,
       const struct holder_key *key)
{
	struct holder *list = array_room(holders->list, holders->count,
	                                 &holders->capacity, sizeof *list);

	if (list == NULL)
		return -1;
	holders->list = list;
	list[holders->count++] = (struct holder){
		.kind = key->kind, .number = key->number, .device = key->device,
		.mounts = key->mounts, .lock = key->lock, .pid = process->pid,
		.thread = process->thread, .fd = fd
	};
	return 0;
}

/* Return true if holders of a file with a number are to be recorded. */
static bool
is_numbered_wanted(const struct holders *holders, enum holder_kind kind,
                   uint64_t number)
{
	return holders->wants_all || is_wanted(holders, kind, number);
}

/* Record the holder of a file that its number alone tells. */
static int
record_number(struct holders *holders, const struct inspected *process, int fd,
              enum holder_kind kind, uint64_t number)
{
	struct holder_key key = { .kind = kind, .number = number };

	return is_numbered_wanted(holders, kind, number)
	       ? record(holders, process, fd, &key) : 0;
}

static int
read_facts(const struct inspected *process, const struct candidate *candidate,
           struct statx_facts *facts)
{
	return statx_read(process->descriptors, candidate->number, facts);
}

static ino_t
mount_namespace_at(int directory)
{
	struct stat file;

	return fstatat(directory, "ns/mnt", &file, 0) == 0 ? file.st_ino : 0;
}

ino_t
holders_mount_namespace(int pid)
{
	struct text path;
	struct stat file;

	return stat(proc_path(&path, pid, "ns/mnt", -1), &file) == 0
	       ? file.st_ino : 0;
}

/* Record the holder of a terminal, with what tells instances of devpts apart. */
static int
record_terminal(struct holders *holders, struct inspected *process,
                const struct candidate *candidate, enum holder_kind kind,
                uint64_t number)
{
	struct holder_key key = { .kind = kind, .number = number };
	struct statx_facts facts;

	if (!is_numbered_wanted(holders, kind, number))
		return 0;
	if (read_facts(process, candidate, &facts) < 0)
		return -1;
	if (process->mounts == 0)
		process->mounts = mount_namespace_at(process->process);
	key.device = facts.device;
	key.mounts = process->mounts;
	return record(holders, process, candidate->fd, &key);
}

/* Return true if descriptors of a kind are of interest at all. */
static bool
wants_kind(const struct holders *holders, enum holder_kind kind)
{
	return holders->wants_all || holders->wants[kind];
}

static ssize_t
read_fdinfo(const struct inspected *process, const struct candidate *candidate,
            char *file, size_t size)
{
	return proc_read_at(process->process, candidate->fdinfo, file, size);
}

/* The number behind a name at the beginning of a line of fdinfo; -1: none. */
static long long
field_of(const char *file, const char *name)
{
	const char *line = strstr(file, name);

	return line == NULL ? -1
	       : (long long)number_of_kernel(line + strlen(name)
	                                     + strspn(line + strlen(name), " \t"),
	                                     10);
}

static int
inspect_master(struct holders *holders, struct inspected *process,
               const struct candidate *candidate)
{
	char file[FDINFO_SIZE];
	long long number;

	if (!wants_kind(holders, HOLDS_MASTER))
		return 0;
	if (read_fdinfo(process, candidate, file, sizeof file) < 0)
		return -1;
	number = field_of(file, "\ntty-index:");
	return number < 0 ? 0 : record_terminal(holders, process, candidate,
	                                        HOLDS_MASTER, (uint64_t)number);
}

static int
inspect_eventfd(struct holders *holders, struct inspected *process,
                const struct candidate *candidate)
{
	char file[FDINFO_SIZE];
	long long id;

	if (!wants_kind(holders, HOLDS_EVENTFD))
		return 0;
	if (read_fdinfo(process, candidate, file, sizeof file) < 0)
		return -1;
	id = field_of(file, "\neventfd-id:");
	return id < 0 ? 0 : record_number(holders, process, candidate->fd,
	                                  HOLDS_EVENTFD, (uint64_t)id);
}

/* The major number of the slaves of terminals. */
enum { SLAVE_MAJOR = 136 };

/* /dev/tty stands for the terminal that controls the process. */
static int
inspect_tty(struct holders *holders, struct inspected *process,
            const struct candidate *candidate)
{
	struct proc_status status;

	if (!wants_kind(holders, HOLDS_SLAVE))
		return 0;
	if (proc_status(process->thread, &status) < 0)
		return -1;
	if ((status.terminal >> 8 & 0xfff) != SLAVE_MAJOR)
		return 0;
	return record_terminal(holders, process, candidate, HOLDS_SLAVE,
	                       (uint64_t)((status.terminal & 0xff)
	                                  | (status.terminal >> 12 & 0xfff00)));
}

static bool
begins_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Record a holder of a file if it has a lock that is in the way of a wish. */
static int
record_lock(struct holders *holders, const struct inspected *process, int fd,
            const struct holder_key *key)
{
	struct text path;
	char *info = proc_read_whole(proc_path(&path, process->thread, "fdinfo",
	                                       fd));
	unsigned kinds;

	if (info == NULL)
		return -1;
	kinds = lock_find_conflicts(info, &key->lock);
	free(info);
	if (kinds == 0)
		return 0;
	if (record(holders, process, fd, key) < 0)
		return -1;
	holders->list[holders->count - 1].lock_kinds = kinds;
	return 0;
}

/* Record the holder of a FIFO or of a lock, for each key of the file. */
static int
record_file(struct holders *holders, const struct inspected *process, int fd,
            enum holder_kind kind, uint64_t inode, dev_t device)
{
	size_t place = first_key(holders, kind, inode);
	const struct holder_key *key;

	for (; (key = key_at(holders, kind, inode, place)) != NULL; place++) {
		int result;

		if (key->device != device)
			continue;
		result = kind == HOLDS_FIFO ? record(holders, process, fd, key)
		                            : record_lock(holders, process, fd, key);
		if (result < 0)
			return -1;
	}
	return 0;
}

/* Note which file a path is, for later searches.  Return 0, or -1 with errno. */
static int
note_path(struct holders *holders, const struct inspected *process,
          const struct candidate *candidate)
{
	struct holder_of_path *paths;
	struct statx_facts facts;

	/* Every daemon has it open; who waits for its lock has nobody in PEER: "?". */
	if (strcmp(candidate->link, "/dev/null") == 0)
		return 0;
	if (read_facts(process, candidate, &facts) < 0)
		return -1;
	paths = array_room(holders->paths, holders->path_count,
	                   &holders->path_capacity, sizeof *paths);
	if (paths == NULL)
		return -1;
	holders->paths = paths;
	paths[holders->path_count++] = (struct holder_of_path){
		.pid = process->pid, .thread = process->thread,
		.fd = candidate->fd, .device = facts.device, .inode = facts.inode
	};
	return 0;
}

/* A path may be a FIFO or a locked file.  Only one with a wanted inode is asked. */
static int
inspect_path(struct holders *holders, struct inspected *process,
             const struct candidate *candidate)
{
	char file[FDINFO_SIZE];
	struct statx_facts facts;
	long long inode;

	if (holders->wants_all)
		return note_path(holders, process, candidate);
	if (!holders->wants[HOLDS_FIFO] && !holders->wants[HOLDS_LOCK])
		return 0;
	if (read_fdinfo(process, candidate, file, sizeof file) < 0)
		return -1;
	/* Kernels before 5.14 do not tell the inode, and it must be asked for. */
	inode = field_of(file, "\nino:");
	if (inode >= 0 && !is_wanted(holders, HOLDS_FIFO, (uint64_t)inode)
	    && !is_wanted(holders, HOLDS_LOCK, (uint64_t)inode))
		return 0;
	if (read_facts(process, candidate, &facts) < 0)
		return -1;
	if (record_file(holders, process, candidate->fd, HOLDS_FIFO, facts.inode,
	                facts.device) < 0)
		return -1;
	return record_file(holders, process, candidate->fd, HOLDS_LOCK, facts.inode,
	                   facts.device);
}

/* The inode in a link as pipe:[4711]. */
static uint64_t
inode_in(const char *link)
{
	return number_of_kernel(strchr(link, '[') + 1, 10);
}

/* Look at one descriptor, by what its link says.  Return 0, or -1 with errno. */
static int
inspect(struct holders *holders, struct inspected *process,
        const struct candidate *candidate)
{
	const char *link = candidate->link;

	if (begins_with(link, "pipe:["))
		return record_number(holders, process, candidate->fd, HOLDS_PIPE,
		                     inode_in(link));
	if (begins_with(link, "socket:["))
		return record_number(holders, process, candidate->fd,
		                     HOLDS_SOCKET, inode_in(link));
	if (begins_with(link, "anon_inode:[eventfd"))
		return inspect_eventfd(holders, process, candidate);
	if (strcmp(link, "/dev/tty") == 0)
		return inspect_tty(holders, process, candidate);
	if (begins_with(link, "/dev/ptmx") || begins_with(link, "/dev/pts/ptmx"))
		return inspect_master(holders, process, candidate);
	if (begins_with(link, "/dev/pts/"))
		return !wants_kind(holders, HOLDS_SLAVE) ? 0
		       : record_terminal(holders, process, candidate,
		                         HOLDS_SLAVE,
		                         number_of_kernel(link
		                                          + strlen("/dev/pts/"),
		                                          10));
	/* A path, or "(unreachable)" before one; all else is no file. */
	if (link[0] == '/' || link[0] == '(')
		return inspect_path(holders, process, candidate);
	return 0;
}

/*
 * Read the link of a descriptor.  path holds "fdinfo/", to which the number is appended.
 * Return 0, or -1 with errno.
 */
static int
read_candidate(const struct inspected *process, int fd, struct text *path,
               struct candidate *candidate)
{
	static const char directory[] = "fdinfo/";
	ssize_t length;

	text_start(path);
	text_string(path, directory);
	text_decimal(path, (unsigned)fd);
	text_append(path, "", 1);
	candidate->fd = fd;
	candidate->fdinfo = text_bytes(path);
	candidate->number = candidate->fdinfo + strlen(directory);
	length = readlinkat(process->descriptors, candidate->number,
	                    candidate->link, sizeof candidate->link - 1);
	if (length < 0)
		return -1;
	candidate->link[length] = '\0';
	return 0;
}

/* Return true for an error that says that a process or a descriptor is gone. */
static bool
is_gone(int error)
{
	return error == ENOENT || error == ESRCH || error == EBADF;
}

/* Look at all descriptors of a process.  Return their number, or -1 with errno. */
static ssize_t
inspect_all(struct holders *holders, struct inspected *process)
{
	struct numbers numbers;
	bool is_incomplete = false;
	size_t count;

	if (proc_numbers_at(process->process, "fd", &numbers) < 0)
		return -1;
	count = numbers.count;
	for (size_t i = 0; i < count; i++) {
		struct candidate candidate;
		struct text path;

		if (read_candidate(process, numbers.list[i], &path, &candidate) == 0
		    && inspect(holders, process, &candidate) == 0)
			continue;
		if (errno == ENOMEM) {
			numbers_free(&numbers);
			return -1;
		}
		is_incomplete |= !is_gone(errno);
	}
	numbers_free(&numbers);
	holders->refused += is_incomplete;
	return (ssize_t)count;
}

/* Look at a process by one of its threads, as inspect_all() does. */
static ssize_t
inspect_thread(struct holders *holders, int pid, int thread)
{
	struct inspected process = { .pid = pid, .thread = thread };
	struct text path;
	ssize_t result = -1;
	int error;

	process.process = open(proc_path(&path, thread, "", -1),
	                       O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (process.process < 0)
		return -1;
	process.descriptors = openat(process.process, "fd",
	                             O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (process.descriptors >= 0)
		result = inspect_all(holders, &process);
	error = errno;
	if (process.descriptors >= 0)
		close(process.descriptors);
	close(process.process);
	errno = error;
	return result;
}

/* Look at a process by another thread if the first one has ended. */
static int
inspect_process(struct holders *holders, int pid)
{
	ssize_t result = inspect_thread(holders, pid, pid);

	if (result == 0 || (result < 0 && errno == EACCES)) {
		int error = errno;
		int thread = proc_living_thread(pid);

		errno = error;
		if (thread != pid)
			result = inspect_thread(holders, pid, thread);
	}
	if (result >= 0 || is_gone(errno))
		return 0;
	if (errno == ENOMEM)
		return -1;
	holders->refused++;
	return 0;
}

/* Leave each holder once: a key may have been searched for twice. */
static void
drop_repeated(struct holders *holders)
{
	size_t kept = 0;

	for (size_t i = 0; i < holders->count; i++) {
		const struct holder *holder = &holders->list[i];

		if (kept == 0
		    || compare_holders(&holders->list[kept - 1], holder) != 0
		    || compare_locks(&holders->list[kept - 1].lock,
		                     &holder->lock) != 0)
			holders->list[kept++] = *holder;
	}
	holders->count = kept;
}

/* A second search is for the keys that are new, and counts nobody twice. */
static void
end_search(struct holders *holders)
{
	for (int kind = 0; kind < HOLDER_KINDS; kind++)
		holders->wants[kind] = false;
	holders->has_all |= holders->wants_all;
	holders->wants_all = false;
	holders->key_count = 0;
	holders->is_searched = true;
	if (holders->count > 0)
		qsort(holders->list, holders->count, sizeof *holders->list,
		      compare_holders);
	drop_repeated(holders);
}

/* Look at the processes of a list that are not in another; both are sorted. */
static int
inspect_new(struct holders *holders, int left_out, const struct numbers *list,
            const struct numbers *known, size_t *new)
{
	size_t place = 0;

	*new = 0;
	for (size_t i = 0; i < list->count; i++) {
		while (place < known->count && known->list[place] < list->list[i])
			place++;
		if (place < known->count && known->list[place] == list->list[i])
			continue;
		(*new)++;
		if (list->list[i] != left_out
		    && inspect_process(holders, list->list[i]) < 0)
			return -1;
	}
	return 0;
}

/*
 * Look at all processes.  A search for all files is for the claim that nobody else holds
 * one: look then at processes that were started meanwhile too, to which one that has ended
 * may have left its descriptors.  Return 0, or -1 with errno.
 */
static int
inspect_processes(struct holders *holders, int left_out)
{
	struct numbers known = { NULL, 0, 0 };
	int tries = holders->wants_all ? TRIES : 1;
	size_t new = 1;
	int result = 0;

	while (result == 0 && new > 0 && tries-- > 0) {
		struct numbers list;

		result = proc_numbers("/proc", &list);
		if (result < 0)
			break;
		result = inspect_new(holders, left_out, &list, &known, &new);
		numbers_free(&known);
		known = list;
	}
	numbers_free(&known);
	return result;
}

static int
compare_paths(const void *a, const void *b)
{
	const struct holder_of_path *x = a;
	const struct holder_of_path *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

/* The place of the first noted path with an inode, or where it would stand. */
static size_t
first_path(const struct holders *holders, uint64_t inode)
{
	size_t low = 0;
	size_t high = holders->path_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (holders->paths[middle].inode < inode)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Record the holders of a FIFO or a lock among the paths of a search for all. */
static int
record_paths(struct holders *holders, const struct holder_key *key)
{
	size_t place = first_path(holders, key->number);

	for (; place < holders->path_count
	       && holders->paths[place].inode == key->number; place++) {
		const struct holder_of_path *path = &holders->paths[place];
		struct inspected process = { .pid = path->pid, .thread = path->thread };

		if (path->device != key->device)
			continue;
		if ((key->kind == HOLDS_FIFO
		     ? record(holders, &process, path->fd, key)
		     : record_lock(holders, &process, path->fd, key)) == 0)
			continue;
		if (errno == ENOMEM)
			return -1;
		holders->has_moved |= is_gone(errno);
		holders->refused += !is_gone(errno);
	}
	return 0;
}

/* Find all FIFOs and locks of interest among the paths.  Return 0, or -1 with errno. */
static int
search_paths(struct holders *holders)
{
	if (holders->wants_all && holders->path_count > 0)
		qsort(holders->paths, holders->path_count, sizeof *holders->paths,
		      compare_paths);
	for (size_t i = 0; i < holders->key_count; i++) {
		const struct holder_key *key = &holders->keys[i];

		if ((key->kind == HOLDS_FIFO || key->kind == HOLDS_LOCK)
		    && record_paths(holders, key) < 0)
			return -1;
	}
	return 0;
}

int
holders_search(struct holders *holders, int left_out)
{
	size_t refused = holders->refused;
	int result;

	if (holders->key_count == 0 && !holders->wants_all)
		return 0;
	sort_keys(holders);
	holders->refused = 0;
	if (!proc_tells_numbers()) {
		holders->is_failed = true;
		return 0;
	}
	result = holders->has_all ? 0 : inspect_processes(holders, left_out);
	if (result < 0 && errno != ENOMEM) {
		holders->is_failed = true;
		result = 0;
	}
	if (result == 0 && (holders->wants_all || holders->has_all))
		result = search_paths(holders);
	if (holders->refused < refused)
		holders->refused = refused;
	end_search(holders);
	return result;
}

/* The access mode of a descriptor, from the permissions of its link; -1: O_PATH. */
static int
access_of(mode_t permissions)
{
	switch (permissions & (S_IRUSR | S_IWUSR)) {
	case S_IRUSR:
		return O_RDONLY;
	case S_IWUSR:
		return O_WRONLY;
	case S_IRUSR | S_IWUSR:
		return O_RDWR;
	}
	return -1;
}

/*
 * Read the name of a holder's process, once for neighbours in the list that are of one
 * process.  Return 0, or -1 with errno.
 */
static int
read_command(struct holders *holders, struct holder *holder)
{
	char name[PROC_COMMAND_SIZE];
	ssize_t length;

	if (holders->named.pid != holder->pid) {
		length = proc_command(holder->pid, name);
		if (length < 0)
			return -1;
		holders->named.pid = holder->pid;
		holders->named.command = holders->commands.length;
		text_escaped(&holders->commands, name, (size_t)length, ", ");
		holders->named.command_length = holders->commands.length
		                                - holders->named.command;
	}
	holder->command = holders->named.command;
	holder->command_length = holders->named.command_length;
	return 0;
}

/* Return true if the number of a holder of a pipe or a socket is another file by now. */
static bool
was_reused(const struct holder *holder, const char *path)
{
	char link[LINK_SIZE];
	ssize_t length;

	if (holder->kind != HOLDS_PIPE && holder->kind != HOLDS_SOCKET)
		return false;
	length = readlink(path, link, sizeof link - 1);
	if (length < 0)
		return is_gone(errno);
	link[length] = '\0';
	return !begins_with(link, holder->kind == HOLDS_PIPE ? "pipe:["
	                                                     : "socket:[")
	       || inode_in(link) != holder->number;
}

/*
 * Find out what is told of a holder, when it is first stepped to.  A failure other than
 * that it is gone makes the list incomplete, and does not drop the holder.
 */
static void
resolve(struct holders *holders, struct holder *holder)
{
	struct text path;
	const char *name = proc_path(&path, holder->thread, "fd", holder->fd);
	struct stat link;
	bool is_complete = true;

	holder->is_resolved = true;
	holder->access = O_RDWR;
	if (lstat(name, &link) < 0) {
		holder->is_gone = is_gone(errno);
		holder->is_access_unknown = true;
		is_complete = false;
	} else {
		holder->access = access_of(link.st_mode);
		holder->is_gone = holder->access < 0 || was_reused(holder, name);
	}
	if (!holder->is_gone && read_command(holders, holder) < 0) {
		holder->is_gone = is_gone(errno);
		is_complete = false;
		holder->command = holders->commands.length;
		text_string(&holders->commands, "?");
		holder->command_length = 1;
	}
	if (!is_complete && !holder->is_gone)
		holders->refused++;
	holders->has_moved |= holder->is_gone;
}

/* The place of the first holder of a kind and number, or where it would stand. */
static size_t
first_holder(const struct holders *holders, const struct holder_key *key)
{
	struct holder wanted = { .kind = key->kind, .number = key->number,
	                         .pid = 0 };
	size_t low = 0;
	size_t high = holders->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_holders(&holders->list[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Return true if a holder with the kind and number of a key holds its very file. */
static bool
holds_file(const struct holder *holder, const struct holder_key *key)
{
	switch (key->kind) {
	case HOLDS_FIFO:
		return holder->device == key->device;
	case HOLDS_LOCK:
		return holder->device == key->device
		       && compare_locks(&holder->lock, &key->lock) == 0;
	case HOLDS_MASTER:
	case HOLDS_SLAVE:
		return holder->device == key->device
		       || (holder->mounts == key->mounts && key->mounts != 0);
	case HOLDS_PIPE:
	case HOLDS_SOCKET:
	case HOLDS_EVENTFD:
	case HOLDER_KINDS:
		break;
	}
	return true;
}

const struct holder *
holders_next(struct holders *holders, const struct holder_key *key,
             const struct holder *after)
{
	size_t place = after == NULL ? first_holder(holders, key)
	                             : (size_t)(after - holders->list) + 1;

	for (; place < holders->count; place++) {
		struct holder *holder = &holders->list[place];

		if (holder->kind != key->kind || holder->number != key->number)
			break;
		if (!holds_file(holder, key))
			continue;
		if (!holder->is_resolved)
			resolve(holders, holder);
		if (!holder->is_gone)
			return holder;
	}
	return NULL;
}

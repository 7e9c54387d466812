/*
 * peer - see peer.h
 */
#include "linux/holders.h"
#include "base/array.h"
#include "linux/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct holder {
	size_t pipe;            /* its place in peers->pipes */
	int pid;
	int fd;
	int access;
	size_t command;         /* where its name is in peers->commands */
	size_t command_length;
};

static const char nameless_prefix[] = "pipe:[";

bool
peer_is_nameless(const char *name, size_t length)
{
	size_t prefix = strlen(nameless_prefix);

	return length >= prefix && memcmp(name, nameless_prefix, prefix) == 0;
}

void
peers_start(struct peers *peers)
{
	*peers = (struct peers){ .pipes = NULL };
	text_start(&peers->commands);
}

void
peers_end(struct peers *peers)
{
	free(peers->pipes);
	free(peers->holders);
	text_free(&peers->commands);
}

int
peers_want(struct peers *peers, const struct pipe_end *end)
{
	struct pipe_end *pipes = array_room(peers->pipes, peers->pipe_count,
	                                    &peers->pipe_capacity,
	                                    sizeof *pipes);

	if (pipes == NULL)
		return -1;
	peers->pipes = pipes;
	peers->any_named |= end->is_named;
	pipes[peers->pipe_count++] = *end;
	return 0;
}

static int
compare_pipes(const void *a, const void *b)
{
	const struct pipe_end *x = a;
	const struct pipe_end *y = b;

	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	return (x->inode > y->inode) - (x->inode < y->inode);
}

static int
compare_holders(const void *a, const void *b)
{
	const struct holder *x = a;
	const struct holder *y = b;

	if (x->pipe != y->pipe)
		return x->pipe < y->pipe ? -1 : 1;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return (x->fd > y->fd) - (x->fd < y->fd);
}

/* Sorts the pipes, and leaves each once. */
static void
sort_pipes(struct peers *peers)
{
	size_t kept = 0;

	qsort(peers->pipes, peers->pipe_count, sizeof *peers->pipes,
	      compare_pipes);
	for (size_t i = 0; i < peers->pipe_count; i++)
		if (kept == 0 || compare_pipes(&peers->pipes[kept - 1],
		                               &peers->pipes[i]) != 0)
			peers->pipes[kept++] = peers->pipes[i];
	peers->pipe_count = kept;
}

static const struct pipe_end *
find_pipe(const struct peers *peers, dev_t device, ino_t inode)
{
	struct pipe_end key = { .device = device, .inode = inode };

	return bsearch(&key, peers->pipes, peers->pipe_count,
	               sizeof *peers->pipes, compare_pipes);
}

/* The access mode of a descriptor, as the permissions of its link show it. */
static int
access_of(const struct stat *link)
{
	if ((link->st_mode & S_IWUSR) == 0)
		return O_RDONLY;
	return link->st_mode & S_IRUSR ? O_RDWR : O_WRONLY;
}

static bool
is_wanted_inode(const struct peers *peers, ino_t inode)
{
	for (size_t i = 0; i < peers->pipe_count; i++)
		if (peers->pipes[i].inode == inode)
			return true;
	return false;
}

/*
 * Whether a descriptor can be a pipe of interest, without asking its file system,
 * which may have stopped answering.
 */
static bool
may_be_wanted(const struct peers *peers, const char *path, int pid, int fd)
{
	char name[sizeof nameless_prefix];
	struct proc_descriptor descriptor;
	ssize_t length = readlink(path, name, sizeof name);

	if (length < 0 || peer_is_nameless(name, (size_t)length))
		return true;
	/* A path, or "(unreachable)" before one; all else is no file. */
	if (!peers->any_named || (name[0] != '/' && name[0] != '('))
		return false;
	/* Kernels before 5.14 do not tell the inode, and it must be asked for. */
	return proc_descriptor(pid, fd, &descriptor) < 0 || descriptor.inode == 0
	       || is_wanted_inode(peers, descriptor.inode);
}

/* Reads a process's name when it is first needed; false if it is gone. */
static bool
name_holder(struct peers *peers, struct holder *holder)
{
	char name[PROC_COMMAND_SIZE];
	ssize_t length = proc_command(holder->pid, name);

	if (length < 0)
		return false;
	holder->command = peers->commands.length;
	text_escaped(&peers->commands, name, (size_t)length, ", ");
	holder->command_length = peers->commands.length - holder->command;
	return true;
}

static int
add_holder(struct peers *peers, const struct holder *holder)
{
	struct holder *holders = array_room(peers->holders, peers->holder_count,
	                                    &peers->holder_capacity,
	                                    sizeof *holders);

	if (holders == NULL)
		return -1;
	peers->holders = holders;
	holders[peers->holder_count++] = *holder;
	return 0;
}

/* Looks at one descriptor of a process.  Returns -1 with errno. */
static int
inspect(struct peers *peers, const char *path, struct holder *holder)
{
	const struct pipe_end *pipe;
	struct stat file;
	struct stat link;

	if (!may_be_wanted(peers, path, holder->pid, holder->fd))
		return 0;
	/* One that is gone is no holder; one that may not be asked may be. */
	if (stat(path, &file) < 0) {
		peers->is_incomplete |= errno == EACCES || errno == EPERM;
		return 0;
	}
	if (!S_ISFIFO(file.st_mode))
		return 0;
	pipe = find_pipe(peers, file.st_dev, file.st_ino);
	/* Without permissions it is O_PATH, and holds no end. */
	if (pipe == NULL || lstat(path, &link) < 0
	    || (link.st_mode & (S_IRUSR | S_IWUSR)) == 0)
		return 0;
	if (holder->command_length == 0 && !name_holder(peers, holder))
		return 0;
	holder->pipe = (size_t)(pipe - peers->pipes);
	holder->access = access_of(&link);
	return add_holder(peers, holder);
}

/*
 * Lists what a process has open, by a thread that lives: where the first one has
 * ended, *thread becomes another.  Returns -1 with errno.
 */
static int
list_descriptors(int *thread, struct numbers *descriptors)
{
	struct text path;
	struct numbers threads;
	int pid = *thread;
	int result = proc_numbers(proc_path(&path, pid, "fd", -1), descriptors);

	if (result < 0 || descriptors->count > 0
	    || proc_numbers(proc_path(&path, pid, "task", -1), &threads) < 0)
		return result;
	for (size_t i = 0; i < threads.count && descriptors->count == 0; i++) {
		*thread = threads.list[i];
		numbers_free(descriptors);
		(void)proc_numbers(proc_path(&path, *thread, "fd", -1),
		                   descriptors);
	}
	numbers_free(&threads);
	return 0;
}

static int
search_process(struct peers *peers, int pid)
{
	struct numbers descriptors;
	struct text path;
	struct holder holder = { .pid = pid };
	int thread = pid;
	int result = 0;

	if (list_descriptors(&thread, &descriptors) < 0) {
		if (errno == ENOMEM)
			return -1;
		/* A process that is gone holds nothing. */
		peers->is_incomplete |= errno != ENOENT && errno != ESRCH;
		return 0;
	}
	for (size_t i = 0; i < descriptors.count && result == 0; i++) {
		holder.fd = descriptors.list[i];
		result = inspect(peers, proc_path(&path, thread, "fd", holder.fd),
		                 &holder);
	}
	numbers_free(&descriptors);
	return result;
}

static void
sort_holders(struct peers *peers)
{
	if (peers->holder_count > 0)
		qsort(peers->holders, peers->holder_count,
		      sizeof *peers->holders, compare_holders);
}

int
peers_search(struct peers *peers, pid_t self)
{
	struct numbers processes;
	int result = 0;

	peers->self = self;
	if (peers->pipe_count == 0)
		return 0;
	sort_pipes(peers);
	if (proc_numbers("/proc", &processes) < 0)
		return -1;
	for (size_t i = 0; i < processes.count && result == 0; i++)
		if (processes.list[i] != self)
			result = search_process(peers, processes.list[i]);
	numbers_free(&processes);
	sort_holders(peers);
	return result;
}

int
peers_search_self(struct peers *peers)
{
	int result = peers->self != 0 ? search_process(peers, peers->self) : 0;

	sort_holders(peers);
	return result;
}

/* Where the holders of a pipe begin, or would. */
static size_t
first_holder(const struct peers *peers, size_t pipe)
{
	size_t low = 0;
	size_t high = peers->holder_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (peers->holders[middle].pipe < pipe)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* One that is open for both holds both ends. */
static bool
holds_other_end(int access, int holders_access)
{
	return access == O_RDWR || holders_access == O_RDWR
	       || access != holders_access;
}

static void
append_holder(const struct peers *peers, struct text *text,
              const struct holder *holder)
{
	text_decimal(text, (unsigned)holder->pid);
	text_string(text, "/");
	text_decimal(text, (unsigned)holder->fd);
	text_string(text, ":");
	text_append(text, text_bytes(&peers->commands) + holder->command,
	            holder->command_length);
}

/* Steps through who holds the other end; NULL starts and ends. */
static const struct holder *
next_holder(const struct peers *peers, const struct pipe_end *end,
            const struct holder *after)
{
	const struct pipe_end *pipe = find_pipe(peers, end->device, end->inode);
	size_t place = (size_t)(pipe - peers->pipes);
	size_t i = after == NULL ? first_holder(peers, place)
	                         : (size_t)(after - peers->holders) + 1;

	for (; i < peers->holder_count && peers->holders[i].pipe == place; i++)
		if (holds_other_end(end->access, peers->holders[i].access))
			return &peers->holders[i];
	return NULL;
}

bool
peers_explain(const struct peers *peers, const struct pipe_end *end)
{
	return !end->is_held || end->is_named || end->access == O_RDWR
	       || next_holder(peers, end, NULL) != NULL;
}

void
peers_append(const struct peers *peers, struct text *text,
             const struct pipe_end *end)
{
	const struct holder *holder = NULL;
	const char *comma = "";

	while ((holder = next_holder(peers, end, holder)) != NULL) {
		if (holder->pid == peers->self)
			continue;
		text_string(text, comma);
		append_holder(peers, text, holder);
		comma = ",";
	}
	if (peers->is_incomplete || !peers_explain(peers, end)) {
		text_string(text, comma);
		text_string(text, "?");
	} else if (*comma == '\0') {
		text_string(text, "none");
	}
}

/*
 * peer - see peer.h
 */
#include "peer.h"
#include "array.h"
#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
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

static int
search_process(struct peers *peers, int pid)
{
	struct numbers descriptors;
	struct text path;
	struct holder holder = { .pid = pid };
	int result = 0;

	if (proc_numbers(proc_path(&path, pid, "fd", -1), &descriptors) < 0) {
		if (errno == ENOMEM)
			return -1;
		/* A process that is gone holds nothing. */
		peers->is_incomplete |= errno != ENOENT && errno != ESRCH;
		return 0;
	}
	for (size_t i = 0; i < descriptors.count && result == 0; i++) {
		holder.fd = descriptors.list[i];
		result = inspect(peers, proc_path(&path, pid, "fd", holder.fd),
		                 &holder);
	}
	numbers_free(&descriptors);
	return result;
}

int
peers_search(struct peers *peers, pid_t except)
{
	struct numbers processes;
	int result = 0;

	if (peers->pipe_count == 0)
		return 0;
	sort_pipes(peers);
	if (proc_numbers("/proc", &processes) < 0)
		return -1;
	for (size_t i = 0; i < processes.count && result == 0; i++)
		if (processes.list[i] != except)
			result = search_process(peers, processes.list[i]);
	numbers_free(&processes);
	if (peers->holder_count > 0)
		qsort(peers->holders, peers->holder_count,
		      sizeof *peers->holders, compare_holders);
	return result;
}

/* Where the holders of a pipe begin; all of them if it has none. */
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

void
peers_append(const struct peers *peers, struct text *text,
             const struct pipe_end *end)
{
	const struct pipe_end *pipe = find_pipe(peers, end->device, end->inode);
	size_t place = (size_t)(pipe - peers->pipes);
	const char *comma = "";

	for (size_t i = first_holder(peers, place);
	     i < peers->holder_count && peers->holders[i].pipe == place; i++) {
		if (!holds_other_end(end->access, peers->holders[i].access))
			continue;
		text_string(text, comma);
		append_holder(peers, text, &peers->holders[i]);
		comma = ",";
	}
	if (peers->is_incomplete) {
		text_string(text, comma);
		text_string(text, "?");
	} else if (*comma == '\0') {
		text_string(text, "none");
	}
}

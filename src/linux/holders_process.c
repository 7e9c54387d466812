/*
 * holders_process - look at one process for holders of the files of interest
 *
 * A link in /proc/PID/fd tells most of what a descriptor is, and is read without asking a
 * file system.  Further files are read of candidates alone.  All goes through a handle on
 * /proc/PID, so that a number that is reused meanwhile is not taken for the process.
 */
#include "base/array.h"
#include "base/number.h"
#include "linux/holders_private.h"
#include "linux/proc.h"
#include "linux/statx.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FDINFO_SIZE = 4096 };

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
	char link[HOLDERS_LINK_SIZE];   /* terminated */
};

/* Return true if holders of a file with a number are to be recorded. */
static bool
is_numbered_wanted(const struct holders *holders, enum holder_kind kind,
                   uint64_t number)
{
	return holders->wants_all || holders_is_wanted(holders, kind, number);
}

/* Record the holder of a file that its number alone tells. */
static int
record_number(struct holders *holders, const struct inspected *process, int fd,
              enum holder_kind kind, uint64_t number)
{
	struct holder_key key = { .kind = kind, .number = number };

	return is_numbered_wanted(holders, kind, number)
	       ? holders_add(holders, process->pid, process->thread, fd, &key) : 0;
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
	return holders_add(holders, process->pid, process->thread, candidate->fd,
	                   &key);
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

static int
inspect_master(struct holders *holders, struct inspected *process,
               const struct candidate *candidate)
{
	char file[FDINFO_SIZE];
	unsigned long long number;

	if (!wants_kind(holders, HOLDS_MASTER))
		return 0;
	if (read_fdinfo(process, candidate, file, sizeof file) < 0)
		return -1;
	return proc_find_number(file, "tty-index:", 10, &number)
	       ? record_terminal(holders, process, candidate, HOLDS_MASTER, number)
	       : 0;
}

static int
inspect_eventfd(struct holders *holders, struct inspected *process,
                const struct candidate *candidate)
{
	char file[FDINFO_SIZE];
	unsigned long long id;

	if (!wants_kind(holders, HOLDS_EVENTFD))
		return 0;
	if (read_fdinfo(process, candidate, file, sizeof file) < 0)
		return -1;
	return proc_find_number(file, "eventfd-id:", 10, &id)
	       ? record_number(holders, process, candidate->fd, HOLDS_EVENTFD, id)
	       : 0;
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

/* Record the holder of a FIFO or of a lock, for each key of the file. */
static int
record_file(struct holders *holders, const struct inspected *process, int fd,
            enum holder_kind kind, uint64_t inode, dev_t device)
{
	size_t place = holders_first_key(holders, kind, inode);
	const struct holder_key *key;

	for (; (key = holders_key_at(holders, kind, inode, place)) != NULL; place++) {
		int result;

		if (key->device != device)
			continue;
		result = kind == HOLDS_FIFO
		         ? holders_add(holders, process->pid, process->thread, fd,
		                       key)
		         : holders_add_lock(holders, process->pid, process->thread,
		                            fd, key);
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
	unsigned long long inode;

	if (holders->wants_all)
		return note_path(holders, process, candidate);
	if (!holders->wants[HOLDS_FIFO] && !holders->wants[HOLDS_LOCK])
		return 0;
	if (read_fdinfo(process, candidate, file, sizeof file) < 0)
		return -1;
	/* Kernels before 5.14 do not tell the inode, and it must be asked for. */
	if (proc_find_number(file, "ino:", 10, &inode)
	    && !holders_is_wanted(holders, HOLDS_FIFO, inode)
	    && !holders_is_wanted(holders, HOLDS_LOCK, inode))
		return 0;
	if (read_facts(process, candidate, &facts) < 0)
		return -1;
	if (record_file(holders, process, candidate->fd, HOLDS_FIFO, facts.inode,
	                facts.device) < 0)
		return -1;
	return record_file(holders, process, candidate->fd, HOLDS_LOCK, facts.inode,
	                   facts.device);
}

/* Look at one descriptor, by what its link says.  Return 0, or -1 with errno. */
static int
inspect(struct holders *holders, struct inspected *process,
        const struct candidate *candidate)
{
	const char *link = candidate->link;

	if (text_begins_with(link, "pipe:["))
		return record_number(holders, process, candidate->fd, HOLDS_PIPE,
		                     holders_inode_in(link));
	if (text_begins_with(link, "socket:["))
		return record_number(holders, process, candidate->fd,
		                     HOLDS_SOCKET, holders_inode_in(link));
	if (text_begins_with(link, "anon_inode:[eventfd"))
		return inspect_eventfd(holders, process, candidate);
	if (strcmp(link, "/dev/tty") == 0)
		return inspect_tty(holders, process, candidate);
	if (text_begins_with(link, "/dev/ptmx")
	    || text_begins_with(link, "/dev/pts/ptmx"))
		return inspect_master(holders, process, candidate);
	if (text_begins_with(link, "/dev/pts/"))
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
	text_byte(path, '\0');
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

/* Look at all descriptors of a process.  Return their number, or -1 with errno. */
static ssize_t
inspect_all(struct holders *holders, struct inspected *process)
{
	struct numbers numbers;
	bool is_incomplete = false;
	size_t count;

	if (proc_numbers_at(process->process, "fd", &numbers,
	                    &process->descriptors) < 0)
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
		is_incomplete |= !holders_is_gone(errno);
	}
	numbers_free(&numbers);
	holders->refused += is_incomplete;
	return (ssize_t)count;
}

/* Look at a process by one of its threads, as inspect_all() does. */
static ssize_t
inspect_thread(struct holders *holders, int pid, int thread)
{
	struct inspected process = {
		.pid = pid, .thread = thread, .descriptors = -1
	};
	struct text path;
	ssize_t result;
	int error;

	process.process = open(proc_path(&path, thread, "", -1),
	                       O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (process.process < 0)
		return -1;
	result = inspect_all(holders, &process);
	error = errno;
	if (process.descriptors >= 0)
		close(process.descriptors);
	close(process.process);
	errno = error;
	return result;
}

int
holders_inspect_process(struct holders *holders, int pid)
{
	ssize_t result = inspect_thread(holders, pid, pid);

	/* Another thread may live where the first one has ended. */
	if (result == 0 || (result < 0 && errno == EACCES)) {
		int error = errno;
		int thread = proc_living_thread(pid);

		errno = error;
		if (thread != pid)
			result = inspect_thread(holders, pid, thread);
	}
	if (result >= 0 || holders_is_gone(errno))
		return 0;
	if (errno == ENOMEM)
		return -1;
	holders->refused++;
	return 0;
}

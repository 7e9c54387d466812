/*
 * needed FIRST-LAST | needed PID... - make the system calls of a listing, and no more
 *
 * With a range it is "pollwait -l FIRST-LAST:in", with a process "-l -p PID", and with
 * the processes of a chain "-w -p PID".  Ignore the answers, and write nothing: what
 * pollwait costs above this is its own.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST = 20000 };

static struct pollfd looked_at[MOST];

static void
read_file(const char *path)
{
	char bytes[1024];
	int fd = open(path, O_RDONLY);

	(void)!read(fd, bytes, sizeof bytes);
	close(fd);
}

static void
read_of_process(const char *pid, const char *name)
{
	char path[600];

	snprintf(path, sizeof path, "/proc/%s/%s", pid, name);
	read_file(path);
}

/* The kernel goes through all sockets for each of these; one question for all costs less. */
enum { SINGLE_QUESTIONS = 16 };

/* Ask by one exchange which socket is at the other end, or of which all are. */
static void
ask_for_peer(unsigned long inode)
{
	static int asked;
	static int netlink = -1;
	struct {
		struct nlmsghdr header;
		struct unix_diag_req body;
	} request = {
		.header = { .nlmsg_len = sizeof request,
		            .nlmsg_type = SOCK_DIAG_BY_FAMILY,
		            .nlmsg_flags = NLM_F_REQUEST },
		.body = { .sdiag_family = AF_UNIX, .udiag_states = ~0u,
		          .udiag_ino = (unsigned)inode,
		          .udiag_show = UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN,
		          .udiag_cookie = { ~0u, ~0u } }
	};
	static char answer[32768];
	const struct nlmsghdr *first = (const void *)answer;

	if (netlink < 0)
		netlink = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
	if (asked++ == SINGLE_QUESTIONS)
		request.header.nlmsg_flags |= NLM_F_DUMP;
	if (asked > SINGLE_QUESTIONS + 1)
		return;
	(void)!send(netlink, &request, sizeof request, 0);
	do
		if (recv(netlink, answer, sizeof answer, 0) <= 0)
			return;
	while ((first->nlmsg_flags & NLM_F_MULTI) != 0
	       && first->nlmsg_type != NLMSG_DONE);
}

/* Ask what is open under this number, and read its place in the file. */
static void
ask_of_descriptor(int fd, const char *pid, int number)
{
	char path[64];
	char name[4096];
	struct statx file;
	int unread;

	fcntl(fd, F_GETFL);
	statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &file);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	(void)!readlink(path, name, sizeof name);
	ioctl(fd, FIONREAD, &unread);
	if (S_ISSOCK(file.stx_mode))
		ask_for_peer(file.stx_ino);
	if (strcmp(pid, "self") == 0) {
		fcntl(fd, F_GETFD);
		return;
	}
	snprintf(path, sizeof path, "/proc/%s/fdinfo/%d", pid, number);
	read_file(path);
	/* The other end has a holder, and that a name. */
	read_of_process(pid, "comm");
}

static void
ask_of_target(const char *pid)
{
	char path[64];
	const struct dirent *entry;
	DIR *directory;
	int process = (int)syscall(SYS_pidfd_open, atoi(pid), 0);
	int count = 0;

	read_of_process(pid, "stat");
	read_of_process(pid, "syscall");
	snprintf(path, sizeof path, "/proc/%s/fd", pid);
	directory = opendir(path);
	while (directory != NULL && (entry = readdir(directory)) != NULL)
		if (entry->d_name[0] != '.' && count < MOST)
			looked_at[count++].fd =
				(int)syscall(SYS_pidfd_getfd, process,
				             atoi(entry->d_name), 0);
	poll(looked_at, (nfds_t)count, 0);
	rewinddir(directory);
	for (int i = 0; i < count; ) {
		entry = readdir(directory);
		if (entry == NULL)
			break;
		if (entry->d_name[0] != '.')
			ask_of_descriptor(looked_at[i++].fd, pid,
			                  atoi(entry->d_name));
	}
	for (int i = 0; i < count; i++)
		close(looked_at[i].fd);
	closedir(directory);
	close(process);
}

static void
ask_of_own(int first, int last)
{
	int count = 0;

	for (int fd = first; fd <= last && count < MOST; fd++)
		looked_at[count++] = (struct pollfd){ .fd = fd, .events = POLLIN };
	poll(looked_at, (nfds_t)count, 0);
	for (int fd = first; fd <= last; fd++)
		ask_of_descriptor(fd, "self", fd);
}

/* Look at each descriptor of a process; again, if all pipes are asked for, at its mode. */
static void
pass_over(int proc, const char *pid, bool asks_for_pipes)
{
	char path[300];
	char name[64];
	DIR *directory;
	const struct dirent *entry;
	struct stat link;

	snprintf(path, sizeof path, "%s/fd", pid);
	directory = fdopendir(openat(proc, path, O_RDONLY | O_DIRECTORY));
	if (directory == NULL)
		return;
	while ((entry = readdir(directory)) != NULL)
		if (entry->d_name[0] != '.'
		    && readlinkat(dirfd(directory), entry->d_name, name,
		                  sizeof name) > 0
		    && asks_for_pipes && strncmp(name, "pipe:", 5) == 0)
			fstatat(dirfd(directory), entry->d_name, &link,
			        AT_SYMLINK_NOFOLLOW);
	closedir(directory);
}

int
main(int argc, char **argv)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	char *dash = argc == 2 ? strchr(argv[1], '-') : NULL;
	char self[16];

	if (argc < 2 || proc == NULL)
		return 2;
	if (dash != NULL)
		ask_of_own(atoi(argv[1]), atoi(dash + 1));
	else
		for (int i = 1; i < argc; i++)
			ask_of_target(argv[i]);
	snprintf(self, sizeof self, "%d", getpid());
	while ((entry = readdir(proc)) != NULL)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9'
		    && strcmp(entry->d_name, self) != 0)
			pass_over(dirfd(proc), entry->d_name, dash != NULL);
	return 0;
}

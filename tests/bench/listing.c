/*
 * listing POLLWAIT - compare the listing of 10,000 descriptors with its system calls
 *
 * The descriptors are the two ends of 5,000 pipes.  The second program makes the calls
 * that a listing needs, and ignores the answers.  The two take turns.
 */
#include "measure.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIPES = 5000, FIRST = 3, LAST = FIRST + 2 * PIPES - 1, RUNS = 21 };

static void
ask_of_descriptor(int fd)
{
	char path[64];
	char name[4096];
	struct stat file;
	int unread;

	fcntl(fd, F_GETFL);
	fcntl(fd, F_GETFD);
	fstat(fd, &file);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (readlink(path, name, sizeof name) < 0)
		exit(2);
	ioctl(fd, FIONREAD, &unread);
}

/* Look at each descriptor of a process, and again at each pipe for its access mode. */
static void
ask_of_process(const char *pid)
{
	char path[600];
	struct stat file;
	DIR *directory;
	const struct dirent *entry;

	snprintf(path, sizeof path, "/proc/%s/fd", pid);
	directory = opendir(path);
	if (directory == NULL)
		return;
	while ((entry = readdir(directory)) != NULL) {
		snprintf(path, sizeof path, "/proc/%s/fd/%s", pid, entry->d_name);
		if (entry->d_name[0] != '.' && stat(path, &file) == 0
		    && S_ISFIFO(file.st_mode))
			lstat(path, &file);
	}
	closedir(directory);
}

/* Make the calls of a listing, and write as many bytes. */
static int
bare(void)
{
	static struct pollfd all[2 * PIPES];
	static char bytes[100 * 2 * PIPES];
	DIR *directory = opendir("/proc");
	const struct dirent *entry;
	char self[16];

	for (int i = 0; i < 2 * PIPES; i++)
		all[i] = (struct pollfd){ .fd = FIRST + i, .events = POLLIN };
	poll(all, 2 * PIPES, 0);
	for (int fd = FIRST; fd <= LAST; fd++)
		ask_of_descriptor(fd);
	snprintf(self, sizeof self, "%d", getpid());
	while (directory != NULL && (entry = readdir(directory)) != NULL)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9'
		    && strcmp(entry->d_name, self) != 0)
			ask_of_process(entry->d_name);
	return write(STDOUT_FILENO, bytes, sizeof bytes) < 0 ? 2 : 0;
}

static double
run(char *const *words)
{
	double start = microseconds();
	pid_t child = vfork();
	int status;

	if (child == 0) {
		execv(words[0], words);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
		fprintf(stderr, "%s failed\n", words[0]);
		exit(2);
	}
	return (microseconds() - start) / 1e3;
}

int
main(int argc, char **argv)
{
	char *listing[] = { NULL, "-l", "3-10002:in", NULL };
	char *calls[] = { argv[0], "bare", NULL };
	double times[2][RUNS];
	double middle[2];
	struct rlimit limit;
	int nowhere = open("/dev/null", O_WRONLY);

	if (argc != 2)
		return 2;
	if (strcmp(argv[1], "bare") == 0)
		return bare();
	listing[0] = argv[1];
	limit.rlim_max = limit.rlim_cur = LAST + 100;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0) {
		perror("setrlimit");
		return 2;
	}
	/* Print the results to descriptor 2. */
	dup2(nowhere, STDOUT_FILENO);
	closefrom(FIRST);
	for (int i = 0; i < PIPES; i++) {
		int ends[2];

		if (pipe(ends) < 0) {
			perror("pipe");
			return 2;
		}
	}
	for (int i = 0; i < RUNS; i++) {
		times[0][i] = run(calls);
		times[1][i] = run(listing);
	}
	for (int i = 0; i < 2; i++)
		middle[i] = median(times[i], RUNS);
	fprintf(stderr, "%8.1f ms  %6.2f  the system calls alone\n", middle[0],
	        1.0);
	fprintf(stderr, "%8.1f ms  %6.2f  pollwait -l 3-10002:in\n", middle[1],
	        middle[1] / middle[0]);
	return 0;
}

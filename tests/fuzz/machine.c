/*
 * machine - a machine that a text describes, on which pollwait runs
 *
 * The linker wraps the calls that pollwait makes (-Wl,--wrap, see build).  During a run
 * they answer from the text; outside of a run they reach the C library.
 */
#include "machine.h"
#include "base/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
	SELF = 100, PARENT = 99,
	PATH_SIZE = 512,
	MOST_SECTIONS = 256,
	FIRST_OPENED = 64,      /* descriptors that the run opens have these numbers */
	MOST_DESCRIPTORS = 256,
	MOST_POLLS = 64,
	MOST_NAMES = 256
};

struct section {
	const char *name;
	size_t name_length;
	const char *bytes;
	size_t length;
};

struct opened {
	bool is_open;
	char path[PATH_SIZE];
	size_t position;
};

struct listed {
	int fd;
	struct dirent entry;
	char names[MOST_NAMES][32];
	size_t count;
	size_t next;
};

static bool is_running;
static struct section sections[MOST_SECTIONS];
static size_t section_count;
static struct opened opened[MOST_DESCRIPTORS];
static size_t next_answer;
static uint32_t sequence;
static struct section noise;
static int polls;
static int64_t now_ms;
static bool has_complained;
static bool have_ended;         /* all other processes */

static void
broken(const char *promise)
{
	fprintf(stderr, "broken promise: %s\n", promise);
	abort();
}

/* The sections. */

static void
take_sections(const char *text, size_t length)
{
	const char *end = text + length;

	section_count = 0;
	while (text < end) {
		const char *line = memchr(text, '\n', (size_t)(end - text));
		size_t line_length = line != NULL ? (size_t)(line - text) : (size_t)(end - text);

		if (text[0] == '@' && section_count < MOST_SECTIONS) {
			sections[section_count++] = (struct section){
				.name = text + 1, .name_length = line_length - 1,
				.bytes = line != NULL ? line + 1 : end
			};
		} else if (section_count > 0) {
			struct section *last = &sections[section_count - 1];

			last->length = (size_t)((line != NULL ? line + 1 : end) - last->bytes);
		}
		text = line != NULL ? line + 1 : end;
	}
}

static bool
is_named(const struct section *section, const char *name)
{
	return section->name_length == strlen(name)
	       && memcmp(section->name, name, section->name_length) == 0;
}

static const struct section *
find(const char *name)
{
	for (size_t i = 0; i < section_count; i++)
		if (is_named(&sections[i], name))
			return &sections[i];
	return NULL;
}

static unsigned
next_noise(void)
{
	if (noise.length == 0)
		return 0;
	noise.length--;
	return (unsigned char)*noise.bytes++;
}

/* Make a path absolute, and write /proc/self for the process itself. */
static void
resolve(int directory, const char *path, char result[PATH_SIZE])
{
	static const char own[] = "/proc/100";
	const char *base = "";
	const char *slash = "";

	if (path[0] != '/' && directory >= 0 && directory < MOST_DESCRIPTORS) {
		base = opened[directory].path;
		slash = base[0] != '\0' && base[strlen(base) - 1] != '/' && path[0] != '\0' ? "/" : "";
	}
	snprintf(result, PATH_SIZE, "%.250s%s%.250s", base, slash, path);
	if (strncmp(result, own, sizeof own - 1) == 0 && result[sizeof own - 1] == '/') {
		char rest[PATH_SIZE];

		snprintf(rest, sizeof rest, "%s", result + sizeof own - 1);
		snprintf(result, PATH_SIZE, "/proc/self%.490s", rest);
	}
	if (strcmp(result, "/") != 0 && result[0] != '\0' && result[strlen(result) - 1] == '/')
		result[strlen(result) - 1] = '\0';
}

static bool
is_below(const struct section *section, const char *directory)
{
	size_t length = strlen(directory);

	return section->name_length > length + 1 && section->name[length] == '/'
	       && memcmp(section->name, directory, length) == 0;
}

static bool
is_directory(const char *path)
{
	for (size_t i = 0; i < section_count; i++)
		if (is_below(&sections[i], path))
			return true;
	return false;
}

/*
 * The path that a descriptor of the process itself has: one that the run opened, or one
 * that the text names.
 */
static bool
path_of(int fd, char path[PATH_SIZE])
{
	if (fd >= 0 && fd < MOST_DESCRIPTORS && opened[fd].is_open) {
		snprintf(path, PATH_SIZE, "%s", opened[fd].path);
		return true;
	}
	snprintf(path, PATH_SIZE, "/proc/self/fd/%d", fd);
	return find(path) != NULL;
}

/* Follow /proc/self/fd/N, and the fdinfo of N, to what the run has opened as N. */
static void
follow_own(char path[PATH_SIZE])
{
	static const char *const prefixes[] = { "/proc/self/fd/", "/proc/self/fdinfo/" };

	for (int i = 0; i < 2; i++) {
		size_t length = strlen(prefixes[i]);
		char target[PATH_SIZE];
		char *part;
		int fd;

		if (strncmp(path, prefixes[i], length) != 0)
			continue;
		fd = atoi(path + length);
		if (fd < FIRST_OPENED || fd >= MOST_DESCRIPTORS || !opened[fd].is_open)
			continue;
		snprintf(target, sizeof target, "%s", opened[fd].path);
		part = strstr(target, "/fd/");
		if (i == 1 && part != NULL)
			snprintf(path, PATH_SIZE, "%.*s/fdinfo/%.200s", (int)(part - target), target,
			         part + 4);
		else
			snprintf(path, PATH_SIZE, "%s", target);
		return;
	}
}

static const struct section *
find_at(int directory, const char *name, char path[PATH_SIZE])
{
	resolve(directory, name, path);
	follow_own(path);
	return find(path);
}

static int
open_path(const char *path)
{
	char name[PATH_SIZE];

	for (int fd = FIRST_OPENED; fd < MOST_DESCRIPTORS; fd++) {
		snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
		if (opened[fd].is_open || find(name) != NULL)
			continue;
		opened[fd] = (struct opened){ .is_open = true };
		snprintf(opened[fd].path, PATH_SIZE, "%s", path);
		return fd;
	}
	errno = EMFILE;
	return -1;
}

static int
fail(int error)
{
	errno = error;
	return -1;
}

/* The number in a name such as pipe:[12], and the type that a link tells of. */
static void
facts_of(const char *path, const struct section *section, struct stat *file)
{
	char link[PATH_SIZE] = "";
	const char *bracket;

	memset(file, 0, sizeof *file);
	if (section != NULL)
		snprintf(link, sizeof link, "%.*s", (int)(section->length > 400 ? 400 : section->length),
		         section->bytes);
	bracket = strchr(link, '[');
	file->st_ino = bracket != NULL ? strtoull(bracket + 1, NULL, 10) : strtoull(link, NULL, 10);
	file->st_nlink = 1;
	file->st_dev = makedev(0, 14);
	file->st_mode = S_IFREG | 0600;
	if (strncmp(link, "pipe:", 5) == 0)
		file->st_mode = S_IFIFO | 0600;
	else if (strncmp(link, "socket:", 7) == 0)
		file->st_mode = S_IFSOCK | 0600;
	else if (strncmp(link, "anon_inode:", 11) == 0)
		file->st_mode = 0600;
	else if (strncmp(link, "/dev/pts/", 9) == 0) {
		file->st_mode = S_IFCHR | 0600;
		file->st_rdev = makedev(136, (unsigned)atoi(link + 9));
	} else if (strncmp(link, "/dev/ptmx", 9) == 0) {
		file->st_mode = S_IFCHR | 0600;
		file->st_rdev = makedev(5, 2);
	} else if (strncmp(link, "/dev/", 5) == 0) {
		file->st_mode = S_IFCHR | 0600;
		file->st_rdev = makedev(5, 0);
	} else if (strstr(link, "fifo") != NULL) {
		file->st_mode = S_IFIFO | 0600;
		file->st_ino = 77;
	} else if (section == NULL && is_directory(path)) {
		file->st_mode = S_IFDIR | 0700;
	}
}

/* Files. */

int __wrap_openat(int directory, const char *name, int flags, ...);
int __real_openat(int directory, const char *name, int flags, ...);
int
__wrap_openat(int directory, const char *name, int flags, ...)
{
	char path[PATH_SIZE];

	if (!is_running)
		return __real_openat(directory, name, flags, 0600);
	if (find_at(directory, name, path) == NULL && !is_directory(path))
		return fail(ENOENT);
	if (next_noise() == 255)
		return fail(EACCES);
	return open_path(path);
}

int __wrap_open(const char *name, int flags, ...);
int __real_open(const char *name, int flags, ...);
int
__wrap_open(const char *name, int flags, ...)
{
	return is_running ? __wrap_openat(AT_FDCWD, name, flags)
	                  : __real_open(name, flags, 0600);
}

int __wrap_close(int fd);
int __real_close(int fd);
int
__wrap_close(int fd)
{
	if (!is_running)
		return __real_close(fd);
	if (fd < FIRST_OPENED || fd >= MOST_DESCRIPTORS || !opened[fd].is_open)
		broken("pollwait closes only what it has opened");
	opened[fd].is_open = false;
	return 0;
}

static ssize_t
read_at(int fd, char *buffer, size_t size, size_t position)
{
	const struct section *section;

	if (fd < 0 || fd >= MOST_DESCRIPTORS || !opened[fd].is_open)
		return fail(EBADF);
	section = find(opened[fd].path);
	if (section == NULL)
		return fail(EISDIR);
	if (position >= section->length)
		return 0;
	if (size > section->length - position)
		size = section->length - position;
	memcpy(buffer, section->bytes + position, size);
	return (ssize_t)size;
}

ssize_t __wrap_read(int fd, void *buffer, size_t size);
ssize_t __real_read(int fd, void *buffer, size_t size);
ssize_t
__wrap_read(int fd, void *buffer, size_t size)
{
	ssize_t got;

	if (!is_running)
		return __real_read(fd, buffer, size);
	got = read_at(fd, buffer, size, fd >= 0 && fd < MOST_DESCRIPTORS ? opened[fd].position : 0);
	if (got > 0)
		opened[fd].position += (size_t)got;
	return got;
}

ssize_t __wrap_pread(int fd, void *buffer, size_t size, off_t position);
ssize_t __real_pread(int fd, void *buffer, size_t size, off_t position);
ssize_t
__wrap_pread(int fd, void *buffer, size_t size, off_t position)
{
	if (!is_running)
		return __real_pread(fd, buffer, size, position);
	return read_at(fd, buffer, size, (size_t)position & 0xfff);
}

ssize_t __wrap_readlinkat(int directory, const char *name, char *buffer, size_t size);
ssize_t __real_readlinkat(int directory, const char *name, char *buffer, size_t size);
ssize_t
__wrap_readlinkat(int directory, const char *name, char *buffer, size_t size)
{
	char path[PATH_SIZE];
	const struct section *section;
	size_t length;

	if (!is_running)
		return __real_readlinkat(directory, name, buffer, size);
	section = find_at(directory, name, path);
	if (section == NULL && strcmp(path, "/proc/self") == 0) {
		memcpy(buffer, "100", 3);
		return 3;
	}
	if (section == NULL)
		return fail(ENOENT);
	length = section->length;
	if (length > 0 && section->bytes[length - 1] == '\n')
		length--;
	/* The kernel gives no empty target. */
	if (length == 0)
		return fail(ENOENT);
	if (length > size)
		length = size;
	memcpy(buffer, section->bytes, length);
	return (ssize_t)length;
}

ssize_t __wrap_readlink(const char *name, char *buffer, size_t size);
ssize_t __real_readlink(const char *name, char *buffer, size_t size);
ssize_t
__wrap_readlink(const char *name, char *buffer, size_t size)
{
	return is_running ? __wrap_readlinkat(AT_FDCWD, name, buffer, size)
	                  : __real_readlink(name, buffer, size);
}

int __wrap_faccessat(int directory, const char *name, int mode, int flags);
int __real_faccessat(int directory, const char *name, int mode, int flags);
int
__wrap_faccessat(int directory, const char *name, int mode, int flags)
{
	char path[PATH_SIZE];

	if (!is_running)
		return __real_faccessat(directory, name, mode, flags);
	if (find_at(directory, name, path) != NULL || is_directory(path))
		return 0;
	return strcmp(path, "/proc/self/stat") == 0 ? 0 : fail(ENOENT);
}

int __wrap_access(const char *name, int mode);
int __real_access(const char *name, int mode);
int
__wrap_access(const char *name, int mode)
{
	return is_running ? __wrap_faccessat(AT_FDCWD, name, mode, 0) : __real_access(name, mode);
}

int __wrap_eaccess(const char *name, int mode);
int
__wrap_eaccess(const char *name, int mode)
{
	return __wrap_faccessat(AT_FDCWD, name, mode, AT_EACCESS);
}

int __wrap_fstatat(int directory, const char *name, struct stat *file, int flags);
int __real_fstatat(int directory, const char *name, struct stat *file, int flags);
int
__wrap_fstatat(int directory, const char *name, struct stat *file, int flags)
{
	char path[PATH_SIZE];
	const struct section *section;

	if (!is_running)
		return __real_fstatat(directory, name, file, flags);
	section = find_at(directory, name, path);
	if (section == NULL && !is_directory(path))
		return fail(ENOENT);
	facts_of(path, section, file);
	/* The permissions of a link in /proc/PID/fd are the access mode. */
	if ((flags & AT_SYMLINK_NOFOLLOW) != 0)
		file->st_mode = S_IFLNK | (next_noise() * 64 & 0700);
	if ((flags & AT_SYMLINK_NOFOLLOW) != 0 && (file->st_mode & 0700) == 0)
		file->st_mode |= 0600;
	return 0;
}

int __wrap_stat(const char *name, struct stat *file);
int __real_stat(const char *name, struct stat *file);
int
__wrap_stat(const char *name, struct stat *file)
{
	return is_running ? __wrap_fstatat(AT_FDCWD, name, file, 0) : __real_stat(name, file);
}

int __wrap_lstat(const char *name, struct stat *file);
int __real_lstat(const char *name, struct stat *file);
int
__wrap_lstat(const char *name, struct stat *file)
{
	return is_running ? __wrap_fstatat(AT_FDCWD, name, file, AT_SYMLINK_NOFOLLOW)
	                  : __real_lstat(name, file);
}

int __wrap_fstat(int fd, struct stat *file);
int __real_fstat(int fd, struct stat *file);
int
__wrap_fstat(int fd, struct stat *file)
{
	char path[PATH_SIZE];

	if (!is_running)
		return __real_fstat(fd, file);
	if (!path_of(fd, path))
		return fail(EBADF);
	facts_of(path, find(path), file);
	return 0;
}

/* Directories. */

DIR *__wrap_fdopendir(int fd);
DIR *__real_fdopendir(int fd);
DIR *
__wrap_fdopendir(int fd)
{
	struct listed *listed;
	char path[PATH_SIZE];

	if (!is_running)
		return __real_fdopendir(fd);
	if (!path_of(fd, path) || !is_directory(path)) {
		errno = ENOTDIR;
		return NULL;
	}
	listed = calloc(1, sizeof *listed);
	listed->fd = fd;
	for (size_t i = 0; i < section_count && listed->count < MOST_NAMES; i++) {
		const char *name = sections[i].name + strlen(path) + 1;
		size_t length;
		size_t earlier = 0;

		if (!is_below(&sections[i], path))
			continue;
		length = sections[i].name_length - strlen(path) - 1;
		if (memchr(name, '/', length) != NULL)
			length = (size_t)((const char *)memchr(name, '/', length) - name);
		snprintf(listed->names[listed->count], 32, "%.*s", (int)(length > 31 ? 31 : length), name);
		while (strcmp(listed->names[earlier], listed->names[listed->count]) != 0)
			earlier++;
		listed->count += earlier == listed->count;
	}
	return (DIR *)listed;
}

struct dirent *__wrap_readdir(DIR *directory);
struct dirent *__real_readdir(DIR *directory);
struct dirent *
__wrap_readdir(DIR *directory)
{
	struct listed *listed = (struct listed *)directory;

	if (!is_running)
		return __real_readdir(directory);
	if (listed->next == listed->count)
		return NULL;
	snprintf(listed->entry.d_name, sizeof listed->entry.d_name, "%s",
	         listed->names[listed->next++]);
	return &listed->entry;
}

int __wrap_closedir(DIR *directory);
int __real_closedir(DIR *directory);
int
__wrap_closedir(DIR *directory)
{
	if (!is_running)
		return __real_closedir(directory);
	__wrap_close(((struct listed *)directory)->fd);
	free(directory);
	return 0;
}

/* Descriptors. */

int __wrap_fcntl(int fd, int command, ...);
int __real_fcntl(int fd, int command, ...);
int
__wrap_fcntl(int fd, int command, ...)
{
	char path[PATH_SIZE];
	va_list values;
	long value;

	va_start(values, command);
	value = va_arg(values, long);
	va_end(values);
	if (!is_running)
		return __real_fcntl(fd, command, value);
	if (!path_of(fd, path))
		return fail(EBADF);
	switch (command) {
	case F_GETFD:
		return (int)(next_noise() & FD_CLOEXEC);
	case F_GETFL:
		return (int)(next_noise() & (O_ACCMODE | O_APPEND)) | (next_noise() == 9 ? O_PATH : 0);
	case F_DUPFD_CLOEXEC:
		if (value >= MOST_DESCRIPTORS)
			return fail(EINVAL);
		return value <= FIRST_OPENED ? open_path(path) : fail(EMFILE);
	}
	return fail(EINVAL);
}

int __wrap_ioctl(int fd, unsigned long command, ...);
int __real_ioctl(int fd, unsigned long command, ...);
int
__wrap_ioctl(int fd, unsigned long command, ...)
{
	char path[PATH_SIZE];
	va_list values;
	int *value;
	unsigned bytes;

	va_start(values, command);
	value = va_arg(values, int *);
	va_end(values);
	if (!is_running)
		return __real_ioctl(fd, command, value);
	if (!path_of(fd, path))
		return fail(EBADF);
	bytes = next_noise();
	if (command != FIONREAD || bytes == 1)
		return fail(ENOTTY);
	*value = bytes == 2 ? -1 : (int)bytes;
	return 0;
}

int __wrap_isatty(int fd);
int
__wrap_isatty(int fd)
{
	return next_noise() == 1 || fd < 0 ? fail(ENOTTY) + 1 : 1;
}

int __wrap_tcgetattr(int fd, struct termios *settings);
int
__wrap_tcgetattr(int fd, struct termios *settings)
{
	(void)settings;
	return next_noise() == 1 || fd < 0 ? fail(ENOTTY) : 0;
}

int __wrap_fstatfs(int fd, struct statfs *system);
int
__wrap_fstatfs(int fd, struct statfs *system)
{
	(void)fd;
	memset(system, 0, sizeof *system);
	return 0;
}

ssize_t __wrap_getxattr(const char *path, const char *name, void *value, size_t size);
ssize_t
__wrap_getxattr(const char *path, const char *name, void *value, size_t size)
{
	static const char *const names[] = {
		"UNIX-STREAM", "TCP", "UDP", "TCPv6", "NETLINK", "UNIX", "", "RAW"
	};
	unsigned which = next_noise();

	(void)path;
	(void)name;
	if (which > 7)
		return fail(ENODATA);
	memset(value, 0, size);
	memcpy(value, names[which], strlen(names[which]));
	return (ssize_t)strlen(names[which]);
}

int __wrap_eventfd(unsigned count, int flags);
int
__wrap_eventfd(unsigned count, int flags)
{
	(void)count;
	(void)flags;
	return open_path("ended");
}

/* Waiting, and time. */

static short
next_report(const struct pollfd *entry)
{
	char path[PATH_SIZE];
	unsigned byte;

	if (entry->fd < 0)
		return 0;
	if (!path_of(entry->fd, path))
		return POLLNVAL;
	byte = next_noise();
	/* A pidfd says POLLIN of a process that has ended, and goes on to say so. */
	if (strncmp(path, "pid ", 4) == 0) {
		have_ended |= byte == 3;
		return have_ended ? entry->events & POLLIN : 0;
	}
	if (strcmp(path, "ended") == 0)
		return entry->events & POLLIN;
	switch (byte % 8) {
	case 0:
		return 0;
	case 1:
		return entry->events;
	case 2:
		return entry->events & POLLIN;
	case 3:
		return POLLHUP;
	case 4:
		return POLLERR | (entry->events & POLLOUT);
	case 5:
		return POLLNVAL;
	case 6:
		return (short)(entry->events | POLLHUP | POLLERR);
	}
	return (short)(next_noise() << 8);
}

int __wrap_poll(struct pollfd *entries, nfds_t count, int timeout_ms);
int __real_poll(struct pollfd *entries, nfds_t count, int timeout_ms);
int
__wrap_poll(struct pollfd *entries, nfds_t count, int timeout_ms)
{
	int ready = 0;

	if (!is_running)
		return __real_poll(entries, count, timeout_ms);
	polls++;
	if (next_noise() == 255)
		return fail(EINTR);
	if (count > MOST_DESCRIPTORS)
		return fail(EINVAL);
	for (nfds_t i = 0; i < count; i++) {
		entries[i].revents = next_report(&entries[i]);
		ready += entries[i].revents != 0;
	}
	if (ready == 0 && timeout_ms > 0)
		now_ms += timeout_ms;
	/* Nothing will ever come. */
	if (ready == 0 && timeout_ms < 0)
		polls = MOST_POLLS;
	return ready == 0 && timeout_ms < 0 ? fail(EINTR) : ready;
}

int
machine_is_tired(void)
{
	return polls >= MOST_POLLS;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __real_clock_gettime(clockid_t clock, struct timespec *now);
int
__wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	if (!is_running)
		return __real_clock_gettime(clock, now);
	/* A pollset without a hook goes on after EINTR; time passes all the same. */
	now_ms += machine_is_tired() ? 100000 : 0;
	*now = (struct timespec){ now_ms / 1000, now_ms % 1000 * 1000000 };
	return 0;
}

/* Processes. */

pid_t __wrap_getpid(void);
pid_t __real_getpid(void);
pid_t
__wrap_getpid(void)
{
	return is_running ? SELF : __real_getpid();
}

pid_t __wrap_getppid(void);
pid_t
__wrap_getppid(void)
{
	return PARENT;
}

pid_t __wrap_getsid(pid_t pid);
pid_t
__wrap_getsid(pid_t pid)
{
	return pid == 0 ? PARENT : 0;
}

uid_t __wrap_getuid(void);
uid_t
__wrap_getuid(void)
{
	return next_noise();
}

uid_t __wrap_geteuid(void);
uid_t
__wrap_geteuid(void)
{
	return next_noise();
}

static int
open_process(int pid)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof path, "/proc/%d", pid);
	if (pid <= 0 || !is_directory(path))
		return fail(next_noise() == 1 ? ENOENT : ESRCH);
	snprintf(path, sizeof path, "pid %d", pid);
	return open_path(path);
}

static int
duplicate(int pidfd, int fd)
{
	static const int errors[] = { EPERM, ESRCH, ENOSYS, EMFILE };
	char path[PATH_SIZE];
	unsigned byte = next_noise();

	if (byte >= 252)
		return fail(errors[byte - 252]);
	if (!path_of(pidfd, path) || strncmp(path, "pid ", 4) != 0)
		return fail(EBADF);
	snprintf(path, sizeof path, "/proc/%d/fd/%d", atoi(opened[pidfd].path + 4), fd);
	return find(path) != NULL ? open_path(path) : fail(EBADF);
}

/* The answer of statx(2), from struct stat. */
static int
answer_statx(int directory, const char *name, struct statx *answer)
{
	struct stat file;

	if (name[0] == '\0' ? __wrap_fstat(directory, &file) < 0
	                    : __wrap_fstatat(directory, name, &file, 0) < 0)
		return -1;
	memset(answer, 0, sizeof *answer);
	answer->stx_mode = (uint16_t)file.st_mode;
	answer->stx_ino = file.st_ino;
	answer->stx_nlink = (uint32_t)file.st_nlink;
	answer->stx_dev_minor = minor(file.st_dev);
	answer->stx_rdev_major = major(file.st_rdev);
	answer->stx_rdev_minor = minor(file.st_rdev);
	return 0;
}

long __wrap_syscall(long number, ...);
long
__wrap_syscall(long number, ...)
{
	va_list values;
	long value[5];

	va_start(values, number);
	for (int i = 0; i < 5; i++)
		value[i] = va_arg(values, long);
	va_end(values);
	switch (number) {
	case SYS_pidfd_open:
		return open_process((int)value[0]);
	case SYS_pidfd_getfd:
		return duplicate((int)value[0], (int)value[1]);
	case SYS_pidfd_send_signal:
		return next_noise() == 1 ? fail(EPERM) : 0;
	case SYS_statx:
		return answer_statx((int)value[0], (const char *)value[1], (struct statx *)value[4]);
	case SYS_kcmp:
		return (int)next_noise() % 3 - 1;
	}
	return fail(ENOSYS);
}

static int
answer_limit(struct rlimit *limit)
{
	*limit = (struct rlimit){ MOST_DESCRIPTORS, MOST_DESCRIPTORS };
	return 0;
}

int __wrap_getrlimit(int resource, struct rlimit *limit);
int __real_getrlimit(int resource, struct rlimit *limit);
int
__wrap_getrlimit(int resource, struct rlimit *limit)
{
	return is_running ? answer_limit(limit) : __real_getrlimit(resource, limit);
}

int __wrap_prlimit(pid_t pid, int resource, const struct rlimit *new, struct rlimit *old);
int
__wrap_prlimit(pid_t pid, int resource, const struct rlimit *new, struct rlimit *old)
{
	(void)pid;
	(void)resource;
	(void)new;
	return answer_limit(old);
}

/* Sockets. */

int __wrap_socket(int domain, int type, int protocol);
int
__wrap_socket(int domain, int type, int protocol)
{
	(void)domain;
	(void)type;
	(void)protocol;
	return next_noise() == 255 ? fail(EPERM) : open_path("socket");
}

ssize_t __wrap_send(int fd, const void *message, size_t length, int flags);
ssize_t
__wrap_send(int fd, const void *message, size_t length, int flags)
{
	(void)fd;
	(void)flags;
	memcpy(&sequence, (const char *)message + 8, sizeof sequence);
	return (ssize_t)length;
}

/* Write the number of the question into the messages of an answer. */
static void
number_messages(char *bytes, size_t length)
{
	for (size_t at = 0; length - at >= 16;) {
		uint32_t size;

		memcpy(&size, bytes + at, sizeof size);
		memcpy(bytes + at + 8, &sequence, sizeof sequence);
		size = (size + 3) & ~3u;
		if (size < 16 || size > length - at)
			break;
		at += size;
	}
}

ssize_t __wrap_recvfrom(int fd, void *buffer, size_t size, int flags, struct sockaddr *sender,
                        socklen_t *length);
ssize_t
__wrap_recvfrom(int fd, void *buffer, size_t size, int flags, struct sockaddr *sender,
                socklen_t *length)
{
	(void)fd;
	(void)flags;
	while (next_answer < section_count && !is_named(&sections[next_answer], "netlink"))
		next_answer++;
	if (next_answer == section_count)
		return fail(EAGAIN);
	memset(sender, 0, *length);
	sender->sa_family = AF_NETLINK;
	if (sections[next_answer].length < size)
		size = sections[next_answer].length;
	memcpy(buffer, sections[next_answer].bytes, size);
	number_messages(buffer, size);
	return (ssize_t)sections[next_answer++].length;
}

int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *length);
int
__wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *length)
{
	static const int domains[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_RAW };
	static const int protocols[] = { IPPROTO_TCP, IPPROTO_UDP, 0, 255 };
	unsigned byte = next_noise();

	(void)fd;
	if (byte == 255)
		return fail(ENOTSOCK);
	if (level == IPPROTO_TCP) {
		struct tcp_info *info = value;

		memset(value, 0, *length);
		info->tcpi_state = (uint8_t)(byte % 14);
		info->tcpi_unacked = byte;
		return 0;
	}
	*(int *)value = name == SO_DOMAIN ? domains[byte % 4]
	                : name == SO_TYPE ? types[byte % 4]
	                : name == SO_PROTOCOL ? protocols[byte % 4] : (int)(byte % 2);
	return 0;
}

static int
answer_name(struct sockaddr *name, socklen_t *length)
{
	socklen_t room = *length;
	unsigned byte = next_noise();

	if (byte >= 200)
		return fail(ENOTCONN);
	memset(name, 0, room);
	for (socklen_t i = 0; i < byte && i + 2 < room; i++)
		((char *)name)[i + 2] = (char)next_noise();
	switch (next_noise() % 3) {
	case 0:
		name->sa_family = AF_UNIX;
		*length = byte + 2;
		break;
	case 1:
		name->sa_family = AF_INET;
		*length = sizeof(struct sockaddr_in);
		break;
	case 2:
		name->sa_family = AF_INET6;
		*length = sizeof(struct sockaddr_in6);
		break;
	}
	return 0;
}

int __wrap_getsockname(int fd, struct sockaddr *name, socklen_t *length);
int
__wrap_getsockname(int fd, struct sockaddr *name, socklen_t *length)
{
	return fd < 0 ? fail(EBADF) : answer_name(name, length);
}

int __wrap_getpeername(int fd, struct sockaddr *name, socklen_t *length);
int
__wrap_getpeername(int fd, struct sockaddr *name, socklen_t *length)
{
	return fd < 0 ? fail(EBADF) : answer_name(name, length);
}

/* What the run may print. */

static bool
is_harmless(const char *bytes, size_t length)
{
	static const char ellipsis[] = "\xe2\x80\xa6";

	for (size_t i = 0; i < length; i++) {
		if (length - i >= 3 && memcmp(bytes + i, ellipsis, 3) == 0)
			i += 2;
		else if (bytes[i] != '\n' && (bytes[i] < ' ' || bytes[i] > '~'))
			return false;
	}
	return true;
}

ssize_t
machine_write(int fd, const char *bytes, size_t length)
{
	static const char prefix[] = "pollwait: ";

	if (getenv("MACHINE_SHOWS") != NULL && fwrite(bytes, 1, length, stderr) < length)
		abort();
	if (!is_harmless(bytes, length))
		broken("only printable ASCII reaches a terminal");
	if (length > 0 && bytes[length - 1] != '\n')
		broken("a write ends with a whole line");
	if (fd == 1 && memmem(bytes, length, " \n", 2) != NULL)
		broken("no line ends in a blank");
	if (fd == 2 && (strncmp(bytes, prefix, sizeof prefix - 1) != 0
	                || memchr(bytes, '\n', length) != bytes + length - 1))
		broken("a message is one line, which begins with the name");
	has_complained |= fd == 2;
	return (ssize_t)length;
}

/* A wait that ended by the machine's own signal has no status. */
static void
check(int status)
{
	if (status < 0 || status > 3)
		broken("the status is 0 to 3");
	if (status == 2 && !has_complained && !machine_is_tired())
		broken("an error has a message");
	for (int fd = 0; fd < MOST_DESCRIPTORS; fd++)
		if (opened[fd].is_open)
			broken("no descriptor is left open");
}

void
machine_run(char **argv, const char *text, size_t length)
{
	const struct section *found;
	int status;

	memset(opened, 0, sizeof opened);
	take_sections(text, length);
	next_answer = 0;
	polls = 0;
	now_ms = 1000;
	has_complained = false;
	have_ended = false;
	found = find("noise");
	noise = found != NULL ? *found : (struct section){ .length = 0 };
	is_running = true;
	status = pollwait_main(argv);
	is_running = false;
	check(status);
}

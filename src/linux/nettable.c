/*
 * nettable - the TCP and UDP sockets that /proc/PID/net lists
 *
 * A row, by net/ipv4/tcp_ipv4.c of Linux (proc(5) names the columns):
 *
 *   sl: LOCAL:PORT REMOTE:PORT ST TX:RX TR:WHEN RETRNSMT UID TIMEOUT INODE ...
 *
 * Addresses are words of 32 bits in hexadecimal, each in the order of the
 * machine; a port is a plain number.  Two columns share one word at ':' alone.
 */
#include "linux/nettable.h"
#include "base/array.h"
#include "base/number.h"
#include "linux/proc.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	ROWS_MOST = 1 << 20,    /* the rest of a longer table is left out */
	LINE_MOST = 512,        /* a row of the kernel's has 200 bytes at most */
	CHUNK = 16384,
	WORD_DIGITS = 8         /* of 32 bits in hexadecimal */
};

/* The columns, counted from 0, that are read. */
enum { LOCAL = 1, REMOTE = 2, STATE = 3, QUEUES = 4, INODE = 9, COLUMNS = 10 };

struct source {
	const char *entry;      /* below /proc/PID */
	int family;
	int protocol;
};

static const struct source sources[] = {
	{ "net/tcp", AF_INET, IPPROTO_TCP },
	{ "net/tcp6", AF_INET6, IPPROTO_TCP },
	{ "net/udp", AF_INET, IPPROTO_UDP },
	{ "net/udp6", AF_INET6, IPPROTO_UDP },
};

void
nettable_start(struct nettable *table)
{
	*table = (struct nettable){ .rows = NULL };
}

void
nettable_end(struct nettable *table)
{
	free(table->rows);
	nettable_start(table);
}

/* Cut a line into its columns.  Return false if it has too few. */
static bool
split(char *line, const char *columns[COLUMNS])
{
	static const char blanks[] = " ";

	for (int i = 0; i < COLUMNS; i++) {
		line += strspn(line, blanks);
		if (*line == '\0')
			return false;
		columns[i] = line;
		line += strcspn(line, blanks);
		if (*line != '\0')
			*line++ = '\0';
	}
	return true;
}

/* Read "0100007F:1F90".  Return false if it is no address of the family. */
static bool
read_address(const char *column, int family, struct inet_address *address)
{
	unsigned char bytes[INET_BYTES];
	size_t length = inet_length(family);
	const char *colon = strchr(column, ':');

	if (colon == NULL || (size_t)(colon - column) != length * 2)
		return false;
	for (size_t i = 0; i < length; i += sizeof(uint32_t)) {
		char digits[WORD_DIGITS + 1] = "";
		uint32_t word;

		memcpy(digits, column + i * 2, WORD_DIGITS);
		word = (uint32_t)number_of_kernel(digits, 16);
		memcpy(bytes + i, &word, sizeof word);
	}
	inet_set(address, family, bytes,
	         (uint16_t)number_of_kernel(colon + 1, 16));
	return true;
}

/* Read a line.  Return false for the title, and for what is no row. */
static bool
read_row(char *line, const struct source *source, struct nettable_row *row)
{
	const char *columns[COLUMNS];
	const char *colon;

	if (!split(line, columns)
	    || !read_address(columns[LOCAL], source->family, &row->local)
	    || !read_address(columns[REMOTE], source->family, &row->remote))
		return false;
	colon = strchr(columns[QUEUES], ':');
	if (colon == NULL)
		return false;
	row->protocol = source->protocol;
	row->state = (int)(number_of_kernel(columns[STATE], 16) & 0xff);
	row->unread = (uint32_t)number_of_kernel(colon + 1, 16);
	row->inode = (uint32_t)number_of_kernel(columns[INODE], 10);
	return true;
}

/* Store a line's row.  Inode 0 is a connection without a socket. */
static bool
add_line(struct nettable *table, char *line, const struct source *source)
{
	struct nettable_row row;
	struct nettable_row *rows;

	if (!read_row(line, source, &row) || row.inode == 0)
		return true;
	if (table->count >= ROWS_MOST)
		return false;
	rows = array_room(table->rows, table->count, &table->capacity,
	                  sizeof *rows);
	if (rows == NULL)
		return false;
	table->rows = rows;
	rows[table->count++] = row;
	return true;
}

/* Gathers the bytes of a file into lines.  A line that is too long is dropped. */
struct liner {
	char line[LINE_MOST];
	size_t length;
};

static bool
add_bytes(struct nettable *table, struct liner *liner, const char *bytes,
          size_t count, const struct source *source)
{
	for (size_t i = 0; i < count; i++) {
		if (bytes[i] != '\n') {
			if (liner->length < LINE_MOST)
				liner->line[liner->length++] = bytes[i];
			continue;
		}
		if (liner->length < LINE_MOST) {
			liner->line[liner->length] = '\0';
			if (!add_line(table, liner->line, source))
				return false;
		}
		liner->length = 0;
	}
	return true;
}

/* Read one table, as far as it can be read. */
static void
read_source(struct nettable *table, int pid, const struct source *source)
{
	struct text path;
	struct liner liner = { .length = 0 };
	char bytes[CHUNK];
	ssize_t got;
	int fd = open(proc_path(&path, pid, source->entry, -1),
	              O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	do
		got = read(fd, bytes, sizeof bytes);
	while (got > 0
	       && add_bytes(table, &liner, bytes, (size_t)got, source));
	close(fd);
}

static int
compare_inodes(const void *a, const void *b)
{
	const struct nettable_row *x = a;
	const struct nettable_row *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

/* The inode of a process's network namespace; 0 where it may not be asked. */
static uint64_t
namespace_of(int pid)
{
	struct text path;
	struct stat file;

	if (stat(proc_path(&path, pid, "ns/net", -1), &file) < 0)
		return 0;
	return file.st_ino;
}

/* Read the tables of a process's namespace, unless they are the last ones read. */
static void
load(struct nettable *table, int pid)
{
	uint64_t namespace;

	if (table->pid == pid)
		return;
	namespace = namespace_of(pid);
	table->pid = pid;
	if (namespace != 0 && namespace == table->namespace)
		return;
	table->namespace = namespace;
	table->count = 0;
	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
		read_source(table, pid, &sources[i]);
	if (table->count > 0)
		qsort(table->rows, table->count, sizeof *table->rows,
		      compare_inodes);
}

const struct nettable_row *
nettable_find(struct nettable *table, int pid, uint32_t inode)
{
	struct nettable_row key = { .inode = inode };

	load(table, pid);
	if (table->count == 0)
		return NULL;
	return bsearch(&key, table->rows, table->count, sizeof *table->rows,
	               compare_inodes);
}

/*
 * peers - the holders of a file that PEER and ALSO show, and the walk of waits follows
 */
#include "view/peers.h"
#include "linux/kcmp.h"

#include <fcntl.h>

/* A descriptor that is open for both holds both ends. */
static bool
holds_other_end(int access, int holders_access)
{
	return access == O_RDWR || holders_access == O_RDWR
	       || access != holders_access;
}

/*
 * Return true if the locks of a holder are in the way of the wish of a row.  A process's
 * locks are not in its own way, nor are those of an open file, whoever else has that open.
 */
static bool
is_in_the_way(const struct holder *holder, const struct peer *peer,
              const struct rows *rows, const struct row *row)
{
	unsigned others = holder->lock_kinds & ~(unsigned)peer->key.lock.kind;
	bool is_own = holder->pid == rows->pid;

	if (others != 0)
		return true;
	if (peer->key.lock.kind == LOCK_OF_PROCESS)
		return !is_own;
	if (is_own && holder->fd == row->entry.value)
		return false;
	return kcmp_files(row->wait->thread, row->entry.value, holder->thread,
	                  holder->fd) != 0;
}

static bool
is_shown(const struct holder *holder, const struct peer *peer,
         const struct rows *rows, const struct row *row, int left_out)
{
	bool is_other = holds_other_end(row->facts.access, holder->access);
	bool is_itself = holder->pid == rows->pid && holder->fd == row->entry.value;

	if (holder->pid == left_out)
		return false;
	if (peer->key.kind == HOLDS_LOCK)
		return is_in_the_way(holder, peer, rows, row);
	switch (peer->filter) {
	case HOLDERS_OF_OTHER_END:
		/* A FIFO that is open for both holds its own other end. */
		return is_other;
	case HOLDERS_OF_SAME_END:
		return !is_other && !is_itself;
	case HOLDERS_THAT_WRITE:
		return holder->access != O_RDONLY;
	case HOLDERS_THAT_READ:
		return holder->access != O_WRONLY;
	case HOLDERS_ALL:
		break;
	}
	return !is_itself;
}

const struct holder *
peers_next(struct holders *holders, const struct peer *peer,
           const struct rows *rows, const struct row *row, int left_out,
           const struct holder *after)
{
	while ((after = holders_next(holders, &peer->key, after)) != NULL)
		if (is_shown(after, peer, rows, row, left_out))
			break;
	return after;
}

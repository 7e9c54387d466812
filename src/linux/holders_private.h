/*
 * holders_private - what the files of holders share
 */
#ifndef HOLDERS_PRIVATE_H
#define HOLDERS_PRIVATE_H

#include "linux/holders.h"

/* The beginning of a link in /proc/PID/fd, long enough to tell the kinds apart. */
enum { HOLDERS_LINK_SIZE = 64 };

/* Return true for an error that says that a process or a descriptor is gone. */
bool holders_is_gone(int error);

/* The inode in a link as pipe:[4711]. */
uint64_t holders_inode_in(const char *link);

/* Sort the keys and leave each once. */
void holders_sort_keys(struct holders *holders);

/* The place of the first key of a kind with a number, or where it would stand. */
size_t holders_first_key(const struct holders *holders, enum holder_kind kind,
                         uint64_t number);

/* Return the next key of a kind with a number, from a place on; NULL for no more. */
const struct holder_key *holders_key_at(const struct holders *holders,
                                        enum holder_kind kind, uint64_t number,
                                        size_t place);

bool holders_is_wanted(const struct holders *holders, enum holder_kind kind,
                       uint64_t number);

/* Add a holder.  Return 0, or -1 with errno. */
int holders_add(struct holders *holders, int pid, int thread, int fd,
                const struct holder_key *key);

/* Add a holder of a file if it has a lock that is in the way of the key's wish. */
int holders_add_lock(struct holders *holders, int pid, int thread, int fd,
                     const struct holder_key *key);

/* End a search: another one is for the keys that are new, and counts nobody twice. */
void holders_end_search(struct holders *holders);

/*
 * Look at the descriptors of a process.  Return 0, or -1 with errno where memory is lacking;
 * one that may not be inspected is counted as refused.
 */
int holders_inspect_process(struct holders *holders, int pid);

#endif

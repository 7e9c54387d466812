/*
 * descriptor - what the kernel knows of one descriptor, beyond poll(2)
 */
#ifndef DESCRIPTOR_H
#define DESCRIPTOR_H

#include <stdbool.h>

/*
 * Whether a report says that a descriptor is at its end, so that each following
 * poll would return at once: nval, or err or hup while nothing is left to read
 * (it is not open for reading, or FIONREAD says 0 or is refused).
 */
bool descriptor_is_at_end(int fd, short report);

/* The same, but of an end that cannot pass: a FIFO's next writer may come. */
bool descriptor_is_at_last_end(int fd, short report);

#endif

/*
 * measure - the clock of the programs of the bench
 */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

static inline double
microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

#endif

/*
 * end - what can end a wait, besides the processes at the other end
 */
#ifndef END_H
#define END_H

/* A set of bits, in the order in which they are printed. */
enum end {
	END_CLIENT = 1 << 0,    /* anybody who comes */
	END_DEVICE = 1 << 1,    /* a device or the kernel */
	END_HOST = 1 << 2,      /* another host */
	END_LOOP = 1 << 3,      /* one of many: an event loop that is not followed */
	END_SIGNAL = 1 << 4,
	END_THREAD = 1 << 5,    /* another thread of the process */
	END_TIME = 1 << 6,
	END_TTY = 1 << 7,       /* the user of a terminal */
	END_RUNS = 1 << 8,      /* it does not wait: it runs, */
	END_STOPPED = 1 << 9,   /* is stopped, */
	END_ENDED = 1 << 10,    /* or has ended */
	END_UNKNOWN = 1 << 11
};

#endif

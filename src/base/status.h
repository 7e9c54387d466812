/*
 * status - the exit statuses, which scripts rely on
 */
#ifndef STATUS_H
#define STATUS_H

enum status {
	STATUS_READY = 0,       /* something was ready; help and version too */
	STATUS_TIMEOUT = 1,     /* the timeout passed first */
	STATUS_ERROR = 2,       /* usage or system error, already reported */
	STATUS_NOTHING = 3      /* no descriptor, or only unasked nval; -w: a deadlock */
};

#endif

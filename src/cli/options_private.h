/*
 * options_private - the table of options, for its reader and for the help
 */
#ifndef OPTIONS_PRIVATE_H
#define OPTIONS_PRIVATE_H

#include "base/number.h"

struct option {
	char letter;
	const char *name;                       /* NULL: no long form */
	const char *value;                      /* NULL: it takes none */
	const struct number_kind *kind;         /* of the value; NULL: a name */
	const char *help;
};

/* Step through the options that are offered here.  NULL starts the walk and ends it. */
const struct option *options_next(const struct option *after);

#endif

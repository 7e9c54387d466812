/*
 * help - the short help, and the version
 */
#ifndef HELP_H
#define HELP_H

#include "base/text.h"

/* Append the short help. */
void help_append(struct text *text);

/* Print the help, or name and version.  Return 0, or -1 after a message. */
int help_print(void);
int help_print_version(void);

#endif

/*
 * incomplete - messages about what a view could not find out
 */
#ifndef INCOMPLETE_H
#define INCOMPLETE_H

#include "view/rows.h"

/* Say once that lists of holders may lack somebody, if that is so, and why. */
void incomplete_tell_holders(const struct holders *holders);

/* Say why the calls of a process are not known, if they are not. */
void incomplete_tell_waits(const struct rows *rows);

#endif

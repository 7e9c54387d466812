/*
 * table - cells in rows and columns, as wide as what they hold
 *
 * Columns are two blanks apart; the last one is not padded, so that no line ends
 * in a blank.
 */
#ifndef TABLE_H
#define TABLE_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct column {
	const char *title;
	bool is_right_aligned;
};

struct cell;

struct table {
	const struct column *columns;
	size_t width;           /* how many columns */
	size_t rows;
	unsigned hidden;        /* a bit for each column that is not shown */
	struct cell *cells;     /* row by row */
	size_t count;
	size_t capacity;
	struct text contents;   /* of all cells, one after another */
	size_t filling;         /* the cell that contents is appended to */
};

/* An empty table; table_end() frees what it has. */
void table_start(struct table *table, const struct column *columns,
                 size_t width);
void table_end(struct table *table);

/* Leaves a column out. */
void table_hide(struct table *table, size_t column);

/* Adds a row, with "-" in all of its cells.  Returns -1 with errno. */
int table_add_row(struct table *table);

/*
 * Begins a cell anew: what is appended to the text that is returned, until the
 * next call, is what it holds.
 */
struct text *table_fill(struct table *table, size_t row, size_t column);

/* Appends the titles and all rows, a line each. */
void table_append(struct table *table, struct text *text);

#endif

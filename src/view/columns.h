/*
 * columns - print a table whose columns are as wide as their cells
 */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* A cell that is longer than this shifts the rest of its row alone. */
enum { COLUMN_WIDEST = 40 };

struct column {
	const char *title;
	bool is_right_aligned;
	bool is_hidden;
};

/*
 * Append the titles and the rows, a line each.  Columns are two blanks apart, and no line
 * ends in a blank.  append_cell(cell, view, row, column) appends what a cell holds; it is
 * called twice for a cell.
 */
void columns_append(struct text *text, const struct column *columns, size_t count,
                    size_t rows,
                    void (*append_cell)(struct text *cell, void *view,
                                        size_t row, size_t column),
                    void *view);

#endif

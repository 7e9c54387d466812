/*
 * columns - print a table whose columns are as wide as their cells
 */
#include "view/columns.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 16 };

struct table {
	const struct column *columns;
	size_t count;
	size_t rows;
	void (*append_cell)(struct text *cell, void *view, size_t row,
	                    size_t column);
	void *view;
	size_t widths[MOST_COLUMNS];
};

/* The title stands in the row above the first. */
static const size_t title_row = (size_t)-1;

static void
append_content(const struct table *table, struct text *cell, size_t row,
               size_t column)
{
	if (row == title_row)
		text_string(cell, table->columns[column].title);
	else
		table->append_cell(cell, table->view, row, column);
}

static void
append_blanks(struct text *text, size_t count)
{
	static const char blanks[COLUMN_WIDEST + 1] =
		"                                        ";

	text_append(text, blanks, count);
}

/* Append the cells of a row in their columns.  Blanks wait for the next cell. */
static void
append_row(const struct table *table, struct text *text, struct text *cell,
           size_t row)
{
	size_t pending = 0;
	bool is_first = true;

	for (size_t i = 0; i < table->count; i++) {
		size_t padding = 0;

		if (table->columns[i].is_hidden)
			continue;
		cell->length = 0;
		append_content(table, cell, row, i);
		if (cell->length < table->widths[i])
			padding = table->widths[i] - cell->length;
		if (!is_first)
			text_string(text, "  ");
		append_blanks(text, pending);
		if (table->columns[i].is_right_aligned)
			append_blanks(text, padding);
		text_append(text, text_bytes(cell), cell->length);
		pending = table->columns[i].is_right_aligned ? 0 : padding;
		is_first = false;
	}
	text_string(text, "\n");
}

/* The width of the longest cell of a column, title included, up to the widest. */
static size_t
measure(const struct table *table, struct text *cell, size_t column)
{
	size_t width = strlen(table->columns[column].title);

	for (size_t row = 0; row < table->rows; row++) {
		cell->length = 0;
		append_content(table, cell, row, column);
		if (width < cell->length)
			width = cell->length;
	}
	return width < COLUMN_WIDEST ? width : COLUMN_WIDEST;
}

void
columns_append(struct text *text, const struct column *columns, size_t count,
               size_t rows,
               void (*append_cell)(struct text *cell, void *view,
                                   size_t row, size_t column),
               void *view)
{
	struct table table = { columns, count, rows, append_cell, view, { 0 } };
	struct text cell;

	text_start(&cell);
	/* The last column is not padded, and is not measured. */
	for (size_t i = 0; i + 1 < count && i < MOST_COLUMNS; i++)
		if (!columns[i].is_hidden)
			table.widths[i] = measure(&table, &cell, i);
	append_row(&table, text, &cell, title_row);
	for (size_t row = 0; row < rows; row++)
		append_row(&table, text, &cell, row);
	text->failed |= cell.failed;
	text_free(&cell);
}

/*
 * table - see table.h
 */
#include "view/table.h"
#include "base/array.h"

#include <stdlib.h>
#include <string.h>

static const char gap[] = "  ";

/* Where table->contents has what a cell holds. */
struct cell {
	size_t start;
	size_t length;
};

void
table_start(struct table *table, const struct column *columns, size_t width)
{
	*table = (struct table){ .columns = columns, .width = width };
	text_start(&table->contents);
}

void
table_end(struct table *table)
{
	free(table->cells);
	text_free(&table->contents);
}

void
table_hide(struct table *table, size_t column)
{
	table->hidden |= 1u << column;
}

int
table_add_row(struct table *table)
{
	for (size_t i = 0; i < table->width; i++) {
		struct cell *cells = array_room(table->cells, table->count,
		                                &table->capacity, sizeof *cells);

		if (cells == NULL)
			return -1;
		table->cells = cells;
		cells[table->count++] = (struct cell){ 0, 0 };
	}
	table->rows++;
	for (size_t i = 0; i < table->width; i++)
		text_string(table_fill(table, table->rows - 1, i), "-");
	return 0;
}

/* The cell that was begun last holds what has been appended since. */
static void
close_cell(struct table *table)
{
	struct cell *cell = &table->cells[table->filling];

	cell->length = table->contents.length - cell->start;
}

struct text *
table_fill(struct table *table, size_t row, size_t column)
{
	close_cell(table);
	table->filling = row * table->width + column;
	table->cells[table->filling].start = table->contents.length;
	return &table->contents;
}

static void
append_blanks(struct text *text, size_t count)
{
	static const char blanks[] = "                                ";

	for (; count > sizeof blanks - 1; count -= sizeof blanks - 1)
		text_string(text, blanks);
	text_append(text, blanks, count);
}

static void
append_cell(const struct table *table, struct text *text, size_t column,
            const char *content, size_t length, size_t width)
{
	bool is_right_aligned = table->columns[column].is_right_aligned;

	if (column != 0)
		text_string(text, gap);
	if (is_right_aligned)
		append_blanks(text, width - length);
	text_append(text, content, length);
	if (!is_right_aligned && column != table->width - 1)
		append_blanks(text, width - length);
}

static size_t
width_of(const struct table *table, size_t column)
{
	size_t width = strlen(table->columns[column].title);

	for (size_t i = column; i < table->count; i += table->width)
		if (width < table->cells[i].length)
			width = table->cells[i].length;
	return width;
}

static bool
is_shown(const struct table *table, size_t column)
{
	return (table->hidden & 1u << column) == 0;
}

static void
append_row(const struct table *table, struct text *text, size_t row,
           const size_t *widths)
{
	const struct cell *cells = &table->cells[row * table->width];

	for (size_t i = 0; i < table->width; i++)
		if (is_shown(table, i))
			append_cell(table, text, i,
			            text_bytes(&table->contents) + cells[i].start,
			            cells[i].length, widths[i]);
	text_string(text, "\n");
}

void
table_append(struct table *table, struct text *text)
{
	size_t widths[sizeof table->hidden * 8];

	if (table->rows > 0)
		close_cell(table);
	for (size_t i = 0; i < table->width; i++) {
		const char *title = table->columns[i].title;

		widths[i] = width_of(table, i);
		if (is_shown(table, i))
			append_cell(table, text, i, title, strlen(title),
			            widths[i]);
	}
	text_string(text, "\n");
	for (size_t i = 0; i < table->rows; i++)
		append_row(table, text, i, widths);
	text->failed |= table->contents.failed;
}

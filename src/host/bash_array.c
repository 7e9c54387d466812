/*
 * bash_array - the associative array of -A, in bash (see base/host.h)
 *
 * What is put into the array goes into its table as it is.  bash's own assignment
 * would evaluate it where the array has the attribute for integers, and could
 * jump out of the builtin.
 */
#include "base/host.h"

#include <stdlib.h>
#include <string.h>

#include <builtins.h>
#include <shell.h>
#include <arrayfunc.h>
#include <assoc.h>
#include <variables.h>

/* find_or_make_array_variable()'s flags: refuse what may not be assigned, and
   make an associative one. */
enum { CHECKED_ASSOCIATIVE = 1 | 2 };

/* Whether a name that stands for no variable may become one. */
static const char *
refuse_new(const char *name)
{
	SHELL_VAR *reference = find_variable_last_nameref(name, 1);

	if (reference == NULL)
		return find_variable_noref(name) == NULL
		       ? NULL : "a circle of references";
	if (!nameref_p(reference))
		return NULL;
	if (nameref_cell(reference) == NULL
	    || !legal_identifier(nameref_cell(reference)))
		return "refers to no variable";
	return NULL;
}

static const char *
refuse(const char *name)
{
	SHELL_VAR *variable;

	if (!legal_identifier(name))
		return "not the name of a variable";
	variable = find_variable(name);
	if (variable == NULL)
		return refuse_new(name);
	if (readonly_p(variable))
		return "read-only";
	if (noassign_p(variable) || variable->dynamic_value != NULL)
		return "kept by the shell itself";
	if (assoc_p(variable) || (!array_p(variable) && !var_isset(variable)))
		return NULL;
	return "not an associative array";
}

/*
 * bash makes tables with room for a thousand, and walks through all of it to empty
 * one, which takes as long as a poll.  A small table grows when it must.
 */
enum { BUCKETS = 16 };

static void
empty(const char *name)
{
	SHELL_VAR *array = find_or_make_array_variable((char *)name,
	                                               CHECKED_ASSOCIATIVE);
	HASH_TABLE *table;

	if (array == NULL)
		return;
	VUNSETATTR(array, att_invisible);
	table = assoc_cell(array);
	if (table->nbuckets <= BUCKETS) {
		assoc_flush(table);
	} else {
		assoc_dispose(table);
		var_setassoc(array, assoc_create(BUCKETS));
	}
}

/* Adds what one line says; it ends with NUL. */
static void
add(SHELL_VAR *array, char *line)
{
	char *value = strchr(line, ' ');

	*value++ = '\0';
	/* The table keeps the key, and copies the value. */
	assoc_insert(assoc_cell(array), savestring(line), value);
}

static void
fill(const char *name, char *lines)
{
	SHELL_VAR *array = find_variable(name);
	char *rest;

	if (array == NULL || !assoc_p(array))
		return;
	for (char *line = strtok_r(lines, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		add(array, line);
}

static const struct host_array associative = { refuse, empty, fill };

const struct host_array *const host_array = &associative;

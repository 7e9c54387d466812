/*
 * bash_array - the associative array of -A, in bash (see base/host.h)
 *
 * Keys and values go straight into the table of the array.  bash's own assignment
 * would evaluate the values of an array with the attribute for integers, and could
 * jump out of the builtin.
 */
#include "base/host.h"
#include "host/shell.h"

#include <stdlib.h>

#include <builtins.h>
#include <shell.h>
#include <arrayfunc.h>
#include <assoc.h>
#include <variables.h>

/* find_or_make_array_variable()'s flags: refuse what may not be assigned, and
   make an associative one. */
enum { CHECKED_ASSOCIATIVE = 1 | 2 };

/* Return the reason why a name without a variable cannot become one, or NULL. */
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
 * bash makes tables of a thousand buckets, and to empty one walks through all of
 * them, which takes as long as a poll.  A small table grows when it must.
 */
enum { BUCKETS = 16 };

/*
 * Find or make the array.  Convert a variable that has no value here: until 5.1,
 * find_or_make_array_variable() makes an indexed array of it, whatever the flags.
 */
static SHELL_VAR *
find_or_make(const char *name)
{
	SHELL_VAR *variable = find_variable(name);

	/* refuse() has looked at its attributes. */
	if (variable != NULL && assoc_p(variable))
		return variable;
	if (variable != NULL && !array_p(variable))
		return convert_var_to_assoc(variable);
	return find_or_make_array_variable((char *)name, CHECKED_ASSOCIATIVE);
}

static void
empty(const char *name)
{
	SHELL_VAR *array = find_or_make(name);
	HASH_TABLE *table;

	if (array == NULL || !assoc_p(array))
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

static void
fill(const char *name, char *lines)
{
	SHELL_VAR *array = find_variable(name);
	char *key;
	char *value;

	if (array == NULL || !assoc_p(array))
		return;
	/* The table keeps the key, and copies the value. */
	while (shell_take_pair(&lines, &key, &value))
		assoc_insert(assoc_cell(array), savestring(key), value);
}

static const struct host_array associative = { refuse, empty, fill };

const struct host_array *const host_array = &associative;

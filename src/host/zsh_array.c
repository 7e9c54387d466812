/*
 * zsh_array - the associative array of -A, in zsh (see base/host.h)
 */
#include "base/host.h"
#include "host/shell.h"

#include <string.h>

#include <zsh/zsh.mdh>

/* The name as zsh writes it.  It is on zsh's heap if it differs. */
static char *
quoted(const char *name)
{
	return metafy((char *)name, (int)strlen(name), META_USEHEAP);
}

static Param
find(char *name)
{
	return (Param)paramtab->getnode(paramtab, name);
}

static const char *
refuse(const char *plain)
{
	char *name = quoted(plain);
	Param variable;

	/* isident() takes elements and the numbers of arguments as well. */
	if (strchr(name, '[') != NULL || idigit(*name) || !isident(name))
		return "not the name of a variable";
	variable = find(name);
	if (variable == NULL)
		return NULL;
	if (variable->node.flags & PM_READONLY)
		return "read-only";
	if (variable->node.flags & PM_SPECIAL)
		return "kept by the shell itself";
	if (variable->node.flags & PM_UNSET)
		return NULL;
	return PM_TYPE(variable->node.flags) == PM_HASHED
	       ? NULL : "not an associative array";
}

/* Return true if a variable is an associative array that is set. */
static bool
is_associative(Param variable)
{
	return variable != NULL
	       && (variable->node.flags & PM_UNSET) == 0
	       && PM_TYPE(variable->node.flags) == PM_HASHED;
}

/* sethparam() parses the name; leave that to the first call of a loop. */
static void
make_empty(const char *plain)
{
	char *name = quoted(plain);
	Param array = find(name);

	if (is_associative(array))
		array->gsu.h->setfn(array, NULL);
	else
		sethparam(name, zshcalloc(sizeof(char *)));
}

/* Make the list of keys and values that zsh takes over. */
static char **
make_list(char *pairs)
{
	size_t count = 0;
	char **list;
	char **next;
	char *key;
	char *value;

	for (const char *line = pairs; (line = strchr(line, '\n')) != NULL; line++)
		count++;
	next = list = zalloc((2 * count + 1) * sizeof *list);
	while (shell_take_pair(&pairs, &key, &value)) {
		*next++ = ztrdup(key);
		*next++ = ztrdup(value);
	}
	*next = NULL;
	return list;
}

static void
fill(const char *name, char *pairs)
{
	Param array = find(quoted(name));
	/* These bounds add to an associative array, as += does. */
	struct value addition = { .pm = array, .start = -1, .end = 0 };

	if (is_associative(array))
		setarrvalue(&addition, make_list(pairs));
}

static const struct host_array associative = {
	.refuse = refuse, .empty = make_empty, .fill = fill
};

const struct host_array *const host_array = &associative;

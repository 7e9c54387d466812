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

static void
make_empty(const char *name)
{
	sethparam(quoted(name), zshcalloc(sizeof(char *)));
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
fill(const char *plain, char *pairs)
{
	char *name = quoted(plain);
	Param array = find(name);

	if (array != NULL && PM_TYPE(array->node.flags) == PM_HASHED)
		assignaparam(name, make_list(pairs), ASSPM_AUGMENT);
}

static const struct host_array associative = {
	.refuse = refuse, .empty = make_empty, .fill = fill
};

const struct host_array *const host_array = &associative;

/*
 * zsh - pollwait inside zsh
 *
 *     module_path=(DIRECTORY $module_path)
 *     zmodload pollwait
 *
 * The builtin runs the command's main.  zsh runs a trap in the handler of the signal
 * unless signals are queued, so they are queued until all that a run has opened and
 * allocated is gone.
 */
#include "host/shell.h"
#include "host/zsh_signal.h"

#include <stdbool.h>
#include <string.h>

/* zsh's headers make macros of common words, so they come last. */
#include <zsh/zsh.mdh>
#include <zsh/version.h>

/* The builtins that are running: a trap may start another. */
static int running;

/*
 * An argument as its bytes.  Copy one that changes: the original may be part of a
 * function of the shell.
 */
static char *
unquoted(char *argument)
{
	return strchr(argument, Meta) == NULL
	       ? argument : unmetafy(dupstring(argument), NULL);
}

/* Make argv on zsh's heap, which zsh frees after the command. */
static char **
make_argv(char *name, char **arguments)
{
	int count = arrlen(arguments);
	char **argv = zhalloc((size_t)(count + 2) * sizeof *argv);

	argv[0] = name;
	for (int i = 0; i < count; i++)
		argv[i + 1] = unquoted(arguments[i]);
	argv[count + 1] = NULL;
	return argv;
}

static int
pollwait_builtin(char *name, char **arguments, Options options, int function)
{
	char **argv = make_argv(name, arguments);
	int status;

	(void)options;
	(void)function;
	running++;
	zsh_signal_hold();
	status = zsh_signal_release(shell_run(argv));
	running--;
	return status;
}

/* With BINF_HANDLES_OPTS, zsh leaves "--" to the builtin. */
static struct builtin builtins[] = {
	BUILTIN("pollwait", BINF_HANDLES_OPTS, pollwait_builtin, 0, -1, 0, NULL, NULL)
};

static struct features features = { .bn_list = builtins, .bn_size = 1 };

/* zsh finds the functions of a module by these names. */
#pragma GCC visibility push(default)
int setup_(Module module);
int features_(Module module, char ***names);
int enables_(Module module, int **enabled);
int boot_(Module module);
int cleanup_(Module module);
int finish_(Module module);
#pragma GCC visibility pop

/* zsh's own variables change between versions, and zsh checks nothing. */
int
setup_(Module module)
{
	const char *version = getsparam("ZSH_VERSION");

	(void)module;
	if (version != NULL && strcmp(version, ZSH_VERSION) == 0)
		return 0;
	zwarn("pollwait: the module is built for zsh " ZSH_VERSION ", not for %s",
	      version == NULL ? "this version" : version);
	return 1;
}

int
features_(Module module, char ***names)
{
	*names = featuresarray(module, &features);
	return 0;
}

int
enables_(Module module, int **enabled)
{
	return handlefeatures(module, &features, enabled);
}

int
boot_(Module module)
{
	(void)module;
	return 0;
}

/* Refuse in a trap of the builtin, which would return to code that is gone. */
int
cleanup_(Module module)
{
	if (running == 0)
		return setfeatureenables(module, &features, NULL);
	zwarn("pollwait: the builtin is running");
	return 1;
}

int
finish_(Module module)
{
	(void)module;
	return 0;
}

/*
 * register - fill the set of a run as the operands say
 *
 * A descriptor that pollwait opens, as for pid:N, must not take a number that an
 * operand names, be it a later one.  So with such operands all are parsed first, their
 * numbers are gathered, and then all are registered in order.
 */
#include "run/register.h"
#include "base/host.h"
#include "base/message.h"
#include "entry/operand.h"
#include "linux/keepclear.h"
#include "linux/limit.h"
#include "run/subject.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct registrar {
	struct run *run;
	size_t limit;           /* how many descriptors there may be: a lower bound */
	bool is_limit_known;    /* the limit is exact */
	short default_mask;
	struct numbers open;    /* the open descriptors, once an operand has asked */
	bool is_open_known;
};

/*
 * Count the numbers below the limit that a look at a target cannot use: they are open,
 * or are 0, 1 or 2, which stay closed.
 */
static size_t
count_taken(const struct registrar *registrar)
{
	size_t taken = 0;
	struct numbers own;

	/* Without /proc, assume that the lowest ones are open. */
	if (proc_numbers("/proc/self/fd", &own) < 0)
		return KEEPCLEAR_LOWEST;
	for (size_t i = 0; i < own.count; i++)
		taken += (size_t)own.list[i] < registrar->limit;
	for (int fd = 0; fd < KEEPCLEAR_LOWEST; fd++)
		taken += fcntl(fd, F_GETFD) < 0;
	numbers_free(&own);
	return taken;
}

static int
find_limit(struct registrar *registrar)
{
	size_t taken;

	if (registrar->is_limit_known)
		return 0;
	if (limit_read(&registrar->limit) < 0) {
		message_errno("the limit on descriptors");
		return -1;
	}
	registrar->is_limit_known = true;
	/* Where duplicating is refused, a look takes nothing. */
	if (registrar->run->subject->can_wait || subject_cannot_duplicate(registrar->run))
		return 0;
	taken = count_taken(registrar);
	registrar->limit -= taken < registrar->limit ? taken : registrar->limit;
	return 0;
}

/* Return 0 if so many descriptors are possible, or -1 after a message. */
static int
check_limit(struct registrar *registrar, const struct operand *operand,
            size_t count)
{
	if (count > registrar->limit && find_limit(registrar) < 0)
		return -1;
	if (count <= registrar->limit)
		return 0;
	message("%s: more than %zu descriptors, %s (ulimit -%s)",
	        operand->argument, registrar->limit,
	        registrar->run->subject->can_wait
	        ? "this process's limit" : "what this process's limit leaves",
	        host_is_shell ? "n" : "Hn");
	return -1;
}

static int
register_descriptor(struct registrar *registrar, struct pollset *set,
                    const struct operand *operand, int fd, short events)
{
	if (pollset_register(set, fd, events) < 0) {
		message_errno("%s", operand->argument);
		return -1;
	}
	return check_limit(registrar, operand, pollset_count(set));
}

static int
register_range(struct registrar *registrar, struct pollset *set,
               const struct operand *operand)
{
	/* Before any memory is asked for: 0-2000000000 is refused at once. */
	if (check_limit(registrar, operand,
	                (size_t)operand->last - (size_t)operand->first + 1) < 0)
		return -1;
	for (int fd = operand->first;; fd++) {
		if (register_descriptor(registrar, set, operand, fd,
		                        operand->events) < 0)
			return -1;
		if (fd == operand->last)
			return 0;
	}
}

/* Read once what is open, before pollwait opens anything that stays. */
static int
list_open(struct registrar *registrar, const struct operand *operand)
{
	if (registrar->is_open_known)
		return 0;
	(void)limit_raise(LIMIT_HIGHEST);
	if (registrar->run->subject->list(registrar->run, &registrar->open,
	                                  operand->argument) < 0)
		return -1;
	registrar->is_open_known = true;
	return 0;
}

static int
register_open(struct registrar *registrar, struct pollset *set,
              const struct operand *operand)
{
	if (list_open(registrar, operand) < 0)
		return -1;
	for (size_t i = 0; i < registrar->open.count; i++)
		if (registrar->open.list[i] >= operand->first
		    && register_descriptor(registrar, set, operand,
		                           registrar->open.list[i],
		                           operand->events) < 0)
			return -1;
	return 0;
}

/* Remember a number alone: with -p it may be a second process that was meant. */
static int
note_bare_number(struct run *run, const struct operand *operand)
{
	if (run->subject->can_wait || operand->has_mask
	    || operand->first != operand->last || operand->argument[0] == '/'
	    || pollset_register(&run->hints.bare, operand->first, 0) == 0)
		return 0;
	message_errno("%s", operand->argument);
	return -1;
}

static int
register_named(struct registrar *registrar, struct pollset *set,
               const struct operand *operand)
{
	if (operand->is_open_ended)
		return register_open(registrar, set, operand);
	if (note_bare_number(registrar->run, operand) < 0)
		return -1;
	return register_range(registrar, set, operand);
}

/* Open an entry of pollwait's own, clear of the named numbers, and register it. */
static int
register_own(struct registrar *registrar, const struct operand *operand,
             const struct pollset *named)
{
	struct run *run = registrar->run;
	int fd = entries_open(&run->entries, operand->kind, operand->value, named,
	                      operand->argument);

	return fd < 0 ? -1 : register_descriptor(registrar, &run->set, operand, fd,
	                                         POLLIN);
}

static int
parse(const struct registrar *registrar, struct operand *operand,
      const char *argument)
{
	return operand_parse(operand, argument, registrar->default_mask,
	                     !registrar->run->options->had_dashes);
}

/* Parse all operands, and gather the numbers that they name. */
static int
parse_all(struct registrar *registrar, struct operand *parsed, size_t count,
          struct pollset *named)
{
	for (size_t i = 0; i < count; i++)
		if (parse(registrar, &parsed[i],
		          registrar->run->options->operands[i]) < 0
		    || (!parsed[i].kind->is_own
		        && register_named(registrar, named, &parsed[i]) < 0))
			return -1;
	return 0;
}

static int
register_parsed(struct registrar *registrar, const struct operand *parsed,
                size_t count, const struct pollset *named)
{
	/* Own descriptors need room. */
	if (limit_raise(registrar->limit) < 0) {
		message_errno("raising the limit on descriptors");
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		struct pollset *set = &registrar->run->set;
		int result = parsed[i].kind->is_own
		    ? register_own(registrar, &parsed[i], named)
		    : register_named(registrar, set, &parsed[i]);

		if (result < 0)
			return -1;
	}
	return 0;
}

static int
register_with_own(struct registrar *registrar, size_t count)
{
	struct operand *parsed = calloc(count, sizeof *parsed);
	struct pollset named;
	int result;

	if (parsed == NULL) {
		message_errno("the operands");
		return -1;
	}
	pollset_start(&named);
	result = find_limit(registrar);
	if (result == 0)
		result = parse_all(registrar, parsed, count, &named);
	if (result == 0)
		result = register_parsed(registrar, parsed, count, &named);
	pollset_end(&named);
	free(parsed);
	return result;
}

/* The plain case: register each operand as it is parsed. */
static int
register_each(struct registrar *registrar, struct pollset *set)
{
	char *const *argument = registrar->run->options->operands;

	for (; *argument != NULL; argument++) {
		struct operand operand;

		if (parse(registrar, &operand, *argument) < 0
		    || register_named(registrar, set, &operand) < 0)
			return -1;
	}
	if (limit_raise(pollset_count(set)) == 0)
		return 0;
	message_errno("raising the limit on descriptors");
	return -1;
}

/* Count the operands, and tell if one is an entry of pollwait's own. */
static size_t
count_operands(char *const *operands, bool *any_own)
{
	size_t count = 0;
	const char *rest;

	*any_own = false;
	for (; operands[count] != NULL; count++)
		*any_own |= entry_kind_of(operands[count], &rest)->is_own;
	return count;
}

int
register_operands(struct run *run)
{
	bool is_listing = options_has(run->options, 'l')
	                  || options_has(run->options, 'w');
	struct registrar registrar = {
		.run = run,
		.limit = LIMIT_UNCHECKED,
		.default_mask = is_listing ? POLLSET_DEFAULT | POLLRDHUP
		                           : POLLSET_DEFAULT
	};
	bool any_own;
	size_t count = count_operands(run->options->operands, &any_own);
	int result;

	if (is_listing)
		(void)limit_raise(LIMIT_HIGHEST);
	host_lend(&run->set);
	/* The operands bound the memory: most name one descriptor each. */
	if (pollset_reserve(&run->set, count) < 0) {
		message_errno("the operands");
		return -1;
	}
	if (subject_open(run, run->options->pid,
	                 is_listing ? TARGET_TO_LIST : TARGET_TO_POLL) < 0
	    || (!run->subject->can_wait && find_limit(&registrar) < 0))
		return -1;
	result = any_own ? register_with_own(&registrar, count)
	                 : register_each(&registrar, &run->set);
	numbers_free(&registrar.open);
	run->names_output = run->subject->can_wait
	                    && pollset_has(&run->set, STDOUT_FILENO);
	return result;
}

bool
register_exceeds_limit(struct run *run)
{
	struct registrar registrar = { .run = run, .limit = 0 };
	struct pollset scratch;
	int result;

	pollset_start(&scratch);
	result = register_each(&registrar, &scratch);
	pollset_end(&scratch);
	numbers_free(&registrar.open);
	return result < 0;
}

/*
 * operand - see operand.h
 *
 *     OPERAND = TARGET [ ":" EVENTS ] | "pid:" PID
 *     TARGET  = FD | FD "-" FD | FD "-" | "/dev/fd/" FD | "/proc/self/fd/" FD
 *
 * The descriptor of a process must not take a number that an operand names, be it
 * a later one.  So where there are processes the operands are gone through twice:
 * first for the numbers, then to register all in order.
 */
#include "run/operand.h"
#include "cli/event.h"
#include "base/host.h"
#include "linux/limit.h"
#include "base/message.h"
#include "cli/suggest.h"
#include "base/number.h"
#include "linux/keepclear.h"
#include "linux/proc.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

struct operand {
	const char *argument;   /* as it was given, for messages */
	int pid;                /* 0: it names the descriptors that follow */
	int first;
	int last;
	bool is_open_ended;     /* from the first up, those that are open */
	short events;
};

/* Where the operands go. */
struct registrar {
	struct run *run;
	size_t limit;           /* how many descriptors there may be at least */
	bool is_limit_known;    /* and at most */
	short default_mask;
	struct numbers open;    /* what is open, once an operand has asked */
	bool is_open_known;
};

/* How a shell passes <(command); what follows is the descriptor. */
static const char *const path_prefixes[] = { "/dev/fd/", "/proc/self/fd/" };

static const char process_prefix[] = "pid:";

static int
parse_descriptor(const char *argument, const char *text, size_t length,
                 int *fd)
{
	const char *reason;

	if (length == 0) {
		message("%s: the number of a descriptor is missing", argument);
		return -1;
	}
	reason = number_parse(text, length, &number_descriptor, fd);
	if (reason == NULL)
		return 0;
	if (!mistake_in_target(argument, text, length))
		message("%s: \"%.*s\": %s", argument, (int)length, text, reason);
	return -1;
}

static int
parse_range(struct operand *operand, const char *text, size_t length,
            const char *dash)
{
	size_t first_length = (size_t)(dash - text);

	if (parse_descriptor(operand->argument, text, first_length,
	                     &operand->first) < 0)
		return -1;
	operand->is_open_ended = first_length + 1 == length;
	if (operand->is_open_ended)
		return 0;
	if (parse_descriptor(operand->argument, dash + 1,
	                     length - first_length - 1, &operand->last) < 0)
		return -1;
	if (operand->last < operand->first) {
		message("%s: %d is below %d", operand->argument, operand->last,
		        operand->first);
		return -1;
	}
	return 0;
}

static int
parse_target(struct operand *operand, size_t length)
{
	const char *text = operand->argument;
	const char *dash;

	for (size_t i = 0; i < sizeof path_prefixes / sizeof *path_prefixes; i++) {
		size_t prefix = strlen(path_prefixes[i]);

		if (strncmp(text, path_prefixes[i], prefix) != 0)
			continue;
		if (parse_descriptor(operand->argument, text + prefix,
		                     length - prefix, &operand->first) < 0)
			return -1;
		operand->last = operand->first;
		return 0;
	}
	dash = memchr(text, '-', length);
	if (dash != NULL)
		return parse_range(operand, text, length, dash);
	if (parse_descriptor(operand->argument, text, length,
	                     &operand->first) < 0)
		return -1;
	operand->last = operand->first;
	return 0;
}

/* Behind the prefix stands the id, and nothing else: there is no mask. */
static int
parse_process(struct operand *operand, const char *text)
{
	const char *reason;

	if (*text == '\0') {
		message("%s: the id of a process is missing", operand->argument);
		return -1;
	}
	if (strchr(text, ':') != NULL) {
		message("%s: a process takes no events: it ends",
		        operand->argument);
		return -1;
	}
	reason = number_parse(text, strlen(text), &number_process, &operand->pid);
	if (reason == NULL)
		return 0;
	message("%s: \"%s\": %s", operand->argument, text, reason);
	return -1;
}

static bool
is_process(const char *argument)
{
	return strncmp(argument, process_prefix, strlen(process_prefix)) == 0;
}

static bool
looks_like_an_option(const char *argument)
{
	return argument[0] == '-' && argument[1] != '\0';
}

static int
parse(struct operand *operand, const char *argument, short default_mask)
{
	size_t target_length = strcspn(argument, ":");

	*operand = (struct operand){
		.argument = argument, .events = default_mask
	};
	if (looks_like_an_option(argument)) {
		message("%s: options go first, before the operands, "
		        "as in \"pollwait -t 500 3:in\"", argument);
		return -1;
	}
	if (is_process(argument))
		return parse_process(operand,
		                     argument + strlen(process_prefix));
	if (parse_target(operand, target_length) < 0)
		return -1;
	if (argument[target_length] == '\0')
		return 0;
	return event_parse(argument, argument + target_length + 1,
	                   &operand->events);
}

/* How many descriptors a listing reads /proc with, while a look is held. */
enum { LISTING_NEEDS = 2 };

/* With -p a look needs a free descriptor for each, as every pid:N does. */
static int
find_limit(struct registrar *registrar)
{
	struct numbers own;
	size_t taken = registrar->run->options->list ? LISTING_NEEDS : 0;

	if (registrar->is_limit_known)
		return 0;
	if (limit_attainable(&registrar->limit) < 0)
		return -1;
	registrar->is_limit_known = true;
	if (registrar->run->other.pid == 0)
		return 0;
	if (proc_numbers("/proc/self/fd", &own) < 0) {
		message_errno("/proc/self/fd");
		return -1;
	}
	/* Those above it take no room. */
	for (size_t i = 0; i < own.count; i++)
		taken += (size_t)own.list[i] < registrar->limit;
	/* What is closed of 0, 1 and 2 stays closed. */
	for (int fd = 0; fd < OWN_LOWEST; fd++)
		taken += fcntl(fd, F_GETFD) < 0;
	registrar->limit -= taken < registrar->limit ? taken : registrar->limit;
	numbers_free(&own);
	return 0;
}

/* Whether so many descriptors are possible; if not, -1 with a message. */
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
	        registrar->run->other.pid == 0
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

/* Reads once what is open, before pollwait opens anything that stays. */
static int
list_open(struct registrar *registrar, const struct operand *operand)
{
	if (registrar->is_open_known)
		return 0;
	limit_raise_fully();
	if (registrar->run->other.pid != 0) {
		if (other_list(&registrar->run->other, &registrar->open) < 0)
			return -1;
	} else if (proc_numbers("/proc/self/fd", &registrar->open) < 0) {
		message_errno("%s: /proc/self/fd", operand->argument);
		return -1;
	}
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

/* Opens a process, and registers its descriptor, clear of those in named. */
static int
register_process(struct registrar *registrar, const struct operand *operand,
                 const struct pollset *named)
{
	int fd = processes_open(&registrar->run->processes, operand->pid, named,
	                        operand->argument);

	return fd < 0 ? -1 : register_descriptor(registrar, &registrar->run->set,
	                                         operand, fd, POLLIN);
}

/* Goes through the operands; where named is NULL it passes processes over. */
static int
register_each(struct registrar *registrar, struct pollset *set,
              const struct pollset *named)
{
	char *const *operands = registrar->run->options->operands;

	for (; *operands != NULL; operands++) {
		struct operand operand;
		int result = 0;

		if (parse(&operand, *operands, registrar->default_mask) < 0)
			return -1;
		if (operand.pid == 0 && operand.is_open_ended)
			result = register_open(registrar, set, &operand);
		else if (operand.pid == 0)
			result = register_range(registrar, set, &operand);
		else if (named != NULL)
			result = register_process(registrar, &operand, named);
		if (result < 0)
			return -1;
	}
	return 0;
}

static bool
any_process(char *const *operands)
{
	for (; *operands != NULL; operands++)
		if (is_process(*operands))
			return true;
	return false;
}

static int
register_with_processes(struct registrar *registrar)
{
	struct pollset named;
	int result;

	if (find_limit(registrar) < 0)
		return -1;
	pollset_start(&named);
	result = register_each(registrar, &named, NULL);
	/* Their descriptors are pollwait's own, and need the room. */
	if (result == 0)
		result = limit_raise(registrar->limit);
	if (result == 0)
		result = register_each(registrar, &registrar->run->set, &named);
	pollset_end(&named);
	return result;
}

static int
register_all(struct registrar *registrar)
{
	struct run *run = registrar->run;

	if (any_process(run->options->operands))
		return register_with_processes(registrar);
	if (register_each(registrar, &run->set, NULL) < 0)
		return -1;
	return limit_raise(pollset_count(&run->set));
}

int
operand_register_all(struct run *run)
{
	const struct options *options = run->options;
	struct registrar registrar = {
		.run = run,
		.limit = LIMIT_LEAST,
		.default_mask = options->list ? POLLSET_DEFAULT | POLLRDHUP
		                              : POLLSET_DEFAULT
	};
	int result;

	if (options->pid != 0 || options->list)
		limit_raise_fully();
	if (options->pid != 0
	    && (other_open(&run->other, options->pid, options->list) < 0
	        || find_limit(&registrar) < 0))
		return -1;
	result = register_all(&registrar);
	numbers_free(&registrar.open);
	return result;
}

/*
 * fault - run a command in which one system call fails, or is cut short
 *
 *     fault NUMBER OCCURRENCE RESULT COMMAND ARGUMENT...
 *
 * NUMBER is that of the call on x86-64, and OCCURRENCE counts from 1; 0 is none.  RESULT is -ERRNO,
 * and the call is not made, or the most bytes that its third argument may ask for.  Exit
 * with the status of the command, or end by its signal; exit with 125 if the command never
 * made the call so often.
 *
 * A filter stops the command at this call alone, so that a run costs little more than one
 * without a fault.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FAILED = 124, NOT_REACHED = 125 };

static void
need(int result, const char *name)
{
	if (result < 0) {
		perror(name);
		_exit(FAILED);
	}
}

/* Become the command, which stops at each call of this number. */
static void
start(unsigned number, char **command)
{
	struct sock_filter steps[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { sizeof steps / sizeof *steps, steps };

	need((int)ptrace(PTRACE_TRACEME, 0, NULL, NULL), "ptrace");
	need(raise(SIGSTOP), "raise");
	need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl");
	need(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0), "seccomp");
	execv(*command, command);
	need(-1, *command);
}

/* Let the call at which the process has stopped fail, or shorten it. */
static void
disturb(pid_t pid, long result)
{
	struct user_regs_struct registers;

	need((int)ptrace(PTRACE_GETREGS, pid, NULL, &registers), "PTRACE_GETREGS");
	if (result < 0) {
		registers.orig_rax = -1ULL;
		registers.rax = (unsigned long long)result;
	} else if (registers.rdx > (unsigned long long)result) {
		registers.rdx = (unsigned long long)result;
	}
	need((int)ptrace(PTRACE_SETREGS, pid, NULL, &registers), "PTRACE_SETREGS");
}

/* Follow the process to its end.  Return its wait status; count what is left to reach. */
static int
follow(pid_t pid, long *left, long result)
{
	long deliver = 0;
	int status;

	for (;;) {
		need((int)ptrace(PTRACE_CONT, pid, NULL, deliver), "PTRACE_CONT");
		need(waitpid(pid, &status, 0), "waitpid");
		if (!WIFSTOPPED(status))
			return status;
		deliver = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8) && --*left == 0)
			disturb(pid, result);
	}
}

int
main(int argc, char **argv)
{
	long left, result;
	int status;
	pid_t pid;

	if (argc < 5)
		return FAILED;
	left = atol(argv[2]);
	result = atol(argv[3]);
	pid = fork();
	need(pid, "fork");
	if (pid == 0)
		start((unsigned)atol(argv[1]), argv + 4);
	need(waitpid(pid, &status, 0), "waitpid");
	/* Be no holder of what the command has open. */
	need((int)syscall(SYS_close_range, 0, ~0U, 0), "close_range");
	need((int)ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP), "PTRACE_SETOPTIONS");
	status = follow(pid, &left, result);
	if (WIFSIGNALED(status)) {
		signal(WTERMSIG(status), SIG_DFL);
		raise(WTERMSIG(status));
	}
	return left > 0 ? NOT_REACHED : WEXITSTATUS(status);
}

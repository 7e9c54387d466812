# The builtin, where it differs from the command.  command.bats has the tests of the
# command alone.  All other tests run with both.
# bats file_tags=builtin
# shellcheck disable=SC2016,SC2086 # scripts for another bash; numbers of processes

load helper

builtin=$POLLWAIT_BIN/pollwait.so

setup_file() {
	needs "$POLLWAIT_BIN/pollwait" "$builtin"
}

# in_bash SCRIPT: run a script in a bash that has the builtin, and no other pollwait.
in_bash() {
	PATH=/usr/bin:/bin bash -c "enable -f $builtin pollwait; $1" bash "${@:2}" 3>&- 4>&-
}

@test "enable loads the builtin, help explains it, and enable -d removes it" {
	run -0 in_bash 'type -t pollwait; help pollwait; enable -d pollwait; type -t pollwait || type pollwait; :'
	[ "${lines[0]}" = builtin ]
	[[ ${lines[1]} == 'pollwait: pollwait ['* ]]
	[ "${lines[2]}" = '    Wait for descriptors, and print those that are ready.' ]
	[[ ${lines[3]} == '    usage: pollwait ['* ]]
	[[ $output == *'    Events: in pri out err '* ]]
	[[ ${lines[-1]} == *'pollwait: not found' ]]
	# bash finds the command again after enable -d.  To load the builtin twice is no
	# error.
	run -0 bash -c "enable -f $builtin pollwait; enable -f $builtin pollwait; pollwait -V
		enable -d pollwait; type -t pollwait; pollwait -V; enable -f $builtin pollwait; type -t pollwait"
	[ "$output" = $'pollwait 0.2.0\nfile\npollwait 0.2.0\nbuiltin' ]
}

@test "-h of the builtin has one line more, for -A" {
	run -1 diff <("$POLLWAIT_BIN/pollwait" -h) <(in_bash 'pollwait -h')
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[1]} == '>   -A NAME  '* ]]
}

@test "the builtin polls descriptors that the shell keeps close-on-exec" {
	expect 0 $'out\nready\nin' -- in_bash 'coproc cat
		pollwait -A got ${COPROC[0]}:in ${COPROC[1]}:out; echo "${got[${COPROC[1]}]}${got[${COPROC[0]}]}"
		echo line >&${COPROC[1]}
		pollwait -q ${COPROC[0]}:in && echo ready
		pollwait -A got ${COPROC[0]}:in; echo "${got[${COPROC[0]}]}"
		kill $COPROC_PID'
	# bash reads a script from a descriptor of its own.
	printf 'enable -f %s pollwait\npollwait -l 255; pollwait 255-:in\n' "$builtin" >script
	run -0 bash script 3>&- 4>&-
	[[ ${lines[1]} =~ ^'255 '\ +in,out\ +r,cloexec\ +-\ +-\ +-\ +$PWD/script$ ]]
	[ "${lines[2]}" = '255 in' ]
}

@test "PEER lists the shell like any other process" {
	mkfifo pipe
	run -0 --separate-stderr in_bash 'exec 7<>pipe 8<&7; rm pipe; pollwait -l 7; echo $$'
	[[ ${lines[1]} =~ ^7\ +out\ +rw\ +0\ +${lines[2]}/7rw:bash,${lines[2]}/8rw:bash[\ ,] ]]
}

@test "the hint for a closed descriptor says that the shell does not have it open" {
	run -0 --separate-stderr in_bash 'pollwait 8:in 9:in 9<&-; echo $? $$'
	[ "${lines[2]%% *}" = 3 ]
	[ "$stderr" = "pollwait: 8-9: not open here, in the shell, ${lines[2]#* } (bash)" ]
}

@test "-A fills an array instead of printing" {
	expect 0 '7: out, 8: nval, 9: out' -- in_bash 'exec 7>/dev/null 9>/dev/null 8>&-
		pollwait -A got 7:out 8:nval 9:out && echo "7: ${got[7]}, 8: ${got[8]}, 9: ${got[9]}"'
	# Old elements of the array are removed, at a timeout too.
	expect 0 $'0 1\n1 0\n2 2' -- in_bash 'declare -A got=([x]=y); mkfifo f; exec 7<>f
		pollwait -A got 7:out; echo $? ${#got[@]}
		pollwait -A got -t 0 7:in; echo $? ${#got[@]}
		got=([a]=b [c]=d); pollwait -A got 7:foo 2>/dev/null; echo $? ${#got[@]}'
	# -A does not write, and so does not notice that the reader has left.
	expect 0 1 -- in_bash 'mkfifo g; exec 7<>g; { pollwait -A got -t 100 7:in; echo $? >&2; } 2>&1 >&- | cat'
	# -A works with a process, and with -a.
	expect 0 "in in 2" -- in_bash 'sleep 1000 & p=$!; kill $p; mkfifo h; exec 7<>h
		{ pollwait -q pid:$p; echo line; } >&7 &
		pollwait -A got -a pid:$p 7:in; echo "${got[pid:$p]} ${got[7]} ${#got[@]}"'
}

@test "-A takes a new name, a local name and a reference, as bash does" {
	expect 0 'declare -A new=([7]="out" )' -- in_bash 'exec 7>/dev/null; pollwait -A new 7:out; declare -p new'
	expect 0 $'out\nno got' -- in_bash 'exec 7>/dev/null
		f() { local -A got; pollwait -A got 7:out; echo "${got[7]}"; }; f; echo "${got[7]-no got}"'
	expect 0 $'out\nno got' -- in_bash 'exec 7>/dev/null
		f() { local got; pollwait -A got 7:out; echo "${got[7]}"; }; f; echo "${got[7]-no got}"'
	expect 0 'out out' -- in_bash 'exec 7>/dev/null; declare -A a; declare -n r=a s=b
		pollwait -A r 7:out; pollwait -A s 7:out; echo "${a[7]} ${b[7]}"'
	expect 0 'declare -Ai n=([7]="in,out" )' -- in_bash 'exec 7<>/dev/null; declare -Ai n; pollwait -A n 7:in,out; declare -p n'
	expect 0 'last' -- in_bash 'exec 7>/dev/null; pollwait -A first -Alast 7:out; echo ${!first[@]}${last[7]:+last}'
}

@test "-A refuses a name that cannot be an associative array, before all other errors" {
	local case
	while IFS='|' read -r case name reason; do
		refused "pollwait: -A $name: $reason" -- in_bash "$case; pollwait -A '$name' 3:foo"
		refused "pollwait: -qA$name: $reason" -- in_bash "$case; pollwait '-qA$name' 3:foo"
	done <<-'END'
		:|1x|not the name of a variable
		:|a[1]|not the name of a variable
		:|a-b|not the name of a variable
		a=1|a|not an associative array
		a=(1 2)|a|not an associative array
		declare -a a|a|not an associative array
		declare -A a; readonly a|a|read-only
		readonly a=1|a|read-only
		:|GROUPS|kept by the shell itself
		:|BASH_ALIASES|kept by the shell itself
		declare -n a='b[0]'|a|refers to no variable
		declare -n a|a|refers to no variable
	END
	refused "pollwait: -A '': not the name of a variable" -- in_bash "pollwait -A '' 3:in"
	refused 'pollwait: -A: -A needs a value, NAME' -- in_bash 'pollwait -A'
	refused 'pollwait: --array=a: unknown option --array; see "pollwait -h"' -- in_bash 'pollwait --array=a 3:in'
	run -2 in_bash 'declare -n a=b b=a; pollwait -A a 3:in'
	[[ ${lines[-1]} == 'pollwait: -A a: a circle of references' ]]
	refused 'pollwait: -A: unknown option -A; see "pollwait -h"' -- "$POLLWAIT_BIN/pollwait" -A a 3:in
}

@test "-A excludes the options for several polls, -l and -q" {
	refused 'pollwait: -A and -c cannot be used together' -- in_bash 'pollwait -A a -c 1 3:in'
	refused 'pollwait: -A and -l cannot be used together' -- in_bash 'pollwait -A a -l'
	refused 'pollwait: -A and -m cannot be used together' -- in_bash 'pollwait -m -A a 3:in'
	refused 'pollwait: -A and -q cannot be used together' -- in_bash 'pollwait -qA a 3:in'
	expect 0 'pollwait 0.2.0' -- in_bash 'pollwait -A a -V'
}

@test "a trap ends the wait, gets its status, and finds the array empty" {
	expect 0 $'trap 138\n138 0' -- in_bash 'mkfifo f; exec 7<>f; declare -A got=([x]=y)
		trap "echo trap \$?" USR1
		{ until read -r call _ </proc/$$/syscall && [[ $call != running ]]; do :; done; sleep 0.1; kill -USR1 $$; } &
		pollwait -A got 7:in; echo $? ${#got[@]}'
}

@test "each signal has the effect that bash gives it: trapped, ignored and by default" {
	cc -D_GNU_SOURCE -shared -fPIC -o late.so "$root/tests/c/late_signal.c"
	run -0 /usr/bin/python3 "$root/tests/reference/signals.py" bash "enable -f $builtin pollwait" "$PWD/late.so"
}

@test "a trap ends a run that never sleeps" {
	local arguments
	for arguments in '1:out' '-p $$ 1:out' '-p $PPID 0-2:out' '-q 1:out'; do
		expect 0 '138 yes' -- in_bash "trap trapped=yes USR1; { sleep 0.2; kill -USR1 \$\$; } &
			pollwait -c 0 -i 0 $arguments >/dev/null; echo \$? \$trapped"
	done
}

@test "a trap ends a write to a full pipe, and no hint follows" {
	expect 0 $'trap 138\n138' -- in_bash 'mkfifo f; exec 7>/dev/null 8<>f
		head -c 65536 /dev/zero >&8; trap "echo trap \$?" USR1
		{ until read -r call fd _ </proc/$$/syscall && [[ $call == @(1|64|328|287) && $fd == 0x1 ]]; do :; done; kill -USR1 $$; } &
		pollwait 7:out 9:in 9<&- >&8; echo $?'
}

@test "a trap on WINCH may poll while another WINCH is pending" {
	expect 0 $'1\n1\nend' -- in_bash 'exec 7<>/dev/null; mkfifo f; exec 7<>f
		trap "kill -WINCH \$\$; for i in 1 2; do pollwait -t 20 7:in; echo \$?; done; trap - WINCH" WINCH
		kill -WINCH $$; echo end'
}

@test "-p with the shell's own id polls the shell's descriptors" {
	expect 0 $'7 in\n4 nval\n5 nval\n7 in\n4 nval\n3' -- in_bash 'exec 7</dev/null 3<&- 4<&- 5<&-
		pollwait -t 0 -p $$ 7:in 4:in 5:in
		pollwait -t 0 -p $$ pid:$$ 7:in 4:in
		pollwait -q -t 0 -p $$ 3:in 4:in 5:in; echo $?'
	run -0 in_bash 'exec 7</dev/null 3<&- 4<&-; pollwait -l -p $$ 3 4 7 2>/dev/null'
	[[ ${lines[1]} =~ ^3\ +nval\ +-\ +-\ +-\ +-\ +-\ +-$ && ${lines[3]} =~ ^7\ +in.*/dev/null$ ]]
	# Descriptors above a lowered limit take no room below it.
	expect 0 '200 in' -- in_bash 'exec 200</dev/null 201<&200 202<&200; ulimit -Sn 9; pollwait -p $$ -t 0 200:in' 250>&- 251>&-
}

# bats test_tags=slow
@test "each child that ends runs the CHLD trap, at whatever moment it ends" {
	expect 0 'all came' -- in_bash 'mkfifo f; exec 7<>f; ended=0
		trap "((++ended)); at=\$EPOCHREALTIME" CHLD
		for ((i = 0; i < 300; i++)); do
			for ((j = 0; j < i % 30; j++)); do :; done &
			# The trap runs before the wait or ends it.  It never runs after a whole
			# wait.
			pollwait -t 300 7:in
			status=$? now=$EPOCHREALTIME
			((status == 145 || (status == 1 && ${now/./} - ${at/./} > 200000))) || echo "$i: $status $now $at"
			until ((ended > i)); do pollwait -t 10 7:in; done
		done
		echo all came'
}

@test "a trap may poll, and so may a CHLD trap while further children end" {
	expect 0 $'7 out\n1\nend' -- in_bash 'mkfifo f; exec 7<>f
		trap "pollwait -t 100 7:out; pollwait -t 10 7:in; echo \$?; trap - USR1" USR1
		kill -USR1 $$; echo end'
	# Of two signals at once, the second waits until the trap of the first has ended.
	expect 0 $'1\n1\nend' -- in_bash 'exec 7<>f
		trap "pollwait -t 10 7:in; echo \$?" USR1 USR2
		(trap - USR1 USR2; kill -USR1 $$; kill -USR2 $$); echo end'
	expect 0 $'1\nend' -- in_bash 'exec 7<>f
		trap "trap - CHLD; pollwait -t 200 7:in; echo \$?" CHLD
		sleep 0.05 & sleep 0.1 & pollwait -t 5000 7:in
		wait; echo end'
	expect 0 $'145 1\nend' -- in_bash 'exec 7<>f
		trap "sleep 0.05 & pollwait -t 60000 7:in; a=\$?; pollwait -t 50 7:in; echo \$a \$?; trap - CHLD" CHLD
		sleep 0.01 & pollwait -t 60000 7:in; wait; echo end'
}

@test "a reader that is gone gives status 141 and no message, and bash goes on" {
	empty_fifo 7
	expect 0 $'141\n141\ngoes on' -- in_bash 'exec 8> >(:); wait $!
		pollwait 7:out >&8; echo $?
		pollwait 7:in >&8; echo $?
		echo goes on'
	expect 0 $'2\n2' $'pollwait: standard output: Broken pipe\npollwait: standard output: Broken pipe' \
		-- in_bash 'trap "" PIPE; exec 8> >(:); wait $!
		pollwait 7:out >&8; echo $?
		pollwait 7:in >&8; echo $?'
	# No signal is left pending.
	expect 0 $'141\n0000000000000000' -- in_bash 'exec 8> >(:); wait $!; pollwait 7:out >&8; echo $?
		while read -r key value; do [[ $key != ShdPnd: ]] || echo $value; done </proc/$$/status'
	# A trap on PIPE runs.
	expect 0 $'trap 141\n141' -- in_bash 'trap "echo trap \$?" PIPE; exec 8> >(:); wait $!; pollwait 7:out >&8; echo $?'
	# No hint is printed, and a SIGPIPE that the shell had pending stays pending.
	expect 0 141 -- in_bash 'exec 8> >(:); wait $!; pollwait 7:out 9:in 9<&- >&8; echo $?'
	run -0 --separate-stderr /usr/bin/python3 - "$builtin" <<-'END'
		import signal, subprocess, sys
		signal.signal(signal.SIGPIPE, signal.SIG_DFL)
		signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPIPE])
		for trap in "", "trap : PIPE;":
		    subprocess.run(["bash", "-c", f"enable -f {sys.argv[1]} pollwait; {trap} exec 8> >(:); wait $!\n"
		                    "pollwait 7:out >&8; echo $?; while read -r key value; do [[ $key != S*Pnd: ]] || echo $value; done"
		                    " </proc/$$/status"], restore_signals=False, pass_fds=[7])
	END
	[ "$output" = $'141\n0000000000000000\n0000000000000000\n141\n0000000000000000\n0000000000000000' ]
	# A message without a reader does not end the shell.
	expect 0 2 -- in_bash 'exec 8> >(:); wait $!; pollwait 3:foo 2>&8; echo $?'
}

@test "the limits, traps, signal masks and descriptors of the shell do not change" {
	empty_fifo 7
	expect 0 'the same' -- in_bash 'ulimit -Sn 100; trap : USR1; trap "" USR2
		# Print the state without a fork: bash sets its mask anew after one.
		state() {
			ulimit -Sn; ulimit -Hn; trap
			while read -r key value; do [[ $key != Sig[BIC]* ]] || echo $key $value; done </proc/$$/status
			fds=(/proc/$$/fd/*); echo ${#fds[@]}
		}
		state >before; {
		exec 8> >(:); wait $!
		pollwait -q 7:out; pollwait -t 10 7:in; pollwait 7:out >&8; pollwait 7:in >&8; pollwait -A got 7:out
		pollwait 0-1000 2>&-; pollwait -x 2>&-; pollwait -l >&-; pollwait -p $$ 7:out >&-; pollwait pid:$$ -t 0
		pollwait -t 10 pid:$$; pollwait -m -t 0 7:in; pollwait -a -t 10 7 pid:$$
		pollwait -t 10 7:in
		exec 8>&-; } >/dev/null 2>&1
		state >after; cmp before after && echo the same'
}

# bats test_tags=strace
@test "a call makes the system calls of the command, and blocks signals around the wait" {
	empty_fifo 7
	strace -qq -o trace bash -c "enable -f $builtin pollwait; echo begin; pollwait -q -t 500 7:out; echo then
		pollwait -t 10 7:in; echo then; pollwait -t 0 7:out; echo end" >/dev/null
	sed -n '/^write(1, "begin/,/^write(1, "end/ s/(.*//p' trace | tr '\n' ' ' >calls
	run cat calls
	[[ $output == 'write poll write '*'poll '*'rt_sigprocmask clock_gettime ppoll rt_sigprocmask write poll pwritev2 '?('rt_sigprocmask write rt_sigprocmask ')'write ' ]]
	run ! grep -E 'sigaction|setrlimit|ioctl|fcntl|clone|fork|exec|open|read' calls
	run ! grep -E '^prlimit64.*, \{.*, ' <(grep -v 'NULL, {' trace)
}

# bats test_tags=strace
@test "a kernel that cannot write without SIGPIPE gets write(2), and bash no signal" {
	empty_fifo 7
	local error script='exec 9> >(:); wait $!
		pollwait 7:out >&9; echo $?
		pollwait 7:out; pollwait 7:out; echo $?
		while read -r key value; do [[ $key != ShdPnd: && $key != SigBlk: ]] || echo $key $value; done </proc/$$/status'
	for error in EOPNOTSUPP EINVAL ENOSYS EPERM; do
		run -0 --separate-stderr strace -qq -o trace -e inject=pwritev2:error=$error \
			bash -c "enable -f $builtin pollwait; $script"
		[ "$output" = $'141\n7 out\n7 out\n0\nShdPnd: 0000000000000000\nSigBlk: 0000000000000000' ]
		[ -z "$stderr" ]
		# It is not asked again.
		[ "$(grep -c pwritev2 trace)" -eq 1 ]
	done
	# A write that fails otherwise is not repeated, and a short write goes on.
	expect 0 2 'pollwait: standard output: No space left on device' -- in_bash 'pollwait 7:out >/dev/full; echo $?'
	run -0 --separate-stderr strace -qq -o trace -e trace=pwritev2,write \
		bash -c "enable -f $builtin pollwait; pollwait 7:out >&-; pollwait 7:out"
	[ "$output" = '7 out' ]
	[ "$(grep -c 'EBADF' trace)" -eq 1 ]
	run -0 strace -qq -o trace -e inject=pwritev2:retval=2:when=1 bash -c "enable -f $builtin pollwait; pollwait 7:out"
	[ "$output" = out ]
	run -0 strace -qq -o trace -e inject=pwritev2:error=EINTR:when=1 bash -c "enable -f $builtin pollwait; pollwait 7:out"
	[ "$output" = '7 out' ]
}

@test "the builtin never raises the soft limit, and polls a set as large as that" {
	expect 0 64 -- in_bash 'ulimit -Sn 64; pollwait -q 100-163:in; ulimit -Sn'
	refused 'pollwait: 100-164:in: more than 64 descriptors, this process'\''s limit (ulimit -n)' \
		-- in_bash 'ulimit -Sn 64; pollwait 100-164:in'
	refused 'pollwait: 0-2000000000: more than 64 descriptors, this process'\''s limit (ulimit -n)' \
		-- in_bash 'ulimit -Sn 64; pollwait 0-2000000000'
	# Leave no room to watch the reader of descriptor 1, which is no operand.
	expect 0 1 -- in_bash 'mkfifo f; exec 7<>f
		for n in {3..30}; do ((n == 7)) || eval "exec $n<&7"; done
		ulimit -Sn 20; pollwait -t 20 3-22:in; echo $?'
}

@test "the builtin works with set -e, set -u, subshells, substitutions, pipelines and redirections" {
	mkfifo fifo
	expect 0 $'7 out\n1\n1\n0 in\n7 out' -- in_bash 'set -eu; exec 7<>fifo
		(pollwait 7:out)
		pollwait -t 0 7:in || echo $?
		x=$(pollwait -t 0 7:in) || echo $?
		echo line >&7
		pollwait 0:in <fifo
		read -r _ <&7
		echo "$(pollwait 7:out | cat)"'
	expect 1 '' -- in_bash 'set -e; exec 7<>fifo; pollwait -t 0 7:in; echo not reached'
	expect 0 $'8 out\n3' -- in_bash 'pollwait 8:out 8>/dev/null; pollwait 8:out >/dev/null 2>&1; echo $?'
	expect 0 '7 out' -- in_bash 'exec 7<>fifo; pollwait 7:out & wait'
}

@test "the example of the manual prints the line that is there" {
	sed -n '/^enable -f/,/^\.Ed/p' "$root/man/pollwait-builtin.1" | sed '/^\.Ed/d' >script
	sed -i "s|@PREFIX@/lib/bash/pollwait|$builtin|" script
	run -0 bash script 3>&- 4>&-
	[[ $output =~ ^8\ \(in(,hup)?\):\ early$ ]]
}

@test "Ctrl-C at the prompt ends the wait, keeps the shell, and leaks no descriptor" {
	run -0 /usr/bin/python3 - "$builtin" <<-'END'
		import os, pty, select, sys, time
		pid, terminal = pty.fork()
		if pid == 0:
		    os.environ.update(PS1="ready> ", HISTFILE="")
		    os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
		seen = ""
		def reads(text):
		    global seen
		    give_up = time.monotonic() + 60
		    while text not in seen:
		        assert time.monotonic() < give_up and select.select([terminal], [], [], 60)[0], (text, seen)
		        seen += os.read(terminal, 1000).decode()
		    seen = seen[seen.index(text) + len(text):]
		def types(line):
		    os.write(terminal, line.encode() + b"\n")
		def polling():
		    with open(f"/proc/{pid}/syscall") as file:
		        return file.read().split()[0] in ("7", "271", "73")
		reads("ready> ")
		types(f"enable -f {sys.argv[1]} pollwait; mkfifo f; exec 7<>f")
		reads("ready> ")
		before = sorted(os.listdir(f"/proc/{pid}/fd"))
		for trap in "", "trap 'echo caught' INT; ":
		    for command in "pollwait 7:in", "pollwait pid:$$ 7:in", "pollwait -p $$ 7:in", "pollwait -m 7:in", \
		                   "pollwait -c 0 -i 0 7:out >/dev/null":
		        types(trap + command)
		        reads("\n")
		        give_up = time.monotonic() + 60
		        while not polling() and "/dev/null" not in command:
		            assert time.monotonic() < give_up, command
		            time.sleep(0.005)
		        time.sleep(0.05)
		        os.write(terminal, b"\x03")
		        if trap:
		            reads("caught")
		        reads("ready> ")
		        types("echo status $?")
		        reads("status 130")
		        reads("ready> ")
		        assert sorted(os.listdir(f"/proc/{pid}/fd")) == before, command
		types("exit 5")
		assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 5
	END
}

@test "the builtin without memory prints an error, and bash goes on" {
	run -0 --separate-stderr in_bash 'ulimit -n 20000; ulimit -Sv $(($(awk "{print \$1}" /proc/$$/statm) * 4 + 300))
		pollwait 0-19999; echo $?'
	[ "$output" = 2 ]
	[[ $stderr == 'pollwait: 0-19999: Cannot allocate memory' ]]
}

# bats test_tags=cost,slow
@test "200,000 calls take no more memory and descriptors than 2,000" {
	empty_fifo 7
	run -0 in_bash 'kilobytes() { while read -r key value _; do [[ $key != VmRSS: ]] || echo $value; done </proc/$$/status; }
		rounds() {
			local i
			for ((i = 0; i < $1; i += 4)); do
				pollwait -A got -t 500 7:in 7:out; pollwait 7:out 8:nval; pollwait -t 0 7:in 100-120:0; pollwait 7:foo
			done >/dev/null 2>&1
		}
		rounds 2000; before=$(kilobytes); ls /proc/$$/fd >before
		rounds 200000; after=$(kilobytes); ls /proc/$$/fd >after
		cmp before after && echo $((after - before))'
	# The smallest allocation has 32 bytes: lost in one kind of call out of the four,
	# it would take 1,600 kB.
	((output < 300))
}

# bats test_tags=strace,slow
@test "valgrind finds no error in the builtin" {
	needs "$build/valgrind/pollwait.so"
	empty_fifo 7
	cat >script <<-'END'
		exec 8</dev/null; trap 'trapped=1' USR1
		pollwait 7:out; pollwait 7:in -t 0; pollwait -t 10 7:in 8:in 100-150:in; pollwait 0-200; pollwait -t 10 7:in
		pollwait -A got 7 8; pollwait -A got -a -t 20 7:in 8:in; pollwait -A 7x 7; pollwait -Aq 7 8; pollwait -A got 7:foo
		pollwait -c 3 -i 1 8:in 9:in; pollwait -m -t 20 7:in 8:in 9:in; pollwait -l; pollwait -l 7 8 100-120; pollwait 3-
		pollwait -h; pollwait -V; pollwait; pollwait --foo; pollwait x; pollwait -t 10 7:in | :; pollwait 7:out >/dev/full
		{ sleep 0.5; kill -USR1 $$; } & pollwait -A got 7:in 100-150:pri
		exec 9> >(:); wait $!; pollwait 7:out >&9; pollwait 100-400:nval >&9
		help pollwait; enable -d pollwait
	END
	{ echo "enable -f $build/valgrind/pollwait.so pollwait"; cat script; } >all
	run -0 valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect,possible \
		--log-file=log bash all 3>&- 4>&-
	run ! grep -E 'pollwait|pollset|builtin_|operand|options|Invalid|uninit' log
}

# The zsh module: where it differs from the command, as builtin.bats for bash.  All that
# is the same runs through the module as well (see tests/through).
# bats file_tags=builtin
# shellcheck disable=SC2016,SC2086 # scripts for zsh; numbers of processes

load helper

modules=$build/zsh
load="module_path=($modules \$module_path); zmodload pollwait"

setup_file() {
	needs "$build/pollwait" "$build/zsh/pollwait.so"
}

# in_zsh SCRIPT: run the script in a zsh that has the builtin and no command pollwait.
in_zsh() {
	PATH=/usr/bin:/bin zsh -fc "$load; $1" zsh "${@:2}" 3>&- 4>&-
}

# Wait in zsh until the reader of descriptor 8 has gone.
no_reader='exec 8> >(:); pollwait -q 8:0'

# Print in zsh the values of the signal masks, or with S*Pnd of the pending signals.
masks='masks() { while read -r key value; do [[ $key != ${~1} ]] || echo $key $value; done </proc/$$/status; }'

@test "zmodload loads the builtin, unloads it, and loads it again" {
	run -0 in_zsh 'whence -w pollwait; pollwait -V; zmodload -u pollwait; whence -w pollwait
		zmodload pollwait; zmodload pollwait; whence -w pollwait; pollwait -V'
	[ "$output" = "pollwait: builtin
pollwait 0.2.0
pollwait: none
pollwait: builtin
pollwait 0.2.0" ]
	# The first use loads the module.
	expect 0 'pollwait 0.2.0' -- zsh -fc "module_path=($modules); zmodload -ab pollwait pollwait; pollwait -V"
	# The command is found again.
	expect 0 $'pollwait: command\npollwait 0.2.0' -- \
		zsh -fc "$load; zmodload -u pollwait; whence -w pollwait; pollwait -V"
}

@test "the help of the module has one line more, for -A" {
	run -1 diff <("$build/pollwait" -h) <(in_zsh 'pollwait -h')
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[1]} == '>   -A NAME  '* ]]
}

@test "a trap cannot unload the module under its builtin" {
	expect 0 $'unload 1\n138 7 out' -- in_zsh 'mkfifo f; exec 7<>f
		trap "zmodload -u pollwait 2>/dev/null; echo unload \$?; trap - USR1" USR1
		{ pollwait -t 100 7:in; kill -USR1 $$ } &
		pollwait 7:in; echo $? $(pollwait 7:out); wait'
}

@test "zsh refuses a module that is built for another version, and goes on" {
	mkdir -p headers/zsh
	cp -r /usr/include/zsh headers
	sed 's/^#define ZSH_VERSION .*/#define ZSH_VERSION "5.8.1"/' /usr/include/zsh/version.h >headers/zsh/version.h
	make -s -C "$root" zsh BUILD="$PWD/other-build" ZSH_HEADERS="$PWD/headers/zsh" CFLAGS=-O0
	run zsh -fc "module_path=($PWD/other-build/zsh); zmodload pollwait; echo \$?; whence -w pollwait; :"
	[ "$output" = "zsh:1: pollwait: the module is built for zsh 5.8.1, not for $(zsh -fc 'echo $ZSH_VERSION')
1
pollwait: command" ]
}

@test "the module sees the descriptors that zsh keeps from commands" {
	expect 0 $'out\nin' -- in_zsh 'coproc cat; exec 7<&p 8>&p
		pollwait -A got 7:in 8:out; echo $got[8]$got[7]
		echo line >&8; pollwait -A got 7:in; echo $got[7]; exec 8>&-; coproc :'
	# zsh reads its script from 10 or from above.
	echo "$load; pollwait 10-:in" >script
	expect 0 '10 in' -- only 'zsh -f script; :'
}

@test "in PEER zsh is listed like any other process" {
	mkfifo pipe
	run -0 --separate-stderr in_zsh 'exec 7<>pipe; rm pipe; pollwait -l 7; echo $$'
	[[ ${lines[1]} =~ ^7\ +out\ +rw\ +0\ +${lines[2]}/7rw:zsh[\ ,] ]]
}

@test "for an unasked nval the module says that zsh does not have it open" {
	run -0 --separate-stderr in_zsh 'pollwait 8:in 9:in 9<&-; echo $? $$'
	[ "${lines[2]%% *}" = 3 ]
	[ "$stderr" = "pollwait: 8-9: not open here, in the shell, ${lines[2]#* } (zsh)" ]
}

@test "a redirection of the builtin is open for its time" {
	expect 0 $'8 out\n3' -- in_zsh 'pollwait 8:out 8>/dev/null; pollwait 8:out >/dev/null 2>&1; echo $?'
	expect 0 '0 in' -- in_zsh 'pollwait 0:in <<<line'
	expect 0 '' -- in_zsh 'pollwait 1:out >file; [[ $(<file) = "1 out" ]]'
}

@test "an argument of any bytes is shown whole in zsh, each time" {
	printf '%s; f() { pollwait "$1"; pollwait 3:\303\240\203\377; }; f "3:\303\240\203\377"; f "3:\303\240\203\377"\n' \
		"$load" >script
	run ! zsh -f script
	[ "${#lines[@]}" -eq 4 ]
	[ "$(sort -u <<<"$output" | grep -cF 'pollwait: 3:\303\240\203\377: unknown event "\303\240\203\377"')" -eq 1 ]
	expect 0 '7 out' -- in_zsh 'exec 7>/dev/null; pollwait -- 7:out'
}

@test "-A fills an associative array of zsh instead of printing" {
	expect 0 '7: out, 8: nval, 9: out' -- in_zsh 'exec 7>/dev/null 9>/dev/null 8>&-
		pollwait -A got 7:out 8:nval 9:out && echo "7: $got[7], 8: $got[8], 9: $got[9]"'
	# The array loses its old elements, at a timeout too.
	expect 0 $'0 1\n1 0\n2 2' -- in_zsh 'typeset -A got=(x y); mkfifo f; exec 7<>f
		pollwait -A got 7:out; echo $? ${#got}
		pollwait -A got -t 0 7:in; echo $? ${#got}
		got=(a b c d); pollwait -A got 7:foo 2>/dev/null; echo $? ${#got}'
	# Nothing is printed, so the reader of standard output does not matter.
	expect 0 1 -- in_zsh 'mkfifo g; exec 7<>g; { pollwait -A got -t 100 7:in; echo $? >&2; } 2>&1 >&- | cat'
	# -A works with a process and with -a.
	expect 0 'in in 2' -- in_zsh 'sleep 1000 & p=$!; kill $p; mkfifo h; exec 7<>h
		{ pollwait -q pid:$p; echo line; } >&7 &
		pollwait -A got -a pid:$p 7:in; echo "$got[pid:$p] $got[7] ${#got}"'
}

@test "-A takes a name that is new or local, under any option of zsh" {
	local options
	for options in '' 'setopt ksharrays;' 'setopt shwordsplit;' 'setopt nounset;' 'setopt typesettounset;' \
		'emulate sh;' 'emulate ksh;'; do
		expect 0 'association out' -- in_zsh "$options exec 7>/dev/null
			pollwait -A new 7:out; echo \${(t)new} \"\${new[7]}\""
		expect 0 $'out\nno got' -- in_zsh "$options exec 7>/dev/null
			f() { local -A got; pollwait -A got 7:out; echo \"\${got[7]}\"; }; f; echo \"\${got-no got}\""
	done
	expect 0 $'out\nno got' -- in_zsh 'exec 7>/dev/null
		f() { local -A got; unset got; pollwait -A got 7:out; echo $got[7]; }; f; echo ${got-no got}'
	expect 0 $'out\nno got' -- in_zsh 'exec 7>/dev/null; setopt typesettounset
		f() { local got; pollwait -A got 7:out; echo $got[7]; }; f; echo ${got-no got}'
	expect 0 $'out' -- in_zsh 'exec 7>/dev/null; pollwait -A first -Alast 7:out; echo ${first-}$last[7]'
	expect 0 out -- env LC_ALL=C.UTF-8 zsh -fc "$load; exec 7>/dev/null; pollwait -A ça_à 7:out; echo \$ça_à[7]"
}

@test "-A refuses what cannot be an associative array of zsh, before anything else" {
	local case
	while IFS='|' read -r case name reason; do
		refused "pollwait: -A $name: $reason" -- in_zsh "$case; pollwait -A '$name' 3:foo"
		refused "pollwait: -qA$name: $reason" -- in_zsh "$case; pollwait '-qA$name' 3:foo"
	done <<-'END'
		:|1x|not the name of a variable
		:|1|not the name of a variable
		:|a[1]|not the name of a variable
		:|a-b|not the name of a variable
		a=1|a|not an associative array
		a=(1 2)|a|not an associative array
		integer a|a|not an associative array
		typeset -T A a|a|not an associative array
		typeset -A a; readonly a|a|read-only
		readonly a=1|a|read-only
		:|path|kept by the shell itself
		:|PATH|kept by the shell itself
		:|functions|kept by the shell itself
		:|argv|kept by the shell itself
	END
	refused "pollwait: -A a: not an associative array" -- in_zsh 'f() { local a; pollwait -A a 3:in; }; f'
	refused "pollwait: -A '': not the name of a variable" -- in_zsh "pollwait -A '' 3:in"
	refused 'pollwait: -A: -A needs a value, NAME' -- in_zsh 'pollwait -A'
	refused 'pollwait: --array=a: unknown option --array; see "pollwait -h"' -- in_zsh 'pollwait --array=a 3:in'
	refused 'pollwait: -A and -c cannot be used together' -- in_zsh 'pollwait -A a -c 1 3:in'
	# The shell goes on, as after any error of a builtin.
	expect 0 on -- in_zsh 'pollwait -A path 3:in 2>/dev/null; echo on'
}

@test "a trap ends the wait in zsh, sees its status, and finds the array empty" {
	expect 0 $'trap 138 0\n138 0' -- in_zsh 'mkfifo f; exec 7<>f; typeset -A got=(x y)
		trap "echo trap \$? \${#got}" USR1
		{ until read -r call _ </proc/$$/syscall && [[ $call != running ]]; do :; done; pollwait -t 100 7:in; kill -USR1 $$; } &
		pollwait -A got 7:in; echo $? ${#got}'
	# A function can be a trap, and a trap can return from the function that waits.
	expect 0 $'trap 10\n138' -- in_zsh 'mkfifo g; exec 7<>g; TRAPUSR1() { echo trap $1 }
		{ pollwait -t 100 7:in; kill -USR1 $$; } & pollwait 7:in; echo $?'
	expect 0 5 -- in_zsh 'exec 7<>f; trap "return 5" USR1; { pollwait -t 100 7:in; kill -USR1 $$; } &
		f() { pollwait 7:in; echo goes on; }; f; echo $?'
	expect 6 'out' -- in_zsh 'exec 7<>f; trap "echo out; exit 6" USR1; { pollwait -t 100 7:in; kill -USR1 $$; } &
		pollwait 7:in; echo goes on'
}

@test "each signal, trapped, ignored or at its default, does what it does in zsh" {
	cc -D_GNU_SOURCE -shared -fPIC -o late.so "$root/tests/c/late_signal.c"
	run -0 /usr/bin/python3 "$root/tests/reference/signals.py" zsh "$load" "$PWD/late.so"
	# zsh catches HUP without a trap too, and ends.
	run -1 in_zsh 'mkfifo f; exec 7<>f; { pollwait -t 100 7:in; kill -HUP $$; } & pollwait 7:in; echo goes on'
	[ "$output" = '' ]
}

@test "a run that is never idle is ended by a trap in zsh" {
	local arguments
	for arguments in '1:out' '-p $$ 1:out' '-p $PPID 0-2:out' '-q 1:out'; do
		expect 0 '138 yes' -- in_zsh "trap trapped=yes USR1; { sleep 0.2; kill -USR1 \$\$; } &
			pollwait -c 0 -i 0 $arguments >/dev/null; echo \$? \$trapped"
		expect 0 '145 yes' -- in_zsh "trap trapped=yes CHLD; sleep 0.2 &
			pollwait -c 0 -i 0 $arguments >/dev/null; echo \$? \$trapped"
	done
}

@test "a write that nobody reads is ended by a trap in zsh, without a message" {
	expect 0 138 $'trap 138' -- in_zsh 'mkfifo f; exec 7>/dev/null 8<>f
		head -c 65536 /dev/zero >&8; trap "echo trap \$? >&2" USR1
		{ until read -r call fd _ </proc/$$/syscall && [[ $call == (1|64|328|287) && $fd == 0x1 ]]; do :; done; kill -USR1 $$; } &
		pollwait 7:out 9:in 9<&- >&8; echo $?'
}

# bats test_tags=slow
@test "no child that ends at any moment is lost in zsh" {
	expect 0 'all came' -- in_zsh 'zmodload zsh/datetime; mkfifo f; exec 7<>f; integer ended=0; float at now
		trap "((++ended)); at=\$EPOCHREALTIME" CHLD
		for ((i = 0; i < 300; i++)); do
			for ((j = 0; j < i % 30; j++)); do :; done &
			# The trap has run before the wait, or ends it: never after a whole wait.
			pollwait -t 300 7:in
			result=$? now=$EPOCHREALTIME
			((result == 145 || (result == 1 && now - at > 0.2))) || echo "$i: $result $now $at"
			until ((ended > i)); do pollwait -t 10 7:in; done
		done
		echo all came'
}

@test "a trap may poll in zsh, and a trap on CHLD while children end" {
	expect 0 $'7 out\n1\nend' -- in_zsh 'mkfifo f; exec 7<>f
		trap "pollwait -t 100 7:out; pollwait -t 10 7:in; echo \$?; trap - USR1" USR1
		kill -USR1 $$; echo end'
	expect 0 $'1\n1\nend' -- in_zsh 'exec 7<>f
		trap "pollwait -t 10 7:in; echo \$?" USR1 USR2
		(trap - USR1 USR2; kill -USR1 $$; kill -USR2 $$); echo end'
	expect 0 $'1\nend' -- in_zsh 'exec 7<>f
		trap "trap - CHLD; pollwait -t 200 7:in; echo \$?" CHLD
		sleep 0.05 & sleep 0.1 & pollwait -t 5000 7:in
		wait; echo end'
}

@test "a gone reader gives 141 and nothing else, and zsh goes on" {
	empty_fifo 7
	expect 0 $'141\n141\ngoes on' -- in_zsh "$no_reader"'
		pollwait 7:out >&8; echo $?
		pollwait 7:in >&8; echo $?
		echo goes on'
	expect 0 $'2\n2' $'pollwait: standard output: Broken pipe\npollwait: standard output: Broken pipe' \
		-- in_zsh 'trap "" PIPE; '"$no_reader"'
		pollwait 7:out >&8; echo $?
		pollwait 7:in >&8; echo $?'
	# SIGPIPE is not left pending.
	expect 0 $'141\nShdPnd: 0000000000000000' -- in_zsh "$masks; $no_reader"'; pollwait 7:out >&8; echo $?; masks ShdPnd:'
	# A trap runs while the redirections of the builtin are in force.
	expect 0 141 'trap 141' -- in_zsh 'trap "echo trap \$? >&2" PIPE; '"$no_reader"'; pollwait 7:out >&8; echo $?'
	# A hint about nval is not printed either.
	expect 0 141 -- in_zsh "$no_reader"'; pollwait 7:out 9:in 9<&- >&8; echo $?'
	# Nor does a message without a reader end the shell.
	expect 0 2 -- in_zsh "$no_reader"'; pollwait 3:foo 2>&8; echo $?'
}

@test "the module leaves the limits, handlers, mask and terminal of zsh as they are" {
	empty_fifo 7
	expect 0 'the same' -- in_zsh "$masks"'; ulimit -Sn 100; trap : USR1 CHLD; trap "" USR2
		state() { ulimit -Sn; ulimit -Hn; trap; masks "Sig[BIC]*"; fds=(/proc/$$/fd/*); echo ${#fds} }
		'"$no_reader"'; exec 8>&-; state >before; {
		exec 8> >(:); pollwait -q 8:0
		pollwait -q 7:out; pollwait -t 10 7:in; pollwait 7:out >&8; pollwait 7:in >&8; pollwait -A got 7:out
		pollwait 0-1000 2>&-; pollwait -x 2>&-; pollwait -l >&-; pollwait -p $$ 7:out >&-; pollwait pid:$$ -t 0
		pollwait -t 10 pid:$$; pollwait -m -t 0 7:in; pollwait -a -t 10 7 pid:$$
		sleep 0.01 & pollwait -t 1000 7:in
		exec 8>&-; } >/dev/null 2>&1
		state >after; cmp before after && echo the same'
}

# bats test_tags=strace
@test "the module makes the system calls of the command, and few for signals" {
	empty_fifo 7
	strace -qq -o trace zsh -fc "$load; echo begin; pollwait -q -t 500 7:out; echo then
		pollwait -t 10 7:in; echo then; pollwait -t 0 7:out; echo end" >/dev/null
	sed -n '/^write(1, "begin/,/^write(1, "end/ s/(.*//p' trace | grep -v rt_sigprocmask | tr '\n' ' ' >calls
	run cat calls
	[[ $output == 'write '*'poll '*'write '*'poll '*'ppoll '*'write '*'poll '*'pwritev2 '*'write ' ]]
	run ! grep -E 'sigaction|setrlimit|ioctl|clone|fork|exec|open|read' calls
}

# bats test_tags=strace
@test "zsh gets no signal either from a kernel that cannot write without SIGPIPE" {
	empty_fifo 7
	local error
	for error in EOPNOTSUPP EINVAL ENOSYS EPERM; do
		run -0 --separate-stderr strace -qq -o trace -e inject=pwritev2:error=$error \
			zsh -fc "$load; $masks; $no_reader"'; pollwait 7:out >&8; echo $?
			pollwait 7:out; pollwait 7:out; echo $?; masks ShdPnd:'
		[ "$output" = $'141\n7 out\n7 out\n0\nShdPnd: 0000000000000000' ]
		[ -z "$stderr" ]
		[ "$(grep -c pwritev2 trace)" -eq 1 ]
	done
}

@test "the module never raises the soft limit, and takes a set that fills it" {
	expect 0 64 -- in_zsh 'ulimit -Sn 64; pollwait -q 100-163:in; ulimit -Sn'
	refused 'pollwait: 100-164:in: more than 64 descriptors, this process'\''s limit (ulimit -n)' \
		-- in_zsh 'ulimit -Sn 64; pollwait 100-164:in'
}

@test "errexit, nounset, subshells, substitutions and pipelines work in zsh" {
	mkfifo fifo
	expect 0 $'7 out\n1\n1\n0 in\n7 out' -- in_zsh 'setopt errexit nounset; exec 7<>fifo
		(pollwait 7:out)
		pollwait -t 0 7:in || echo $?
		x=$(pollwait -t 0 7:in) || echo $?
		echo line >&7
		pollwait 0:in <fifo
		read -r _ <&7
		echo "$(pollwait 7:out | cat)"'
	expect 1 '' -- in_zsh 'setopt errexit; exec 7<>fifo; pollwait -t 0 7:in; echo not reached'
	expect 0 '7 out' -- in_zsh 'exec 7<>fifo; pollwait 7:out & wait'
}

@test "the example of the manual prints the line that is there, in zsh" {
	sed -n '/^module_path=/,/^\.Ed/p' "$root/man/pollwait-builtin.1" | sed '/^\.Ed/d' >script
	sed -i "s|@PREFIX@/lib/zsh|$modules|" script
	run -0 zsh -f script 3>&- 4>&-
	[[ $output =~ ^8\ \(in(,hup)?\):\ early$ ]]
}

@test "the caveats about zsh hold: modifiers, and a variable that is a number" {
	expect 0 $'.up rr 7:in 7:out\n0' -- in_zsh 'fd=7; print -r -- $fd:hup $fd:err $fd:in $fd:out
		exec {to}</dev/null; exec {to}<&-; to=; print -r -- $to'
}

# bats test_tags=slow
@test "Ctrl-C at the prompt of zsh ends the wait alone, and jobs are controlled" {
	run -0 /usr/bin/python3 - "$load" <<-'END'
		import os, pty, select, signal, sys, time
		pid, terminal = pty.fork()
		if pid == 0:
		    os.environ["PS1"] = "ready> "
		    os.execvp("zsh", ["zsh", "-fi", "-o", "nozle", "-o", "nopromptsp", "-o", "nopromptcr"])
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
		def polling(process):
		    try:
		        with open(f"/proc/{process}/syscall") as file:
		            return file.read().split()[0] in ("7", "271", "73")
		    except FileNotFoundError:
		        return False
		def until(condition, *what):
		    give_up = time.monotonic() + 60
		    while not condition():
		        assert time.monotonic() < give_up, (what, seen)
		        time.sleep(0.005)
		def pending(process):
		    with open(f"/proc/{process}/status") as file:
		        return int(file.read().split("ShdPnd:")[1].split()[0], 16) & 1 << signal.SIGPIPE - 1
		def state(process):
		    with open(f"/proc/{process}/stat") as file:
		        return file.read().rsplit(")", 1)[1].split()[0]
		reads("ready> ")
		types(sys.argv[1] + "; mkfifo f; exec 7<>f")
		reads("ready> ")
		before = sorted(os.listdir(f"/proc/{pid}/fd"))
		for trap in "", "trap 'echo caught' INT; ":
		    for command in "pollwait 7:in", "pollwait pid:$$ 7:in", "pollwait -p $$ 7:in", "pollwait -m 7:in", \
		                   "pollwait -c 0 -i 0 7:out >/dev/null":
		        types(trap + command)
		        reads("\n")
		        until(lambda: polling(pid) or "/dev/null" in command, command)
		        time.sleep(0.05)
		        os.write(terminal, b"\x03")
		        if trap and "/dev/null" not in command:
		            reads("caught")
		        reads("ready> ")
		        types("echo status $?")
		        reads("status 130")
		        reads("ready> ")
		        assert sorted(os.listdir(f"/proc/{pid}/fd")) == before, command
		# The rest of the line is not run, without a trap.
		types("trap - INT")
		reads("ready> ")
		types("pollwait 7:in; echo not ''reached")
		reads("\n")
		until(lambda: polling(pid))
		os.write(terminal, b"\x03")
		reads("ready> ")
		types("echo status $?")
		reads("status 130")
		# Signals without an effect do not fill the queue of zsh, which has 128 places.
		types("pollwait 7:in")
		reads("\n")
		until(lambda: polling(pid))
		for _ in range(300):
		    os.kill(pid, signal.SIGPIPE)
		    until(lambda: not pending(pid) and polling(pid))
		os.write(terminal, b"\x03")
		reads("ready> ")
		types("echo status $?")
		reads("status 130")
		reads("ready> ")
		types("pollwait 7:in & echo job $! end")
		reads("job ")
		reads("job ")
		while " end" not in seen:
		    seen += os.read(terminal, 1000).decode()
		job = int(seen[:seen.index(" end")])
		until(lambda: polling(job), "job")
		reads("ready> ")
		types("fg")
		reads("running")
		time.sleep(0.05)
		until(lambda: os.tcgetpgrp(terminal) == job, "foreground")
		os.write(terminal, b"\x1a")
		reads("suspended")
		reads("ready> ")
		assert state(job) == "T"
		types("fg")
		reads("continued")
		until(lambda: polling(job) and os.tcgetpgrp(terminal) == job, "job again")
		os.write(terminal, b"\x03")
		reads("ready> ")
		types("exit 5")
		assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 5
	END
}

# bats test_tags=cost,slow
@test "a hundred thousand calls and usage errors in zsh keep no memory and no descriptor" {
	empty_fifo 7
	run -0 in_zsh 'kilobytes() { while read -r key value _; do [[ $key != VmRSS: ]] || echo $value; done </proc/$$/status }
		rounds() {
			for ((i = 0; i < $1; i += 8)); do
				pollwait -A got -t 500 7:in 7:out; pollwait 7:out 8:nval; pollwait -t 0 7:in 100-120:0; pollwait -A a$i 7:out; unset a$i
				pollwait 7:foo; pollwait -x; pollwait -A path 7; pollwait -A got 7:out 7:
			done >/dev/null 2>&1
		}
		rounds 4000; before=$(kilobytes); print /proc/$$/fd/*(N:t) >before
		rounds ${1:-200000}; after=$(kilobytes); print /proc/$$/fd/*(N:t) >after
		cmp before after && echo $((after - before))' "${CALLS:-200000}"
	((output < 300))
}

# bats test_tags=slow
@test "two hundred loads and unloads in zsh keep no memory and no descriptor" {
	run -0 in_zsh 'kilobytes() { while read -r key value _; do [[ $key != VmRSS: ]] || echo $value; done </proc/$$/status }
		rounds() { repeat $1; do zmodload -u pollwait; zmodload pollwait; pollwait 1:out; pollwait -A got 1:out; done >/dev/null }
		rounds 20; before=$(kilobytes); print /proc/$$/fd/*(N:t) >before; maps=$(wc -l </proc/$$/maps)
		rounds 200; after=$(kilobytes); print /proc/$$/fd/*(N:t) >after
		cmp before after && echo $((after - before)) $(($(wc -l </proc/$$/maps) - maps))'
	((${output% *} < 300 && ${output#* } < 5))
}

# bats test_tags=strace,slow
@test "valgrind finds nothing in the zsh module" {
	empty_fifo 7
	needs "$build/valgrind/zsh/pollwait.so"
	cat >script <<-'END'
		exec 8</dev/null; trap 'trapped=1' USR1 CHLD
		pollwait 7:out; pollwait 7:in -t 0; pollwait -t 10 7:in 8:in 100-150:in; pollwait 0-200; pollwait -t 10 7:in
		pollwait -A got 7 8; pollwait -A got -a -t 20 7:in 8:in; pollwait -A 7x 7; pollwait -Aq 7 8; pollwait -A got 7:foo
		pollwait -c 3 -i 1 8:in 9:in; pollwait -m -t 20 7:in 8:in 9:in; pollwait -l; pollwait -l 7 8 100-120; pollwait 3-
		pollwait -h; pollwait -V; pollwait; pollwait --foo; pollwait x; pollwait -t 10 7:in | :; pollwait 7:out >/dev/full
		pollwait $'\303\240\203'; pollwait -A $'\303\240' 7:out; pollwait -A path 7
		{ sleep 0.5; kill -USR1 $$; } & pollwait -A got 7:in 100-150:pri; pollwait 7:in
		exec 9> >(:); pollwait -q 9:0; pollwait 7:out >&9; pollwait 100-400:nval >&9
		zmodload -u pollwait; zmodload pollwait; pollwait 7:out; zmodload -u pollwait
	END
	{ echo "module_path=($build/valgrind/zsh \$module_path); zmodload pollwait"; cat script; } >all
	run -0 valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect,possible \
		--log-file=log zsh -f all 3>&- 4>&-
	run ! grep -E 'pollwait|pollset|host_|shell_|operand|options|Invalid|uninit' log
}

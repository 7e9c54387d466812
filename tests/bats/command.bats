# The command, where it differs from the builtin of bash.  builtin.bats has the tests
# of the builtin alone.
# bats file_tags=command
# shellcheck disable=SC2086 # the numbers of processes are words

load helper

# explained SCRIPT PATTERN [SHELL...]: expect one message from the script in each shell.
# PARENT in the pattern stands for the id and the name of the shell.
explained() {
	local script=$1 pattern=$2 shell
	shift 2
	for shell; do
		# shellcheck disable=SC2086 # the words that start a shell
		run --separate-stderr $shell -c "$script; echo \$\$" 3>&- 4>&-
		local parent="${lines[-1]} \\(${shell%% *}\\)"
		[[ $stderr =~ ^${pattern//PARENT/$parent}$ ]] || {
			echo "$shell: $stderr"
			return 1
		}
	done
}

# cure: print the command that the message suggests.
cure() {
	grep -o '{ pollwait .*' <<<"$stderr"
}

@test "the hint names a descriptor that is not open here nor in the parent" {
	explained 'pollwait 9:in' 'pollwait: 9: not open here, nor in the parent, PARENT' "${shells[@]}"
}

@test "the hint names a descriptor that was closed on the way from the parent" {
	explained 'exec 5</dev/null; pollwait 5:in 5<&-' \
		'pollwait: 5: open in the parent, PARENT, but closed on the way here' bash zsh
}

@test "neighbours with one reason share one hint" {
	# make has some of the lower numbers.
	expect 3 $'65 nval\n66 nval\n67 nval\n69 nval\n68 nval' \
		"pollwait: 65-67: not open here, nor in the parent, 1 (x)
pollwait: 69: not open here, nor in the parent, 1 (x)
pollwait: 68: not open here, nor in the parent, 1 (x)" \
		-- bash -c 'pollwait 65-67:in 69:in 68:in 2>message
			status=$?; sed "s/parent, .*/parent, 1 (x)/" message >&2; exit $status'
	empty_fifo 6
	run -0 bash -c 'exec 5<&- 7<&-; pollwait 5-7:out 2>&1 >/dev/null; :'
	[ "${#lines[@]}" -eq 2 ]
}

@test "the cures for bash's coprocess work as printed" {
	local shell
	# shellcheck disable=SC2016
	run -0 --separate-stderr bash -c 'coproc cat; exec 7<&${COPROC[0]} 8>&${COPROC[1]}
		pollwait ${COPROC[0]}:in ${COPROC[1]}:out 7:in 8:0 >nvals
		echo ${COPROC[0]} ${COPROC[1]}
		kill $COPROC_PID'
	read -r in out <<<"$output"
	[ "$(cure)" = "{ pollwait $in:in $in<&0; } <&$in
{ pollwait $out:out $out>&1 >&9; } 9>&1 >&$out
{ pollwait 7:in 7<&0; } <&7
{ pollwait 8:0 8>&1 >&9; } 9>&1 >&8" ]
	cure >cures
	# shellcheck disable=SC2016
	run -0 --separate-stderr bash -c 'coproc cat; exec 7<&${COPROC[0]} 8>&${COPROC[1]}
		echo data >&8
		{ read -r a; read -r b; read -r c; read -r d; } <cures
		eval "${a/:in/:in -t 10000}" 2>/dev/null || eval "$a"
		eval "$b"; eval "$c"
		kill $COPROC_PID
		wait $COPROC_PID
		eval "$d"' 
	[ "$output" = "$in in
$out out
7 in
8 err" ]
	[ "$stderr" = '' ]
}

@test "the cures for descriptors above 2 in ksh93 and mksh work in every shell" {
	local shell number in out
	for shell in ksh93 mksh; do
		run -3 --separate-stderr $shell -c 'mkfifo f; exec 7<>f 8>/dev/null; rm f; pollwait 7:pri 8:out; exit $?'
		[[ $stderr == *"7: close-on-exec in the parent, "*"8: close-on-exec in the parent, "* ]]
		[ "$(cure)" = '{ pollwait 7:pri 7<&0; } <&7
{ pollwait 8:out 8>&1 >&9; } 9>&1 >&8' ]
	done
	run -3 --separate-stderr mksh -c 'exec 9>/dev/null; pollwait 9:out; exit $?'
	[ "$(cure)" = '{ pollwait 9:out 9>&1 >&8; } 8>&1 >&9' ]
	for shell in "${shells[@]}"; do
		# shellcheck disable=SC2086 # the words that start a shell
		expect 0 $'3 out\n4 out\n9 out' -- $shell -c 'mkfifo f; exec 3<>f 4>/dev/null 9>/dev/null; rm f
			{ pollwait 3:out 3<&0; } <&3
			{ pollwait 4:out 4>&1 >&9; } 9>&1 >&4
			{ pollwait 9:out 9>&1 >&8; } 8>&1 >&9'
	done
}

@test "the hint claims nothing about a parent that it may not inspect" {
	public_copy
	run -3 --separate-stderr sh -c 'setpriv --reuid nobody --regid nogroup --clear-groups "$1/pollwait" 9:in 9<&-; exit $?' sh "$copy"
	[ "$stderr" = 'pollwait: 9: not open here; the parent may not be asked' ]
}

@test "the name of the parent cannot break the line of a hint" {
	expect 3 '9 nval' $'pollwait: 9: not open here, nor in the parent, N (a\\012\\033[2Jb)' -- /usr/bin/python3 -c '
import ctypes, os, re, subprocess, sys
ctypes.CDLL(None).prctl(15, b"a\n\x1b[2Jb", 0, 0, 0)
done = subprocess.run(["pollwait", "9:in"], stderr=subprocess.PIPE, text=True)
sys.stderr.write(done.stderr.replace(str(os.getpid()), "N"))
sys.exit(done.returncode)'
}

# bats test_tags=limit
@test "19,900 descriptors are polled although the soft limit is 1,024" {
	run -3 bash -c 'ulimit -Sn 1024; pollwait 100000-119899:in 2>message; exit $?'
	[ "${#lines[@]}" -eq 19900 ]
	[ "${lines[0]}" = '100000 nval' ]
	[ "${lines[19899]}" = '119899 nval' ]
	[[ $(<message) == 'pollwait: 100000-119899: not open here, nor in the parent, '* ]]
}

# bats test_tags=limit
@test "a set as large as the hard limit is polled, and the operand that exceeds it is refused" {
	run -3 bash -c 'ulimit -n 50; pollwait -q 100-149:in'
	refused "pollwait: 7:in: more than 50 descriptors, this process's limit (ulimit -Hn)" \
		-- bash -c 'ulimit -n 50; pollwait 100-149:in 7:in'
	refused "pollwait: 100-150:in: more than 50 descriptors, this process's limit (ulimit -Hn)" \
		-- bash -c 'ulimit -n 50; pollwait 100-150:in'
	run -3 bash -c 'ulimit -n 50; ulimit -Sn 20; pollwait -q 100-149:in'
	# A small set is polled first; the limit is read only if the kernel refuses.
	expect 0 '1 out' -- sh -c 'ulimit -Sn 0; exec pollwait 1:out'
}

# bats test_tags=limit
@test "a range far beyond the limit is refused without an allocation" {
	local limit
	limit=$(ulimit -Hn)
	refused "pollwait: 0-2000000000: more than $limit descriptors, this process's limit (ulimit -Hn)" \
		-- bash -c 'ulimit -v 30000; pollwait 0-2000000000'
	refused "pollwait: 0-2147483647:in: more than $limit descriptors, this process's limit (ulimit -Hn)" \
		-- bash -c 'ulimit -v 30000; pollwait 0-2147483647:in'
}

# bats test_tags=limit
@test "the message about missing memory names the operand" {
	run -2 --separate-stderr strace -qq -o trace -e trace=mmap,brk \
		-e inject=mmap,brk:error=ENOMEM:when=5+ "$POLLWAIT_BIN/pollwait" 0-19999
	[ "$output" = '' ]
	[[ $stderr == 'pollwait: 0-19999: '* ]]
}

# bats test_tags=strace
@test "a failure to read or raise the limit is an error" {
	empty_fifo 7
	run -2 --separate-stderr strace -qq -o trace -e trace=prlimit64 \
		-e inject=prlimit64:error=EPERM:when=1 pollwait 7:out 100-103:in
	[ "$stderr" = 'pollwait: the limit on descriptors: Operation not permitted' ]
	run -2 --separate-stderr bash -c 'ulimit -Sn 50; strace -qq -o trace -e trace=prlimit64 \
		-e inject=prlimit64:error=EPERM:when=3 pollwait 100-199'
	[ "$stderr" = 'pollwait: raising the limit on descriptors: Operation not permitted' ]
}

@test "a thousand processes can be operands" {
	# shellcheck disable=SC2046 # one operand a word
	run -0 bash -c 'ulimit -Sn 256; pollwait '"$(printf 'pid:%d ' $(seq 3000001 3001000))"
	[ "${#lines[@]}" -eq 1000 ]
	[ "${lines[999]}" = 'pid:3001000 in' ]
}

# bats test_tags=limit
@test "-p polls thousands of descriptors, and refuses more than the limit leaves" {
	run -0 /usr/bin/python3 - <<-'END'
		import os, resource, subprocess
		hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
		r, w = os.pipe()
		os.write(w, b"x")
		for fd in range(100, 6100):
		    os.dup2(r, fd)
		done = subprocess.run(["pollwait", "-p", str(os.getpid()), "100-6099:in"], capture_output=True, text=True)
		assert done.stdout == "".join(f"{fd} in\n" for fd in range(100, 6100)), done.stderr
		few = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))
		done = subprocess.run(["pollwait", "-p", str(os.getpid()), "100-120:in"], capture_output=True,
		                      text=True, preexec_fn=few)
		assert (done.returncode, done.stdout) == (2, ""), done
		assert done.stderr == ("pollwait: 100-120:in: more than 16 descriptors, what this process's limit "
		                       "leaves (ulimit -Hn)\n"), done.stderr
		for soft in range(4, 21):
		    some = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, 20))
		    done = subprocess.run(["pollwait", "-p", str(os.getpid()), "100-115:in"], capture_output=True,
		                          text=True, preexec_fn=some)
		    assert done.returncode == 0 and done.stdout.count("\n") == 16, (soft, done)
		# An operand pid:N takes one descriptor more.  A listing prints ? for the parts of
		# /proc that it has no descriptor for.
		for arguments, most in (["pid:%d" % os.getpid()], 15), (["-l"], 16):
		    for count, status in (most, 0), (most + 1, 2):
		        done = subprocess.run(["pollwait", "-p", str(os.getpid()), "-t", "0"] + [a for a in arguments if a == "-l"]
		                              + [f"100-{99 + count}:in"] + [a for a in arguments if a != "-l"],
		                              capture_output=True, text=True, preexec_fn=few)
		        assert done.returncode == status and ("more than" in done.stderr) == (status == 2), (count, done)
	END
}

# bats test_tags=strace
@test "polled descriptors are never read, written, changed or closed" {
	empty_fifo 7
	echo data >&7
	exec 8< <(:)
	until_so pollwait -q -t 0 8:0
	exec 9<&-
	expect 0 $'7 in,out\n8 hup\n9 nval' -- traced 7 8 9:nval
	run ! grep -E '^[a-z0-9_]+\((7|8|9)[,)]' trace
	run ! grep -E '^(fcntl|ioctl|read|readv|dup|dup2|dup3|open|openat|close)\(' trace
	read -r line <&7
	[ "$line" = data ]
}

# bats test_tags=strace
@test "a poll starts no process, opens no file and installs no handler" {
	empty_fifo 7
	expect 0 '7 out' -- traced 7:out
	run ! grep -E '^(clone|clone3|fork|vfork|open|openat|rt_sigaction|socket|pipe)' trace
	[ "$(grep -c '^execve(' trace)" -eq 1 ]
}

# bats test_tags=strace
@test "a duplicate never takes 0, 1 or 2" {
	holds '7</dev/null'
	expect 2 '' 'pollwait: standard output: Bad file descriptor' \
		-- bash -c "pollwait -p $held 7:in >&- <&-"
	expect 2 '' '' -- bash -c "pollwait -p $held 7:foo 2>&-"
	run -0 strace -qq -o trace bash -c "exec pollwait -q -p $held 7:in 0<&- 1>&- 2>&-"
	# A duplicate that comes out as 0, 1 or 2 is moved before its use.
	run ! grep -E '^(read|write|poll)\([012],' trace
}

# bats test_tags=strace
@test "-l lists a process if the real user alone differs" {
	public_copy
	"${nobody[@]}" sleep 1000 3>&- &
	held=$!
	until_so grep -qx sleep "/proc/$held/comm"
	run -0 --separate-stderr setpriv --ruid daemon --euid nobody --regid nogroup --clear-groups \
		"$copy/pollwait" -l -p $held 0
	[[ ${lines[1]} =~ ^0\ +\?\ +-\ +r\ +-\ +-\ +-\ +/dev/null$ ]]
	[[ $stderr == "pollwait: -p $held: its descriptors may not be duplicated: the process belongs to user "* ]]
}

# bats test_tags=strace
@test "-l refuses a process if the effective user alone differs" {
	public_copy
	"${nobody[@]}" sleep 1000 3>&- &
	held=$!
	until_so grep -qx sleep "/proc/$held/comm"
	run -2 setpriv --ruid nobody --euid daemon --regid nogroup --clear-groups \
		"$copy/pollwait" -l -p $held 0
	[ "$output" = "pollwait: -p $held: its descriptors may not be listed: the process belongs to user $(id -u nobody) and pollwait runs as user $(id -u daemon); try as root" ]
}

# Replace the ids of processes and pipes, which differ from run to run.
plain() {
	sed -E '/^pollwait: PEER may lack a process: /d
		s/[0-9]{2,}/N/g; s/  +/  /g'
}

@test "the hint about a coprocess is the one in DIAGNOSTICS" {
	sed -n 's/^\.It "\(63: close-on-exec .*\)"$/pollwait: \1/p' "$root/man/pollwait.1" | plain >expected
	# shellcheck disable=SC2016
	run -0 bash -c 'coproc cat; pollwait ${COPROC[0]}:in 2>&1 >/dev/null; kill $COPROC_PID; wait'
	diff -u expected <(plain <<<"${lines[0]}")
}

@test "-l without an operand lists all open descriptors" {
	expect 0 'FD
0
1
2
7' -- only 'exec 7</dev/null; pollwait -l 3<&- 4<&- </dev/null >got; cut -d " " -f 1 got'
}

# bats test_tags=strace
@test "-l shows the other columns if the file system does not answer" {
	exec 7</etc/passwd
	run -0 --separate-stderr strace -qq -o trace -e trace=fstat,newfstatat \
		-e inject=fstat,newfstatat:error=ESTALE pollwait -l 7:in
	[[ ${lines[1]} =~ ^7\ +in\ +r\ +-\ +-\ +-\ +/etc/passwd$ ]]
	[ "$stderr" = '' ]
}

# bats test_tags=limit
@test "the limit is raised to make room for the reading of /proc" {
	run -0 --separate-stderr bash -c 'ulimit -Sn 3; exec pollwait -l 0:in'
	[ "$stderr" = '' ]
	run -0 --separate-stderr bash -c 'ulimit -Sn 3; exec pollwait 0-:nval 9:nval'
	[ "$stderr" = '' ]
}

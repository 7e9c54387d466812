# -p, the descriptors of another process.
# shellcheck disable=SC2086 # the numbers of processes are words

load helper

got_is() {
	[ "$(<got)" = "$1" ]
}

@test "-p polls the descriptors of the process" {
	empty_fifo 7
	holds '8<>/dev/null 9<&-'
	exec 8<&-
	expect 0 $'7 out\n8 in,out\n9 nval' "pollwait: 9: process $held (sleep) does not have it open" \
		-- pollwait -p $held 7 8 9
	expect 3 '9 nval' -- pollwait --pid=$held 9:in
	expect 1 '' -- pollwait -p $held -t 0 7:in
	expect 0 '' -- pollwait -qp $held 8:in 9:in
}

@test "3- with -p names the open descriptors of the process" {
	holds '7</dev/null 9</dev/null 8<&-'
	expect 0 $'7 in\n9 in' -- bash -c "exec 8</dev/null; pollwait -p $held 7-9:in | grep -v nval"
	run -0 pollwait -p $held 3-:in
	[[ $'\n'$output$'\n' == *$'\n7 in\n9 in\n'* ]]
	expect 3 '' 'pollwait: 300-: no open descriptor from 300 up' \
		-- pollwait -p $held 300-
}

@test "-p waits until a descriptor is ready" {
	empty_fifo 7
	holds
	pollwait -p $held -i 5 -t 60000 7:in >got 3>&- &
	run=$!
	until_so is_polling $run
	echo data >&7
	wait $run
	got_is '7 in'
}

# bats test_tags=slow
@test "-p looks a last time when the time is over, and not before" {
	empty_fifo 7
	holds
	local start
	start=$(uptime_ms)
	expect 1 '' -- pollwait -p $held -i 1000000 -t 150 7:in
	(($(uptime_ms) - start >= 140))
	(sleep 0.3; echo data >&7) 3>&- &
	expect 0 '7 in' -- pollwait -p $held -i 1000000 -t 1000 7:in
}

@test "-c with -p drops descriptors that are at their end, and -a takes each once" {
	exec 7< <(:) 8< <(echo data)
	until_so pollwait -q -t 0 7:0
	until_so eval 'pollwait -t 0 8:0 | grep -q hup'
	empty_fifo 9
	holds
	expect 0 $'7 hup\n8 in,hup\n8 in,hup' -- pollwait -p $held -c 2 -i 5 7:in 8:in
	read -r _ <&8
	expect 0 $'7 hup\n8 hup' -- pollwait -p $held -c 0 -i 5 7:in 8:in
	expect 1 $'7 hup' 'pollwait: timed out; not ready: 9' -- pollwait -p $held -a -t 30 -i 5 7:in 9:in
}

@test "-m with -p prints changes" {
	empty_fifo 7
	holds
	: >got
	pollwait -m -i 5 -p $held 7:in >got 3>&- &
	run=$!
	until_so is_polling $run
	echo data >&7
	until_so got_is '7 in'
	read -r _ <&7
	until_so got_is $'7 in\n7 -'
	kill $held
	wait $run || [ $? -eq 3 ]
	got_is $'7 in\n7 -\n7 nval'
}

@test "the end of the process makes its descriptors nval, and ends the run" {
	empty_fifo 7
	empty_fifo 8
	local options
	for options in '' '-c 0' '-a' '-m' '-c 5 -i 1000000'; do
		holds
		# shellcheck disable=SC2086 # the words of the options
		pollwait $options -p $held 7:in 8:nval >got 2>message 3>&- &
		run=$!
		until_so is_polling $run
		kill $held
		local status=0
		wait $run || status=$?
		# The status of -a is 3 for any nval that was not asked for, that of the others
		# is the status of the last poll.
		if [ "$options" = -a ]; then [ $status -eq 3 ]; else [ $status -eq 0 ]; fi
		got_is $'7 nval\n8 nval'
		# The descriptors may close a moment before the process ends.
		[[ $(<message) =~ ^"pollwait: 7: process $held"(' (sleep)')?' does not have it open'(': it has ended')?$ ]]
	done
}

@test "the end of the process ends the run although the process of pid:N lives" {
	empty_fifo 7
	sleep 1000 3>&- &
	local child=$! options status
	for options in '' '-c 0' '-a' '-m'; do
		holds
		# shellcheck disable=SC2086 # the words of the options
		pollwait $options -p $held 7:in pid:$child >got 2>message 3>&- &
		run=$!
		until_so is_polling $run
		kill $held
		status=0
		wait $run || status=$?
		[ $status -eq 3 ]
		got_is '7 nval'
	done
	kill $child
}

@test "the end of the process gives status 3 if no nval was asked for" {
	empty_fifo 7
	local options
	for options in '' '-c 0' '-a' '-m'; do
		holds
		# shellcheck disable=SC2086
		pollwait $options -p $held 7:in >got 2>message 3>&- &
		run=$!
		until_so is_polling $run
		kill $held
		local status=0
		wait $run || status=$?
		[ $status -eq 3 ]
		got_is '7 nval'
	done
}

@test "a process whose first thread has ended is looked at by a thread that lives" {
	run -0 /usr/bin/python3 - <<-'END'
		import os, signal, subprocess, threading, time
		r, w = os.pipe()
		pid = os.fork()
		if pid == 0:
		    import ctypes
		    os.close(r)
		    threading.Thread(target=time.sleep, args=(1000,)).start()
		    # End the first thread alone.
		    ctypes.CDLL(None).syscall(60 if os.uname().machine == "x86_64" else 93, 0)
		os.close(w)
		while "Z" not in open(f"/proc/{pid}/stat").read().split(")")[1]:
		    time.sleep(0.01)
		try:
		    done = subprocess.run(["pollwait", "-t", "0", "-p", str(pid), f"{w}:in"], capture_output=True, text=True)
		    assert (done.returncode, done.stdout, done.stderr) == (1, "", ""), done
		    done = subprocess.run(["pollwait", "-l", "-p", str(pid)], capture_output=True, text=True)
		    assert done.returncode == 0 and f"\n{w} " in done.stdout, done
		    done = subprocess.run(["pollwait", "-t", "0", "-p", str(pid), "0-:0x2000"], capture_output=True, text=True)
		    assert done.returncode in (0, 1) and done.stderr == "", done
		    # Who holds the pipe is found by the thread that lives.
		    done = subprocess.run(["pollwait", "-l", f"{r}:in"], pass_fds=[r], capture_output=True, text=True)
		    assert f" {pid}/{w}w:python3" in done.stdout, done
		finally:
		    os.kill(pid, signal.SIGKILL)
		    os.waitpid(pid, 0)
	END
}

@test "pid:N with -p ends the wait at once" {
	empty_fifo 7
	holds
	sleep 1000 3>&- &
	local child=$!
	pollwait -p $held -i 1000000 7:in pid:$child >got 3>&- &
	run=$!
	until_so is_polling $run
	kill $child
	wait $run
	got_is "pid:$child in"
}

@test "the end of the process does not end a run in which only pid:N is left" {
	holds
	sleep 1000 3>&- &
	local child=$!
	pollwait -a -p $held -i 5 9:nval pid:$child >got 9<&- 3>&- &
	run=$!
	until_so got_is '9 nval'
	kill $held
	sleep 0.1
	kill -0 $run
	kill $child
	wait $run
	got_is $'9 nval\n'"pid:$child in"
}

@test "-p notices that the reader of pollwait's own standard output has left" {
	empty_fifo 7
	holds
	run -0 bash -c "pollwait -p $held 7:in | :; echo \${PIPESTATUS[0]}"
	[ "$output" = 141 ]
	run -0 bash -c "pollwait -p $held -m 1:in | :; echo \${PIPESTATUS[0]}"
	[ "$output" = 141 ]
}

@test "-p refuses the id of no process, of an ended one and of a thread" {
	local gone
	gone=$(sh -c 'echo $$')
	refused "pollwait: -p $gone: no such process" -- pollwait -p "$gone" 3:in
	run -0 /usr/bin/python3 - <<-'END'
		import os, subprocess, threading
		def refusal(pid, *more):
		    done = subprocess.run(["pollwait", *more, "-p", str(pid), "3:in"], capture_output=True, text=True)
		    assert done.returncode == 2 and done.stdout == "", done
		    return done.stderr
		pid = os.fork()
		if pid == 0:
		    os._exit(3)
		os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
		for more in [], ["-l"]:
		    assert refusal(pid, *more) == f"pollwait: -p {pid}: the process has ended, and its parent has not collected it\n"
		leave = threading.Event()
		thread = threading.Thread(target=leave.wait)
		thread.start()
		said = refusal(thread.native_id)
		leave.set()
		assert said == f"pollwait: -p {thread.native_id}: is the id of a thread, not of a process\n", said
	END
}

@test "-p refuses a bad id" {
	refused 'pollwait: -p 0: no process has an id below 1 or above 2147483647' -- pollwait -p 0 3:in
	refused 'pollwait: -p -1: not the id of a process' -- pollwait -p -1 3:in
	refused 'pollwait: --pid=x: not the id of a process' -- pollwait --pid=x 3:in
	refused 'pollwait: no operand; try "pollwait -t 500 3:in", or "pollwait -h"; to wait for a process'"'"'s end, the operand is pid:7' -- pollwait -p 7
}

@test "the message about a missing permission says who has it" {
	holds
	public_copy
	cat >refusals.sh <<-'END'
		sleep 1000 & own=$!
		"$1/pollwait" -q -t 0 -p $own 2:nval; echo "own $?"
		"$1/pollwait" -l -p $own 2 2>/dev/null | tail -n +2 | cut -d ' ' -f 1
		kill $own
		"$1/pollwait" -p $2 3:in; echo "other $?"
		"$1/pollwait" -l -p $2 3:in; echo "other $?"
		"$1/pollwait" -p $2 3-:in; echo "other $?"
	END
	run -0 "${nobody[@]}" sh -s "$copy" "$held" <refusals.sh
	local user
	user=$(id -u nobody)
	[ "$output" = "own 1
2
pollwait: -p $held: its descriptors may not be duplicated: the process belongs to user 0 and pollwait runs as user $user; try as root
other 2
pollwait: -p $held: its descriptors may not be listed: the process belongs to user 0 and pollwait runs as user $user; try as root
other 2
pollwait: -p $held: its descriptors may not be duplicated: the process belongs to user 0 and pollwait runs as user $user; try as root
other 2" ]
}

@test "a process that is not dumpable is refused to its user" {
	cat >victim.py <<-'END'
		import ctypes, time
		ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
		print("ready", flush=True)
		time.sleep(1000)
	END
	public_copy
	"${nobody[@]}" /usr/bin/python3 - <victim.py >said 3>&- &
	held=$!
	until_so grep -q ready said
	run -2 "${nobody[@]}" "$copy/pollwait" -p $held 3:in
	[ "$output" = "pollwait: -p $held: its descriptors may not be duplicated: the process is not dumpable, see prctl(2); try as root" ]
}

# bats test_tags=strace
@test "root without the capability gets a message that names it" {
	public_copy
	"${nobody[@]}" sleep 1000 3>&- &
	held=$!
	until_so grep -qx sleep "/proc/$held/comm"
	expect 2 '' "pollwait: -p $held: its descriptors may not be duplicated: not permitted; it needs CAP_SYS_PTRACE" \
		-- setpriv --bounding-set=-sys_ptrace pollwait -t 0 -p $held 0:in
}

# bats test_tags=strace
@test "the message for an old kernel names the first Linux that can duplicate" {
	holds '7</dev/null'
	local reason="pollwait: -p $held: the kernel cannot duplicate descriptors of another process; pidfd_getfd(2) needs Linux 5.6"
	expect 2 '' "$reason" \
		-- strace -qq -o trace -e inject=pidfd_getfd:error=ENOSYS pollwait -t 0 -p $held 7:in
	expect 2 '' "$reason" \
		-- strace -qq -o trace -e inject=pidfd_open:error=ENOSYS pollwait -t 0 -p $held 7:in
}

# bats test_tags=strace
@test "the message names Yama and its scope if Yama forbids the duplicate" {
	public_copy
	"${nobody[@]}" sleep 1000 3>&- &
	held=$!
	until_so grep -qx sleep "/proc/$held/comm"
	local scope words
	for scope in 1 2 3; do
		case $scope in
		1) words='Yama permits it for descendants only; try as root, or write 0 to FILE' ;;
		2) words='Yama permits it to root only, see FILE; try as root' ;;
		3) words='Yama forbids it to everybody; see FILE' ;;
		esac
		# shellcheck disable=SC2016
		run -2 unshare -m --propagation unchanged sh -c 'mount --make-rprivate /proc &&
			mount -t tmpfs none /proc/sys/kernel && mkdir /proc/sys/kernel/yama &&
			echo $2 >/proc/sys/kernel/yama/ptrace_scope &&
			shift 2 && exec "$@"' sh "$held" "$scope" "${nobody[@]}" strace -qq -o /dev/null \
			-e inject=pidfd_getfd:error=EPERM "$copy/pollwait" -t 0 -p $held 7:in
		[ "$output" = "pollwait: -p $held: its descriptors may not be duplicated: ${words/FILE//proc/sys/kernel/yama/ptrace_scope}" ]
	done
}

# bats test_tags=strace
@test "-l lists the other columns if only the duplicate is refused" {
	holds '7</etc/passwd 9<&-'
	local error
	for error in EPERM ENOSYS; do
		run -0 --separate-stderr strace -qq -o trace -e inject=pidfd_getfd:error=$error pollwait -l -p $held 7:in 9:nval
		[[ ${lines[1]} =~ ^7\ +\?\ +-\ +r\ +-\ +-\ +-\ +/etc/passwd$ ]]
		[[ ${lines[2]} =~ ^9\ +nval\ +-\ +-\ +-\ +-\ +-\ +-$ ]]
		[[ $stderr == "pollwait: -p $held: "* ]]
		[ "${#stderr_lines[@]}" -eq 1 ]
	done
	run -2 --separate-stderr strace -qq -o trace -e inject=pidfd_getfd:error=EPERM pollwait -l -t 10 -p $held 7:in
	[ "${#lines[@]}" -eq 2 ]
}

@test "CALL shows the system calls in which threads wait for a descriptor" {
	run -0 /usr/bin/python3 "$root/tests/reference/calls.py"
}

@test "-p changes nothing in the process, and keeps no duplicate" {
	run -0 /usr/bin/python3 "$root/tests/reference/kept.py"
}

# bats test_tags=slow
@test "-l prints no wrong row of a process that opens and closes all the time" {
	run -0 /usr/bin/python3 "$root/tests/reference/churn.py"
}

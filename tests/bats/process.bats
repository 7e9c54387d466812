# pid:N, the end of a process.

load helper

# gone_process: print the id of a process that has ended and was collected.
gone_process() {
	sh -c 'echo $$'
}

# ended PID: succeed if the process has ended, collected or not.
ended() {
	pollwait -q -t 0 "pid:$1"
}

@test "a living process is not ready" {
	sleep 1000 &
	local child=$!
	expect 1 '' -- pollwait -t 0 pid:$child
	kill $child
	expect 0 "pid:$child in" -- pollwait pid:$child
}

@test "an ended process is ready, before and after its parent collects it" {
	run -0 /usr/bin/python3 - <<-'END'
		import os, subprocess
		pid = os.fork()
		if pid == 0:
		    os._exit(3)
		os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
		def ask():
		    done = subprocess.run(["pollwait", f"pid:{pid}"], capture_output=True)
		    return done.returncode, done.stdout, done.stderr
		before = ask()
		os.waitpid(pid, 0)
		after = ask()
		assert before == after == (0, b"pid:%d in\n" % pid, b""), (before, after)
	END
}

@test "a process that is collected during the wait is ready" {
	run -0 bash -c 'sleep 0.2 & pollwait -t 30000 pid:$! | sed s/$!/N/'
	[ "$output" = 'pid:N in' ]
}

@test "leading zeros are ignored, and a process named again keeps its place" {
	local gone
	gone=$(gone_process)
	exec 9<&-
	expect 0 "pid:$gone in"$'\n9 nval' -- pollwait "pid:000$gone" 9:in "pid:$gone"
}

@test "processes and descriptors are printed in the order of the operands" {
	local gone
	gone=$(gone_process)
	empty_fifo 7
	expect 0 $'7 out\npid:'"$gone"$' in\n9 nval' -- pollwait 7:out "pid:$gone" 9:in 9<&-
}

@test "the pidfd of a process takes no number of an operand, nor 0 to 2" {
	sleep 1000 &
	local child=$! gone
	gone=$(gone_process)
	expect 3 '3 nval' -- bash -c "exec 3<&- 4<&-; pollwait -t 0 3:in pid:$child"
	expect 3 $'3 nval\n4 nval\n5 nval' \
		-- bash -c "exec 3<&- 4<&- 5<&-; pollwait -t 0 pid:$child 3:in 4-5:in"
	expect 0 "pid:$gone in"$'\n3 nval\n0 nval' \
		-- bash -c "exec 3<&- 0<&-; pollwait pid:$gone 3:in 0:in"
	expect 2 '' 'pollwait: standard output: Bad file descriptor' \
		-- bash -c "pollwait pid:$gone >&-"
	kill $child
}

@test "a word that is not the id of a process is refused" {
	refused 'pollwait: pid:: the id of a process is missing' -- pollwait pid:
	refused 'pollwait: pid:x: "x": not the id of a process' -- pollwait pid:x
	refused 'pollwait: pid:+1: "+1": not the id of a process' -- pollwait pid:+1
	refused 'pollwait: pid:-1: "-1": not the id of a process' -- pollwait pid:-1
	local bad
	for bad in 0 2147483648; do
		refused "pollwait: pid:$bad: \"$bad\": no process has an id below 1 or above 2147483647" \
			-- pollwait pid:$bad
	done
	refused 'pollwait: pid:1:in: a process takes no events: it ends' -- pollwait pid:1:in
	refused 'pollwait: pid:1:: a process takes no events: it ends' -- pollwait pid:1:
	refused 'pollwait: PID:1: "PID": not the number of a descriptor' -- pollwait PID:1
}

@test "the id of a thread is refused" {
	run -0 /usr/bin/python3 - <<-'END'
		import subprocess, threading
		leave = threading.Event()
		thread = threading.Thread(target=leave.wait)
		thread.start()
		tid = thread.native_id
		done = subprocess.run(["pollwait", "-t", "0", f"pid:{tid}"], capture_output=True, text=True)
		leave.set()
		assert done.returncode == 2 and done.stdout == "", done
		assert done.stderr == f"pollwait: pid:{tid}: {tid} is the id of a thread, not of a process\n"
	END
}

# bats test_tags=strace
@test "the message for an old kernel names the first Linux with pidfd_open(2)" {
	expect 2 '' 'pollwait: pid:1: the kernel cannot wait for a process; pidfd_open(2) needs Linux 5.3' \
		-- strace -qq -o trace -e trace=pidfd_open -e inject=pidfd_open:error=ENOSYS pollwait -t 0 pid:1
}

# -w: what a process waits for, and who can wake it.

# bats file_tags=command

load helper

setup_file() {
	needs "$POLLWAIT_BIN/pollwait" "$build/walk_test"
}

# bats test_tags=core
@test "the walk finds the verdict and the circle of made-up systems" {
	run -0 "$build/walk_test"
}

# bats test_tags=command,slow
@test "each scene of waiting processes has the rows, the status and the message that it knows of" {
	local scene
	for scene in $(/usr/bin/python3 "$root/tests/reference/why_scenes.py"); do
		/usr/bin/python3 "$root/tests/reference/why_scenes.py" "$scene"
	done
}

# bats test_tags=command
@test "an event loop of another session is known also from a session whose leader is hidden" {
	unshare -pf --mount-proc /usr/bin/python3 "$root/tests/reference/why_scenes.py" \
		event_loop_of_another_session event_loop_of_the_same_session
}

# bats test_tags=command
@test "the status of -q tells a deadlock from a pause" {
	mkfifo fifo
	bash -c 'exec 7<>fifo; rm fifo; read -r line <&7' 3>&- 4>&- &
	run=$!
	until_so grep -q '^0 ' "/proc/$run/syscall"
	expect 3 '' -- pollwait -q -w -p $run
	holds '7</dev/null'
	expect 0 '' -- pollwait -q -w -p "$held"
}

# bats test_tags=valgrind
@test "-w takes a process, no operand, and few options" {
	refused 'pollwait: 1234: -w takes no operand; try pollwait -w -p 1234' -- pollwait -w 1234
	refused 'pollwait: -w needs a process; try pollwait -w -p PID' -- pollwait --why
	local option
	for option in a l m; do
		run -2 --separate-stderr pollwait -w -$option -p 1
		[[ $stderr == *' cannot be used together' ]]
	done
	refused 'pollwait: -w and -c cannot be used together' -- pollwait -w -c 1 -p 1
	refused 'pollwait: -w and -t cannot be used together' -- pollwait -w -t 1 -p 1
}

# bats test_tags=command
@test "a pair that exchanges bytes all the time is no deadlock" {
	run -0 /usr/bin/python3 - <<-'END'
		import os, signal, subprocess
		a, b = os.pipe()
		c, d = os.pipe()
		pids = []
		for r, w in (a, d), (c, b):
		    pid = os.fork()
		    if pid == 0:
		        # The count of context switches is then far down in status.
		        os.setgroups(range(100000, 102000))
		        for fd in {a, b, c, d} - {r, w}:
		            os.close(fd)
		        os.write(w, b"x")
		        while True:
		            os.write(w, os.read(r, 1))
		    pids.append(pid)
		for fd in a, b, c, d:
		    os.close(fd)
		try:
		    for _ in range(50):
		        done = subprocess.run(["pollwait", "-q", "-w", "-i", "5", "-p", str(pids[0])])
		        assert done.returncode == 0, done
		finally:
		    for pid in pids:
		        os.kill(pid, signal.SIGKILL)
		        os.waitpid(pid, 0)
	END
}

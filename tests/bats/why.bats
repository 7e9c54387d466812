# -w: what a process waits for, and who can wake it.

# bats file_tags=command

load helper

setup_file() {
	needs "$POLLWAIT_BIN/pollwait" "$build/walk_test"
}

# bats test_tags=core
@test "the walk finds the verdict and the circle of made-up systems" {
	local system count=0
	for system in $("$build/walk_test"); do
		run -0 "$build/walk_test" "$system"
		((++count))
	done
	[ $count -ge 8 ]
}

# bats test_tags=command,slow
@test "each scene of waiting processes has the rows, the status and the message that it knows of" {
	local scene
	for scene in $(/usr/bin/python3 "$root/tests/reference/why_scenes.py"); do
		/usr/bin/python3 "$root/tests/reference/why_scenes.py" "$scene"
	done
}

# bats test_tags=command,slow,scripts
@test "an unprivileged user gets the same of his own waits" {
	local scene
	public_scripts
	for scene in $(/usr/bin/python3 why_scenes.py); do
		PATH=$copy:$PATH "${nobody[@]}" /usr/bin/python3 why_scenes.py "$scene"
	done
}

# bats test_tags=command
@test "an event loop of another session is known also from a session whose leader is hidden" {
	unshare -pf --mount-proc /usr/bin/python3 "$root/tests/reference/why_scenes.py" \
		event_loop_of_another_session event_loop_of_the_same_session
}

# bats test_tags=command,limit
@test "-w says if PEER may lack a process, and -q does not" {
	run -0 --separate-stderr unshare -pf --mount-proc bash -c 'sleep 1000 | cat >/dev/null &
		pollwait -w -p $!; pollwait -q -w -p $!' 3>&- 4>&-
	[ "$stderr" = 'pollwait: PEER may lack a process: /proc shows those of this pid namespace alone' ]
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

# bats test_tags=strace
@test "a registration that cannot be compared is no ground for a deadlock" {
	/usr/bin/python3 -c '
import os, select
epoll = select.epoll()
epoll.register(os.eventfd(0), select.EPOLLIN)
epoll.poll()' 3>&- 4>&- &
	local waiter=$!
	until_so waits_in_epoll $waiter
	expect 3 '' -- pollwait -q -w -p $waiter
	run -0 --separate-stderr strace -qq -o trace -e inject=kcmp:error=EPERM pollwait -w -p $waiter
	[[ $output =~ epoll_wait:in\ .*\ \?\ +anon_inode:\[eventfd\]\ 0$ ]]
	kill $waiter
}

waits_in_epoll() {
	pollwait -w -p "$1" 2>/dev/null | grep -q epoll_wait:in
}

# bats test_tags=valgrind
@test "-w takes a process, no operand, and few options" {
	refused 'pollwait: 1234: -w takes no operand; try pollwait -w -p 1234' -- pollwait -w 1234
	refused 'pollwait: pid:1234: -w takes no operand; try pollwait -w -p 1234' -- pollwait -w pid:1234
	refused 'pollwait: 3:in: -w takes no operand' -- pollwait -w 3:in
	refused 'pollwait: 0: -w takes no operand' -- pollwait -w 0
	refused 'pollwait: 7: -w takes no operand' -- pollwait -w -p 1 7
	refused 'pollwait: -w needs a process; try pollwait -w -p PID' -- pollwait --why
	local option
	for option in a l m; do
		run -2 --separate-stderr pollwait -w -$option -p 1
		[[ $stderr == *' cannot be used together' ]]
	done
	refused 'pollwait: -w and -c cannot be used together' -- pollwait -w -c 1 -p 1
	refused 'pollwait: -w and -t cannot be used together' -- pollwait -w -t 1 -p 1
}

# bats test_tags=command,slow
@test "the verdict on random systems of processes is that of a model, by seed" {
	/usr/bin/python3 "$root/tests/reference/why_model.py" 1 "${WHY_SEEDS:-15}"
}

# bats test_tags=command,slow
@test "processes that go on all the time are no deadlock, and a deadlock beside them is one" {
	/usr/bin/python3 "$root/tests/reference/why_alarm.py" "${WHY_LOOKS:-6}"
}

# bats test_tags=command,slow
@test "a walk through processes that end, exec, fork, stop, close and reopen claims nothing wrong" {
	/usr/bin/python3 "$root/tests/reference/why_churn.py" "${WHY_WALKS:-40}"
}

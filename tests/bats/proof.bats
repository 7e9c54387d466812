# Hostile input, least privilege, and memory that is not there.

load helper

# bats test_tags=build,slow
@test "no input that a fuzzer has found breaks a promise" {
	needs "$build/fuzz/machine"
	for name in arguments machine; do
		run -0 "$build/fuzz/$name" -runs=0 "$root/tests/fuzz/corpus/$name"
	done
}

# In a pid namespace of its own, as every process costs allocations.
# bats test_tags=slow,core
@test "each allocation that fails ends the run with one message, or changes no line" {
	needs "$POLLWAIT_BIN/failing_alloc"
	run -0 unshare -pfm --mount-proc /usr/bin/python3 "$root/tests/reference/allocation.py" \
		"$POLLWAIT_BIN/failing_alloc" 3>&- 4>&-
	[ "$(grep -c ' allocations: ' <<<"$output")" -eq 16 ]
}

# bats test_tags=slow,builtin
@test "each allocation that fails in a builtin ends the run with one message, and not the shell" {
	needs "$build/failing/pollwait.so" "$build/failing/zsh/pollwait.so"
	local shell
	for shell in bash zsh; do
		"$root/tests/through" $shell "$build/failing"
		run -0 unshare -pfm --mount-proc /usr/bin/python3 "$root/tests/reference/allocation.py" \
			"$build/failing/through-$shell/pollwait" builtin 3>&- 4>&-
		[ "$(grep -c ' allocations: ' <<<"$output")" -eq 18 ]
	done
}

# bats test_tags=slow,strace,command
@test "each kind of run needs the system calls that the manual lists, and no other" {
	run -0 unshare -pfm --mount-proc /usr/bin/python3 "$root/tests/reference/privilege.py" \
		"$build/pollwait" "$root/man/pollwait.1" 3>&- 4>&-
	[ "${#lines[@]}" -eq 10 ]
}

# bats test_tags=slow,strace,command
@test "each system call that fails ends the run with one message, or makes no wrong claim" {
	needs "$build/fault"
	run -0 unshare -pfm --mount-proc /usr/bin/python3 "$root/tests/reference/faults.py" -q \
		"$build/pollwait" "$build/fault" 3>&- 4>&-
	[ "$(grep -c ' faults, 0 wrong$' <<<"$output")" -eq 19 ]
}

# bats test_tags=strace,command
@test "an eventfd that cannot be made for an ended process is told as that, and not as a thread" {
	needs "$build/fault"
	bash -c : & wait $!
	# eventfd2 is 290 on x86-64, and EINVAL is 22.
	run -2 --separate-stderr "$build/fault" 290 1 -22 "$build/pollwait" "pid:$!"
	[ "$stderr" = "pollwait: pid:$!: Invalid argument" ]
}

# bats test_tags=strace,command
@test "where it cannot be read what /proc hides, a message says that the list may lack somebody" {
	needs "$build/fault"
	mkfifo pipe
	exec 7<>pipe
	# readlink is 89 on x86-64, and ENOMEM is 12: fail the one of the pid namespace.
	local number
	number=$(strace -e trace=readlink -o /dev/stdout -- "$build/pollwait" -l 7 | grep readlink | grep -n ns/pid | cut -d: -f1)
	run -0 --separate-stderr "$build/fault" 89 "$number" -12 "$build/pollwait" -l 7
	[[ ${stderr_lines[0]} == 'pollwait: PEER may lack a process: it is not known if /proc shows all'* ]]
}

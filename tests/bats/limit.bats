# How many descriptors there may be, and what they cost.

load helper

# bats test_tags=limit
@test "a descriptor named twice counts once" {
	run -3 bash -c 'ulimit -n 50; pollwait -q 100-149:in 100-149:out 120'
}

# bats test_tags=cost
@test "the highest descriptor costs no more memory than the lowest" {
	# size OPERAND: kilobytes of a run that has found it closed, and waits on
	size() {
		pollwait -q -a 7:in "$1" >/dev/null 3>&- &
		run=$!
		until_so is_polling "$run" &&
			sed -n 's/^VmSize:[[:blank:]]*\([0-9]*\) kB$/\1/p' "/proc/$run/status"
		kill "$run"
	}
	local low high
	empty_fifo 7
	low=$(size 100:in)
	high=$(size 2000000000:in)
	[ "$low" -gt 0 ]
	[ "$high" -lt "$((low + 200))" ]
}

# bats test_tags=strace
@test "a failed poll is diagnosed" {
	empty_fifo 7
	run -2 --separate-stderr strace -qq -o trace -e trace=poll,ppoll \
		-e inject=poll,ppoll:error=EINVAL pollwait 7:out
	[ "$output" = '' ]
	[ "$stderr" = 'pollwait: poll: Invalid argument' ]
}

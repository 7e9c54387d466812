# The number of descriptors, and their memory.

load helper

# bats test_tags=limit
@test "a descriptor named twice counts once" {
	run -3 bash -c 'ulimit -n 50; pollwait -q 100-149:in 100-149:out 120'
}

# bats test_tags=limit,command
@test "a limit of few descriptors names the operand that passes it, and none that it allows" {
	empty_fifo 7
	local limit
	for limit in 1 1:1000; do
		run -0 bash -c "prlimit --nofile=$limit pollwait -t 50 0:in <&7 | cat; echo \${PIPESTATUS[0]}"
		[ "$output" = 1 ]
	done
	run -0 bash -c 'prlimit --nofile=2:1000 pollwait -t 50 0:in 2:pri <&7 | cat; echo ${PIPESTATUS[0]}'
	[ "$output" = 1 ]
	refused 'pollwait: 2:in: more than 2 descriptors, this process'\''s limit (ulimit -Hn)' \
		-- prlimit --nofile=2 pollwait -t 50 0:in 1:in 2:in
	refused 'pollwait: 0-2: more than 2 descriptors, this process'\''s limit (ulimit -Hn)' \
		-- prlimit --nofile=2 pollwait -t 50 0-2
	refused 'pollwait: 0:in: more than 0 descriptors, this process'\''s limit (ulimit -Hn)' \
		-- prlimit --nofile=0 pollwait -t 50 0:in
}

# bats test_tags=cost
@test "the highest descriptor takes no more memory than the lowest" {
	# size OPERAND: print the kilobytes of a run that waits after it found OPERAND closed.
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
@test "a failed poll(2) is an error" {
	empty_fifo 7
	run -2 --separate-stderr strace -qq -o trace -e trace=poll,ppoll \
		-e inject=poll,ppoll:error=EINVAL pollwait 7:out
	[ "$output" = '' ]
	[ "$stderr" = 'pollwait: poll: Invalid argument' ]
}

# bats test_tags=limit,command
@test "a descriptor for pid:N below that of an earlier one keeps both apart" {
	# The first takes 19, above the operands; the limit leaves the second one a gap.
	expect 0 $'3 nval\n18 nval\npid:2000000001 in\npid:2000000002 in' -- \
		only 'ulimit -n 20; pollwait -t 0 3:nval 18:nval pid:2000000001 pid:2000000002'
}

# bats test_tags=limit
@test "the search for holders leaves nothing open, however many processes it looks at" {
	local others=() limit=40
	empty_fifo 7
	for ((i = 0; i < 2 * limit; i++)); do
		sleep 1000 3>&- 7>&- &
		others+=($!)
	done
	run --separate-stderr prlimit --nofile=$limit pollwait -l 7:in
	kill "${others[@]}"
	[ "$status" -eq 0 ]
	# Only those that nobody may inspect are missing, not all behind the limit.
	[[ ! $stderr =~ \ ([0-9]+)\ could\ not ]] || ((BASH_REMATCH[1] < limit))
}

# How many descriptors there may be, and what they cost.

load helper

# bats test_tags=limit
@test "19,900 descriptors are polled where the soft limit is 1,024" {
	run -3 bash -c 'ulimit -Sn 1024; pollwait 100000-119899:in 2>message; exit $?'
	[ "${#lines[@]}" -eq 19900 ]
	[ "${lines[0]}" = '100000 nval' ]
	[ "${lines[19899]}" = '119899 nval' ]
	[[ $(<message) == 'pollwait: 100000-119899: not open here, nor in the parent, '* ]]
}

# bats test_tags=limit
@test "as many as the hard limit are polled, one more is refused by its operand" {
	run -3 bash -c 'ulimit -n 50; pollwait -q 100-149:in'
	refused "pollwait: 7:in: more than 50 descriptors, this process's limit (ulimit -Hn)" \
		-- bash -c 'ulimit -n 50; pollwait 100-149:in 7:in'
	refused "pollwait: 100-150:in: more than 50 descriptors, this process's limit (ulimit -Hn)" \
		-- bash -c 'ulimit -n 50; pollwait 100-150:in'
	run -3 bash -c 'ulimit -n 50; ulimit -Sn 20; pollwait -q 100-149:in'
}

# bats test_tags=limit
@test "a descriptor named twice counts once" {
	run -3 bash -c 'ulimit -n 50; pollwait -q 100-149:in 100-149:out 120'
}

# bats test_tags=limit
@test "a range far beyond the limit is refused without allocating for it" {
	local limit
	limit=$(ulimit -Hn)
	refused "pollwait: 0-2000000000: more than $limit descriptors, this process's limit (ulimit -Hn)" \
		-- bash -c 'ulimit -v 30000; pollwait 0-2000000000'
	refused "pollwait: 0-2147483647:in: more than $limit descriptors, this process's limit (ulimit -Hn)" \
		-- bash -c 'ulimit -v 30000; pollwait 0-2147483647:in'
}

# bats test_tags=limit
@test "out of memory is diagnosed by the operand" {
	run -2 --separate-stderr strace -qq -o trace -e trace=mmap,brk \
		-e inject=mmap,brk:error=ENOMEM:when=5+ "$POLLWAIT_BIN/pollwait" 0-19999
	[ "$output" = '' ]
	[[ $stderr == 'pollwait: 0-19999: '* ]]
}

# bats test_tags=cost
@test "the highest descriptor costs no more memory than the lowest" {
	# peak OPERAND: kilobytes, of a run that reports nval
	peak() {
		/usr/bin/python3 -c '
import os, sys
pid = os.fork()
if pid == 0:
    os.closerange(100, 110)
    os.execvp("pollwait", ["pollwait", "-q", sys.argv[1]])
print(os.wait4(pid, 0)[2].ru_maxrss)' "$1"
	}
	local low high
	low=$(peak 100:in)
	high=$(peak 2000000000:in)
	((high - low < 200)) && ((low - high < 200))
}

# bats test_tags=strace
@test "a failed poll is diagnosed" {
	empty_fifo 7
	run -2 --separate-stderr strace -qq -o trace -e trace=poll,ppoll \
		-e inject=poll,ppoll:error=EINVAL pollwait 7:out
	[ "$output" = '' ]
	[ "$stderr" = 'pollwait: poll: Invalid argument' ]
}

# bats test_tags=strace
@test "a limit that the kernel does not tell, or does not raise, is diagnosed" {
	empty_fifo 7
	run -2 --separate-stderr strace -qq -o trace -e trace=prlimit64 \
		-e inject=prlimit64:error=EPERM:when=1 pollwait 7:out
	[ "$stderr" = 'pollwait: the limit on descriptors: Operation not permitted' ]
	run -2 --separate-stderr bash -c 'ulimit -Sn 50; strace -qq -o trace -e trace=prlimit64 \
		-e inject=prlimit64:error=EPERM:when=3 pollwait 100-199'
	[ "$stderr" = 'pollwait: raising the limit on descriptors: Operation not permitted' ]
}

# How many descriptors there may be, and what they cost.

load helper

# bats test_tags=limit
@test "a descriptor named twice counts once" {
	run -3 bash -c 'ulimit -n 50; pollwait -q 100-149:in 100-149:out 120'
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

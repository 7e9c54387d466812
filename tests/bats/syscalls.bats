# The system calls, seen by strace.
# bats file_tags=strace

load helper

@test "a look makes exactly one poll and one write" {
	empty_fifo 7
	empty_fifo 8
	expect 0 $'7 out\n8 out' -- traced -t 0 7:out 8:out
	[ "$(grep -cE '^p?poll\(' trace)" -eq 1 ]
	[ "$(grep -cE '^p?poll\(.*, 2, 0\)' trace)" -eq 1 ]
	[ "$(grep -cE '^(write|pwritev2)\(.* = [1-9]' trace)" -eq 1 ]
}

@test "a look that finds nothing makes one poll and no write" {
	empty_fifo 7
	expect 1 '' -- traced -t 0 7:in
	[ "$(grep -cE '^p?poll\(' trace)" -eq 1 ]
	run ! grep -E '^p?writev?2?\(' trace
}

@test "a thousand lines take one write" {
	run -3 traced 100000-100999:in
	[ "$(grep -cE '^(write|pwritev2)\(1, .* = [1-9]' trace)" -eq 1 ]
}

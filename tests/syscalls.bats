# What the kernel is asked for, seen by strace.
# bats file_tags=strace

load helper

# traced ARGUMENT...: runs pollwait, and leaves its calls in the file trace.
traced() {
	strace -qq -o trace pollwait "$@"
}

@test "a look makes exactly one poll and one write" {
	empty_fifo 7
	empty_fifo 8
	expect 0 $'7 out\n8 out' -- traced -t 0 7:out 8:out
	[ "$(grep -cE '^p?poll\(' trace)" -eq 1 ]
	[ "$(grep -cE '^p?poll\(.*, 2, 0\)' trace)" -eq 1 ]
	[ "$(grep -cE '^writev?\(' trace)" -eq 1 ]
}

@test "a look that finds nothing makes one poll and no write" {
	empty_fifo 7
	expect 1 '' -- traced -t 0 7:in
	[ "$(grep -cE '^p?poll\(' trace)" -eq 1 ]
	run ! grep -E '^writev?\(' trace
}

@test "what is polled is never read, written, changed or closed" {
	empty_fifo 7
	echo data >&7
	exec 8< <(:)
	until_so pollwait -q -t 0 8:0
	exec 9<&-
	expect 0 $'7 in,out\n8 hup\n9 nval' -- traced 7 8 9:nval
	run ! grep -E '^[a-z0-9_]+\((7|8|9)[,)]' trace
	run ! grep -E '^(fcntl|ioctl|read|readv|dup|dup2|dup3|open|openat|close)\(' trace
	read -r line <&7
	[ "$line" = data ]
}

@test "no process is made, no file opened, no handler installed" {
	empty_fifo 7
	expect 0 '7 out' -- traced 7:out
	run ! grep -E '^(clone|clone3|fork|vfork|open|openat|rt_sigaction|socket|pipe)' trace
	[ "$(grep -c '^execve(' trace)" -eq 1 ]
}

@test "many lines leave in one write as well" {
	run -3 traced 100000-100999:in
	[ "$(grep -cE '^write\(1, ' trace)" -eq 1 ]
}

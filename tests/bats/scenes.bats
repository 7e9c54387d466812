# The listing of scenes whose descriptors, threads and processes are known, because the
# test made them.

load helper

# bats test_tags=command,slow
@test "-l and -l -p tell of each scene what the scene knows" {
	local scene
	for scene in $(/usr/bin/python3 "$root/tests/reference/scenes.py"); do
		/usr/bin/python3 "$root/tests/reference/scenes.py" "$scene"
	done
}

# bats test_tags=strace,command
@test "the message about a process that could not be inspected stands once, on standard error" {
	mkfifo fifo
	exec 7<>fifo 8<fifo
	run -0 --separate-stderr strace -qq -o trace -e trace=openat -e inject=openat:error=EACCES:when=8 \
		pollwait -l 8:in
	[ "$(grep -c 'PEER may lack a process: ' <<<"$stderr")" -le 1 ]
	[[ $output != *none* ]]
}

# The output, and the errors of writing it.

load helper

@test "a line has the descriptor, a blank, the events and a line feed" {
	empty_fifo 7
	empty_fifo 8
	echo data >&7
	pollwait 7 8:out >got
	printf '7 in,out\n8 out\n' | cmp - got
}

@test "nothing is printed at a timeout" {
	empty_fifo 7
	run -1 pollwait -t 0 7:in
	[ ! -e got ]
	pollwait -t 0 7:in >got || [ $? -eq 1 ]
	[ ! -s got ]
}

# bats test_tags=strace
@test "bits without a name come last, as a hexadecimal sum" {
	# bits HEX: make poll(2) report these bits, in a struct pollfd of descriptor 7.
	bits() {
		strace -qq -o trace -e trace=poll,ppoll \
			-e "inject=poll:retval=1:poke_exit=@arg1=070000000100$1" \
			pollwait 7:in
	}
	expect 0 '7 in,0x4000' -- bits 0140
	expect 0 '7 0x4000' -- bits 0040
	expect 0 '7 out,rdhup,0xc000' -- bits 04e0
	expect 0 '7 nval,0x1800' -- bits 2018
	expect 0 '7 in,pri,out,err,hup,nval,rdnorm,rdband,wrnorm,wrband,msg,rdhup,0xd800' \
		-- bits ffff
}

@test "a write to a full device is an error" {
	empty_fifo 7
	holds ''
	local arguments
	for arguments in 7:out '-l 7:out' '-m 7:out' '-a 7:out' '-c 2 7:out' "-p $held 0-2" "-l -p $held" "-w -p $held"; do
		expect 2 '' 'pollwait: standard output: No space left on device' \
			-- bash -c "pollwait $arguments >/dev/full"
	done
	kill "$held"
}

@test "a closed standard output is an error if there is a line to write" {
	empty_fifo 7
	expect 2 '' 'pollwait: standard output: Bad file descriptor' \
		-- bash -c 'pollwait 7:out >&-'
	expect 1 '' -- bash -c 'pollwait -t 0 7:in >&-'
	expect 3 '' 'pollwait: standard output: Bad file descriptor' \
		-- bash -c 'pollwait 1:out >&-' || [ "$status" -eq 2 ]
}

@test "a reader that is gone ends the run by SIGPIPE, or with 2 if that is ignored" {
	empty_fifo 7
	exec 8> >(:)
	until_so pollwait -q -t 0 8:0
	run -141 --separate-stderr bash -c 'pollwait 7:out >&8'
	[ "$stderr" = '' ]
	expect 2 '' 'pollwait: standard output: Broken pipe' \
		-- bash -c 'trap "" PIPE; pollwait 7:out >&8'
}

@test "pollwait waits for a non-blocking standard output that is full" {
	empty_fifo 7
	# Fill the pipe; its reader gets those bytes first.
	run -0 /usr/bin/python3 - <<-'END'
		import fcntl, os, subprocess
		r, w = os.pipe()
		fcntl.fcntl(w, fcntl.F_SETFL, os.O_NONBLOCK)
		filled = 0
		try:
		    while True:
		        filled += os.write(w, b"x" * 4096)
		except BlockingIOError:
		    pass
		child = subprocess.Popen(["pollwait", "7:out"], stdout=w, pass_fds=[7])
		def waits():
		    with open(f"/proc/{child.pid}/syscall") as f:
		        return f.read().split()[0] in ("7", "271", "73")
		while child.poll() is None and not waits():
		    pass
		assert child.poll() is None
		left = filled + len(b"7 out\n")
		got = b""
		while len(got) < left:
		    got += os.read(r, left - len(got))
		assert got == b"x" * filled + b"7 out\n", got[-20:]
		assert child.wait() == 0
	END
}

@test "a slow reader gets all of thousands of lines" {
	run -0 bash -c 'ulimit -n 5000; pollwait 1000-4999:in 2>message | { sleep 0.2; cat; }'
	[ "${#lines[@]}" -eq 4000 ]
	[ "${lines[0]}" = '1000 nval' ]
	[ "${lines[3999]}" = '4999 nval' ]
}

@test "the output does not depend on the locale, the environment or a terminal" {
	empty_fifo 7
	expect 0 '7 out' -- env -i LC_ALL=C.UTF-8 POSIXLY_CORRECT=1 COLUMNS=1 TERM=xterm \
		"$POLLWAIT_BIN/pollwait" 7:OUT,IN
	expect 0 '7 out' -- env -i "$POLLWAIT_BIN/pollwait" 7:out
	run -0 script -qec 'pollwait 7:out' /dev/null
	[ "$output" = $'7 out\r' ]
}

@test "messages begin with pollwait under any argv[0]" {
	expect 2 '' 'pollwait: x: "x": not the number of a descriptor' \
		-- bash -c 'exec -a other pollwait x'
	expect 2 '' 'pollwait: no operand; try "pollwait -t 500 3:in", or "pollwait -h"' \
		-- bash -c 'exec -a "" pollwait'
}

# The reader of standard output: a run that waits ends when the reader leaves.

load helper

# without_reader STATUS ARGUMENT...: expect the status of a run whose output has no
# reader.
without_reader() {
	run -0 bash -c "pollwait ${*:2} | :; echo \${PIPESTATUS[0]}"
	show_difference status "$1" "$output"
}

@test "a wait ends when the reader of the pipe leaves" {
	empty_fifo 7
	without_reader 141 7:in
	without_reader 141 -t 60000 -m 7:in
	without_reader 141 -a 7:in
}

@test "a pause between polls ends when the reader leaves" {
	empty_fifo 7
	run -0 bash -c 'pollwait -c 0 -i 100000000 7:out | head -n 1; echo ${PIPESTATUS[0]}'
	[ "$output" = $'7 out\n141' ]
}

@test "head ends a run whose descriptor is no longer ready" {
	empty_fifo 7
	echo data >&7
	run -0 bash -c '{ pollwait -c 0 -i 0 -t 60000 7:in; echo $? >status; } | { head -n 1; read -r _ <&7; }; cat status'
	[ "$output" = $'7 in\n141' ]
}

@test "a reader that leaves is an error with status 2 if SIGPIPE is ignored" {
	empty_fifo 7
	run -0 bash -c 'trap "" PIPE; { pollwait 7:in 2>&3; echo $? >&3; } 3>&2 2>&1 | :' 
	[ "$output" = $'pollwait: standard output: Broken pipe\n2' ]
}

@test "a run that looks without a pause ends when the reader leaves" {
	run -0 bash -c 'timeout 30 pollwait -m -i 0 7:in 7</dev/zero | head -n 1; echo ${PIPESTATUS[0]}'
	[ "$output" = $'7 in\n141' ]
	holds '7</dev/null'
	without_reader 141 -i 0 -p "$held" 0:0x4000
	without_reader 141 -m -i 0 -p "$held" 0:0x4000
	kill "$held"
}

@test "-q, -t 0 and an operand 1 do not watch the reader" {
	empty_fifo 7
	without_reader 1 -q -t 100 7:in
	without_reader 1 -t 0 7:in
	exec 8> >(:)
	until_so pollwait -q -t 0 8:0
	run -0 bash -c 'pollwait 1:nval 7:in >&8; echo $?'
	[ "$output" = 141 ]
	# The reader is not watched either when the operand 1 has left the set.
	run -0 bash -c 'pollwait -a -t 300 1:out 7:in 2>/dev/null | head -n 1; echo ${PIPESTATUS[0]}'
	[ "$output" = $'1 out\n1' ]
}

@test "a wait ends when the peer of a unix socket or the master of a terminal closes" {
	empty_fifo 7
	run -0 /usr/bin/python3 - <<-'END'
		import os, pty, signal, socket, subprocess
		def status(out, leave):
		    child = subprocess.Popen(["pollwait", "7:in"], stdout=out, stderr=subprocess.PIPE,
		                             pass_fds=[7], text=True,
		                             preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL))
		    leave()
		    code = child.wait(60)
		    # The builtin gives the status of a shell, 128 and the signal.
		    return code if code >= 0 else 128 - code, child.stderr.read()
		a, b = socket.socketpair()
		assert status(a, b.close) == (141, "")
		master, slave = pty.openpty()
		code, message = status(slave, lambda: os.close(master))
		assert code == 2 and message.startswith("pollwait: standard output: "), (code, message)
	END
}

@test "a file as standard output and a full limit are no errors" {
	empty_fifo 7
	pollwait -t 20 7:in >got || [ $? -eq 1 ]
	run bash -c 'ulimit -n 16; pollwait -t 20 0-15:pri'
	[ "$status" -ne 2 ]
}

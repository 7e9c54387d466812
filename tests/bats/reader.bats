# The reader of standard output: a run that waits ends when he is gone.

load helper

# without_reader STATUS ARGUMENT...: how it ends where nobody reads its output.
without_reader() {
	run -0 bash -c "pollwait ${*:2} | :; echo \${PIPESTATUS[0]}"
	show_difference status "$1" "$output"
}

@test "a run that waits ends when the reader of its pipe leaves" {
	empty_fifo 7
	without_reader 141 7:in
	without_reader 141 -t 60000 -m 7:in
	without_reader 141 -a 7:in
}

@test "a pause between polls ends as well" {
	empty_fifo 7
	run -0 bash -c 'pollwait -c 0 -i 100000000 7:out | head -n 1; echo ${PIPESTATUS[0]}'
	[ "$output" = $'7 out\n141' ]
}

@test "head ends a run whose descriptor fell silent" {
	empty_fifo 7
	echo data >&7
	run -0 bash -c '{ pollwait -c 0 -i 0 -t 60000 7:in; echo $? >status; } | { head -n 1; read -r _ <&7; }; cat status'
	[ "$output" = $'7 in\n141' ]
}

@test "where SIGPIPE is ignored it says so, with status 2" {
	empty_fifo 7
	run -0 bash -c 'trap "" PIPE; { pollwait 7:in 2>&3; echo $? >&3; } 3>&2 2>&1 | :' 
	[ "$output" = $'pollwait: standard output: Broken pipe\n2' ]
}

@test "quiet, a look, and descriptor 1 as an operand are left alone" {
	empty_fifo 7
	without_reader 1 -q -t 100 7:in
	without_reader 1 -t 0 7:in
	exec 8> >(:)
	until_so pollwait -q -t 0 8:0
	run -0 bash -c 'pollwait 1:nval 7:in >&8; echo $?'
	[ "$output" = 141 ]
}

@test "the reader of a unix stream socket and a terminal are seen as well" {
	empty_fifo 7
	run -0 /usr/bin/python3 - <<-'END'
		import os, pty, signal, socket, subprocess
		def status(out, leave):
		    child = subprocess.Popen(["pollwait", "7:in"], stdout=out, stderr=subprocess.PIPE,
		                             pass_fds=[7], text=True,
		                             preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL))
		    leave()
		    code = child.wait(60)
		    # As the shell says it, for the builtin does.
		    return code if code >= 0 else 128 - code, child.stderr.read()
		a, b = socket.socketpair()
		assert status(a, b.close) == (141, "")
		master, slave = pty.openpty()
		code, message = status(slave, lambda: os.close(master))
		assert code == 2 and message.startswith("pollwait: standard output: "), (code, message)
	END
}

@test "a file as standard output, and a limit without room, do not matter" {
	empty_fifo 7
	pollwait -t 20 7:in >got || [ $? -eq 1 ]
	run bash -c 'ulimit -n 8; pollwait -t 20 0-7:pri'
	[ "$status" -ne 2 ]
}

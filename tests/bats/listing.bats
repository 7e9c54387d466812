# -l, the listing of descriptors, and 3-, the open ones from a number up.

load helper

# agrees STATE...: compare the whole table with that of listing.py in each state.
agrees() {
	local state
	for state; do
		/usr/bin/python3 "$root/tests/reference/listing.py" "$state"
	done
}

@test "this file lists every state of listing.py" {
	local named state
	named=$(sed -n 's/^	agrees //p' "$BATS_TEST_FILENAME" | tr ' ' '\n')
	for state in $(/usr/bin/python3 "$root/tests/reference/listing.py"); do
		grep -qx "$state" <<<"$named"
	done
}

@test "-l agrees with Python on pipes" {
	agrees pipe_empty pipe_with_data pipe_full pipe_writer_gone
	agrees pipe_writer_gone_data_left pipe_reader_gone unread_pipes
	agrees one_pipe_many_rows high_and_closed
}

@test "-l agrees with Python on FIFOs" {
	agrees fifo_no_writer_yet fifo_open_for_both fifo_writer_left fifo_next_writer_came
}

@test "-l agrees with Python on sockets" {
	agrees unix_stream_idle unix_stream_with_data unix_stream_peer_closed
	agrees unix_stream_half_closed unix_datagram_with_data unix_seqpacket_peer_closed
	agrees tcp_listening tcp_idle tcp_with_data tcp_out_of_band tcp_half_closed
	agrees tcp_peer_closed tcp_reset tcp_never_connected udp_idle
	agrees unread_sockets unread_datagrams
}

@test "-l agrees with Python on terminals" {
	agrees terminal_idle terminal_with_input terminal_master_closed terminal_slave_closed
}

@test "-l agrees with Python on files and all other descriptors" {
	agrees regular_files other_files files_of_all_sorts
	agrees eventfd_states epoll_states pidfd_states timers_and_signals unread_inotify
	agrees closed_numbers a_mix
}

@test "no file or process name can forge a row or reach the terminal" {
	agrees hostile_names hostile_holders
}

@test "the status of -l is 0, and that of a poll with -t" {
	expect 0 $'FD  EVENTS  MODE  UNREAD  PEER  ALSO  TARGET\n9   nval    -          -  -     -     -' \
		-- pollwait -l 9:in 9<&-
	expect 3 $'FD  EVENTS  MODE  UNREAD  PEER  ALSO  TARGET\n9   nval    -          -  -     -     -' \
		-- pollwait -l -t 0 9:in 9<&-
	empty_fifo 7
	run -1 --separate-stderr pollwait -l -t 20 7:in
	[ "${#lines[@]}" -eq 2 ]
	run -0 --separate-stderr pollwait -l -t 20 7:out
	[[ ${lines[1]} == '7   out     rw '* ]]
}

@test "-l with -t waits before it lists" {
	empty_fifo 7
	pollwait -l -t 60000 7:in >got 3>&- &
	local run=$!
	until_so is_polling $run
	[ ! -s got ]
	echo data >&7
	wait $run
	[[ $(<got) == *$'\n7   in      rw '*' 5  '* ]]
}

@test "the row of a process has its events and its name, and no name once it is gone" {
	sleep 1000 &
	local child=$! gone
	gone=$(sh -c 'echo $$')
	run -0 pollwait -l pid:$child "pid:$gone"
	[[ ${lines[1]} =~ ^pid:$child\ +-\ +-\ +-\ +-\ +-\ +sleep$ ]]
	[[ ${lines[2]} =~ ^pid:$gone\ +in\ +-\ +-\ +-\ +-\ +-$ ]]
	kill $child
}

@test "the rows stand in the order of the operands" {
	empty_fifo 7
	exec 8</dev/null
	run -0 bash -c 'pollwait -l 8:in 9:in 7:in 8:out 2>message | cut -d " " -f 1'
	[ "$output" = $'FD\n8\n9\n7' ]
	[[ $(<message) == 'pollwait: 9: not open here, '* ]]
}

# bats test_tags=strace
@test "no line ends in a blank, and the listing is one write" {
	empty_fifo 7
	run -0 strace -qq -o trace -e trace=write,pwritev2 pollwait -l 0-20
	run ! grep -q ' $' <<<"$output"
	[ "$(grep -cE '^(write|pwritev2)\(1, .* = [1-9]' trace)" -eq 1 ]
}

# bats test_tags=strace
@test "a kernel without statx(2) gets the same listing" {
	empty_fifo 7
	holds '7<&7 8</etc/passwd 9</dev/null'
	exec 8</etc/passwd 9</dev/null
	local arguments
	for arguments in 7-9 "-p $held 7-9"; do
		# shellcheck disable=SC2086 # the words of the arguments
		run -0 --separate-stderr pollwait -l $arguments
		local expected
		expected=$(without_peers)
		[ "${#lines[@]}" -eq 4 ]
		# shellcheck disable=SC2086
		run -0 --separate-stderr strace -qq -o trace -e inject=statx:error=ENOSYS pollwait -l $arguments
		grep -q 'statx(.* ENOSYS' trace
		[ "$(without_peers)" = "$expected" ]
	done
	kill "$held"
}

# strace is one of the peers.
without_peers() {
	awk '{ print $1, $2, $3, $4, $(NF - 1), $NF }' <<<"$output"
}

@test "a terminal and a pipe get the same bytes" {
	run -0 /usr/bin/python3 - <<-'END'
		import os, pty, subprocess
		null = os.open("/dev/null", os.O_RDONLY)
		closed = os.dup(null)
		os.close(closed)
		command = ["pollwait", "-l", f"{null}:in", f"{closed}:nval", "pid:2147483647"]
		in_a_pipe = subprocess.run(command, pass_fds=[null], stdout=subprocess.PIPE).stdout
		master, slave = pty.openpty()
		subprocess.run(command, pass_fds=[null], stdout=slave)
		assert os.read(master, 4096).replace(b"\r\n", b"\n") == in_a_pipe
		assert in_a_pipe.count(b"\n") == 4
	END
}

@test "3- names the open descriptors from 3 up, without those of pollwait" {
	expect 0 $'7 in\n9 in' -- only 'exec 7</dev/null 9</dev/null; pollwait 3-:in; :'
	expect 0 '9 in' -- only 'exec 7</dev/null 9</dev/null; pollwait 008-:in; :'
	sleep 1000 &
	local child=$!
	expect 0 $'7 in\n9 in' -- only "exec 7</dev/null 9</dev/null; pollwait pid:$child 3-:in pid:$child; :"
	expect 0 $'9 in\n7 in' -- only 'exec 7</dev/null 9</dev/null; pollwait 9:out 3-:in; :'
	kill $child
}

# bats test_tags=strace
@test "pollwait reads the open descriptors once, at the start" {
	empty_fifo 7
	strace -qq -o trace -e trace=openat,open pollwait -c 3 -i 0 -q 7- 8-:out 9-:in
	[ "$(grep -c 'proc/self/fd' trace)" -eq 1 ]
}

@test "300- without an open descriptor does not wait" {
	expect 3 '' 'pollwait: 300-: no open descriptor from 300 up' \
		-- pollwait 300- 400-:in
	expect 3 '' -- pollwait -q 300-
	expect 3 '' 'pollwait: 300-: no open descriptor from 300 up' \
		-- pollwait -m 300-
	expect 0 'FD  EVENTS  MODE  UNREAD  PEER  ALSO  TARGET' -- pollwait -l 300-
	expect 0 'FD  EVENTS  MODE  UNREAD  PEER  ALSO  TARGET' -- pollwait -l -t 60000 300-
}

@test "an open-ended range is a range of numbers alone" {
	refused 'pollwait: /dev/fd/3-: "3-": not the number of a descriptor' -- pollwait /dev/fd/3-
	refused 'pollwait: -: the number of a descriptor is missing' -- pollwait -
	refused 'pollwait: x-:in: "x": not the number of a descriptor' -- pollwait x-:in
	refused 'pollwait: 3-:: an event is missing' -- pollwait 3-:
}

# bats test_tags=limit
@test "-l lists 19,900 descriptors in time and memory proportional to their number" {
	run -0 /usr/bin/python3 - <<-'END'
		import os, resource, subprocess
		resource.setrlimit(resource.RLIMIT_NOFILE, (20000, 20000))
		null = os.open("/dev/null", os.O_RDONLY)
		fds = [null]
		while len(fds) < 19900:
		    fds.append(os.dup(null))
		done = subprocess.run(["pollwait", "-l"], pass_fds=fds, stdout=subprocess.PIPE)
		rows = done.stdout.decode().splitlines()
		# zsh, the shell of the module, has one of its own.
		open_here = 3 + 19900 + (os.environ.get("POLLWAIT_SHELL") == "zsh")
		assert done.returncode == 0 and len(rows) == 1 + open_here, (done.returncode, len(rows))
		done = subprocess.run(["pollwait", "-p", str(os.getpid()), "1000-15000:in"], stdout=subprocess.PIPE)
		assert done.returncode == 0 and done.stdout.count(b" in\n") == 14001, done
	END
}

# bats test_tags=limit,slow
@test "-l searches a thousand processes in one pass" {
	run -0 /usr/bin/python3 - <<-'END'
		import os, signal, subprocess
		r, w = os.pipe()
		children = []
		for _ in range(1000):
		    pid = os.fork()
		    if pid == 0:
		        os.close(r)
		        signal.pause()
		    children.append(pid)
		try:
		    done = subprocess.run(["pollwait", "-l", str(r), str(w)], pass_fds=[r, w], stdout=subprocess.PIPE)
		    peer = done.stdout.decode().splitlines()[1].split()[4]
		    assert peer.count(f"/{w}w:python3") == 1001, peer[:200]
		finally:
		    for pid in children:
		        os.kill(pid, signal.SIGKILL)
		        os.waitpid(pid, 0)
	END
}

@test "-l prints a name longer than a page" {
	run -0 /usr/bin/python3 - <<-'END'
		import os, subprocess
		top = os.getcwd()
		for _ in range(15):
		    os.mkdir("d" * 250)
		    os.chdir("d" * 250)
		fd = os.open("f" * 200, os.O_CREAT | os.O_WRONLY)
		done = subprocess.run(["pollwait", "-l", str(fd)], pass_fds=[fd], stdout=subprocess.PIPE)
		assert done.returncode == 0
		assert os.readlink(f"/proc/self/fd/{fd}") == done.stdout.decode().split()[-1]
	END
}

@test "a name that ends in blanks and an empty name leave no blank at the end of a line" {
	run -0 bash -c 'exec 7>"a name  "; pollwait -l 7:out'
	[[ ${lines[1]} == *'/a name\040\040' ]]
	run -0 /usr/bin/python3 -c '
import ctypes, os, subprocess
ctypes.CDLL(None).prctl(15, b"", 0, 0, 0)
subprocess.run(["pollwait", "-l", f"pid:{os.getpid()}"])'
	[[ ${lines[1]} == *' ?' ]]
}

# bats test_tags=strace
@test "-l asks other processes about descriptors that may be the pipe, and no others" {
	exec 7</etc/passwd
	run -0 bash -c 'true | strace -qq -o trace -e trace=stat,lstat,newfstatat pollwait -l 0:in'
	[ "$(grep -cE '/proc/[0-9]+/fd/7"' trace)" -eq 0 ]
}

@test "-l excludes -m, -a, -c and -q" {
	refused 'pollwait: -m and -l cannot be used together' -- pollwait -lm
	refused 'pollwait: -l and -a cannot be used together' -- pollwait -la 3:in
	refused 'pollwait: -l and -c cannot be used together' -- pollwait -l -c 1 3:in
	refused 'pollwait: -l and -q cannot be used together' -- pollwait --long --quiet
}

# pollwait, run by each shell under many masks, compared with select.poll of Python.

load helper

# The later passes use one shell: they test the command, not the shells.
oracle_shells=("${shells[@]}")
[ -z "${ORACLE_SHELL:-}" ] || oracle_shells=("$ORACLE_SHELL")

# agrees STATE...: compare in each of these states of oracle.py.
agrees() {
	local state
	for state; do
		/usr/bin/python3 "$root/tests/reference/oracle.py" "$state" "${oracle_shells[@]}"
	done
}

@test "pollwait agrees with select.poll on pipes: empty, with data, full, one end gone" {
	agrees pipe_empty pipe_with_data pipe_full pipe_writer_gone \
		pipe_writer_gone_data_left pipe_reader_gone
}

@test "pollwait agrees with select.poll on FIFOs: no writer yet, open for both, writer left, next writer" {
	agrees fifo_no_writer_yet fifo_open_for_both fifo_writer_left \
		fifo_next_writer_came
}

@test "pollwait agrees with select.poll on unix sockets: idle, with data, half closed, peer gone" {
	agrees unix_stream_idle unix_stream_with_data unix_stream_peer_closed \
		unix_stream_half_closed unix_datagram_with_data \
		unix_seqpacket_peer_closed
}

@test "pollwait agrees with select.poll on TCP: listening, idle, with data, half closed, closed, never connected; and on UDP" {
	agrees tcp_listening tcp_idle tcp_with_data tcp_half_closed \
		tcp_peer_closed tcp_never_connected udp_idle
}

@test "pollwait agrees with select.poll on out-of-band data" {
	agrees tcp_out_of_band
}

@test "pollwait agrees with select.poll on a TCP reset" {
	agrees tcp_reset
}

@test "pollwait agrees with select.poll on terminals: idle, with input, one side gone" {
	agrees terminal_idle terminal_with_input terminal_master_closed \
		terminal_slave_closed
}

@test "pollwait agrees with select.poll on eventfd, epoll and pidfd" {
	agrees eventfd_states epoll_states pidfd_states
}

@test "pollwait agrees with select.poll on files, directories, devices, O_PATH and memfd" {
	agrees regular_files other_files
}

@test "pollwait agrees with select.poll on closed numbers and on a mix" {
	agrees closed_numbers a_mix
}

@test "this file names every state of oracle.py" {
	local state
	for state in $(/usr/bin/python3 "$root/tests/reference/oracle.py"); do
		grep -q "agrees.*\<$state\>\|^		.*\<$state\>" "$BATS_TEST_FILENAME"
	done
}

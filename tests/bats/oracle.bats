# pollwait and select.poll of Python, asked about the same descriptors, run by
# each shell and under many masks, say the same.

load helper

# The sanitized pass asks through one shell: it is there for the command's sake.
oracle_shells=("${shells[@]}")
[ -z "${ORACLE_SHELL:-}" ] || oracle_shells=("$ORACLE_SHELL")

# agrees STATE...: on every state of oracle.py that is named.
agrees() {
	local state
	for state; do
		/usr/bin/python3 "$root/tests/reference/oracle.py" "$state" "${oracle_shells[@]}"
	done
}

@test "pipes: empty, with data, full, either end gone" {
	agrees pipe_empty pipe_with_data pipe_full pipe_writer_gone \
		pipe_writer_gone_data_left pipe_reader_gone
}

@test "FIFOs: no writer yet, open for both, a writer that left, the next one" {
	agrees fifo_no_writer_yet fifo_open_for_both fifo_writer_left \
		fifo_next_writer_came
}

@test "unix sockets: idle, with data, half closed, peer gone" {
	agrees unix_stream_idle unix_stream_with_data unix_stream_peer_closed \
		unix_stream_half_closed unix_datagram_with_data \
		unix_seqpacket_peer_closed
}

@test "TCP: listening, idle, data, half closed, closed, never connected; UDP" {
	agrees tcp_listening tcp_idle tcp_with_data tcp_half_closed \
		tcp_peer_closed tcp_never_connected udp_idle
}

@test "TCP: out-of-band data is pri" {
	agrees tcp_out_of_band
}

@test "TCP: a reset" {
	agrees tcp_reset
}

@test "terminals: idle, with input, either side gone" {
	agrees terminal_idle terminal_with_input terminal_master_closed \
		terminal_slave_closed
}

@test "eventfd, epoll, pidfd" {
	agrees eventfd_states epoll_states pidfd_states
}

@test "regular files, directories, devices, O_PATH, memfd" {
	agrees regular_files other_files
}

@test "numbers that are closed, and a mix of everything" {
	agrees closed_numbers a_mix
}

@test "every state of the oracle is asked for above" {
	local state
	for state in $(/usr/bin/python3 "$root/tests/reference/oracle.py"); do
		grep -q "agrees.*\<$state\>\|^		.*\<$state\>" "$BATS_TEST_FILENAME"
	done
}

"""table.py MANUAL - compare the manual's table of events with pollwait

Each row names a state of oracle.py.  Its cells are the events that pollwait prints
under the mask 0 and under the default mask.
"""

import re
import subprocess
import sys

import oracle

ROWS = {        # the row's name: the state, and which of its descriptors
    "pipe, reading end, empty": (oracle.pipe_empty, 0),
    "pipe, reading end, with data": (oracle.pipe_with_data, 0),
    "pipe, reading end, writer gone": (oracle.pipe_writer_gone, 0),
    "the same, with data left": (oracle.pipe_writer_gone_data_left, 0),
    "pipe, writing end": (oracle.pipe_empty, 1),
    "pipe, writing end, full": (oracle.pipe_full, 1),
    "pipe, writing end, reader gone": (oracle.pipe_reader_gone, 0),
    "FIFO, reading end, no writer yet": (oracle.fifo_no_writer_yet, 0),
    "FIFO, reading end, writer left": (oracle.fifo_writer_left, 0),
    "FIFO, reading end, next writer": (oracle.fifo_next_writer_came, 0),
    "FIFO, open for both": (oracle.fifo_open_for_both, 0),
    "unix stream socket": (oracle.unix_stream_idle, 0),
    "unix stream socket, peer closed": (oracle.unix_stream_peer_closed, 0),
    "TCP socket": (oracle.tcp_idle, 0),
    "TCP socket, peer closed": (oracle.tcp_peer_closed, 0),
    "TCP socket, reset": (oracle.tcp_reset, 0),
    "terminal": (oracle.terminal_idle, 1),
    "terminal, with a line": (oracle.terminal_with_input, 1),
    "terminal, master closed": (oracle.terminal_master_closed, 0),
    "regular file": (oracle.regular_files, 0),
    "process, alive": (oracle.pidfd_states, 0),
    "process, ended": (oracle.pidfd_states, 1),
    "closed descriptor": (oracle.closed_numbers, 0),
}


def events(fd, mask):
    done = subprocess.run(["pollwait", "-t", "0", f"{fd}{mask}"],
                          pass_fds=[fd] if oracle.is_open(fd) else [],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True)
    return done.stdout.partition(" ")[2].strip() or "-"


def main():
    with open(sys.argv[1]) as manual:
        rows = re.findall(r"^\.It (.*) Ta (\S+) Ta (\S+)$", manual.read(), re.M)
    wrong = 0
    measured = set()
    for name, *cells in rows:
        if name == "Em descriptor":
            continue
        state, which = ROWS[name]
        fd = state()[which]
        got = [events(fd, ":0"), events(fd, "")]
        measured.add(name)
        if got != cells:
            wrong += 1
            print(f"{name}: the manual says {cells}, measured {got}")
    oracle.end_children()
    if measured != set(ROWS):
        wrong += 1
        print("not in the manual:", set(ROWS) - measured)
    return 1 if wrong else 0


sys.exit(main())

"""oracle.py [STATE SHELL...] - compare pollwait with select.poll of Python

Put descriptors into a state.  Ask select.poll of this process, and pollwait in each
shell, about them under many masks, and compare the answers.  Without arguments print
the names of the states.
"""

import os
import pty
import select
import socket
import struct
import subprocess
import sys
import tempfile

NAMES = ["in", "pri", "out", "err", "hup", "nval",
         "rdnorm", "rdband", "wrnorm", "wrband", "msg", "rdhup"]
BITS = {name: getattr(select, "POLL" + name.upper(), 0) for name in NAMES}
BITS["rdhup"] = 0x2000
DEFAULT = BITS["in"] | BITS["pri"] | BITS["out"]
MASKS = [None, 0, 0xffff, BITS["in"] | BITS["out"]] + sorted(BITS.values())

kept = []               # objects that Python must not collect and close


def keep(*things):
    kept.extend(things)
    return things[0] if len(things) == 1 else things


def pipe_empty():
    return list(os.pipe())


def pipe_with_data():
    r, w = os.pipe()
    os.write(w, b"data")
    return [r, w]


def fill(w):
    os.set_blocking(w, False)
    try:
        while True:
            os.write(w, b"x" * 4096)
    except BlockingIOError:
        pass


def pipe_full():
    r, w = os.pipe()
    fill(w)
    return [r, w]


def pipe_writer_gone():
    r, w = os.pipe()
    os.close(w)
    return [r]


def pipe_writer_gone_data_left():
    r, w = os.pipe()
    os.write(w, b"data")
    os.close(w)
    return [r]


def pipe_reader_gone():
    r, w = os.pipe()
    os.close(r)
    return [w]


def fifo_name():
    name = os.path.join(keep(tempfile.TemporaryDirectory()).name, "fifo")
    os.mkfifo(name)
    return name


def fifo_no_writer_yet():
    return [os.open(fifo_name(), os.O_RDONLY | os.O_NONBLOCK)]


def fifo_open_for_both():
    return [os.open(fifo_name(), os.O_RDWR)]


def fifo_writer_left():
    name = fifo_name()
    r = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
    os.close(os.open(name, os.O_WRONLY))
    return [r]


def fifo_next_writer_came():
    name = fifo_name()
    r = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
    os.close(os.open(name, os.O_WRONLY))
    return [r, os.open(name, os.O_WRONLY)]


def unix_pair(kind):
    a, b = keep(*socket.socketpair(socket.AF_UNIX, kind))
    return a, b


def unix_stream_idle():
    return [s.fileno() for s in unix_pair(socket.SOCK_STREAM)]


def unix_stream_with_data():
    a, b = unix_pair(socket.SOCK_STREAM)
    a.send(b"data")
    return [a.fileno(), b.fileno()]


def unix_stream_peer_closed():
    a, b = unix_pair(socket.SOCK_STREAM)
    b.close()
    return [a.fileno()]


def unix_stream_half_closed():
    a, b = unix_pair(socket.SOCK_STREAM)
    b.shutdown(socket.SHUT_WR)
    return [a.fileno(), b.fileno()]


def unix_datagram_with_data():
    a, b = unix_pair(socket.SOCK_DGRAM)
    a.send(b"data")
    return [a.fileno(), b.fileno()]


def unix_seqpacket_peer_closed():
    a, b = unix_pair(socket.SOCK_SEQPACKET)
    b.close()
    return [a.fileno()]


def tcp_pair():
    listener = keep(socket.create_server(("127.0.0.1", 0)))
    client = keep(socket.create_connection(listener.getsockname()))
    server = keep(listener.accept()[0])
    return client, server


def until_ready(sock, mask):
    """Wait until the network has delivered, which takes a moment."""
    poller = select.poll()
    poller.register(sock, mask)
    assert poller.poll(10000), "the network did not deliver"


def tcp_listening():
    listener = keep(socket.create_server(("127.0.0.1", 0)))
    idle = listener.fileno()
    waited_for = keep(socket.create_server(("127.0.0.1", 0)))
    keep(socket.create_connection(waited_for.getsockname()))
    until_ready(waited_for, select.POLLIN)
    return [idle, waited_for.fileno()]


def tcp_idle():
    return [s.fileno() for s in tcp_pair()]


def tcp_with_data():
    client, server = tcp_pair()
    client.send(b"data")
    until_ready(server, select.POLLIN)
    return [client.fileno(), server.fileno()]


def tcp_out_of_band():
    client, server = tcp_pair()
    client.send(b"!", socket.MSG_OOB)
    until_ready(server, select.POLLPRI)
    return [client.fileno(), server.fileno()]


def tcp_half_closed():
    client, server = tcp_pair()
    client.shutdown(socket.SHUT_WR)
    until_ready(server, BITS["rdhup"])
    return [client.fileno(), server.fileno()]


def tcp_peer_closed():
    client, server = tcp_pair()
    client.close()
    until_ready(server, BITS["rdhup"])
    return [server.fileno()]


def tcp_reset():
    client, server = tcp_pair()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                      struct.pack("ii", 1, 0))
    client.close()
    until_ready(server, 0)
    return [server.fileno()]


def tcp_never_connected():
    return [keep(socket.socket()).fileno()]


def udp_idle():
    return [keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)).fileno()]


def terminal_idle():
    return list(pty.openpty())


def terminal_with_input():
    master, slave = pty.openpty()
    os.write(master, b"line\n")
    poller = select.poll()
    poller.register(slave, select.POLLIN)
    assert poller.poll(10000)
    return [master, slave]


def terminal_master_closed():
    master, slave = pty.openpty()
    os.close(master)
    return [slave]


def terminal_slave_closed():
    master, slave = pty.openpty()
    os.close(slave)
    return [master]


def eventfd_states():
    full = os.eventfd(0)
    os.eventfd_write(full, 2**64 - 2)
    return [os.eventfd(0), os.eventfd(1), full]


def regular_files():
    name = os.path.join(keep(tempfile.TemporaryDirectory()).name, "file")
    flags = os.O_CREAT | os.O_RDWR
    return [os.open(name, flags), os.open(name, os.O_RDONLY),
            os.open(name, os.O_WRONLY | os.O_APPEND)]


def other_files():
    return [os.open("/", os.O_RDONLY), os.open("/dev/null", os.O_RDWR),
            os.open("/dev/zero", os.O_RDONLY), os.open("/", os.O_PATH),
            os.memfd_create("memory")]


def epoll_states():
    idle = select.epoll()
    ready = select.epoll()
    r, w = os.pipe()
    os.write(w, b"data")
    idle.register(w, 0)
    ready.register(r, select.EPOLLIN)
    keep(idle, ready)
    return [idle.fileno(), ready.fileno()]


def pidfd_states():
    alive = subprocess.Popen(["sleep", "1000"])
    ended = subprocess.Popen(["true"])
    keep(alive, ended)
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    return [os.pidfd_open(alive.pid), os.pidfd_open(ended.pid)]


def closed_numbers():
    return [200, 2000000000, 0x7fffffff]


def a_mix():
    return (closed_numbers() + pipe_with_data() + pipe_writer_gone()
            + pipe_empty() + unix_stream_peer_closed() + regular_files())


STATES = [
    pipe_empty, pipe_with_data, pipe_full, pipe_writer_gone,
    pipe_writer_gone_data_left, pipe_reader_gone,
    fifo_no_writer_yet, fifo_open_for_both, fifo_writer_left,
    fifo_next_writer_came,
    unix_stream_idle, unix_stream_with_data, unix_stream_peer_closed,
    unix_stream_half_closed, unix_datagram_with_data,
    unix_seqpacket_peer_closed,
    tcp_listening, tcp_idle, tcp_with_data, tcp_out_of_band, tcp_half_closed,
    tcp_peer_closed, tcp_reset, tcp_never_connected, udp_idle,
    terminal_idle, terminal_with_input, terminal_master_closed,
    terminal_slave_closed,
    eventfd_states, regular_files, other_files, epoll_states, pidfd_states,
    closed_numbers, a_mix,
]


def names_of(bits):
    names = []
    for name in NAMES:
        if bits & BITS[name]:
            names.append(name)
            bits &= ~BITS[name]
    return ",".join(names + ([hex(bits)] if bits else []))


def ask_python(fds, mask):
    poller = select.poll()
    for fd in fds:
        poller.register(fd, DEFAULT if mask is None else mask)
    ready = poller.poll(0)
    lines = "".join(f"{fd} {names_of(bits)}\n" for fd, bits in ready)
    asked_nval = (mask or 0) & BITS["nval"]
    if not ready:
        return lines + "status 1\n"
    nothing = all(bits == BITS["nval"] and not asked_nval for _, bits in ready)
    return lines + f"status {3 if nothing else 0}\n"


def operands(fds, mask):
    return " ".join(str(fd) if mask is None else f"{fd}:{names_of(mask) or 0}"
                    for fd in fds)


def ask_pollwait(shell, fds):
    """Return the answer under each mask, from one run of the shell."""
    script = "".join(f"pollwait -t 0 {operands(fds, mask)}; echo status $?\n"
                     "echo ---\n" for mask in MASKS)
    done = subprocess.run(shell.split() + ["-c", script],
                          pass_fds=[fd for fd in fds if is_open(fd)],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, timeout=100)
    return done.stdout.split("---\n")


def is_open(fd):
    return os.path.exists(f"/proc/self/fd/{fd}")


def end_children():
    for thing in kept:
        if isinstance(thing, subprocess.Popen):
            thing.kill()
            thing.wait()


def main():
    if len(sys.argv) < 2:
        print("\n".join(state.__name__ for state in STATES))
        return 0
    state = next(s for s in STATES if s.__name__ == sys.argv[1])
    shells = sys.argv[2:]
    fds = state()
    wrong = 0
    expected = [ask_python(fds, mask) for mask in MASKS] + [""]
    for shell in shells:
        answers = ask_pollwait(shell, fds)
        for mask, expect, answer in zip(MASKS, expected, answers):
            if answer != expect:
                wrong += 1
                print(f"{state.__name__}, mask {mask}, {shell}:\n"
                      f"select.poll:\n{expect}pollwait:\n{answer}")
        if len(answers) != len(expected):
            wrong += 1
            print(f"{state.__name__}, {shell}: {len(answers)} answers")
    end_children()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""right_stdout.py - standard output of every kind whose reader has gone away, or seems so

Wait for a process that does not end, with a timeout, and compare the status and the
message: the run ends early only where a write would have ended it.
"""

import os
import pty
import signal
import socket
import subprocess
import sys
import tempfile

EPIPE = -signal.SIGPIPE
# The reason is the text of the C library with which pollwait was built.
EIO = "pollwait: standard output: I/O error\n"

kept = []


def keep(*things):
    kept.extend(things)
    return things


def master_without_slave():
    return os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY), 1, ""


def master_whose_slave_has_left():
    master, slave = pty.openpty()
    os.close(slave)
    return master, 1, ""


def slave_whose_master_has_left():
    master, slave = pty.openpty()
    os.close(master)
    return slave, 2, EIO


def pipe_without_reader():
    r, w = os.pipe()
    os.close(r)
    return w, EPIPE, ""


def reading_end_without_writer():
    r, w = os.pipe()
    os.close(w)
    return r, 1, ""


def fifo(flags):
    with tempfile.TemporaryDirectory() as directory:
        name = os.path.join(directory, "fifo")
        os.mkfifo(name)
        both = os.open(name, os.O_RDWR)
        fd = os.open(name, flags)
        os.close(both)
    return fd


def fifo_without_reader():
    return fifo(os.O_WRONLY), EPIPE, ""


def fifo_open_for_both():
    return fifo(os.O_RDWR), 1, ""


def reading_end_of_a_fifo():
    return fifo(os.O_RDONLY), 1, ""


def pair(kind=socket.SOCK_STREAM):
    one, other = keep(*socket.socketpair(socket.AF_UNIX, kind))
    return one, other


def stream_whose_peer_has_left():
    one, other = pair()
    other.close()
    return one.fileno(), EPIPE, ""


def stream_that_is_shut():
    one, _ = pair()
    one.shutdown(socket.SHUT_RDWR)
    return one.fileno(), EPIPE, ""


def stream_that_is_not_connected():
    one, = keep(socket.socket(socket.AF_UNIX))
    return one.fileno(), 1, ""


def datagram_socket_whose_peer_has_left():
    one, other = pair(socket.SOCK_DGRAM)
    other.close()
    return one.fileno(), 1, ""


def fuse_device():
    return os.open("/dev/fuse", os.O_RDWR), 1, ""


def tun_device():
    return os.open("/dev/net/tun", os.O_RDWR), 1, ""


def null_open_for_reading():
    return os.open("/dev/null", os.O_RDONLY), 1, ""


def path_only():
    return os.open("/", os.O_PATH), 1, ""


KINDS = [
    master_without_slave, master_whose_slave_has_left, slave_whose_master_has_left,
    pipe_without_reader, reading_end_without_writer, fifo_without_reader,
    fifo_open_for_both, reading_end_of_a_fifo, stream_whose_peer_has_left,
    stream_that_is_shut, stream_that_is_not_connected,
    datagram_socket_whose_peer_has_left, null_open_for_reading, path_only,
    fuse_device, tun_device,
]


def main():
    r, w = os.pipe()
    os.set_inheritable(r, True)
    started = []
    for kind in KINDS:
        fd, status, message = kind()
        # The same for a wait, and for the pause between two polls.
        for arguments in ([f"{r}:in"], ["-m", f"{r}:in"], ["-a", f"{r}:in"]):
            process = subprocess.Popen(["pollwait", "-t", "300", *arguments], pass_fds=[r],
                                       stdout=fd, stderr=subprocess.PIPE, text=True)
            if status == 1 and arguments[0] == "-a":
                message = f"pollwait: timed out; not ready: {r}\n"
            started.append((kind.__name__, arguments, process, (status, message)))
    wrong = 0
    for name, arguments, process, expected in started:
        got = process.communicate(timeout=60)[1].replace("Input/output error", "I/O error")
        if (process.returncode, got) != expected:
            wrong += 1
            print(name, arguments, "expected", expected, "got", (process.returncode, got))
    os.close(w)
    return 1 if wrong else 0


sys.exit(main())

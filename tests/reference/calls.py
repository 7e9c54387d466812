"""calls.py - compare the CALL column with threads that wait in known calls

Each thread blocks on a descriptor of its own; two threads share one in different
calls, and two in one call.
"""

import fcntl
import os
import select
import socket
import subprocess
import threading
import time

import oracle

kept = []


def sits(function, *arguments):
    thread = threading.Thread(target=function, args=arguments, daemon=True)
    thread.start()
    return thread


def rows(fds):
    table = subprocess.run(["pollwait", "-l", "-p", str(os.getpid())] + [str(fd) for fd in fds],
                           stdout=subprocess.PIPE, text=True).stdout.splitlines()
    assert table[0].split()[:3] == ["FD", "EVENTS", "CALL"], table[0]
    return {int(line.split()[0]): line.split()[2] for line in table[1:]}


def main():
    expected = {}
    r, w = os.pipe()
    sits(os.read, r, 1)
    sits(os.read, r, 1)
    expected[r] = "read"
    expected[w] = "-"
    full = os.pipe()
    oracle.fill(full[1])
    os.set_blocking(full[1], True)
    sits(os.write, full[1], b"x" * 70000)
    expected[full[1]] = "write"
    listener = socket.create_server(("127.0.0.1", 0))
    sits(listener.accept)
    expected[listener.fileno()] = "accept4"
    a, b = socket.socketpair()
    sits(a.recv, 1)
    sits(a.recvmsg, 1)
    expected[a.fileno()] = "recvfrom,recvmsg"
    expected[b.fileno()] = "-"
    waiting = select.epoll()
    sits(waiting.poll)
    expected[waiting.fileno()] = "epoll_wait"
    lock = os.open("lock", os.O_CREAT | os.O_RDWR)
    again = os.open("lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    sits(fcntl.flock, again, fcntl.LOCK_EX)
    expected[lock] = "-"
    expected[again] = "flock"
    deadline = time.monotonic() + 30
    while rows(expected) != expected:
        assert time.monotonic() < deadline, (rows(expected), expected)
        time.sleep(0.01)
    kept.extend([listener, a, b, waiting])
    os._exit(0)


main()

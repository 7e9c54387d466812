"""kept.py - check that pollwait -p leaves nothing behind in a process

Flags, offsets and data of the process do not change, and pollwait keeps no duplicate
open.  An end of file, a lock and a port are late by no more than a look, compared
with a run without pollwait.
"""

import fcntl
import os
import socket
import subprocess
import threading
import time


def watch():
    """Start a monitor of this process; its range has numbers that come and go."""
    monitor = subprocess.Popen(["pollwait", "-m", "-i", "1", "-p", str(os.getpid()), "3-60:in"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    monitor.stdout.read(1)
    # Read all its output, so that it never waits for a reader.
    threading.Thread(target=monitor.stdout.read, daemon=True).start()
    return monitor


def holds_nothing(monitor):
    """Tell if the monitor has only 0, 1, 2 and the pidfd between two looks."""
    # zsh, the shell of the module, has one of its own.
    expected = 5 if os.environ.get("POLLWAIT_SHELL") == "zsh" else 4
    return min(len(os.listdir(f"/proc/{monitor.pid}/fd")) for _ in range(1000)) == expected


def state(fd):
    with open(f"/proc/self/fdinfo/{fd}") as file:
        return file.read()


def end_of_file():
    r, w = os.pipe()
    os.close(w)
    assert os.read(r, 1) == b""
    os.close(r)


def lock():
    one = os.open("lock", os.O_CREAT | os.O_RDWR)
    fcntl.flock(one, fcntl.LOCK_EX)
    os.close(one)
    other = os.open("lock", os.O_RDWR)
    fcntl.flock(other, fcntl.LOCK_EX)
    os.close(other)


def port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        name = one.getsockname()
    while True:
        with socket.socket() as other:
            try:
                other.bind(name)
                return
            except OSError:
                pass


def longest(task):
    worst = 0
    for _ in range(100):
        start = time.monotonic()
        task()
        worst = max(worst, time.monotonic() - start)
    return worst


def main():
    name = os.open("file", os.O_CREAT | os.O_RDWR | os.O_APPEND)
    os.write(name, b"0123456789")
    os.lseek(name, 3, os.SEEK_SET)
    r, w = os.pipe2(os.O_NONBLOCK)
    os.write(w, b"data")
    fds = [name, r, w]
    before = [state(fd) for fd in fds], os.listdir("/proc/self/fd"), os.listdir("/proc/self/task")
    for options in [], ["-l"], ["-c", "3", "-i", "0"], ["-a"], ["-m", "-t", "20", "-i", "1"]:
        subprocess.run(["pollwait", *options, "-p", str(os.getpid())] + [str(fd) for fd in fds],
                       stdout=subprocess.DEVNULL)
    after = [state(fd) for fd in fds], os.listdir("/proc/self/fd"), os.listdir("/proc/self/task")
    assert before == after, (before, after)
    assert os.read(r, 10) == b"data"
    for task in end_of_file, lock, port:
        alone = longest(task)
        monitor = watch()
        watched = longest(task)
        assert monitor.poll() is None
        assert holds_nothing(monitor)
        monitor.kill()
        monitor.wait()
        # Allow seconds, for a busy machine.  A kept duplicate would delay it for ever.
        assert watched < alone + 5, (task, alone, watched)


main()

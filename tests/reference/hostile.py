"""hostile.py [TARGET] - list processes that lie, change and vanish while they are looked at

Each target does its worst.  pollwait must end with the status 0 or 2, in time, and say of
CALL what is true, or ? - its own memory is watched by the sanitizers.  Without a TARGET
print the names of the targets.
"""

import ctypes
import mmap
import os
import re
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

import scenes
from scenes import Table, agrees, child, children, end, keep, libc, pollfds, quiet_pipe, thread

LOOKS = int(os.environ.get("HOSTILE_LOOKS", 100))
X86 = os.uname().machine == "x86_64"


def looks(pid, *operands, calls, seconds=60):
    """Look many times.  Every CALL must match one of these."""
    seen = set()
    for _ in range(LOOKS):
        start = time.monotonic()
        table = Table("-p", pid, *operands)
        assert time.monotonic() - start < seconds, "it took too long"
        assert table.status in (0, 2), (table.status, table.text, table.said)
        for row in table.rows:
            if row["FD"] != "-":
                assert re.fullmatch(calls, row["CALL"]), table.text
                seen.add(row["CALL"])
    return seen


# Arrays that change while they are read.

def polls_at_last():
    """Wait until a thread of this process sits in poll."""
    def first(task):
        with open(f"/proc/self/task/{task}/syscall") as file:
            return file.read().split()[0]

    while not any(first(task) in ("7", "73", "271") for task in os.listdir("/proc/self/task")):
        time.sleep(0.01)


def a_rewritten_array():
    """The array of a poll is rewritten, and names descriptors that are not polled."""
    r = quiet_pipe()

    def start():
        array = ctypes.create_string_buffer(8000)
        ctypes.memmove(array, struct.pack("@ihh", r, 1, 0) * 1000, 8000)
        thread(libc.poll, array, 1000, -1)
        random = os.urandom(8000)
        polls_at_last()
        while True:
            ctypes.memmove(array, random, 8000)
            ctypes.memmove(array, struct.pack("@ihh", r, 1, 0) * 1000, 8000)

    pid = child(start)
    agrees({r: {"CALL": "poll:in"}}, "-p", pid, r)
    looks(pid, r, calls=r"-|\?|(poll:[a-z0-9+]+,?)+")


def an_unmapped_array():
    """The array of a poll is unmapped, mapped and cut while the poll goes on."""
    r = quiet_pipe()
    size = 64 * mmap.PAGESIZE

    def start():
        libc.mmap.restype = ctypes.c_void_p
        address = libc.mmap(None, size, 3, 0x22, -1, 0)
        ctypes.memmove(address, struct.pack("@ihh", r, 1, 0) * (size // 8), size)
        resource.setrlimit(resource.RLIMIT_NOFILE, (20000,) * 2)
        thread(libc.poll, ctypes.c_void_p(address), size // 8, -1)
        polls_at_last()
        while True:
            libc.munmap(ctypes.c_void_p(address), size // 2)
            libc.mmap(ctypes.c_void_p(address), size // 2, 3, 0x32, -1, 0)

    looks(child(start), r, calls=r"-|\?|(poll:[a-z0-9+]+,?)+")


# Arguments that no kernel would take: seccomp holds the call before it looks at them.

SECCOMP = 317 if X86 else 277
NUMBERS = {"poll": 7, "ppoll": 271, "select": 23, "pselect6": 270, "epoll_wait": 232, "fcntl": 72,
           "openat": 257, "wait4": 61, "flock": 73, "waitid": 247, "restart_syscall": 219}


def held(name, *arguments):
    """Fork a process that sits in a call with these arguments for ever."""
    def start():
        number = NUMBERS[name]
        instructions = b"".join(struct.pack("@HBBI", *one) for one in (
            (0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x7fc00000), (0x06, 0, 0, 0x7fff0000)))
        program = ctypes.create_string_buffer(instructions)
        header = struct.pack("@HxxxxxxQ", 4, ctypes.addressof(program))
        libc.prctl(38, 1, 0, 0, 0)
        assert libc.syscall(SECCOMP, 1, 8, header) >= 0, "seccomp"
        libc.syscall(number, *map(ctypes.c_ulong, arguments))

    return child(start)


def impossible_arguments():
    r = quiet_pipe()
    array = pollfds((r, 1), (-1, 1), (r + 1, 4))
    sets = keep(ctypes.create_string_buffer(b"\xff" * 128, 128))
    at, bits = ctypes.addressof(array), ctypes.addressof(sets)
    everything = "pselect6:in+pri+out"
    libc.mmap.restype = ctypes.c_void_p
    page = libc.mmap(None, 2 * mmap.PAGESIZE, 3, 0x22, -1, 0)
    ctypes.memset(page, ord("/"), 2 * mmap.PAGESIZE)
    libc.munmap(ctypes.c_void_p(page + mmap.PAGESIZE), mmap.PAGESIZE)
    last = page + mmap.PAGESIZE - 16
    for name, arguments, call in (
            ("poll", (at, 1 << 31, -1), "?"), ("poll", (at, (1 << 32) - 1, -1), "?"),
            ("poll", (at, (1 << 32) + 1, -1), "poll:in"), ("poll", (1, 3, -1), "?"),
            ("poll", ((1 << 64) - 8, 3, -1), "?"), ("poll", (last, 3, -1), "?"),
            ("ppoll", (at, 3, 0, 0, 8), "ppoll:in"), ("ppoll", (0, 0, 0, 0, 8), "-"),
            ("pselect6", (1 << 30, bits, bits, bits, 0, 0), everything),
            ("pselect6", (-1, bits, bits, bits, 0, 0), "-"), ("pselect6", (64, 1, 0, 0, 0, 0), "?"),
            ("pselect6", (1024, (1 << 64) - 64, 0, 0, 0, 0), "?"),
            ("epoll_wait", (-1, 0, 1, -1), "?"), ("epoll_wait", (r, 0, 1, -1), "epoll_wait"),
            ("fcntl", (r, 7, 1), "fcntl"), ("fcntl", (r, 38, last), "fcntl"), ("flock", (r, -1), "flock"),
            ("waitid", (3, r, 0, 4), "waitid"), ("wait4", (1 << 31, 0, 0, 0), "-"),
            ("restart_syscall", (at, 1, -1), "?")):
        pid = held(name, *arguments)
        try:
            agrees({r: {"CALL": call}}, "-p", pid, r)
        except AssertionError as wrong:
            raise AssertionError(f"{name}{arguments}: {wrong}") from None
        table = Table("-p", pid)
        assert table.status == 0, (name, arguments, table.text, table.said)
        end(pid)
    for arguments in ((-100, 1, 0), (-100, last, 0), (-5, at, 0), (1 << 20, last, 0)):
        pid = held("openat", *arguments)
        agrees({}, "-p", pid, waits=[("openat", "-", "?")])
        end(pid)


def exec_all_the_time():
    """A process becomes another program while it is looked at."""
    r = quiet_pipe()
    os.set_inheritable(r, True)
    name = os.path.join(scenes.directory(), "again")
    with open(name, "w") as file:
        file.write('exec sh "$0"\n')
    pid = child(os.execv, "/bin/sh", ["sh", name])
    looks(pid, r, calls=r"-|\?|\w+")


def numbers_reopened():
    """The registered numbers of an epoll are closed and reopened all the time."""
    def start():
        waiting = select.epoll()
        buffer = ctypes.create_string_buffer(120)
        thread(libc.epoll_wait, waiting.fileno(), buffer, 10, -1)
        while True:
            for fd in range(50, 60):
                os.dup2(one, fd)
                waiting.register(fd, select.EPOLLIN)
            for fd in range(50, 60):
                os.dup2(os.eventfd(0), fd) if fd % 2 else os.close(fd)
            os.closerange(20, 60)

    one = quiet_pipe()
    pid = child(start)
    looks(pid, "50-59", calls=r"-|\?|epoll_wait:in")


def computing_time():
    """Return the seconds that ended children have computed outside of the kernel.

    The kernel's own time is no measure of pollwait: for each file that shares its inode with
    others it is asked once, and walks through the registrations.
    """
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime


def a_large_epoll():
    """10,000 registrations are told, files with an inode of their own and others."""
    most = min(20000, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    def start(count, make):
        waiting = select.epoll()
        for _ in range(count):
            waiting.register(make(), select.EPOLLIN)
        libc.epoll_wait(waiting.fileno(), ctypes.create_string_buffer(120), 10, -1)

    for make in lambda: keep(socket.socket(type=socket.SOCK_DGRAM)).fileno(), lambda: os.eventfd(0):
        took = []
        for count in 1000, 10000:
            pid = child(start, count, make)
            while Table("-p", pid).text.count(" epoll_wait:in ") != count:
                time.sleep(0.05)
            before = computing_time()
            Table("-p", pid)
            took.append(computing_time() - before)
            end(pid)
        print(f"1,000 and 10,000 registrations: {took[0]:.3f} s, {took[1]:.3f} s")
        assert took[1] < 40 * took[0] + 0.5, took


def many_sockets():
    """10,000 sockets are told in a time proportional to their number."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(20000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    took = []
    for count in 500, 5000:
        pairs = [socket.socketpair() for _ in range(count)]
        before = computing_time()
        table = Table("-p", os.getpid())
        took.append(computing_time() - before)
        assert sum(row["TARGET"].endswith(" unix") for row in table.rows) == 2 * count
        for a, b in pairs[::100]:
            assert table.row(a)["PEER"] == scenes.holder(b), table.row(a)
        for a, b in pairs:
            a.close()
            b.close()
    print(f"1,000 and 10,000 sockets: {took[0]:.3f} s, {took[1]:.3f} s")
    assert took[1] < 40 * took[0] + 0.5, took


# Nothing is disturbed.

def nothing_returns():
    """A process that waits goes on to wait, however often it is looked at."""
    r, w = os.pipe()
    waiting = keep(select.epoll())
    waiting.register(r, select.EPOLLIN)

    def start(function, *arguments):
        def called():
            function(*arguments)
            os._exit(7)
        threading.Thread(target=called).start()
        called()

    buffer = ctypes.create_string_buffer(120)
    for function, arguments, call in (
            (libc.epoll_wait, (waiting.fileno(), buffer, 10, -1), "epoll_wait:in"),
            (libc.poll, (pollfds((r, 1)), 1, -1), "poll:in"), (libc.read, (r, buffer, 1), "read")):
        pid = child(start, function, *arguments)
        agrees({r: {"CALL": call}}, "-p", pid, r)
        before = state_of(pid)
        for _ in range(LOOKS * 3):
            Table("-p", pid)
        agrees({r: {"CALL": call}}, "-p", pid, r)
        assert state_of(pid) == before, (before, state_of(pid))
        end(pid)


def state_of(pid):
    """Return what would change if a call returned, a signal came or something was left."""
    switches = []
    for task in sorted(os.listdir(f"/proc/{pid}/task")):
        with open(f"/proc/{pid}/task/{task}/status") as file:
            switches.append(re.findall(r"(?:ctxt_switches|SigPnd|TracerPid|State):.*", file.read()))
    return switches, sorted(os.listdir(f"/proc/{pid}/fd"))


def a_stop_at_a_handler():
    """A process that is stopped at the entry of a handler has the handler's registers."""
    def start():
        os.sched_setaffinity(0, {0})
        signal.signal(signal.SIGUSR1, lambda *_: None)
        os.read(r, 1)

    r, _ = os.pipe()
    # Descriptor 10 is the number of SIGUSR1, the handler's first argument.
    os.dup2(r, signal.SIGUSR1)
    pid = child(start)
    agrees({r: {"CALL": "read"}, 10: {"CALL": "-"}}, "-p", pid, r, 10)
    affinity = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {0})
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))
    except PermissionError:
        pass
    os.kill(pid, signal.SIGUSR1)
    os.kill(pid, signal.SIGSTOP)
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    os.sched_setaffinity(0, affinity)
    agrees({r: {"CALL": "?"}, 10: {"CALL": "?"}}, "-p", pid, r, 10,
           said=f"pollwait: CALL is not known: process {pid} is stopped")


TARGETS = [
    a_rewritten_array, an_unmapped_array, exec_all_the_time, numbers_reopened,
    a_large_epoll, many_sockets, nothing_returns, a_stop_at_a_handler,
] + [impossible_arguments] * X86


if __name__ == "__main__":
    scenes.main(TARGETS)

"""why_alarm.py LOOKS [PAIR...] - look so often at processes that never stand still

Each pair makes steps all the time, so that status 3 is never true of it.  A deadlock
beside it is found by each look.  Without a PAIR try all.
"""

import fcntl
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time

import why_world as world
from why_world import release, rest, spawn

pairs = {}


def pair(function):
    pairs[function.__name__] = function
    return function


def bounce(read, write, pause=0.0):
    """Pass a byte on for ever."""
    def work():
        if os.geteuid() == 0:
            # The count of context switches is then far down in status.
            os.setgroups(range(100000, 102000))
        while True:
            byte = os.read(read, 1)
            if pause:
                time.sleep(pause)
            os.write(write, byte)

    return work


def ring(work):
    """Start two processes that pass on a byte: work(read, write) returns what each does."""
    r1, w1 = os.pipe()
    r2, w2 = os.pipe()
    os.write(w1, b"x")
    one = spawn("one", work(r1, w2), (r1, w2))
    spawn("two", work(r2, w1), (r2, w1))
    release()
    return one


@pair
def bytes_through_pipes():
    return ring(bounce)


@pair
def turns_of_a_millisecond():
    return ring(lambda read, write: bounce(read, write, pause=0.001))


@pair
def bytes_through_a_socketpair():
    a, b = socket.socketpair()
    fds = a.detach(), b.detach()
    os.write(fds[0], b"x")
    one = spawn("one", bounce(fds[0], fds[0]), fds[:1])
    spawn("two", bounce(fds[1], fds[1]), fds[1:])
    release()
    return one


@pair
def bytes_that_poll_waits_for():
    def work(read, write):
        poll = select.poll()
        poll.register(read, select.POLLIN)
        while True:
            poll.poll()
            os.write(write, os.read(read, 1))

    return ring(lambda read, write: lambda: work(read, write))


@pair
def turns_by_locks():
    """Each takes the lock that the other has just let go."""
    with tempfile.TemporaryDirectory() as directory:
        locks = [[os.open(os.path.join(directory, str(i)), os.O_RDWR | os.O_CREAT) for i in range(2)] for _ in range(2)]

        def work(own):
            while True:
                for fd in own:
                    fcntl.flock(fd, fcntl.LOCK_EX)
                    fcntl.flock(fd, fcntl.LOCK_UN)

        one = spawn("one", lambda: work(locks[0]), locks[0])
        spawn("two", lambda: work(locks[1]), locks[1])
        release()
        return one


@pair
def shells_that_fork_and_exec():
    r1, w1 = os.pipe()
    r2, w2 = os.pipe()
    os.write(w1, b"x\n")
    script = "while read -r line; do /bin/echo $line; done"
    one = world.command("sh", "-c", script, stdin=r1, stdout=w2).pid
    world.command("sh", "-c", script, stdin=r2, stdout=w1)
    release()
    return one


@pair
def children_that_are_waited_for():
    def work():
        while True:
            pid = os.fork()
            if pid == 0:
                os.execv("/bin/true", ["true"])
            os.waitpid(pid, 0)

    return spawn("one", work)


def circle_with(mover):
    """Two that wait for each other, but for a third that can wake one of them, and never rests."""
    r1, w1 = os.pipe()
    r2, w2 = os.pipe()
    one = spawn("one", lambda: os.read(r1, 1), (r1, w2))
    two = spawn("two", lambda: os.read(r2, 1), (r2, w1))
    spawn("third", lambda: mover(w1), (w1,))
    release()
    rest(one, "read", r1)
    rest(two, "read", r2)
    return one


@pair
def a_third_that_forks_and_ends():
    def hop(_):
        # Nobody knows the id of the last child: the group is killed, or the time ends it.
        os.setpgid(0, 0)
        end = time.monotonic() + 300
        world.libc.prctl(36, 1, 0, 0, 0)        # PR_SET_CHILD_SUBREAPER
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        if os.fork() > 0:
            world.close_all_but(())
            while True:
                signal.pause()
        while time.monotonic() < end:
            if os.fork() > 0:
                os._exit(0)

    return circle_with(hop)


def deadlock():
    r1, w1 = os.pipe()
    r2, w2 = os.pipe()
    one = spawn("client", lambda: os.read(r1, 1), (r1, w2))
    two = spawn("server", lambda: os.read(r2, 1), (r2, w1))
    release()
    rest(one, "read", r1)
    rest(two, "read", r2)
    return one


def look(pid, number):
    """Look with one of several intervals; the shortest are the ones to be fooled."""
    interval = (0, 1, 5)[number % 3]
    done = subprocess.run(["pollwait", "-w", "-i", str(interval), "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def try_pair(name, looks):
    moving = pairs[name]()
    stuck = deadlock()
    try:
        for number in range(looks):
            status, text = look(moving, number)
            assert status == 0, f"{name}, look {number}: {status}\n{text}"
            status, text = look(stuck, number)
            assert status == 3, f"{name}, look {number} at a deadlock: {status}\n{text}"
    finally:
        for pid in world.children:
            try:
                os.killpg(pid, signal.SIGKILL)
            except OSError:
                pass            # it is in the group of the script
        world.finish()


def main():
    for name in sys.argv[2:] or pairs:
        try_pair(name, int(sys.argv[1]))


if __name__ == "__main__":
    main()

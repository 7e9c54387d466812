"""why_churn.py WALKS - walk through processes that end, exec, fork, stop, close and reopen

All of them can move at any time, so that status 3 is wrong.  Status 2 is for a target that
has ended.  Between two walks pollwait holds nothing of other processes.
"""

import os
import random
import re
import select
import signal
import socket
import subprocess
import sys
import time

import why_world as world
from why_world import release, rest, spawn

ENDED = re.compile(r"pollwait: -p \d+: (the process has ended|no such process|the process is ending)")
ACTORS = 4


def act(fds, chance):
    """Do something at random, for ever."""
    while True:
        try:
            step(fds, chance)
        except BlockingIOError:
            pass                # a pipe is empty or full


def step(fds, chance):
    what = chance.randrange(8)
    fd = chance.choice(fds)
    if what == 0:
        select.select(chance.sample(fds, 2), [], [], 0.002)
    elif what == 1:
        poll = select.epoll()
        poll.register(fd, select.EPOLLIN)
        poll.poll(0.002)
        poll.close()
    elif what == 2:
        os.write(chance.choice(fds[1::2]), b"x")
    elif what == 3:
        os.read(chance.choice(fds[::2]), 1)
    elif what == 4:
        os.dup2(fd, 60 + chance.randrange(3))
    elif what == 5:
        # The child goes on in place of its parent.
        if os.fork() > 0:
            os._exit(0)
        signal.alarm(60)
        chance.seed(os.getpid())
    elif what == 6:
        time.sleep(0.001)
    elif chance.random() < 0.1:
        os.execv("/bin/sleep", ["sleep", "0.01"])


def tend(fds):
    """Keep so many actors, and stop, continue and kill them."""
    os.setpgid(0, 0)
    world.libc.prctl(36, 1, 0, 0, 0)            # PR_SET_CHILD_SUBREAPER
    chance = random.Random(1)
    end = time.monotonic() + 600
    while time.monotonic() < end:
        try:
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        except ChildProcessError:
            pass
        living = children(os.getpid())
        for _ in range(len(living), ACTORS):
            if os.fork() == 0:
                # No actor outlives the test by much, whoever its parent is.
                signal.alarm(60)
                act(fds, random.Random(os.getpid()))
        for pid in living:
            os.kill(pid, chance.choice([signal.SIGCONT, signal.SIGCONT, signal.SIGCONT, signal.SIGSTOP, signal.SIGKILL]))
        time.sleep(0.003)
    os.killpg(0, signal.SIGKILL)


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def walk(pid):
    done = subprocess.run(["pollwait", "-w", "-i", "1", "-p", str(pid)], capture_output=True, text=True, check=False)
    lines = [line for line in done.stderr.splitlines() if not world.ASIDE.fullmatch(line)]
    if done.returncode == 2:
        assert len(lines) == 1 and ENDED.match(lines[0]), done
    else:
        assert done.returncode == 0 and not lines, done


def holds_nothing():
    """Look at pollwait between its two walks."""
    r, w = os.pipe()
    stuck = spawn("stuck", lambda: os.read(r, 1), (r, w))
    what = os.readlink(f"/proc/self/fd/{r}")
    release()
    rest(stuck, "read", r)
    asked = world.command("pollwait", "-w", "-i", "100000", "-p", str(stuck), stderr=subprocess.DEVNULL)
    world.until(lambda: world.sits_in(asked.pid, "poll") or world.sits_in(asked.pid, "ppoll"), "a pause")
    links = [os.readlink(f"/proc/{asked.pid}/fd/{fd}") for fd in os.listdir(f"/proc/{asked.pid}/fd")]
    assert what not in links, links
    # The end of the target cuts the pause short.
    os.kill(stuck, signal.SIGKILL)
    assert asked.wait(timeout=60) == 0


def main():
    holds_nothing()
    world.finish()
    pipes = [end for _ in range(3) for end in os.pipe()]
    pair = [one.detach() for one in socket.socketpair()]
    for fd in pipes:
        os.set_blocking(fd, False)
    waiter = spawn("waiter", lambda: select.select(pipes[::2] + pair[:1], [], []), pipes[::2] + pair[:1])
    tender = spawn("tender", lambda: tend(pipes), pipes + pair)
    release()
    chance = random.Random(2)
    try:
        for _ in range(int(sys.argv[1])):
            walk(chance.choice([waiter, tender] + children(tender) * 2))
    finally:
        os.killpg(tender, signal.SIGKILL)
        world.finish()


if __name__ == "__main__":
    main()

"""model.py POLICY FIRST LAST - compare runs with a model, for the seeds FIRST to LAST

The model is select.poll of this process on the same descriptors, with the rules of
-c, -a and -m.  A step of a timeline is a write, a read, a close or an exit.  After it
wait for the lines that the model expects, so that no speed matters.
"""

import fcntl
import os
import random
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

import oracle

IN, OUT, ERR, HUP, NVAL = (select.POLLIN, select.POLLOUT, select.POLLERR,
                           select.POLLHUP, select.POLLNVAL)


class Pipe:
    """The reading end of a pipe."""
    named = False

    def __init__(self, work):
        self.fd, self.peer = os.pipe()

    def act(self, chance):
        if self.peer is None or chance.random() < 0.4:
            return self.drain()
        if chance.random() < 0.25:
            os.close(self.peer)
            self.peer = None
        else:
            os.write(self.peer, b"x")

    def drain(self):
        os.set_blocking(self.fd, False)
        try:
            os.read(self.fd, 100000)
        except BlockingIOError:
            pass

    def end(self):
        for fd in self.fd, self.peer:
            if fd is not None and fd >= 0:
                os.close(fd)


class WritingEnd(Pipe):
    def __init__(self, work):
        self.peer, self.fd = os.pipe()

    def act(self, chance):
        if self.peer is None:
            return
        if chance.random() < 0.2:
            os.close(self.peer)
            self.peer = None
        elif chance.random() < 0.5:
            oracle.fill(self.fd)
        else:
            os.set_blocking(self.peer, False)
            try:
                while os.read(self.peer, 1 << 20):
                    pass
            except BlockingIOError:
                pass


class Socket(Pipe):
    def __init__(self, work):
        a, b = oracle.unix_pair(oracle.socket.SOCK_STREAM)
        self.fd, self.peer = a.detach(), b.detach()


class Fifo(Pipe):
    named = True

    def __init__(self, work):
        self.name = os.path.join(work, f"fifo{random.random()}")
        os.mkfifo(self.name)
        self.fd = os.open(self.name, os.O_RDONLY | os.O_NONBLOCK)
        self.peer = None

    def act(self, chance):
        if self.peer is None and chance.random() < 0.7:
            self.peer = os.open(self.name, os.O_WRONLY)
        else:
            super().act(chance)


class Process:
    named = False

    def __init__(self, work):
        self.child = subprocess.Popen(["sleep", "1000"])
        self.pid = self.child.pid
        self.fd = os.pidfd_open(self.pid)

    def act(self, chance):
        self.child.kill()
        self.child.wait()

    def end(self):
        self.act(None)
        os.close(self.fd)


class Closed:
    named = False
    fd = 900

    def __init__(self, work):
        pass

    def act(self, chance):
        pass

    def end(self):
        pass


KINDS = [Pipe, Pipe, WritingEnd, Socket, Fifo, Process, Closed]
MASKS = [IN, OUT, IN | OUT, 0, IN | select.POLLPRI | OUT]


class Timeline:
    def __init__(self, seed, work):
        self.chance = random.Random(seed)
        self.things = []
        self.masks = {}
        kinds = self.chance.choices(KINDS, k=self.chance.randint(1, 6))
        for kind in kinds:
            if kind is Closed and any(isinstance(t, Closed) for t in self.things):
                continue
            thing = kind(work)
            self.things.append(thing)
            self.masks[thing] = (IN if kind is Process
                                 else self.chance.choice(MASKS))
        if self.chance.random() < 0.2:
            for thing in self.things:
                if isinstance(thing, Closed):
                    self.masks[thing] |= NVAL
        for _ in range(self.chance.randint(0, 6)):
            self.step()

    def step(self):
        self.chance.choice(self.things).act(self.chance)

    def operands(self):
        return [f"pid:{t.pid}" if isinstance(t, Process)
                else f"{t.fd}:{oracle.names_of(self.masks[t]) or 0}"
                for t in self.things]

    def label(self, thing):
        return f"pid:{thing.pid}" if isinstance(thing, Process) else str(thing.fd)

    def report(self, thing):
        poller = select.poll()
        poller.register(thing.fd, self.masks[thing])
        bits = dict(poller.poll(0)).get(thing.fd, 0)
        return IN if bits and isinstance(thing, Process) else bits

    def line(self, thing, bits):
        return f"{self.label(thing)} {oracle.names_of(bits) or '-'}\n"

    def is_unasked_nval(self, thing, bits):
        return bits == NVAL and not self.masks[thing] & NVAL

    def is_at_end(self, thing, bits):
        if bits & NVAL or (bits and isinstance(thing, Process)):
            return True
        if not bits & (ERR | HUP):
            return False
        if fcntl.fcntl(thing.fd, fcntl.F_GETFL) & os.O_ACCMODE == os.O_WRONLY:
            return True
        try:
            unread = fcntl.ioctl(thing.fd, termios.FIONREAD, b"\0\0\0\0")
        except OSError:
            return True
        return struct.unpack("i", unread)[0] == 0

    def verdict(self, reports):
        """Return the status for the printed pairs (thing, bits)."""
        return 3 if all(self.is_unasked_nval(t, b) for t, b in reports) else 0

    def end(self):
        for thing in self.things:
            thing.end()


def start(timeline, options, output):
    fds = [t.fd for t in timeline.things
           if not isinstance(t, (Process, Closed))]
    return subprocess.Popen(["pollwait"] + options + timeline.operands(),
                            stdout=output, stderr=subprocess.DEVNULL,
                            pass_fds=fds)


def several(timeline, work):
    """Run -c in a fixed state, where the rules alone decide."""
    count = timeline.chance.randint(1, 5)
    left = list(timeline.things)
    expected, status = "", None
    for _ in range(count):
        reports = [(t, b) for t in left if (b := timeline.report(t))]
        if not reports:
            status = 1
            break
        expected += "".join(timeline.line(t, b) for t, b in reports)
        status = timeline.verdict(reports)
        gone = {t for t, b in reports if timeline.is_at_end(t, b)}
        left = [t for t in left if t not in gone]
        if not left:
            break
    with open(os.path.join(work, "out"), "w+") as output:
        run = start(timeline, ["-c", str(count), "-i", "0", "-t", "0"], output)
        got_status = run.wait(60)
        output.seek(0)
        return (expected, status), (output.read(), got_status)


def follow(timeline, work, options, expect):
    """Step until expect() returns a status, and wait for the lines of each step."""
    name = os.path.join(work, "out")
    expected = ""
    with open(name, "w") as output:
        run = start(timeline, options, output)
    for left in reversed(range(25)):
        lines, status = expect()
        expected += lines
        give_up = time.monotonic() + 20
        while open(name).read() != expected and time.monotonic() < give_up:
            time.sleep(0.001)
        if status is not None or open(name).read() != expected:
            break
        if left > 0:
            timeline.step()
    if status is None:
        run.terminate()
        status = -signal.SIGTERM
    try:
        got_status = run.wait(20)
    except subprocess.TimeoutExpired:
        run.kill()
        got_status = "does not end"
    return (expected, status), (open(name).read(), got_status)


def until_all(timeline, work):
    left = list(timeline.things)
    status = [0]

    def expect():
        reports = [(t, b) for t in left if (b := timeline.report(t))]
        for thing, bits in reports:
            left.remove(thing)
            if timeline.is_unasked_nval(thing, bits):
                status[0] = 3
        return ("".join(timeline.line(t, b) for t, b in reports),
                None if left else status[0])
    return follow(timeline, work, ["-a"], expect)


def monitor(timeline, work):
    last = {t: 0 for t in timeline.things}

    def expect():
        reports = {t: timeline.report(t) for t in timeline.things}
        lines = "".join(timeline.line(t, b) for t, b in reports.items()
                        if b != last[t])
        last.update(reports)
        over = all(timeline.is_at_end(t, b)
                   and not (t.named and not b & NVAL)
                   for t, b in reports.items())
        return lines, timeline.verdict(reports.items()) if over else None
    return follow(timeline, work, ["-m", "-i", "1"], expect)


def main():
    policy = {"several": several, "all": until_all, "monitor": monitor}[sys.argv[1]]
    wrong = 0
    for seed in range(int(sys.argv[2]), int(sys.argv[3]) + 1):
        with tempfile.TemporaryDirectory() as work:
            timeline = Timeline(seed, work)
            expected, got = policy(timeline, work)
            if expected != got:
                wrong += 1
                print(f"{sys.argv[1]}, seed {seed}: {timeline.operands()}\n"
                      f"expected {expected}\ngot      {got}")
            timeline.end()
    return 1 if wrong else 0


sys.exit(main())

"""why_model.py FIRST LAST [all] - compare pollwait -w with a model, for the seeds FIRST to LAST

A seed makes a plan: processes, the files between them, and what each process waits for.
Real processes carry it out.  The model derives the table, the status and the message
from the plan alone, by the rules of the manual's section WHY; it reads nothing of /proc
but the ids.  Without "all" only some of the processes are asked about.
"""

import fcntl
import os
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import why_world as world

# The calls by which a process waits on one descriptor.
FOREVER = 1000000
SET_CALLS = {"poll": "poll", "select": "pselect6", "epoll": "epoll_wait", "nested": "epoll_wait"}
# A pidfd of the child number N has the descriptor PIDFDS + N.
PIDFDS = 600


class Channel:
    """A file with ends.  ends: name -> descriptor; holders: name -> processes.

    waits: pairs of an end and a direction in which a wait on it lasts.
    """
    mode = {"r": "r", "w": "w", "rw": "rw"}

    def __init__(self, chance, work):
        self.holders = {}
        self.ends = {}
        self.ends_by = set()
        self.make(chance, work)
        for end in self.ends:
            self.holders[end] = set()

    def peers(self, end, direction, process):
        """The ends whose holders can end a wait."""
        return [other for other in self.ends if other != end]

    def is_seen(self, end, other, process, holder):
        return True

    def call(self, direction):
        return "read" if direction == "in" else "write"

    def wait(self, end, direction):
        if direction == "in":
            os.read(self.ends[end], 1)
        else:
            os.write(self.ends[end], b"x" * 100000)


class Pipe(Channel):
    def make(self, chance, work):
        self.open(chance, work)
        if chance.random() < 0.4:
            fill(lambda: os.write(self.ends["w"], b"x" * 4096), self.ends["w"])
            self.waits = [(end, "out") for end in self.ends if "w" in end]
        else:
            self.waits = [(end, "in") for end in self.ends if "r" in end]

    def open(self, chance, work):
        self.ends["r"], self.ends["w"] = os.pipe()

    def peers(self, end, direction, process):
        mode = "w" if direction == "in" else "r"
        return [other for other in self.ends if mode in other]


class Fifo(Pipe):
    def open(self, chance, work):
        name = os.path.join(work, f"fifo{chance.random()}")
        os.mkfifo(name)
        self.ends["rw"] = os.open(name, os.O_RDWR)
        self.ends["r"] = os.open(name, os.O_RDONLY)
        self.ends["w"] = os.open(name, os.O_WRONLY)
        if chance.random() < 0.3:
            self.ends_by = {"client"}
        else:
            os.unlink(name)


class Pair(Channel):
    mode = {"a": "", "b": ""}

    def make(self, chance, work):
        a, b = self.open(chance)
        self.waits = [("a", "in"), ("b", "in")]
        # TCP moves bytes in its own time: a full connection takes more later.
        if a.family == socket.AF_UNIX and chance.random() < 0.3:
            fill(lambda: a.send(b"x" * 1000), a.fileno())
            self.waits = [("a", "in"), ("a", "out")]
        self.ends["a"], self.ends["b"] = a.detach(), b.detach()

    def open(self, chance):
        return socket.socketpair(type=chance.choice([socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET]))

    def call(self, direction):
        return "recvfrom" if direction == "in" else "sendto"

    def wait(self, end, direction):
        own = socket.socket(fileno=self.ends[end])
        try:
            if direction == "in":
                own.recv(1)
            else:
                own.send(b"x" * 1000)
        except OSError:
            pass                # the peer was killed first


class Tcp(Pair):
    def open(self, chance):
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        a = socket.socket()
        a.connect(listener.getsockname())
        b = listener.accept()[0]
        listener.close()
        return a, b


class Eventfd(Channel):
    mode = {"e": ""}

    def make(self, chance, work):
        self.ends["e"] = os.eventfd(0)
        self.waits = [("e", "in")]

    def peers(self, end, direction, process):
        return ["e"]

    def is_seen(self, end, other, process, holder):
        return process != holder

    def wait(self, end, direction):
        os.eventfd_read(self.ends[end])


class Lock(Channel):
    """The end "held" has the lock, and "wanted" is another open file."""
    mode = {"held": "", "wanted": ""}

    def make(self, chance, work):
        self.ends["held"] = os.open(os.path.join(work, f"lock{chance.random()}"), os.O_RDWR | os.O_CREAT)
        self.ends["wanted"] = os.open(f"/proc/self/fd/{self.ends['held']}", os.O_RDWR)
        fcntl.flock(self.ends["held"], fcntl.LOCK_EX)
        self.waits = []

    def call(self, direction):
        return "flock"

    def wait(self, end, direction):
        fcntl.flock(self.ends[end], fcntl.LOCK_SH)


class Listener(Channel):
    mode = {"l": ""}

    def make(self, chance, work):
        listener = socket.socket(chance.choice([socket.AF_UNIX, socket.AF_INET]))
        listener.bind("" if listener.family == socket.AF_UNIX else ("127.0.0.1", 0))
        listener.listen(1)
        self.ends["l"] = listener.detach()
        self.ends_by = {"client"}
        self.waits = [("l", "in")]

    def peers(self, end, direction, process):
        return []

    def call(self, direction):
        return "accept4"

    def wait(self, end, direction):
        socket.socket(fileno=self.ends[end]).accept()


def fill(write, fd):
    """Write until nothing more is taken."""
    os.set_blocking(fd, False)
    try:
        while True:
            write()
    except BlockingIOError:
        os.set_blocking(fd, True)


KINDS = [Pipe] * 5 + [Fifo, Pair, Pair, Tcp, Eventfd, Listener]


class Process:
    def __init__(self, number):
        self.number = number
        self.name = f"p{number}"
        self.parent = None
        self.children = []
        self.has_session = False
        self.is_stopped = False
        self.threads = []       # what each waits for


class Plan:
    def __init__(self, seed, work):
        self.chance = random.Random(seed)
        self.work = work
        self.channels = []
        count = self.chance.choice([2, 3, 4, 5, 8, 12, 20, 50])
        # How often a process waits for what comes by itself.
        self.leaf = self.chance.choice([0, 0, 0.02, 0.1, 0.4])
        self.processes = [Process(i) for i in range(count)]
        for process in self.processes[1:]:
            if self.chance.random() < 0.4:
                process.parent = self.processes[self.chance.randrange(process.number)]
                process.parent.children.append(process)
            process.has_session = self.chance.random() < 0.15
        for process in self.processes:
            threads = 2 if self.chance.random() < 0.15 else 1
            process.threads = [self.choose(process, i) for i in range(threads)]
        for process in self.processes:
            process.is_stopped = self.chance.random() < self.leaf / 10

    def some(self):
        return set(self.chance.sample(self.processes, min(len(self.processes), self.chance.choice([1, 1, 1, 2, 3]))))

    def channel(self, kind):
        made = kind(self.chance, self.work)
        self.channels.append(made)
        return made

    def choose_end(self, process, kinds=None):
        """Choose what a process waits for on a descriptor: a channel, an end, a direction."""
        known = [channel for channel in self.channels if channel.waits and any(channel.holders.values())]
        if kinds is None and known and self.chance.random() < 0.4:
            channel = self.chance.choice(known)
        else:
            channel = self.channel(self.chance.choice(kinds or KINDS))
        end, direction = self.chance.choice(channel.waits)
        channel.holders[end].add(process)
        others = [other for other in channel.peers(end, direction, process) if other != end]
        if others and not any(channel.holders[other] for other in channel.peers(end, direction, process)
                              if channel.mode[other] != "rw"):
            channel.holders[self.chance.choice([end for end in others if channel.mode[end] != "rw"] or others)] |= self.some()
        if self.chance.random() < 0.1:
            channel.holders[self.chance.choice(list(channel.ends))] |= self.some()
        return channel, end, direction

    def choose(self, process, thread):
        """Choose what a thread waits for, as a tuple whose first member is the kind."""
        chance = self.chance
        if chance.random() < self.leaf:
            return (chance.choice(["sleep", "pause"]),)
        kinds = ["one"] * 5 + ["set"] * 4 + ["lock"]
        kinds += ["child", "any"] * 2 if process.children and thread == 0 else []
        kinds += ["futex"] if thread > 0 else []
        kind = chance.choice(kinds)
        if kind == "one":
            return ("one", *self.choose_end(process))
        if kind == "lock":
            lock = self.channel(Lock)
            lock.holders["held"] |= self.some()
            lock.holders["wanted"].add(process)
            return ("one", lock, "wanted", "in")
        if kind == "child":
            return ("child", chance.choice(process.children))
        if kind in ("any", "futex"):
            return (kind,)
        members = {}
        for _ in range(chance.choice([1, 2, 2, 3, 5])):
            channel, end, direction = self.choose_end(process)
            members.setdefault((channel, end), set()).add(direction)
        pidfds = [child for child in process.children if chance.random() < 0.3] if thread == 0 else []
        return ("set", chance.choice(list(SET_CALLS)), members, pidfds, chance.random() < self.leaf)

    def ends_of(self, process):
        return [(channel, end) for channel in self.channels for end in channel.ends if process in channel.holders[end]]


# To carry out a plan

def wait_for_set(how, fds, has_timeout):
    """Wait for descriptors; fds: number -> directions."""
    if how == "select":
        select.select([fd for fd in fds if "in" in fds[fd]], [fd for fd in fds if "out" in fds[fd]], [],
                      FOREVER if has_timeout else None)
    elif how == "poll":
        poll = select.poll()
        for fd, directions in fds.items():
            poll.register(fd, sum({"in": select.POLLIN, "out": select.POLLOUT}[name] for name in directions))
        poll.poll(FOREVER if has_timeout else None)
    else:
        inner = select.epoll()
        for fd, directions in fds.items():
            inner.register(fd, sum({"in": select.EPOLLIN, "out": select.EPOLLOUT}[name] for name in directions))
        outer = inner
        if how == "nested":
            outer = select.epoll()
            outer.register(inner, select.EPOLLIN)
        outer.poll(FOREVER / 1000 if has_timeout else None)


def wait(process, what, pids):
    if what[0] == "sleep":
        time.sleep(FOREVER)
    elif what[0] == "pause":
        signal.pause()
    elif what[0] == "futex":
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()
    elif what[0] == "child":
        os.waitpid(pids[what[1]], 0)
    elif what[0] == "any":
        os.wait()
    elif what[0] == "one":
        what[1].wait(what[2], what[3])
    else:
        _, how, members, pidfds, has_timeout = what
        fds = {channel.ends[end]: directions for (channel, end), directions in members.items()}
        for child in pidfds:
            fds[PIDFDS + child.number] = {"in"}
        wait_for_set(how, fds, has_timeout)


def live(plan, process, report):
    """Be a process: start the children, keep only what the plan gives it, and wait."""
    pids = {}
    for child in process.children:
        pids[child] = start(plan, child, report)
    os.write(report, f"{process.number} {os.getpid()}\n".encode())
    pidfds = {PIDFDS + child.number: child for what in process.threads if what[0] == "set" for child in what[3]}
    world.close_all_but([channel.ends[end] for channel, end in plan.ends_of(process)])
    for number, child in pidfds.items():
        fd = os.pidfd_open(pids[child])
        os.dup2(fd, number)
        os.close(fd)
    for what in process.threads[1:]:
        threading.Thread(target=wait, args=(process, what, pids)).start()
    wait(process, process.threads[0], pids)


def start(plan, process, report):
    return world.spawn(process.name, lambda: live(plan, process, report), range(3, PIDFDS), process.has_session)


def call_of(what):
    """The name of the call in which a thread comes to rest."""
    if what[0] == "one":
        return what[1].call(what[3])
    return {"sleep": "clock_nanosleep", "futex": "futex", "child": "wait4", "any": "wait4"}.get(what[0]) or (
        SET_CALLS[what[1]] if what[0] == "set" else what[0])


def is_at_rest(process, pid):
    try:
        threads = sorted(map(int, os.listdir(f"/proc/{pid}/task")))
    except OSError:
        return False
    wanted = sorted(call_of(what) for what in process.threads)
    return len(threads) == len(wanted) and all(
        any(world.sits_in(thread, call) for thread in threads) for call in wanted) and (
        len(wanted) < 2 or wanted[0] != wanted[1] or all(world.sits_in(thread, wanted[0]) for thread in threads))


def carry_out(plan):
    """Start all.  Return process -> id."""
    results, report = os.pipe()
    for process in plan.processes:
        if process.parent is None:
            start(plan, process, report)
    text = b""
    while text.count(b"\n") < len(plan.processes):
        more = os.read(results, 65536)
        assert more, "a process has ended"
        text += more
    pids = dict(map(int, line.split()) for line in text.decode().splitlines())
    world.release()
    for process in plan.processes:
        world.until(lambda p=process: is_at_rest(p, pids[p.number]), f"{process.name} at rest in {process.threads}")
    for process in plan.processes:
        if process.is_stopped:
            os.kill(pids[process.number], signal.SIGSTOP)
            world.until(lambda p=process: world.state(pids[p.number]) == "T", "a stop")
    return pids


# The model

ORDER = ["client", "loop", "signal", "thread", "time", "stopped"]


class Row:
    def __init__(self, fd, calls, peers, ends, shown):
        self.fd = fd
        self.calls = calls
        self.peers = peers      # processes
        self.ends = ends        # words
        self.shown = shown      # PEER

    def moves(self):
        return bool(self.ends - {"thread"})


class Model:
    def __init__(self, plan, pids):
        self.plan = plan
        self.pids = pids

    def names(self, process):
        return f"{self.pids[process.number]}:{process.name}"

    def session(self, process):
        while process is not None and not process.has_session:
            process = process.parent
        return process

    def holders(self, channel, end, direction, process):
        """The holders that end a wait, as pairs of a process and its cell."""
        found = []
        for other in channel.peers(end, direction, process):
            for holder in channel.holders[other]:
                if channel.is_seen(end, other, process, holder):
                    found.append((self.pids[holder.number], channel.ends[other], channel.mode[other], holder))
        return [(holder, f"{pid}/{fd}{mode}:{holder.name}")
                for pid, fd, mode, holder in sorted(found, key=lambda one: one[:2])]

    def row(self, process, channel, end, directions, call, has_timeout):
        found = []
        for direction in sorted(directions):
            found += [one for one in self.holders(channel, end, direction, process) if one not in found]
        ends = set(channel.ends_by) | ({"time"} if has_timeout else set())
        if isinstance(channel, Eventfd) and not found and len(process.threads) > 1:
            ends.add("thread")
        return Row(channel.ends[end], {call}, [holder for holder, _ in found], ends,
                   ",".join(cell for _, cell in found) or "-")

    def all_rows(self, process):
        """The rows of all threads, those of one descriptor joined."""
        rows, others = {}, []
        for what in process.threads:
            if what[0] == "one":
                self.join(rows, self.row(process, what[1], what[2], {what[3]}, call_of(what), False))
            elif what[0] == "set":
                for (channel, end), directions in what[2].items():
                    call = f"{SET_CALLS[what[1]]}:{'+'.join(sorted(directions))}"
                    self.join(rows, self.row(process, channel, end, directions, call, what[4]))
                for child in what[3]:
                    self.join(rows, Row(PIDFDS + child.number, {f"{SET_CALLS[what[1]]}:in"}, [child],
                                        {"time"} if what[4] else set(), self.names(child)))
            else:
                children = process.children if what[0] == "any" else [what[1]] if what[0] == "child" else []
                ends = {"sleep": {"time"}, "pause": {"signal"}, "futex": {"thread"}}.get(what[0], set())
                row = Row("-", {call_of(what)}, children, ends, ",".join(map(self.names, children)) or "-")
                if not any(same.calls == row.calls and same.shown == row.shown for same in others):
                    others.append(row)
        return [rows[fd] for fd in sorted(rows)] + others

    def join(self, rows, row):
        if row.fd not in rows:
            rows[row.fd] = row
            return
        known = rows[row.fd]
        known.calls |= row.calls
        known.ends |= row.ends

    def rows(self, process, session):
        if process.is_stopped:
            return [Row("-", {"stopped"}, [], {"stopped"}, "-")]
        polled = {fd for what in process.threads if what[0] == "set"
                  for fd in [(c, e) for c, e in what[2]] + [child.number for child in what[3]]}
        if len(polled) > 1 and self.session(process) is not session:
            calls = {SET_CALLS[what[1]] for what in process.threads if what[0] == "set"}
            return [Row("-", calls, [], {"loop"}, "-")]
        rows = self.all_rows(process)
        own = [row for row in rows if all(peer is process for peer in row.peers)
               and row.ends - {"thread"} <= ({"time"} if row.fd != "-" else set())
               and (row.peers or row.ends or row.fd != "-")]
        others = [row for row in rows if row not in own]
        is_time_shown = any("time" in row.ends for row in others)
        others = [row for row in rows if row in others or ("time" in row.ends and not is_time_shown)] if others else []
        return others or rows

    def table(self, target):
        """Walk breadth first.  Return the order and process -> rows."""
        order, rows = [target], {}
        for process in order:
            rows[process] = self.rows(process, self.session(target))
            for row in rows[process]:
                order += [peer for peer in dict.fromkeys(row.peers) if peer not in order]
        return order, rows

    def reached(self, process, rows):
        found, queue = set(), [process]
        for one in queue:
            for row in rows[one]:
                for peer in row.peers:
                    if peer not in found:
                        found.add(peer)
                        queue.append(peer)
        return found

    def message(self, target, order, rows):
        def told(process):
            return f"{self.pids[process.number]} ({process.name})"

        for first in order:
            if first not in self.reached(first, rows):
                continue
            circle = [one for one in order if one in self.reached(first, rows) and first in self.reached(one, rows)]
            if len(circle) == 1:
                return f"{told(first)} waits for itself"
            return ", ".join(map(told, circle[:-1])) + f" and {told(circle[-1])} wait for each other"
        return f"nobody can wake {told(target)}"

    def expected(self, target):
        order, rows = self.table(target)
        cells = [(self.names(process), str(row.fd), ",".join(sorted(row.calls)), row.shown,
                  ",".join(word for word in ORDER if word in row.ends) or "-")
                 for process in order for row in rows[process]]
        is_stuck = not any(row.moves() for process in order for row in rows[process])
        if not is_stuck:
            return 0, cells, []
        return 3, cells, ["pollwait: " + self.message(target, order, rows)]


def compare(model, seed, target):
    pid = model.pids[target.number]
    status, table, messages = world.ask(pid, "-i", "5")
    got = status, [(row[0], row[1], ",".join(sorted(row[3].split(","))), row[5], row[6]) for row in table[1:]], messages
    expected = model.expected(target)
    if got != expected:
        print(f"seed {seed}, target {model.names(target)}")
        for name, part in ("expected", expected), ("got", got):
            print(name, part[0], *part[1], *part[2], sep="\n  ")
        sys.stdout.flush()
        raise AssertionError(f"seed {seed} differs")
    return status


def try_seed(seed, is_for_all):
    """Return how often each status came."""
    work = tempfile.mkdtemp()
    counts = {0: 0, 3: 0}
    try:
        plan = Plan(seed, work)
        model = Model(plan, carry_out(plan))
        targets = plan.processes if is_for_all else plan.chance.sample(plan.processes, min(4, len(plan.processes)))
        for target in targets:
            counts[compare(model, seed, target)] += 1
    finally:
        world.finish()
        world.release()
        shutil.rmtree(work)
    return counts


def main():
    first, last = int(sys.argv[1]), int(sys.argv[2])
    total = {0: 0, 3: 0}
    for seed in range(first, last + 1):
        for status, count in try_seed(seed, sys.argv[3:] == ["all"]).items():
            total[status] += count
    print(f"{last - first + 1} systems: {total[3]} deadlocks, {total[0]} others")
    assert all(total.values()) or last - first < 10, total


if __name__ == "__main__":
    main()

"""why_scenes.py [SCENE...] - build a scene of processes that wait, and check pollwait -w

Each scene knows its processes and descriptors, and expects the whole table, the status
and the message.  Without a SCENE print the names of the scenes.
"""

import array
import ctypes
import fcntl
import multiprocessing
import os
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

import why_world as world
from why_world import check, child_of, command, end, names, release, rest, sock, spawn, target, told, unread

MUCH = b"x" * 1000000
# How long a job sleeps, by which it is found among those of other scenes.
SECONDS = f"1000.{os.getpid()}"
scenes = {}


def scene(function):
    scenes[function.__name__] = function
    return function


def row(process, fd, events, call, bytes_unread, peer, ends, what):
    return f"{process} {fd} {events} {call} {bytes_unread} {peer} {ends} {what}"


def reading(pid, fd, peer, call="read", ends="-", events="-"):
    """The row of a wait to read an empty pipe."""
    return row(names(pid), fd, events, call, 0, peer, ends, target(pid, fd))


def writing(pid, fd, peer):
    """The row of a wait to write to a full pipe."""
    return row(names(pid), fd, "-", "write", unread(pid, fd), peer, "-", target(pid, fd))


def without(pid, call, peer, ends):
    """The row of a wait without a descriptor."""
    return row(names(pid), "-", "-", call, "-", peer, ends, "-")


def pausing(pid):
    return without(pid, "pause", "-", "signal")


def pauser(name, *keep, **options):
    pid = spawn(name, signal.pause, keep, **options)
    rest(pid, "pause")
    return pid


def reader(name, fd, *keep):
    return spawn(name, lambda: os.read(fd, 1), (fd, *keep))


# Deadlocks

@scene
def two_that_fill_each_others_pipes():
    r1, w1 = os.pipe()
    r2, w2 = os.pipe()
    client = spawn("client", lambda: os.write(w1, MUCH), (w1, r2))
    server = spawn("server", lambda: os.write(w2, MUCH), (w2, r1))
    release()
    rest(client, "write", w1)
    rest(server, "write", w2)
    check(client, [writing(client, w1, end(server, r1)), writing(server, w2, end(client, r2))],
          3, f"{told(client)} and {told(server)} wait for each other")


@scene
def own_unclosed_end():
    r, w = os.pipe()
    alone = reader("alone", r, w)
    release()
    rest(alone, "read", r)
    check(alone, [reading(alone, r, end(alone, w))], 3, f"{told(alone)} waits for itself")


@scene
def circle_of_three():
    pipes = [os.pipe() for _ in range(3)]
    ring = [reader(name, pipes[i][0], pipes[i - 1][1]) for i, name in enumerate(("one", "two", "three"))]
    release()
    for i, pid in enumerate(ring):
        rest(pid, "read", pipes[i][0])
    rows = [reading(ring[i], pipes[i][0], end(ring[(i + 1) % 3], pipes[i][1])) for i in range(3)]
    for i in range(3):
        order = [ring[(i + n) % 3] for n in range(3)]
        check(ring[i], rows[i:] + rows[:i], 3,
              f"{told(order[0])}, {told(order[1])} and {told(order[2])} wait for each other")


@scene
def a_chain_to_a_circle():
    r1, w1 = os.pipe()
    r2, w2 = os.pipe()
    r3, w3 = os.pipe()
    one = reader("one", r1, w2)
    two = reader("two", r2, w1, w3)
    outer = reader("outer", r3)
    release()
    rest(one, "read", r1)
    rest(two, "read", r2)
    rest(outer, "read", r3)
    check(outer, [reading(outer, r3, end(two, w3)), reading(two, r2, end(one, w2)), reading(one, r1, end(two, w1))],
          3, f"{told(two)} and {told(one)} wait for each other")


@scene
def subprocess_wait_with_a_full_pipe():
    code = """if True:
        import subprocess
        child = subprocess.Popen(["head", "-c", "1000000", "/dev/zero"], stdout=subprocess.PIPE)
        child.wait()
        """
    parent = command("/usr/bin/python3", "-c", code).pid
    child = child_of(parent, "head")
    rest(parent, "wait4")
    rest(child, "write", 1)
    fd = [fd for fd in map(int, os.listdir(f"/proc/{parent}/fd"))
          if os.readlink(f"/proc/{parent}/fd/{fd}") == target(child, 1)][0]
    check(parent, [without(parent, "wait4", names(child), "-"), writing(child, 1, end(parent, fd))],
          3, f"{told(parent)} and {told(child)} wait for each other")


@scene
def a_coprocess_that_deadlocks():
    """The shell waits for any child, and keeps the end by which the first would end."""
    shell = command("bash", "-c", "coproc cat; exec 7<&${COPROC[0]}; head -n 1 <&7 & wait", stdin=subprocess.DEVNULL).pid
    cat, head = child_of(shell, "cat"), child_of(shell, "head")
    rest(shell, "wait4")
    rest(cat, "read", 0)
    rest(head, "read", 0)
    check(shell, [without(shell, "wait4", children_of(shell), "-"),
                  *by_order(shell, {cat: reading(cat, 0, holders(target(cat, 0), "w", shell)),
                                    head: reading(head, 0, holders(target(head, 0), "w", cat))})],
          3, told_circle(shell, *in_order(shell)))


def in_order(pid):
    """The children of a process, as the kernel lists them."""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(child) for child in file.read().split()]


def children_of(pid):
    return ",".join(names(child) for child in in_order(pid))


def by_order(pid, rows):
    return [rows[child] for child in in_order(pid)]


def told_circle(*ids):
    return ", ".join(told(pid) for pid in ids[:-1]) + f" and {told(ids[-1])} wait for each other"


def holders(what, mode, *ids):
    """The descriptors by which processes hold an end of a pipe, as in PEER."""
    return ",".join(end(pid, fd) for pid in sorted(ids) for fd in sorted(map(int, os.listdir(f"/proc/{pid}/fd")))
                    if target(pid, fd) == what and mode in world.access(pid, fd))


@scene
def nested_epoll_against_select():
    r1, w1 = os.pipe()
    r2, w2 = os.pipe()

    def wait_by_epoll():
        inner = select.epoll()
        inner.register(r1, select.EPOLLIN)
        outer = select.epoll()
        outer.register(inner, select.EPOLLIN)
        outer.poll()

    nest = spawn("nest", wait_by_epoll, (r1, w2))
    plain = spawn("plain", lambda: select.select([r2], [], []), (r2, w1))
    release()
    rest(nest, "epoll_wait")
    rest(plain, "pselect6")
    check(nest, [reading(nest, r1, end(plain, w1), "epoll_wait:in"), reading(plain, r2, end(nest, w2), "pselect6:in")],
          3, f"{told(nest)} and {told(plain)} wait for each other")


@scene
def unix_request_that_both_wait_for():
    a, b = socket.socketpair()
    client = spawn("client", lambda: a.recv(1), (a,))
    server = spawn("server", lambda: b.recv(1), (b,))
    rest(client, "recvfrom")
    rest(server, "recvfrom")
    ours, theirs = a.fileno(), b.fileno()
    a.close(), b.close()
    check(client, [row(names(client), ours, "out", "recvfrom", 0, sock(server, theirs), "-", target(client, ours) + " unix"),
                   row(names(server), theirs, "out", "recvfrom", 0, sock(client, ours), "-", target(server, theirs) + " unix")],
          3, f"{told(client)} and {told(server)} wait for each other")


@scene
def a_lock_and_a_pipe():
    r, w = os.pipe()
    file = tempfile.TemporaryFile()
    holder_fd, waiter_fd = file.fileno(), os.open(f"/proc/self/fd/{file.fileno()}", os.O_RDWR)

    def hold():
        fcntl.flock(holder_fd, fcntl.LOCK_EX)
        os.read(r, 1)

    holder = spawn("holder", hold, (holder_fd, r))
    rest(holder, "read", r)
    waiter = spawn("waiter", lambda: fcntl.flock(waiter_fd, fcntl.LOCK_EX), (waiter_fd, w))
    file.close()
    release()
    rest(waiter, "flock", waiter_fd)
    check(waiter, [row(names(waiter), waiter_fd, "in,out", "flock", "-", sock(holder, holder_fd), "-",
                       target(waiter, waiter_fd)),
                   reading(holder, r, end(waiter, w))],
          3, f"{told(waiter)} and {told(holder)} wait for each other")


@scene
def an_epoll_with_nothing_in_it():
    def work():
        select.epoll().poll()

    empty = spawn("empty", work)
    rest(empty, "epoll_wait")
    fd = int(open(f"/proc/{empty}/syscall", encoding="ascii").read().split()[1], 16)
    check(empty, [row(names(empty), fd, "-", "epoll_wait", "-", "-", "-", "anon_inode:[eventpoll]")],
          3, f"nobody can wake {told(empty)}")


@scene
def an_eventfd_that_nobody_else_has():
    def work():
        os.read(os.eventfd(0), 8)

    alone = spawn("alone", work)
    rest(alone, "read")
    fd = int(open(f"/proc/{alone}/syscall", encoding="ascii").read().split()[1], 16)
    check(alone, [row(names(alone), fd, "out", "read", "-", "-", "-", "anon_inode:[eventfd] 0")],
          3, f"nobody can wake {told(alone)}")


@scene
def an_eventfd_that_two_wait_for():
    fd = os.eventfd(0)
    one = spawn("one", lambda: os.read(fd, 8), (fd,))
    two = spawn("two", lambda: os.read(fd, 8), (fd,))
    release()
    rest(one, "read", fd)
    rest(two, "read", fd)
    check(one, [row(names(one), fd, "out", "read", "-", sock(two, fd), "-", "anon_inode:[eventfd] 0"),
                row(names(two), fd, "out", "read", "-", sock(one, fd), "-", "anon_inode:[eventfd] 0")],
          3, f"{told(one)} and {told(two)} wait for each other")


# Waits that can end

@scene
def background_job_that_holds_a_pipe():
    r, w = os.pipe()
    reads = command("cat", stdin=r)
    shell = command("sh", "-c", "sleep 1000 & echo started", stdout=w)
    release()
    shell.wait()
    rest(reads.pid, "read", 0)
    until_sleeps = world.until
    found = []

    def look():
        found[:] = [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if holds(pid, target(reads.pid, 0), 1)]
        return found and world.sits_in(found[0], "clock_nanosleep")

    until_sleeps(look, "a sleep that holds the pipe")
    world.children.append(found[0])
    check(reads.pid, [reading(reads.pid, 0, end(found[0], 1)), without(found[0], "clock_nanosleep", "-", "time")])


def holds(pid, what, fd):
    try:
        return os.readlink(f"/proc/{pid}/fd/{fd}") == what
    except OSError:
        return False


@scene
def poll_over_two_pipes():
    r1, w1 = os.pipe()
    r2, w2 = os.pipe()

    def work():
        poll = select.poll()
        poll.register(r1, select.POLLIN)
        poll.register(r2, select.POLLIN)
        poll.poll()

    merger = spawn("merger", work, (r1, r2))
    first = pauser("first", w1)
    second = pauser("second", w2)
    release()
    rest(merger, "poll")
    check(merger, [reading(merger, r1, end(first, w1), "poll:in"), reading(merger, r2, end(second, w2), "poll:in"),
                   pausing(first), pausing(second)])


@scene
def poll_with_a_timeout():
    r, w = os.pipe()

    def work():
        poll = select.poll()
        poll.register(r, select.POLLIN)
        poll.poll(1000000)

    waiter = spawn("waiter", work, (r, w))
    release()
    rest(waiter, "poll")
    check(waiter, [reading(waiter, r, end(waiter, w), "poll:in", "time")])


@scene
def tcp_client_that_was_not_accepted():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(8)
    port = listener.getsockname()[1]
    first, second = socket.socket(), socket.socket()
    first.connect(("127.0.0.1", port))
    served = listener.accept()[0]
    second.connect(("127.0.0.1", port))
    waiting = spawn("waiting", lambda: second.recv(1), (second,))
    idler = pauser("idler", first)
    server = spawn("server", lambda: served.recv(1), (served, listener))
    rest(waiting, "recvfrom")
    rest(server, "recvfrom")
    ways = [one.getsockname()[1] for one in (first, second)]
    fds = [one.fileno() for one in (first, second, served, listener)]
    for one in (first, second, served, listener):
        one.close()
    check(waiting, [row(names(waiting), fds[1], "out", "recvfrom", 0, sock(server, fds[3]), "-",
                        f"{target(waiting, fds[1])} tcp 127.0.0.1:{ways[1]}->127.0.0.1:{port} not accepted"),
                    row(names(server), fds[2], "out", "recvfrom", 0, sock(idler, fds[0]), "-",
                        f"{target(server, fds[2])} tcp 127.0.0.1:{port}->127.0.0.1:{ways[0]}"),
                    pausing(idler)])


@scene
def server_in_accept():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(8)
    fd, port = listener.fileno(), listener.getsockname()[1]
    server = spawn("server", listener.accept, (listener,))
    listener.close()
    rest(server, "accept4", fd)
    check(server, [row(names(server), fd, "-", "accept4", "-", "-", "client",
                       f"{target(server, fd)} tcp 127.0.0.1:{port} listening 0/8")])


@scene
def connect_to_a_full_tcp_backlog():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    port = listener.getsockname()[1]
    filler = socket.socket()
    filler.connect(("127.0.0.1", port))
    late = socket.socket()
    server = pauser("server", listener)
    client = spawn("client", lambda: late.connect(("127.0.0.1", port)), (late,))
    fd, listening = late.fileno(), listener.fileno()
    rest(client, "connect", fd)
    way = late.getsockname()[1]
    what = target(client, fd)
    for one in (late, listener):
        one.close()
    check(client, [row(names(client), fd, "-", "connect", 0, sock(server, listening), "time",
                       f"{what} tcp 127.0.0.1:{way}->127.0.0.1:{port} connecting"),
                   pausing(server)])
    filler.close()


@scene
def open_of_a_fifo_without_a_partner():
    directory = tempfile.mkdtemp()
    fifo = os.path.join(directory, "fifo")
    os.mkfifo(fifo)
    opener = spawn("opener", lambda: os.open(fifo, os.O_RDONLY))
    rest(opener, "openat")
    world.until(lambda: "fifo" in wchan(opener) or "partner" in wchan(opener), "an open that waits")
    check(opener, [f"{names(opener)} - - openat - - client {fifo}"])
    os.unlink(fifo)
    os.rmdir(directory)


def wchan(pid):
    with open(f"/proc/{pid}/wchan", encoding="ascii") as file:
        return file.read()


def fifo(is_named):
    """Two processes read one FIFO of which they have the writing end too."""
    directory = tempfile.mkdtemp()
    name = os.path.join(directory, "fifo")
    os.mkfifo(name)
    r = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
    w = os.open(name, os.O_WRONLY)
    os.set_blocking(r, True)
    if not is_named:
        os.unlink(name)
    one = reader("one", r)
    two = reader("two", r, w)
    release()
    rest(one, "read", r)
    rest(two, "read", r)
    ends = "client" if is_named else "-"
    rows = [reading(pid, r, end(two, w), ends=ends) for pid in (one, two)]
    if is_named:
        check(one, rows)
        os.unlink(name)
    else:
        check(one, rows, 3, f"{told(two)} waits for itself")
    os.rmdir(directory)


@scene
def fifo_with_a_name():
    fifo(True)


@scene
def fifo_without_a_name():
    fifo(False)


@scene
def fifo_that_is_open_for_both():
    """A reader that could write as well waits for those who can write, and for no reader."""
    directory = tempfile.mkdtemp()
    name = os.path.join(directory, "fifo")
    os.mkfifo(name)
    both = os.open(name, os.O_RDWR)
    r = os.open(name, os.O_RDONLY)
    w = os.open(name, os.O_WRONLY)
    os.unlink(name)
    os.rmdir(directory)
    waiter = reader("waiter", both)
    writer = pauser("writer", w)
    pauser("other", r)
    release()
    rest(waiter, "read", both)
    check(waiter, [reading(waiter, both, f"{end(waiter, both)},{end(writer, w)}", events="out"), pausing(writer)])


@scene
def child_that_waits_for_a_lock():
    file = tempfile.TemporaryFile()
    kept, wanted = file.fileno(), os.open(f"/proc/self/fd/{file.fileno()}", os.O_RDWR)

    def hold():
        fcntl.flock(kept, fcntl.LOCK_EX)
        signal.pause()

    keeper = spawn("keeper", hold, (kept,))
    rest(keeper, "pause")

    def parent_work():
        worker = os.fork()
        if worker == 0:
            world.set_name("worker")
            fcntl.flock(wanted, fcntl.LOCK_EX)
            os._exit(0)
        os.close(wanted)
        os.waitpid(worker, 0)

    parent = spawn("parent", parent_work, (wanted,))
    file.close()
    release()
    worker = child_of(parent, "worker")
    rest(parent, "wait4")
    rest(worker, "flock", wanted)
    check(parent, [without(parent, "wait4", names(worker), "-"),
                   row(names(worker), wanted, "in,out", "flock", "-", sock(keeper, kept), "-", target(worker, wanted)),
                   pausing(keeper)])


@scene
def stopped_writer():
    r, w = os.pipe()
    waiter = reader("waiter", r)
    writer = pauser("writer", w)
    release()
    rest(waiter, "read", r)
    os.kill(writer, signal.SIGSTOP)
    world.until(lambda: world.state(writer) == "T", "a stop")
    check(waiter, [reading(waiter, r, end(writer, w)), without(writer, "stopped", "-", "stopped")])
    check(writer, [without(writer, "stopped", "-", "stopped")])


@scene
def running_writer():
    def work():
        while True:
            pass

    r, w = os.pipe()
    waiter = reader("waiter", r)
    busy = spawn("busy", work, (w,))
    release()
    rest(waiter, "read", r)
    world.until(lambda: name_and_state(busy) == ("busy", "R"), "a loop")
    check(waiter, [reading(waiter, r, end(busy, w)), without(busy, "running", "-", "runs")])


def name_and_state(pid):
    return world.name_of(pid), world.state(pid)


def a_pidfd(work, call, called):
    """A process that waits for another by a pidfd."""
    child = pauser("child")
    pidfd = os.pidfd_open(child)
    waiter = spawn("waiter", lambda: work(pidfd), (pidfd,))
    release()
    rest(waiter, call)
    check(waiter, [row(names(waiter), pidfd, "-", called, "-", names(child), "-", f"{target(waiter, pidfd)} pid:{child}"),
                   pausing(child)])


@scene
def poll_of_a_pidfd():
    def work(pidfd):
        poll = select.poll()
        poll.register(pidfd, select.POLLIN)
        poll.poll()

    a_pidfd(work, "poll", "poll:in")


@scene
def waitid_of_a_pidfd():
    def make_and_wait():
        pid = os.fork()
        if pid == 0:
            world.libc.prctl(world.PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            world.set_name("child")
            signal.pause()
        os.waitid(os.P_PIDFD, os.pidfd_open(pid), os.WEXITED)

    waiter = spawn("waiter", make_and_wait)
    child = child_of(waiter, "child")
    rest(child, "pause")
    rest(waiter, "waitid")
    fd = int(open(f"/proc/{waiter}/syscall", encoding="ascii").read().split()[2], 16)
    check(waiter, [row(names(waiter), fd, "-", "waitid", "-", names(child), "-", f"{target(waiter, fd)} pid:{child}"),
                   pausing(child)])


def full_unix_backlog(bind, shown):
    """A client that waits until the listener has room: what it connects to is not told."""
    with tempfile.TemporaryDirectory() as directory:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(os.path.join(directory, "listener"))
        listener.listen(0)
        filler = socket.socket(socket.AF_UNIX)
        filler.connect(listener.getsockname())
        late = socket.socket(socket.AF_UNIX)
        bind(late, directory)
        client = spawn("client", lambda: late.connect(listener.getsockname()), (late, listener))
        fd = late.fileno()
        rest(client, "connect", fd)
        check(client, [row(names(client), fd, "out,hup", "connect", 0, "-", "?",
                           f"{target(client, fd)} unix{shown(late, directory)}")])
        for one in (listener, filler, late):
            one.close()


@scene
def connect_to_a_full_unix_backlog():
    full_unix_backlog(lambda late, directory: None, lambda late, directory: "")


@scene
def connect_to_a_full_unix_backlog_by_a_client_with_a_name():
    full_unix_backlog(lambda late, directory: late.bind(os.path.join(directory, "client")),
                      lambda late, directory: f" {directory}/client")


@scene
def connect_to_a_full_unix_backlog_by_a_client_with_an_abstract_name():
    full_unix_backlog(lambda late, directory: late.bind("\0why-scene"), lambda late, directory: " @why-scene")


@scene
def connect_to_a_full_unix_backlog_by_a_client_with_any_name():
    full_unix_backlog(lambda late, directory: late.bind(""),
                      lambda late, directory: f" @{late.getsockname()[1:].decode('ascii')}")


@scene
def terminal():
    master, slave = os.openpty()
    number = os.ttyname(slave)
    user = pauser("user", master)
    shell = reader("shell", slave)
    release()
    rest(shell, "read", slave)
    check(shell, [row(names(shell), slave, "out", "read", 0, sock(user, master), "tty", number), pausing(user)])


@scene
def five_stages():
    pipes = [os.pipe() for _ in range(4)]
    source = pauser("source", pipes[0][1])
    stages = [reader(f"stage{i}", pipes[i][0], *([pipes[i + 1][1]] if i < 3 else [])) for i in range(4)]
    release()
    for i, pid in enumerate(stages):
        rest(pid, "read", pipes[i][0])
    rows = [reading(pid, pipes[i][0], end(stages[i - 1] if i > 0 else source, pipes[i][1]))
            for i, pid in enumerate(stages)]
    check(stages[3], rows[::-1] + [pausing(source)])


@scene
def udp():
    server_socket = socket.socket(type=socket.SOCK_DGRAM)
    server_socket.bind(("127.0.0.1", 0))
    client_socket = socket.socket(type=socket.SOCK_DGRAM)
    client_socket.connect(server_socket.getsockname())
    port, way = server_socket.getsockname()[1], client_socket.getsockname()[1]
    server = spawn("server", lambda: server_socket.recv(1), (server_socket,))
    client = spawn("client", lambda: client_socket.recv(1), (client_socket,))
    ours, theirs = client_socket.fileno(), server_socket.fileno()
    client_socket.close(), server_socket.close()
    rest(server, "recvfrom", theirs)
    rest(client, "recvfrom", ours)
    check(client, [row(names(client), ours, "out", "recvfrom", 0, sock(server, theirs), "-",
                       f"{target(client, ours)} udp 127.0.0.1:{way}->127.0.0.1:{port}"),
                   row(names(server), theirs, "out", "recvfrom", 0, "-", "client",
                       f"{target(server, theirs)} udp 127.0.0.1:{port}")])


def socket_with_a_timeout(option, wait, call, ends, events="out"):
    """A wait for a socket that has a timeout for one direction."""
    a, b = socket.socketpair()
    a.setsockopt(socket.SOL_SOCKET, option, array.array("l", [1000, 0]).tobytes())
    client = spawn("client", lambda: wait(a), (a,))
    server = pauser("server", b)
    ours, theirs = a.fileno(), b.fileno()
    a.close(), b.close()
    rest(client, call.partition(":")[0])
    check(client, [row(names(client), ours, events, call, 0, sock(server, theirs), ends, target(client, ours) + " unix"),
                   pausing(server)])


def fill(one):
    while True:
        one.send(MUCH)


def poll_for_input(one):
    poll = select.poll()
    poll.register(one, select.POLLIN)
    poll.poll()


@scene
def timeouts_of_sockets():
    socket_with_a_timeout(socket.SO_RCVTIMEO, lambda one: one.recv(1), "recvfrom", "time")
    socket_with_a_timeout(socket.SO_SNDTIMEO, fill, "sendto", "time", "-")
    # They end no call of the other direction, and no poll.
    socket_with_a_timeout(socket.SO_SNDTIMEO, lambda one: one.recv(1), "recvfrom", "-")
    socket_with_a_timeout(socket.SO_RCVTIMEO, fill, "sendto", "-", "-")
    socket_with_a_timeout(socket.SO_RCVTIMEO, poll_for_input, "poll:in", "-")
    socket_with_a_timeout(socket.SO_SNDTIMEO, poll_for_input, "poll:in", "-")


def epoll_with_a_file_without_a_number(is_alone):
    """What was registered reports still, by a duplicate of which the epoll tells no number."""
    r1, w1 = os.pipe()
    r2, w2 = os.pipe()

    def work():
        epoll = select.epoll()
        if not is_alone:
            epoll.register(r1, select.EPOLLIN)
        epoll.register(r2, select.EPOLLIN)
        os.dup(r2)
        os.close(r2)
        epoll.poll()

    waiter = spawn("waiter", work, (r1, r2, w1))
    pauser("writer", w2)
    release()
    rest(waiter, "epoll_wait")
    fd = int(open(f"/proc/{waiter}/syscall", encoding="ascii").read().split()[1], 16)
    epoll = row(names(waiter), fd, "-", "epoll_wait", "-", "-", "?",
                "anon_inode:[eventpoll] " + ("?" if is_alone else f"{r1},?"))
    # The own pipe is hidden: only the process itself can end that wait.
    check(waiter, [epoll])


@scene
def an_epoll_with_a_file_without_a_number():
    epoll_with_a_file_without_a_number(True)
    epoll_with_a_file_without_a_number(False)


@scene
def an_epoll_with_a_registration_that_has_fired():
    r, w = os.pipe()

    def work():
        epoll = select.epoll()
        epoll.register(r, select.EPOLLIN | select.EPOLLONESHOT)
        os.write(w, b"x")
        epoll.poll()
        epoll.poll()

    waiter = spawn("waiter", work, (r, w))
    release()
    rest(waiter, "epoll_wait")
    fd = int(open(f"/proc/{waiter}/syscall", encoding="ascii").read().split()[1], 16)
    world.until(lambda: unread(waiter, r) == 1, "a byte")
    rest(waiter, "epoll_wait")
    check(waiter, [row(names(waiter), fd, "-", "epoll_wait", "-", "-", "-", f"anon_inode:[eventpoll] {r}")],
          3, f"nobody can wake {told(waiter)}")


@scene
def calls_of_which_nothing_is_known():
    """A queue of messages waits for anybody who opens it, not for a device."""
    librt = ctypes.CDLL("librt.so.1", use_errno=True)
    name = f"/why.{os.getpid()}".encode()
    queue = librt.mq_open(name, os.O_RDWR | os.O_CREAT, 0o600, None)
    assert queue >= 0
    librt.mq_unlink(name)
    buffer = ctypes.create_string_buffer(65536)
    waiter = spawn("waiter", lambda: librt.mq_receive(queue, buffer, len(buffer), None), (queue,))
    release()
    rest(waiter, "mq_timedreceive")
    check(waiter, [row(names(waiter), queue, "out", "mq_timedreceive", "-", "-", "?", target(waiter, queue))])


@scene
def a_pipe_that_only_pollwait_holds():
    """The end of pollwait ends the wait."""
    r, w = os.pipe()
    waiter = reader("waiter", r)
    writer = pauser("writer", w)
    os.close(w)
    os.close(r)
    rest(waiter, "read")
    what = target(waiter, r)
    script = f'exec 9>/proc/{waiter}/fd/{r}; kill {writer}; while [ -e /proc/{writer}/fd/{w} ]; do :; done; exec pollwait "$@"'
    assert world.ask(waiter, program=("sh", "-c", script, "sh")) == (
        0, [world.TITLES, [names(waiter), str(r), "-", "read", "0", "-", "runs", what]], [])


@scene
def a_timer_that_sends_a_signal():
    libc = ctypes.CDLL(None, use_errno=True)

    def work():
        libc.timer_create(time.CLOCK_MONOTONIC, None, ctypes.byref(ctypes.c_void_p()))
        os.read(r, 1)

    r, w = os.pipe()
    waiter = spawn("waiter", work, (r, w))
    release()
    rest(waiter, "read")
    check(waiter, [reading(waiter, r, end(waiter, w), ends="time")])


@scene
def an_end_that_is_a_path():
    """A descriptor with O_PATH keeps no end of a pipe open."""
    r, w = os.pipe()

    def work():
        os.open(f"/proc/self/fd/{w}", os.O_PATH)
        os.read(r, 1)

    waiter = spawn("waiter", work, (r, w))
    release()
    rest(waiter, "read")
    check(waiter, [reading(waiter, r, end(waiter, w))], 3, f"{told(waiter)} waits for itself")


@scene
def a_tracer():
    """A tracer waits for a process that is not its child: nothing tells which."""
    libc = ctypes.CDLL(None, use_errno=True)

    def traced():
        libc.prctl(0x59616d61, ctypes.c_ulong(-1), 0, 0, 0)
        signal.pause()

    def trace():
        assert libc.ptrace(0x4206, tracee, None, None) == 0
        libc.waitpid(tracee, None, 0x40000000)

    tracee = spawn("tracee", traced)
    rest(tracee, "pause")
    tracer = spawn("tracer", trace)
    rest(tracer, "wait4")
    check(tracer, [f"{names(tracer)} - ? ? ? ? ? ?"])


@scene
def a_handler_that_hears_of_a_child():
    """It can do what the process waits for, as that of make and node: the child is a peer."""
    r, w = os.pipe()

    def work():
        signal.signal(signal.SIGCHLD, lambda *_: None)
        if os.fork() == 0:
            world.set_name("child")
            world.close_all_but(())
            signal.pause()
        os.read(r, 1)

    waiter = spawn("waiter", work, (r, w))
    release()
    child = child_of(waiter, "child")
    rest(child, "pause")
    rest(waiter, "read")
    check(waiter, [reading(waiter, r, f"{end(waiter, w)},{names(child)}"), pausing(child)])


@scene
def a_handler_that_hears_of_nobody_else():
    """A child that waits for its parent, or for itself, never ends: that is a deadlock."""
    def work(keep, wait):
        signal.signal(signal.SIGCHLD, lambda *_: None)
        if os.fork() == 0:
            world.set_name("child")
            world.close_all_but(keep)
            wait()
        os.close(theirs if keep else unused)
        os.read(ours, 1)

    for is_alone in False, True:
        ours, w = os.pipe()
        theirs, unused = os.pipe()
        if is_alone:
            parent = spawn("parent", lambda: work((), block_on_futex), (ours, w, unused))
        else:
            parent = spawn("parent", lambda: work((theirs, w), lambda: os.read(theirs, 1)), (ours, w, theirs, unused))
        os.close(ours), os.close(w), os.close(theirs), os.close(unused)
        child = child_of(parent, "child")
        rest(child, "futex" if is_alone else "read")
        rest(parent, "read")
        own, others = end(parent, w), names(child) if is_alone else end(child, w)
        check(parent, [reading(parent, ours, f"{own},{others}"),
                       without(child, "futex", "-", "thread") if is_alone
                       else reading(child, theirs, end(parent, unused))], 3,
              f"{told(parent)} waits for itself" if is_alone else f"{told(parent)} and {told(child)} wait for each other")


@scene
def a_tracer_that_has_a_child():
    """What the traced process does ends the wait as well."""
    libc = ctypes.CDLL(None, use_errno=True)
    r, w = os.pipe()

    def traced():
        libc.prctl(0x59616d61, ctypes.c_ulong(-1), 0, 0, 0)
        signal.pause()

    def trace():
        if os.fork() == 0:
            world.set_name("child")
            os.close(w)
            os.read(r, 1)
            os._exit(0)
        assert libc.ptrace(0x4206, tracee, None, None) == 0
        libc.waitpid(-1, None, 0x40000000)

    tracee = spawn("tracee", traced)
    rest(tracee, "pause")
    tracer = spawn("tracer", trace, (r, w))
    release()
    rest(tracer, "wait4")
    child = child_of(tracer, "child")
    rest(child, "read")
    check(tracer, [without(tracer, "wait4", names(child), "?"), reading(child, r, end(tracer, w))])


@scene
def a_child_of_another_pid_namespace():
    """The call has the child's id there, which is another one here."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)

    def sleep_as(name):
        libc.prctl(world.PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        world.set_name(name)
        signal.pause()

    def work():
        assert libc.unshare(0x20000000) == 0
        if os.fork() == 0:
            world.set_name("first")
            for name in "second", "third":
                if os.fork() == 0:
                    sleep_as(name)
            os.waitpid(3, 0)
        signal.pause()

    outer = spawn("outer", work)
    first = child_of(outer, "first")
    third = child_of(first, "third")
    rest(first, "wait4")
    rest(third, "pause")
    check(first, [without(first, "wait4", names(third), "-"), pausing(third)])


@scene
def another_address_than_that_of_the_peer():
    """The socket is ready for its peer; the call waits for somebody else, who is not known."""
    nobody, somebody, sender = (socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(3))
    for one in nobody, somebody, sender:
        one.bind(f"\0{os.getpid()}-{one.fileno()}")
    sender.connect(nobody.getsockname())
    address = somebody.getsockname()
    r, w = os.pipe()

    def send():
        while sender.sendto(b"x", address) > 0:
            pass

    peer = spawn("peer", lambda: os.read(r, 1), (nobody, r))
    pauser("other", somebody)
    waiter = spawn("waiter", send, (sender, w))
    fds = sender.fileno(), nobody.fileno()
    nobody.close(), somebody.close(), sender.close()
    release()
    rest(waiter, "sendto")
    rest(peer, "read")
    status, table, messages = world.ask(waiter)
    assert (status, messages) == (0, []), (status, table, messages)
    assert table[1][:7] == [names(waiter), str(fds[0]), "out", "sendto", "0", sock(peer, fds[1]), "?"], table
    assert table[2] == [names(peer), str(r), "-", "read", "0", end(waiter, w), "-", target(peer, r)], table


@scene
def an_edge_that_has_passed():
    """What was ready before wakes nobody who asks for changes alone."""
    r, w = os.pipe()
    theirs, ours = os.pipe()
    heard, said = os.pipe()

    def work():
        epoll = select.epoll()
        epoll.register(r, select.EPOLLIN | select.EPOLLET)
        epoll.poll()
        os.write(said, b".")
        os.close(said)
        epoll.poll()

    def answer():
        os.write(w, b"some")
        os.read(theirs, 1)

    one = spawn("one", work, (r, ours, said))
    other = spawn("other", answer, (w, theirs))
    os.read(heard, 1)
    release()
    rest(other, "read")
    rest(one, "epoll_wait")
    check(one, [row(names(one), r, "in", "epoll_wait:in", 4, end(other, w), "-", target(one, r)),
                reading(other, theirs, end(one, ours))], 3, f"{told(one)} and {told(other)} wait for each other")


@scene
def a_file_that_is_sent():
    """sendfile(2) may wait for the file as well: no deadlock is told."""
    a, b = socket.socketpair()
    with tempfile.TemporaryFile() as file:
        file.write(MUCH * 4)
        file.flush()
        one = spawn("one", lambda: os.sendfile(a.fileno(), file.fileno(), 0, len(MUCH) * 4), (a, file))
        other = spawn("other", lambda: b.send(MUCH), (b,))
        ours, theirs = a.fileno(), b.fileno()
        a.close(), b.close()
    rest(one, "sendfile", ours)
    rest(other, "sendto", theirs)
    # It goes on now and then while the disk or the page cache answers.
    world.until(lambda: world.ask(one)[1][1][3] == "sendfile", "a wait in sendfile")
    status, table, messages = world.ask(one)
    assert status == 0 and table[1][3] == "sendfile" and table[1][6] == "?" and not messages, (table, messages)


@scene
def a_lock_of_two_processes():
    """No thread waits for its own end: a word that has its id is that of a lock."""
    libc = ctypes.CDLL(None, use_errno=True)

    def work():
        word = ctypes.c_int(os.getpid())
        libc.syscall(world.CALLS["futex"], ctypes.byref(word), 0, word.value, None)

    waiter = spawn("waiter", work)
    rest(waiter, "futex")
    check(waiter, [without(waiter, "futex", "-", "?")])


def kernel_ends(make, ends, more, bytes_unread="-"):
    """A read of a descriptor of the reader's own, which the kernel makes ready."""
    fd = make()
    waiter = spawn("waiter", lambda: os.read(fd, 4096), (fd,))
    what = target(waiter, fd) + more
    os.close(fd)
    rest(waiter, "read")
    check(waiter, [row(names(waiter), fd, "-", "read", bytes_unread, "-", ends, what)])


@scene
def files_that_the_kernel_makes_ready():
    libc = ctypes.CDLL(None, use_errno=True)

    def watch():
        fd = libc.inotify_init()
        libc.inotify_add_watch(fd, b"/etc", 0x100)
        return fd

    kernel_ends(watch, "device", "", 0)
    kernel_ends(lambda: libc.signalfd(-1, (ctypes.c_ulong * 16)(1 << (signal.SIGUSR1 - 1)), 0), "signal", " USR1")
    # Who holds a timer that is off may start it.
    kernel_ends(lambda: libc.timerfd_create(time.CLOCK_MONOTONIC, 0), "?", " off")


@scene
def timer():
    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.timerfd_create(time.CLOCK_MONOTONIC, 0)
    libc.timerfd_settime(fd, 0, struct.pack("@4l", 0, 0, 1000, 0), None)
    waiter = spawn("waiter", lambda: os.read(fd, 8), (fd,))
    rest(waiter, "read")
    status, table, _ = world.ask(waiter)
    assert status == 0 and table[1][:7] == [names(waiter), str(fd), "-", "read", "-", "-", "time"], table
    assert re.fullmatch(r"anon_inode:\[timerfd\] 9\d{5} ms", table[1][7]), table


# Event loops, threads, children

def loop_of(session):
    """A reader whose writer sits in poll over two pipes of its own."""
    r, w = os.pipe()
    r1, w1 = os.pipe()
    r2, w2 = os.pipe()

    def work():
        poll = select.poll()
        poll.register(r1, select.POLLIN)
        poll.register(r2, select.POLLIN)
        poll.poll()

    waiter = reader("waiter", r)
    loop = spawn("loop", work, (w, r1, r2, w1), session=session)
    other = pauser("other", w2)
    release()
    rest(waiter, "read", r)
    rest(loop, "poll")
    first = reading(waiter, r, end(loop, w))
    rows = [reading(loop, r1, end(loop, w1), "poll:in"), reading(loop, r2, end(other, w2), "poll:in"), pausing(other)]
    # What only the loop itself can end is no answer.
    check(loop, rows[1:])
    check(waiter, [first, f"{names(loop)} - - poll - - loop 2 descriptors"] if session else [first] + rows[1:])


@scene
def event_loop_of_another_session():
    loop_of(True)


@scene
def event_loop_of_the_same_session():
    loop_of(False)


@scene
def event_loop_with_a_timeout():
    r1, w1 = os.pipe()
    r2, w2 = os.pipe()

    def work(*fds):
        poll = select.poll()
        for fd in fds:
            poll.register(fd, select.POLLIN)
        poll.poll(1000000)

    loop = spawn("loop", lambda: work(r1, r2), (r1, r2, w1))
    alone = spawn("alone", lambda: work(r1), (r1, w1))
    r3, w3 = os.pipe()
    own = spawn("own", lambda: work(r3), (r3, w3))
    other = pauser("other", w2)
    release()
    rest(loop, "poll")
    rest(alone, "poll")
    rest(own, "poll")
    check(own, [reading(own, r3, end(own, w3), "poll:in", ends="time")])
    second = reading(loop, r2, end(other, w2), "poll:in", ends="time")
    # Both hold the first pipe, so that it is no self-pipe.
    first = [reading(one, r1, f"{end(loop, w1)},{end(alone, w1)}", "poll:in", ends="time")
             for one in (loop, alone)]
    check(loop, [first[0], second, first[1], pausing(other)])
    os.kill(alone, signal.SIGKILL)
    os.waitpid(alone, 0)
    # Now only the loop itself can write to it: this is no answer, if time is one.
    check(loop, [second, pausing(other)])


@scene
def one_descriptor_in_nested_epolls_is_no_event_loop():
    r, w = os.pipe()
    r1, w1 = os.pipe()

    def work():
        inner = select.epoll()
        inner.register(r1, select.EPOLLIN)
        outer = select.epoll()
        outer.register(inner, select.EPOLLIN)
        outer.poll()

    waiter = reader("waiter", r)
    nest = spawn("nest", work, (w, r1), session=True)
    source = pauser("source", w1)
    release()
    rest(waiter, "read", r)
    rest(nest, "epoll_wait")
    check(waiter, [reading(waiter, r, end(nest, w)), reading(nest, r1, end(source, w1), "epoll_wait:in"), pausing(source)])


@scene
def a_thread_that_waits_beside_a_futex():
    r, w = os.pipe()

    def work():
        threading.Thread(target=lambda: os.read(r, 1)).start()
        threading.Lock().acquire()
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()

    waiter = spawn("waiter", work, (r,))
    writer = pauser("writer", w)
    release()
    rest(waiter, "futex")
    world.until(lambda: len(os.listdir(f"/proc/{waiter}/task")) == 2, "a thread")
    thread = max(map(int, os.listdir(f"/proc/{waiter}/task")))
    rest(thread, "read", r)
    # The futex is hidden: only the process itself can end that wait.
    check(waiter, [reading(waiter, r, end(writer, w)), pausing(writer)])


def block_on_futex():
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


@scene
def private_futex():
    stuck = spawn("stuck", block_on_futex)
    rest(stuck, "futex")
    check(stuck, [without(stuck, "futex", "-", "thread")], 3, f"nobody can wake {told(stuck)}")


@scene
def shared_futex():
    semaphore = multiprocessing.Semaphore(0)
    stuck = spawn("stuck", semaphore.acquire)
    rest(stuck, "futex")
    check(stuck, [without(stuck, "futex", "-", "?")])


@scene
def private_and_shared_futexes_in_one_process():
    semaphore = multiprocessing.Semaphore(0)

    def work():
        threading.Thread(target=semaphore.acquire).start()
        block_on_futex()

    stuck = spawn("stuck", work)
    world.until(lambda: len(os.listdir(f"/proc/{stuck}/task")) == 2, "a thread")
    rest(stuck, "futex")
    rest(max(map(int, os.listdir(f"/proc/{stuck}/task"))), "futex")
    # The private one is hidden: only the process itself can end that wait.
    check(stuck, [without(stuck, "futex", "-", "?")])


@scene
def join_of_a_living_thread():
    def work():
        start = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(lambda _: block_on_futex())
        thread = ctypes.c_ulong()
        world.libc.pthread_create(ctypes.byref(thread), None, start, None)
        world.libc.pthread_join(thread, None)

    stuck = spawn("stuck", work)
    world.until(lambda: len(os.listdir(f"/proc/{stuck}/task")) == 2, "a thread")
    rest(stuck, "futex")
    rest(max(map(int, os.listdir(f"/proc/{stuck}/task"))), "futex")
    check(stuck, [without(stuck, "futex", "-", "thread")], 3, f"nobody can wake {told(stuck)}")


@scene
def wait_for_any_of_two_children():
    r, w = os.pipe()

    def work():
        for name in ("one", "two"):
            if os.fork() == 0:
                world.libc.prctl(world.PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
                world.set_name(name)
                if name == "one":
                    os.close(w)
                    os.read(r, 1)
                signal.pause()
        os.wait()

    parent = spawn("parent", work, (r, w))
    release()
    one, two = child_of(parent, "one"), child_of(parent, "two")
    rest(parent, "wait4")
    rest(one, "read", r)
    rest(two, "pause")
    check(parent, [without(parent, "wait4", f"{names(one)},{names(two)}", "-"),
                   reading(one, r, f"{end(parent, w)},{end(two, w)}"), pausing(two)])


@scene
def an_unknown_end():
    """A writing end that is in a message on its way is in nobody's table."""
    r, w = os.pipe()
    a, b = socket.socketpair()
    socket.send_fds(a, [b"x"], [w])
    waiter = reader("waiter", r)
    pauser("post", a, b)
    a.close(), b.close()
    release()
    rest(waiter, "read", r)
    check(waiter, [reading(waiter, r, "?", ends="?")])


# Programs

def job_of(words):
    """Wait for a process with a command line, which sleeps; it ends with the scene."""
    found = []

    def look():
        found[:] = [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if is_job(pid, words)]
        return found

    world.until(look, f"a job {words}")
    world.children.append(found[0])
    return found[0]


def is_job(pid, words):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read() == "".join(word + "\0" for word in words).encode() and world.sits_in(pid, "clock_nanosleep")
    except OSError:
        return False


@scene
def pollwait_among_the_children_of_a_shell():
    """The shell goes on when pollwait ends."""
    check_within("", lambda shell: [f"{shell}:dash - - wait4 - - runs -"])


@scene
def pollwait_beside_another_child_of_a_shell():
    def expected(shell):
        sleeper = job_of(("sleep", SECONDS))
        return [f"{shell}:dash - - wait4 - {names(sleeper)} runs -", without(sleeper, "clock_nanosleep", "-", "time")]

    # This shell waits for any child.
    check_within(f"sleep {SECONDS} >/dev/null & ", expected)


def check_within(before, expected):
    """Check the table of a shell that waits for a child, which becomes pollwait."""
    inner = f'until grep -q "^{world.CALLS["wait4"]} " /proc/$1/syscall; do :; done; read -r _; exec pollwait -w -p $1'
    shell = command("dash", "-c", before + 'exec 7<&0; sh -c "$0" - $$ <&7 7<&-; echo $?', inner,
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    rows = [world.TITLES] + [row.split() for row in expected(shell.pid)] + [["0"]]
    got = [line.split() for line in shell.communicate("\n")[0].splitlines()]
    assert got == rows, (got, rows)


@scene
def make_and_a_daemon_that_kept_the_jobserver():
    """make takes back all tokens, and reads until the last writing end is closed."""
    with tempfile.TemporaryDirectory() as directory:
        with open(os.path.join(directory, "Makefile"), "w", encoding="ascii") as file:
            file.write(f"all:\n\t+setsid sleep {SECONDS} >/dev/null 2>&1 &\n")
        environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
        style = ["--jobserver-style=pipe"] if "jobserver-style" in subprocess.check_output(["make", "--help"], text=True) else []
        outer = command("make", "-j2", *style, cwd=directory, env=environment).pid
        daemon = job_of(("sleep", SECONDS))
        rest(outer, "read")
        fd = int(open(f"/proc/{outer}/syscall", encoding="ascii").read().split()[1], 16)
        world.until(lambda: holders(target(outer, fd), "w", outer) == "", "tokens that are taken back")
        check(outer, [reading(outer, fd, holders(target(outer, fd), "w", daemon)),
                      without(daemon, "clock_nanosleep", "-", "time")])


@scene
def a_grandchild_that_keeps_a_socket():
    """What node does for exec(): it waits in epoll for the end of two socket pairs."""
    code = """if True:
        import select, socket, subprocess, sys
        pairs = [socket.socketpair() for _ in range(2)]
        child = subprocess.Popen(["sh", "-c", "sleep $0 & echo", sys.argv[1]], stdin=subprocess.DEVNULL,
                                 stdout=pairs[0][1], stderr=pairs[1][1])
        epoll = select.epoll()
        for own, other in pairs:
            other.close()
            epoll.register(own, select.EPOLLIN)
        child.wait()
        pairs[0][0].recv(1)
        epoll.poll()
        """
    waits_for_the_outputs_of_a_job(command("/usr/bin/python3", "-c", code, SECONDS).pid, "epoll_wait")


def node_and_its_grandchild():
    """exec() waits for the end of the output, which the shell's job has open still."""
    code = f"require('child_process').exec('sleep {SECONDS} & echo started', () => {{}})"
    waits_for_the_outputs_of_a_job(command("node", "-e", code).pid, "epoll_pwait")


if shutil.which("node") is not None:
    scene(node_and_its_grandchild)


def waits_for_the_outputs_of_a_job(outer, call):
    job = job_of(("sleep", SECONDS))
    fds = []

    def is_socket(fd):
        try:
            return target(outer, fd).startswith("socket:")
        except FileNotFoundError:
            return False

    def look():
        # The shell has ended.
        fds[:] = [fd for fd in sorted(map(int, os.listdir(f"/proc/{outer}/fd"))) if is_socket(fd)]
        return len(fds) == 2 and not in_order(outer) and world.sits_in(outer, call)

    world.until(look, f"a process that waits for two sockets in {call}")
    check(outer, [row(names(outer), fd, "out", f"{call}:in", 0, sock(job, i + 1), "-", target(outer, fd) + " unix")
                  for i, fd in enumerate(fds)] + [without(job, "clock_nanosleep", "-", "time")])


@scene
def bats_whose_test_left_a_job_behind():
    with tempfile.TemporaryDirectory() as directory:
        name = os.path.join(directory, "left.bats")
        with open(name, "w", encoding="ascii") as file:
            file.write('@test "leaves a job" {\n\tsleep ' + SECONDS + ' &\n}\n')
        environment = {key: value for key, value in os.environ.items() if not key.startswith("BATS")}
        outer = command("bats", name, env=environment, start_new_session=True)
        job = job_of(("sleep", SECONDS))

        def names_job():
            status, rows, _ = world.ask(outer.pid)
            return (status == 0 and without(job, "clock_nanosleep", "-", "time").split() in rows
                    and any(f"{job}/" in cells[5] for cells in rows[1:])
                    and {cells[0] for cells in rows[1:]} >= {names(outer.pid), names(job)}
                    # The test itself has ended: the job alone keeps bats.
                    and all(cells[6] == "-" for cells in rows[1:] if cells[0] != names(job)))

        world.until(names_job, "a table that leads to the job")
        world.finish()


if __name__ == "__main__":
    world.run(scenes, sys.argv[1:])

"""scenes.py [SCENE] - compare pollwait -l with what is known because it was made here

A scene makes descriptors, threads and processes, and so knows the cells of their rows.
Compare these with pollwait -l of the scene's own descriptors, and with -l -p of the
processes that it made.  Threads need a moment to reach their calls: look again until all
cells agree, for some seconds.  Without a SCENE print the names of the scenes.
"""

import ctypes
import fcntl
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

libc = ctypes.CDLL(None, use_errno=True)

PATIENCE = 20           # seconds until all cells must agree

WITHOUT_DUPLICATES = ("strace", "-qq", "-o", "/dev/null", "-e", "inject=pidfd_getfd:error=EPERM")

kept = []               # what Python must not collect and close
children = []


def keep(*things):
    kept.extend(things)
    return things[0] if len(things) == 1 else things


def holder(fd, access="", pid=None):
    """Return how PEER and ALSO name a descriptor of this process, or of a child."""
    number = fd if isinstance(fd, int) else fd.fileno()
    return f"{pid or os.getpid()}/{number}{access}:python3"


def child(function, *arguments):
    """Fork a process that calls a function and then sleeps.  Return its id."""
    pid = os.fork()
    if pid == 0:
        # End with the scene.
        libc.prctl(1, signal.SIGKILL, 0, 0, 0)
        try:
            function(*arguments)
            signal.pause()
        finally:
            os._exit(1)
    children.append(pid)
    return pid


def end(pid):
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    children.remove(pid)


def thread(function, *arguments):
    """Start a thread that calls a function of the C library."""
    keep(arguments)
    threading.Thread(target=function, args=arguments, daemon=True).start()


def directory():
    return keep(tempfile.TemporaryDirectory()).name


class Table:
    """What pollwait -l prints, cell by cell."""

    def __init__(self, *arguments, pass_fds=(), command=("pollwait", "-l")):
        done = subprocess.run([*command, *map(str, arguments)], pass_fds=pass_fds,
                              capture_output=True, timeout=100)
        self.status = done.returncode
        self.text = done.stdout.decode("ascii")
        self.said = done.stderr.decode("ascii")
        lines = self.text.splitlines()
        titles = lines[0].split() if lines else []
        self.rows = [dict(zip(titles, line.split(None, len(titles) - 1))) for line in lines[1:]]

    def row(self, fd):
        number = fd if isinstance(fd, int) else fd.fileno()
        found = [row for row in self.rows if row["FD"] == str(number)]
        assert len(found) == 1, f"{len(found)} rows of {number}:\n{self.text}"
        return found[0]

    def waits(self):
        """Return call, peer and target of the rows without a descriptor."""
        return sorted((row["CALL"], row["PEER"], row["TARGET"])
                      for row in self.rows if row["FD"] == "-")


def differs(cell, expected):
    if isinstance(expected, re.Pattern):
        return not expected.fullmatch(cell)
    return cell != expected


def wrong_cells(table, expected):
    """Yield what is wrong with the cells; expected is {descriptor: {title: cell}}."""
    for fd, cells in expected.items():
        row = table.row(fd)
        for title, cell in cells.items():
            # A socket has a number in its name that is not known before.
            got = re.sub(r"^(socket|pipe):\[\d+\]", r"\1", row[title])
            if differs(got, cell):
                yield f"{row['FD']}: {title} is <{got}>, not <{getattr(cell, 'pattern', cell)}>"


def agrees(expected, *arguments, waits=None, said=None, **options):
    """Look until the cells agree.  said is a part of the messages, or "" for none but that
    processes could not be inspected."""
    deadline = time.monotonic() + PATIENCE
    while True:
        table = Table(*arguments, **options)
        wrong = list(wrong_cells(table, expected))
        if waits is not None and table.waits() != sorted(waits):
            wrong.append(f"waits are {table.waits()}, not {sorted(waits)}")
        messages = [line for line in table.said.splitlines()
                    if not line.startswith("pollwait: PEER may lack a process: ")]
        if said is not None and (messages != [said] if said else messages):
            wrong.append(f"messages are {messages}, not {said!r}")
        if table.status == 0 and not wrong:
            return table
        if time.monotonic() > deadline:
            raise AssertionError("\n".join(wrong) + f"\nstatus {table.status}\n{table.text}{table.said}")
        time.sleep(0.01)


def both(expected):
    """Compare descriptors of this process, by -p and inherited by pollwait.  ALSO of the
    inherited ones names this process too; listing.py compares that."""
    fds = [fd if isinstance(fd, int) else fd.fileno() for fd in expected]
    agrees(expected, "-p", os.getpid(), *fds, said="")
    inherited = {fd: {title: cell for title, cell in cells.items() if title != "ALSO"}
                 for fd, cells in expected.items()}
    agrees(inherited, *fds, pass_fds=fds, said="")


def by_number(name):
    return [int(number) for number in re.match(r"(\d+)/(\d+)", name).groups()]


# Sockets.

def unix_pairs():
    expected = {}
    for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET:
        a, b = keep(*socket.socketpair(socket.AF_UNIX, kind))
        again = keep(a.dup())
        expected[a] = {"PEER": holder(b), "ALSO": holder(again), "TARGET": "socket unix"}
        expected[again] = {"PEER": holder(b), "ALSO": holder(a), "TARGET": "socket unix"}
        expected[b] = {"PEER": ",".join(sorted([holder(a), holder(again)], key=by_number)),
                       "ALSO": "-", "TARGET": "socket unix"}
        gone, other = keep(*socket.socketpair(socket.AF_UNIX, kind))
        other.close()
        expected[gone] = {"PEER": "none", "ALSO": "-", "TARGET": "socket unix peer closed"}
    both(expected)


def a_child_that_keeps_a_socket():
    """Name a process that inherited one end, in PEER of the other and in ALSO of its own."""
    a, b = keep(*socket.socketpair())
    pid = child(a.close)
    agrees({a: {"PEER": ",".join(sorted([holder(b), holder(b, pid=pid)], key=by_number)), "ALSO": "-"},
            b: {"PEER": holder(a), "ALSO": holder(b, pid=pid)}},
           "-p", os.getpid(), a.fileno(), b.fileno())


def a_socket_in_a_message():
    """A socket that nobody has open may be in a message: its holders are not known."""
    a, b = socket.socketpair()
    carrier, other = keep(*socket.socketpair())
    socket.send_fds(carrier, [b"x"], [b.fileno()])
    b.close()
    keep(a)
    both({a: {"PEER": "?", "ALSO": "-", "TARGET": "socket unix"}})


def unix_names():
    """Names are printed as text, whatever bytes they have."""
    expected = {}
    for name, told in ((b"\0plain", "@plain"), (b"\0a b", r"@a\040b"), (b"\0\33[2J\n9 in", r"@\033[2J\0129\040in"),
                       (b"\0" + b"x" * 107, "@" + "x" * 107), (b"\0\0\xff\\", r"@\000\377\134"), (b"\0", "@")):
        name = name.replace(b"\0", b"\0%d" % os.getpid(), 1) if name[1:2].isalpha() else name
        told = told.replace("@", f"@{os.getpid()}") if name[1:2].isdigit() else told
        if len(name) > 108:
            name, told = name[:108], told[:108]
        server = keep(socket.socket(socket.AF_UNIX))
        server.bind(name)
        server.listen(3)
        client = keep(socket.socket(socket.AF_UNIX))
        client.connect(name)
        expected[server] = {"PEER": "-", "ALSO": "-", "TARGET": f"socket unix {told} listening 1/3"}
        expected[client] = {"PEER": holder(server), "ALSO": "-", "TARGET": f"socket unix {told} not accepted"}
    path = os.path.join(directory(), "a name\n")
    server = keep(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
    server.bind(path)
    client = keep(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
    client.connect(path)
    told = path.replace(" ", r"\040").replace("\n", r"\012")
    expected[server] = {"PEER": "-", "ALSO": "-", "TARGET": f"socket unix {told}"}
    expected[client] = {"PEER": holder(server), "ALSO": "-", "TARGET": f"socket unix {told}"}
    both(expected)


WORDS = {"established": "", "listening": r" listening \d+/\d+", "connecting": " connecting",
         "not-accepted": " not accepted", "peer-shut": " peer shut", "peer-closed": " peer closed",
         "closed": " closed", "unconnected": "", "unknown": r" \?", "-": ""}


def sockets_of_every_kind(*injected):
    """Compare with sockets.py, which says what is true of each."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sockets.py")
    made = keep(subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, text=True))
    children.append(made.pid)
    lines = []
    for line in made.stdout:
        if line.startswith("end"):
            break
        lines.append(line.split(None, 7))
    numbers = {}
    for fd in os.listdir(f"/proc/{made.pid}/fd"):
        numbers[os.readlink(f"/proc/{made.pid}/fd/{fd}")] = fd
    expected = {}
    for fd, _, kind, state, peer, state2, peer2, _ in lines:
        state, peer = (state2, peer2) if injected else (state, peer)
        # Another address than the socket's is in brackets, or has a dot.
        target = rf"socket {kind}( [^ ]+)?{WORDS[state]}" if kind != "other" else "socket"
        expected[int(fd)] = {
            "PEER": f"{made.pid}/{numbers[f'socket:[{peer}]']}:python3" if peer.isdigit() else peer,
            "ALSO": "-", "TARGET": re.compile(target)
        }
    agrees(expected, "-p", made.pid, *expected, command=(*injected, "pollwait", "-l"))


def sockets_without_duplicates():
    sockets_of_every_kind(*WITHOUT_DUPLICATES)


def a_listener_of_mptcp():
    """It is told like one of TCP: so Go's servers listen."""
    try:
        server = keep(socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262))
    except OSError:
        return              # no MPTCP here
    server.bind(("127.0.0.1", 0))
    server.listen(5)
    both({server: {"PEER": "-", "UNREAD": "-", "TARGET": f"socket tcp 127.0.0.1:{server.getsockname()[1]} listening 0/5"}})


def udp_sockets_of_one_address():
    """Which of them gets a datagram depends on its sender's port: the peer is not known."""
    def bound(address):
        one = keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        one.bind(address)
        return one

    server, client = bound(("127.0.0.1", 0)), bound(("127.0.0.1", 0))
    client.connect(server.getsockname())
    both({client: {"PEER": holder(server)}})
    connected = bound(server.getsockname())
    connected.connect(("127.0.0.1", 9))
    both({client: {"PEER": holder(server)}})
    bound(server.getsockname())
    both({client: {"PEER": "?"}})


def sockets_that_never_connected():
    """What was never connected has no peer, also after shutdown(2)."""
    shut = keep(socket.socket())
    try:
        shut.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    both({shut: {"PEER": "-", "TARGET": "socket tcp 0.0.0.0:0"}})


def addresses():
    """Addresses of TCP and UDP, IPv6 in brackets."""
    expected = {}
    for family, address, told in ((socket.AF_INET, "127.0.0.1", "127.0.0.1"), (socket.AF_INET6, "::1", "[::1]")):
        try:
            server = keep(socket.create_server((address, 0), family=family, backlog=7))
        except OSError:
            continue        # no IPv6 here
        port = server.getsockname()[1]
        client = keep(socket.create_connection((address, port)))
        accepted = keep(server.accept()[0])
        own = client.getsockname()[1]
        expected[server] = {"PEER": "-", "TARGET": f"socket tcp {told}:{port} listening 0/7"}
        expected[client] = {"PEER": holder(accepted), "TARGET": f"socket tcp {told}:{own}->{told}:{port}"}
        expected[accepted] = {"PEER": holder(client), "TARGET": f"socket tcp {told}:{port}->{told}:{own}"}
        bound = keep(socket.socket(family, socket.SOCK_DGRAM))
        bound.bind((address, 0))
        port = bound.getsockname()[1]
        sender = keep(socket.socket(family, socket.SOCK_DGRAM))
        sender.connect((address, port))
        own = sender.getsockname()[1]
        expected[bound] = {"PEER": "-", "TARGET": f"socket udp {told}:{port}"}
        expected[sender] = {"PEER": holder(bound), "TARGET": f"socket udp {told}:{own}->{told}:{port}"}
    both(expected)


# Terminals and files without a name.

def terminals():
    # Their numbers have one digit and two.
    for _ in range(11):
        a_terminal()


def a_terminal():
    master, slave = pty.openpty()
    name = os.ttyname(slave)
    again = os.open(name, os.O_RDWR | os.O_NOCTTY)
    both({master: {"PEER": f"{holder(slave)},{holder(again)}", "ALSO": "-",
                   "TARGET": re.compile(rf"/dev/(pts/)?ptmx {name}")},
          slave: {"PEER": holder(master), "ALSO": "-", "TARGET": name},
          again: {"PEER": holder(master), "ALSO": "-", "TARGET": name}})


def a_controlling_terminal():
    """/dev/tty stands for the terminal of the process, and counts as its slave."""
    def takes():
        os.setsid()
        slave = os.open(name, os.O_RDWR)
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        os.dup2(os.open("/dev/tty", os.O_RDWR), 60)
        os.close(slave)
        os.close(master)

    master, slave = pty.openpty()
    name = os.ttyname(slave)
    os.close(slave)
    pid = child(takes)
    agrees({60: {"PEER": holder(master), "TARGET": "/dev/tty"}}, "-p", pid, 60)
    agrees({master: {"PEER": re.compile(rf"{pid}/\d+:python3,{pid}/60:python3|{pid}/60:python3")}},
           "-p", os.getpid(), master)


def eventfds():
    one, other = os.eventfd(3), os.eventfd(0)
    ready = os.pipe()
    pid = child(os.write, ready[1], b"x")
    os.read(ready[0], 1)
    again = os.dup(one)
    agrees({one: {"PEER": ",".join([holder(again), holder(one, pid=pid)]), "ALSO": "-", "TARGET": "anon_inode:[eventfd] 3"},
            other: {"PEER": holder(other, pid=pid), "ALSO": "-", "TARGET": "anon_inode:[eventfd] 0"}},
           "-p", os.getpid(), one, other)
    lonely = os.eventfd(18)
    agrees({lonely: {"PEER": "?", "TARGET": "anon_inode:[eventfd] 18"}}, "-p", os.getpid(), lonely)


def timers():
    def timer(seconds, nanoseconds):
        fd = libc.timerfd_create(time.CLOCK_MONOTONIC, 0)
        libc.timerfd_settime(fd, 0, struct.pack("@4l", 0, 0, seconds, nanoseconds), None)
        return fd

    def left_ms(fd):
        value = ctypes.create_string_buffer(32)
        libc.timerfd_gettime(fd, value)
        seconds, nanoseconds = struct.unpack("@4l", value)[2:]
        return seconds * 1000 + -(-nanoseconds // 1000000)

    long, off, fired = timer(1000, 0), timer(0, 0), timer(0, 1)
    # It has come, and comes again when it was read.
    again = libc.timerfd_create(time.CLOCK_MONOTONIC, 0)
    libc.timerfd_settime(again, 0, struct.pack("@4l", 1000, 0, 0, 1), None)
    both({long: {"PEER": "-", "UNREAD": "-", "TARGET": re.compile(r"anon_inode:\[timerfd\] (1000000|9\d{5}) ms")},
          off: {"EVENTS": "-", "TARGET": "anon_inode:[timerfd] off"},
          fired: {"EVENTS": "in", "TARGET": "anon_inode:[timerfd] off"},
          again: {"EVENTS": "in", "TARGET": "anon_inode:[timerfd] 0 ms"}})
    # The time left is between that before and that after the look.
    before = left_ms(long)
    told = Table(long, pass_fds=(long,)).row(long)["TARGET"]
    assert left_ms(long) <= int(told.split()[1]) <= before, told


def kinds_without_duplicates():
    """Where duplicates are refused UNREAD is unknown only of kinds that have it, and that the
    kernel tells nowhere else."""
    idle = keep(select.epoll())
    counter, timer = os.eventfd(0), libc.timerfd_create(time.CLOCK_MONOTONIC, 0)
    signals = libc.signalfd(-1, struct.pack("@16Q", 1, *[0] * 15), 0)
    process = os.pidfd_open(os.getpid())
    r, w = os.pipe()
    a, b = keep(*socket.socketpair())
    regular, device = os.open("/etc/passwd", os.O_RDONLY), os.open("/dev/null", os.O_RDONLY)
    unbound, datagrams = keep(socket.socket(), socket.socket(type=socket.SOCK_DGRAM))
    listener = keep(socket.create_server(("127.0.0.1", 0)))
    cells = {"-": (idle, counter, timer, signals, process, regular, device, listener),
             "?": (r, w, libc.inotify_init(), unbound, datagrams), "0": (a, b)}
    expected = {fd: {"UNREAD": cell, "EVENTS": "?"} for cell, fds in cells.items() for fd in fds}
    # The tables of the kernel have no socket without an address.
    expected[unbound]["TARGET"], expected[datagrams]["TARGET"] = "socket tcp ?", "socket udp ?"
    agrees(expected, "-p", os.getpid(), *[fd if isinstance(fd, int) else fd.fileno() for fd in expected],
           command=(*WITHOUT_DUPLICATES, "pollwait", "-l"))


def signals_and_inotify():
    def signals(*numbers):
        mask = sum(1 << (number - 1) for number in numbers)
        return libc.signalfd(-1, struct.pack("@16Q", mask, *[0] * 15), 0)

    watch = libc.inotify_init()
    name = directory()
    libc.inotify_add_watch(watch, name.encode(), 0x100)
    open(os.path.join(name, "file"), "w").close()
    both({signals(signal.SIGHUP, signal.SIGUSR1): {"PEER": "-", "TARGET": "anon_inode:[signalfd] HUP,USR1"},
          signals(): {"TARGET": "anon_inode:[signalfd]"},
          signals(64): {"TARGET": "anon_inode:[signalfd] 64"},
          watch: {"EVENTS": "in", "UNREAD": "32", "PEER": "-", "TARGET": "anon_inode:inotify"}})


def pidfds(is_injected=False):
    alive = subprocess.Popen(["sleep", "1000"])
    children.append(alive.pid)
    ended, collected = child(os._exit, 0), child(os._exit, 0)
    fds = [os.pidfd_open(pid) for pid in (alive.pid, ended, collected)]
    os.waitid(os.P_PID, ended, os.WEXITED | os.WNOWAIT)
    os.waitpid(collected, 0)
    children.remove(collected)
    name = r"(anon_inode:\[pidfd\]|pidfd:\[\d+\])"
    if is_injected:
        agrees({fds[0]: {"EVENTS": "?", "PEER": f"{alive.pid}:sleep"}, fds[1]: {"PEER": "none"},
                fds[2]: {"PEER": "none"}}, "-p", os.getpid(), *fds, command=(*WITHOUT_DUPLICATES, "pollwait", "-l"))
        return
    both({fds[0]: {"PEER": f"{alive.pid}:sleep", "ALSO": "-", "TARGET": re.compile(rf"{name} pid:{alive.pid}")},
          fds[1]: {"PEER": "none", "ALSO": "-", "TARGET": re.compile(rf"{name} pid:{ended}")},
          fds[2]: {"PEER": "none", "ALSO": "-", "TARGET": re.compile(name)}})


def pidfds_without_duplicates():
    pidfds(is_injected=True)


# Pipes and FIFOs.

def pipes():
    r, w = os.pipe()
    again = os.dup(w)
    both({r: {"PEER": f"{holder(w, 'w')},{holder(again, 'w')}", "ALSO": "-"},
          w: {"PEER": holder(r, "r"), "ALSO": holder(again, "w")},
          again: {"PEER": holder(r, "r"), "ALSO": holder(w, "w")}})


def fifos():
    """A FIFO may be open for both, with and without a name."""
    name = os.path.join(directory(), "fifo")
    os.mkfifo(name)
    rw = os.open(name, os.O_RDWR)
    r = os.open(name, os.O_RDONLY)
    w = os.open(name, os.O_WRONLY)
    for suffix in "", " (deleted)":
        agrees({rw: {"PEER": f"{holder(rw, 'rw')},{holder(r, 'r')},{holder(w, 'w')}", "ALSO": "-", "TARGET": name + suffix},
                r: {"PEER": f"{holder(rw, 'rw')},{holder(w, 'w')}", "ALSO": "-", "TARGET": name + suffix},
                w: {"PEER": f"{holder(rw, 'rw')},{holder(r, 'r')}", "ALSO": "-", "TARGET": name + suffix}},
               "-p", os.getpid(), rw, r, w)
        if not suffix:
            os.unlink(name)


# Calls.

def fd_set(*fds):
    return keep(ctypes.create_string_buffer(bytes(sum(1 << fd % 8 for fd in set(fds) if fd // 8 == i)
                                                  for i in range(128)), 128))


def pollfds(*entries):
    return keep(ctypes.create_string_buffer(b"".join(struct.pack("@ihh", *entry, 0) for entry in entries)))


def quiet_pipe():
    """Return the reading end of a pipe that nobody writes to."""
    return os.pipe()[0]


def polls():
    """poll, ppoll, select and pselect6: the requested events stand behind the call."""
    a, b, c = quiet_pipe(), quiet_pipe(), quiet_pipe()
    full = os.pipe()
    os.set_blocking(full[1], False)
    while True:
        try:
            os.write(full[1], b"x" * 4096)
        except BlockingIOError:
            break
    thread(libc.poll, pollfds((a, 1), (-1, 1), (b, 0), (full[1], 4)), 4, -1)
    thread(libc.ppoll, pollfds((a, 1 | 2 | 0x2000), (c, 1)), 2, None, None)
    thread(libc.select, max(a, c) + 1, fd_set(a, c), fd_set(), fd_set(c), None)
    thread(libc.pselect, c + 1, None, None, fd_set(c), None, None)
    agrees({a: {"CALL": "poll:in,ppoll:in+pri+rdhup,pselect6:in"}, b: {"CALL": "poll:0"},
            full[1]: {"CALL": "poll:out"}, c: {"CALL": "ppoll:in,pselect6:pri,pselect6:in+pri"},
            full[0]: {"CALL": "-"}}, "-p", os.getpid(), a, b, c, *full)


def epolls():
    """Registered descriptors are marked while a thread sits on their epoll, nested ones too."""
    outer, inner, idle = (keep(select.epoll()) for _ in range(3))
    a, b, c = quiet_pipe(), quiet_pipe(), quiet_pipe()
    fired, writer = os.pipe()
    outer.register(a, select.EPOLLIN | 0x2000)
    outer.register(inner, select.EPOLLIN)
    inner.register(b, select.EPOLLIN | select.EPOLLET)
    idle.register(c, select.EPOLLIN)
    outer.register(fired, select.EPOLLIN | select.EPOLLONESHOT | select.EPOLLET)
    os.write(writer, b"x")
    assert outer.poll(0) == [(fired, select.EPOLLIN)]
    buffer = ctypes.create_string_buffer(1200)
    thread(libc.epoll_wait, outer.fileno(), buffer, 10, -1)
    thread(libc.epoll_pwait2, inner.fileno(), buffer, 10, None, None)
    agrees({outer: {"CALL": "epoll_wait", "PEER": "-",
                    "TARGET": f"anon_inode:[eventpoll] {numbers(a, inner.fileno(), fired)}"},
            inner: {"CALL": "epoll_pwait2,epoll_wait:in"}, a: {"CALL": "epoll_wait:in+rdhup"},
            b: {"CALL": "epoll_pwait2:in,epoll_wait:in"}, c: {"CALL": "-"}, idle: {"CALL": "-"},
            fired: {"CALL": "-", "EVENTS": "in"}},
           "-p", os.getpid(), outer.fileno(), inner.fileno(), idle.fileno(), a, b, c, fired)
    many = keep(select.epoll())
    for fd in 80, 81, 82, 84, 86, 87:
        os.dup2(os.eventfd(0), fd)
        many.register(fd, select.EPOLLIN)
    agrees({many: {"TARGET": "anon_inode:[eventpoll] 80-82,84,86-87"}}, "-p", os.getpid(), many.fileno())
    # An epoll in a set of poll is as good as a call on it.
    thread(libc.poll, pollfds((idle.fileno(), 1)), 1, -1)
    agrees({idle: {"CALL": "poll:in"}, c: {"CALL": "poll:in"}}, "-p", os.getpid(), idle.fileno(), c)


def numbers(*fds):
    """Return numbers as 3,5-9."""
    told = []
    for fd in sorted(fds):
        if told and told[-1][1] == fd - 1:
            told[-1][1] = fd
        else:
            told.append([fd, fd])
    return ",".join(f"{low}" if low == high else f"{low}-{high}" for low, high in told)


def reused_numbers():
    """A registered number that is another file now is not marked, its next registration is."""
    waiting = keep(select.epoll())
    lost, closed, again = 70, 71, 72
    for fd in lost, closed, again:
        first = os.dup2(os.eventfd(0), fd)
        os.dup(fd)
        waiting.register(fd, select.EPOLLIN)
        os.close(fd)
    os.dup2(os.eventfd(0), lost)
    os.dup2(os.eventfd(0), again)
    waiting.register(again, select.EPOLLIN | select.EPOLLPRI)
    piped = 73
    os.dup2(quiet_pipe(), piped)
    keep(os.dup(piped))
    waiting.register(piped, select.EPOLLIN)
    os.dup2(quiet_pipe(), piped)
    thread(libc.epoll_wait, waiting.fileno(), ctypes.create_string_buffer(120), 10, -1)
    agrees({lost: {"CALL": "-"}, again: {"CALL": "epoll_wait:in+pri"}, piped: {"CALL": "-"},
            closed: {"CALL": "-", "EVENTS": "nval"},
            waiting: {"CALL": "epoll_wait", "TARGET": f"anon_inode:[eventpoll] {again},?"}},
           "-p", os.getpid(), lost, closed, again, piped, waiting.fileno())


def what_a_poll_would_take_away():
    """A signalfd tells who polls of his own signals, and a list of mounts tells of a change
    once: an epoll of either would forget it."""
    def signals(number):
        signal.pthread_sigmask(signal.SIG_BLOCK, [number])
        return libc.signalfd(-1, struct.pack("@16Q", 1 << (number - 1), *[0] * 15), 0)

    def epoll_of(fd, events=select.EPOLLIN):
        epoll = keep(select.epoll())
        epoll.register(fd, events)
        return epoll

    sent, quiet = signals(signal.SIGUSR1), signals(signal.SIGUSR2)
    mounts = os.open("/proc/self/mountinfo", os.O_RDONLY)
    once = [os.open(name, os.O_RDONLY) for name in ("/proc/swaps", "/proc/self/mounts", "/proc/sys/kernel/hostname",
                                                    "/proc/pressure/cpu") if os.path.exists(name)]
    of_signals, of_mounts = epoll_of(sent), epoll_of(mounts, select.EPOLLPRI)
    nested, of_pipe = epoll_of(of_signals), epoll_of(quiet_pipe())
    closed = signals(signal.SIGALRM)
    of_closed = epoll_of(closed)
    keep(os.dup(closed))
    os.close(closed)
    os.kill(os.getpid(), signal.SIGUSR1)
    unknown = {"EVENTS": "?"}
    agrees({sent: {"EVENTS": "in"}, quiet: {"EVENTS": "-"}, mounts: unknown, **{fd: unknown for fd in once}, of_signals: unknown,
            of_mounts: unknown, nested: unknown, of_closed: unknown, of_pipe: {"EVENTS": "-"}}, "-p", os.getpid())
    agrees({sent: {"EVENTS": "-"}}, "-p", os.getpid(), f"{sent}:out")
    assert of_signals.poll(0) == [(sent, select.EPOLLIN)], "the epoll has forgotten the signal"


def epolls_without_end():
    """Sets that name one epoll many times, and epolls in epolls to the kernel's depth."""
    fds = [keep(select.epoll()) for _ in range(5)]
    for outer, inner in zip(fds, fds[1:]):
        outer.register(inner, select.EPOLLIN)
    deepest = quiet_pipe()
    fds[-1].register(deepest, select.EPOLLIN)
    thread(libc.poll, pollfds(*[(fds[1].fileno(), 1)] * 1000), 1000, -1)
    thread(libc.epoll_wait, fds[0].fileno(), ctypes.create_string_buffer(120), 10, -1)
    agrees({deepest: {"CALL": "epoll_wait:in,poll:in"}, fds[1]: {"CALL": "epoll_wait:in,poll:in"}},
           "-p", os.getpid(), deepest, fds[1].fileno())


def first_argument():
    """Calls whose first argument is the descriptor."""
    listener = keep(socket.create_server(("127.0.0.1", 0)))
    a, b = keep(*socket.socketpair())
    r, null = quiet_pipe(), os.open("/dev/null", os.O_WRONLY)
    buffer = ctypes.create_string_buffer(8)
    thread(libc.accept, listener.fileno(), None, None)
    thread(libc.recv, a.fileno(), buffer, 8, 0)
    thread(libc.read, r, buffer, 8)
    thread(libc.splice, r, None, os.pipe()[1], None, 8, 0)
    alive = subprocess.Popen(["sleep", "1000"])
    children.append(alive.pid)
    pidfd = os.pidfd_open(alive.pid)
    thread(libc.waitid, 3, pidfd, ctypes.create_string_buffer(128), 4)
    agrees({listener: {"CALL": re.compile("accept4?")}, a: {"CALL": "recvfrom"}, b: {"CALL": "-"},
            r: {"CALL": re.compile("read,splice|read")}, null: {"CALL": "-"}, pidfd: {"CALL": "waitid"}},
           "-p", os.getpid(), listener.fileno(), a.fileno(), b.fileno(), r, null, pidfd)


def sits_in_splice(pid):
    """Wait until a process sits in splice(2)."""
    limit = time.monotonic() + PATIENCE
    number = "275" if os.uname().machine == "x86_64" else "76"
    while True:
        with open(f"/proc/{pid}/syscall") as file:
            if file.read().split()[0] == number:
                return
        assert time.monotonic() < limit, "it does not splice"
        time.sleep(0.01)


def a_pipe_that_is_spliced_into():
    """Its lock is held while the source is waited for: the bytes in it cannot be asked for."""
    r, w = os.pipe()
    again = os.dup(w)
    source, _ = keep(*socket.socketpair())
    pid = child(libc.splice, source.fileno(), None, w, None, 4096, 0)
    sits_in_splice(pid)
    agrees({source: {"CALL": "splice"}, w: {"CALL": "splice", "UNREAD": "?"}, again: {"CALL": "-", "UNREAD": "?"},
            r: {"CALL": "-", "UNREAD": "0"}}, "-p", pid, source.fileno(), w, again, r)
    # Another process has the pipe too.
    agrees({w: {"UNREAD": "?"}, r: {"UNREAD": "0"}}, "-p", os.getpid(), w, r)
    end(pid)
    os.write(w, b"some")
    pid = child(libc.splice, source.fileno(), None, w, None, 4096, 0)
    sits_in_splice(pid)
    both({w: {"UNREAD": "?"}, r: {"UNREAD": "?"}})
    end(pid)
    both({w: {"UNREAD": "4"}, r: {"UNREAD": "4"}})


def calls_of_two_descriptors():
    """tee(2) waits for its source, and both of its descriptors are shown."""
    source, r, w = quiet_pipe(), *os.pipe()
    pid = child(libc.tee, source, w, 4096, 0)
    agrees({source: {"CALL": "tee"}, w: {"CALL": "tee"}, r: {"CALL": "-"}}, "-p", pid, source, w, r)


def a_ring_that_is_registered():
    """The first argument is no descriptor then, and the workers of the kernel wait for nothing."""
    parameters = ctypes.create_string_buffer(120)
    ring = libc.syscall(425, 4, parameters)
    if ring < 0:
        return              # refused here

    def start():
        update = ctypes.create_string_buffer(struct.pack("@IIQ", 0, 0, ring))
        libc.syscall(427, ring, 20, update, 1)
        libc.syscall(426, struct.unpack("@I", update[:4])[0], 0, 1, 1 | 16, None, 0)

    null = os.open("/dev/null", os.O_RDONLY)
    os.dup2(null, 0)
    pid = child(start)
    agrees({0: {"CALL": "-"}, ring: {"CALL": "-"}}, "-p", pid, 0, ring)
    agrees({}, "-p", pid, waits=[("io_uring_enter", "-", "-")])


# Waits without a descriptor.

def waits_for_children():
    def waits(*arguments):
        def start():
            first = subprocess.Popen(["sleep", "1000"])
            second = subprocess.Popen(["tail", "-f", "/dev/null"], process_group=0)
            os.write(told[1], struct.pack("ii", first.pid, second.pid))
            libc.wait4(*[argument(first.pid, second.pid) if callable(argument) else argument
                         for argument in arguments], None, 0, None)
        return start

    told = os.pipe()
    for arguments, chosen in (((-1,), "12"), ((0,), "1"), ((lambda a, b: a,), "1"), ((lambda a, b: -b,), "2")):
        pid = child(waits(*arguments))
        first, second = struct.unpack("ii", os.read(told[0], 8))
        children.extend([first, second])
        names = [name for number, name in zip("12", (f"{first}:sleep", f"{second}:tail")) if number in chosen]
        agrees({}, "-p", pid, waits=[("wait4", ",".join(names), "-")])


def a_wait_by_waitid():
    def start():
        sleeper = subprocess.Popen(["sleep", "1000"])
        os.write(told[1], struct.pack("i", sleeper.pid))
        os.waitid(os.P_PID, sleeper.pid, os.WEXITED)

    told = os.pipe()
    pid = child(start)
    sleeper, = struct.unpack("i", os.read(told[0], 4))
    children.append(sleeper)
    agrees({}, "-p", pid, waits=[("waitid", f"{sleeper}:sleep", "-")])


def other_waits():
    folder = directory()
    fifo = os.path.join(folder, "a fifo\n")
    told = fifo.replace("\n", r"\012")
    os.mkfifo(fifo)
    top = os.open(folder, os.O_RDONLY)

    def relative():
        os.chdir(folder)
        os.open("a fifo\n", os.O_RDONLY)

    def from_the_root():
        os.chdir("/")
        os.open(fifo.lstrip("/"), os.O_RDONLY)

    def below():
        os.chroot(os.path.dirname(folder))
        os.open(f"/{os.path.basename(folder)}/a fifo\n", os.O_RDONLY)

    machine = os.uname().machine
    word = ctypes.c_int(0)
    # A call without a name here is called by its number: futex_waitv(2).
    futex = ctypes.create_string_buffer(struct.pack("@QQII", 0, ctypes.addressof(word), 2, 0))
    for function, arguments, call, target in (
            (signal.pause, (), "pause" if machine == "x86_64" else "ppoll", "-"),
            (time.sleep, (1000,), "clock_nanosleep", "-"),
            (signal.sigwait, ([signal.SIGUSR1],), "rt_sigtimedwait", "-"),
            (libc.syscall, (202 if machine == "x86_64" else 98, ctypes.byref(word), 0, 0, None), "futex", "-"),
            (libc.syscall, (449, futex, 1, 0, None, 0), "call-449", "-"),
            (os.open, (fifo, os.O_RDONLY), "openat", told),
            (relative, (), "openat", told),
            (from_the_root, (), "openat", told),
            *[(below, (), "openat", told)][:os.geteuid() == 0],
            (lambda: os.open("a fifo\n", os.O_WRONLY, dir_fd=top), (), "openat", told),
            (libc.poll, (None, 0, -1), "poll", "-"),
            (libc.select, (0, None, None, None, None), "pselect6", "-")):
        pid = child(function, *arguments)
        agrees({}, "-p", pid, waits=[(call, "-", target)])
        # Two of the opens would end each other.
        end(pid)


def threads_in_one_call():
    """Rows that look alike stand once, whatever their timeouts."""
    def start():
        word = ctypes.c_int(0)
        for timeout in None, struct.pack("@2l", 1000, 0), None:
            thread(libc.syscall, 202 if os.uname().machine == "x86_64" else 98, ctypes.byref(word), 0, 0, timeout)
        signal.pause()

    def opens():
        for path in paths * 2:
            threading.Thread(target=os.open, args=(path, os.O_RDONLY), daemon=True).start()
        signal.pause()

    pid = child(start)
    agrees({}, "-p", pid, waits=[("futex", "-", "-"), ("pause" if os.uname().machine == "x86_64" else "ppoll", "-", "-")])


    paths = [os.path.join(directory(), "fifo") for _ in range(3)]
    for path in paths:
        os.mkfifo(path)
    agrees({}, "-p", child(opens), waits=[("openat", "-", path) for path in paths]
           + [("pause" if os.uname().machine == "x86_64" else "ppoll", "-", "-")])
    # A call stands once in a cell too.
    r = quiet_pipe()
    for _ in range(3):
        thread(libc.read, r, ctypes.create_string_buffer(8), 8)
    agrees({r: {"CALL": "read"}}, "-p", os.getpid(), r)


# Stops.

def stops():
    """A stopped process is told to be stopped, and goes on in the same call."""
    r, w = os.pipe()

    def start():
        libc.poll(pollfds((r, 1)), 1, -1)

    pid = child(start)
    agrees({r: {"CALL": "poll:in"}}, "-p", pid, r)
    os.kill(pid, signal.SIGSTOP)
    agrees({r: {"CALL": "?"}}, "-p", pid, r, said=f"pollwait: CALL is not known: process {pid} is stopped")
    agrees({}, "-p", pid, waits=[], said=f"pollwait: CALL is not known: process {pid} is stopped")
    os.kill(pid, signal.SIGCONT)
    # It is restart_syscall(2) now.
    agrees({r: {"CALL": "poll:in"}}, "-p", pid, r, said="", waits=[])
    with open(f"/proc/{pid}/syscall") as file:
        assert os.uname().machine != "x86_64" or file.read().startswith("219 "), "the call was not restarted"
    sleeper = child(time.sleep, 1000)
    agrees({}, "-p", sleeper, waits=[("clock_nanosleep", "-", "-")])
    os.kill(sleeper, signal.SIGSTOP)
    agrees({}, "-p", sleeper, waits=[])
    os.kill(sleeper, signal.SIGCONT)
    agrees({}, "-p", sleeper, waits=[("clock_nanosleep", "-", "-")])


# Locks.

def locked():
    return os.path.join(directory(), "locked")


def opened(name):
    return os.open(name, os.O_RDWR | os.O_CREAT)


SET_LOCK, SET_LOCK_WAIT, SET_OPEN_LOCK, SET_OPEN_LOCK_WAIT = 6, 7, 37, 38


def lock(fd, operation, kind=fcntl.F_WRLCK, whence=0, start=0, length=0):
    """fcntl(2), with struct flock."""
    description = keep(ctypes.create_string_buffer(struct.pack("@hhqqi", kind, whence, start, length, 0), 64))
    return libc.fcntl(fd, operation, description)


def flocks():
    """The holders of all locks that are in the way, and no others."""
    name = locked()
    waiting, held, other = opened(name), opened(name), opened(name)
    shared = os.dup(held)
    unlocked = opened(name)
    for kind, peers in ((fcntl.LOCK_EX, [held, shared, other]), (fcntl.LOCK_SH, [])):
        fcntl.flock(held, fcntl.LOCK_SH)
        fcntl.flock(other, fcntl.LOCK_SH)
        if not peers:
            fcntl.flock(other, fcntl.LOCK_UN)
            fcntl.flock(held, fcntl.LOCK_EX)
            peers = [held, shared]
        pid = child(fcntl.flock, waiting, kind)
        # The child has them too, and shares their locks.
        expected = [holder(fd) for fd in sorted(peers)] + [holder(fd, pid=pid) for fd in sorted(peers)]
        agrees({waiting: {"CALL": "flock", "PEER": ",".join(sorted(expected, key=by_number))},
                unlocked: {"CALL": "-", "PEER": "-"}}, "-p", pid, waiting, unlocked)
        end(pid)


def locks_of_processes():
    """fcntl(2): only locks of the same bytes are in the way."""
    name = locked()
    fd, elsewhere = opened(name), opened(name)
    os.lseek(fd, 100, os.SEEK_SET)
    lock(fd, SET_LOCK, start=0, length=10)
    lock(fd, SET_LOCK, fcntl.F_RDLCK, start=100, length=10)
    lock(elsewhere, SET_OPEN_LOCK, start=1000, length=5)
    # The kind of the lock, the origin of its bytes, the first, and how many.
    for wish, also in (((fcntl.F_WRLCK, os.SEEK_SET, 5, 1), False), ((fcntl.F_RDLCK, os.SEEK_SET, 9, 1), False),
                       ((fcntl.F_WRLCK, os.SEEK_SET, 105, -100), False),
                       ((fcntl.F_WRLCK, os.SEEK_CUR, 5, 1), False), ((fcntl.F_WRLCK, os.SEEK_CUR, -95, 3), False),
                       ((fcntl.F_WRLCK, os.SEEK_END, 0, -1), False), ((fcntl.F_WRLCK, os.SEEK_SET, 0, 0), True)):
        os.ftruncate(fd, 6)
        pid = child(lock, fd, SET_LOCK_WAIT, *wish)
        # The child shares the lock of the open file, which is in its own way.
        peers = [holder(fd)] + [holder(elsewhere), holder(elsewhere, pid=pid)] * also
        agrees({fd: {"CALL": "fcntl", "PEER": ",".join(sorted(peers, key=by_number))}}, "-p", pid, fd)
        end(pid)


def locks_of_open_files():
    """A lock of an open file can be in the way of its own process."""
    name = locked()
    held, waiting, third = opened(name), opened(name), opened(name)
    lock(held, SET_OPEN_LOCK, start=0, length=10)
    lock(third, SET_OPEN_LOCK, start=50, length=10)
    thread(lock, waiting, SET_OPEN_LOCK_WAIT, fcntl.F_WRLCK, 0, 5, 1)
    agrees({waiting: {"CALL": "fcntl", "PEER": holder(held)}, held: {"CALL": "-", "PEER": "-"}},
           "-p", os.getpid(), waiting, held)
    # A lock of a process waits for one of an open file of the same process.
    own = opened(name)
    thread(lock, own, SET_LOCK_WAIT, fcntl.F_RDLCK, 0, 55, 1)
    agrees({own: {"CALL": "fcntl", "PEER": holder(third)}}, "-p", os.getpid(), own)


def locks_of_every_kind_at_once():
    """Each wish for the same file has its own holders, whatever else is waited for there."""
    def start():
        lock(second, SET_LOCK, start=20, length=10)
        thread(lock, wanted[0], SET_LOCK_WAIT, fcntl.F_WRLCK, 0, 5, 1)
        thread(fcntl.flock, wanted[1], fcntl.LOCK_EX)
        thread(fcntl.flock, wanted[2], fcntl.LOCK_SH)
        thread(lock, wanted[3], SET_OPEN_LOCK_WAIT, fcntl.F_RDLCK, 0, 40, 1)
        thread(lock, wanted[4], SET_OPEN_LOCK_WAIT, fcntl.F_WRLCK, 0, 40, 1)
        thread(lock, wanted[5], SET_OPEN_LOCK_WAIT, fcntl.F_WRLCK, 0, 40, 100)

    name = locked()
    first, second, written, flocked, elsewhere = (opened(name) for _ in range(5))
    wanted = [opened(name) for _ in range(6)]
    lock(first, SET_LOCK, start=0, length=10)
    lock(elsewhere, SET_OPEN_LOCK, start=100, length=10)
    fcntl.flock(flocked, fcntl.LOCK_EX)
    lock(written, SET_OPEN_LOCK, fcntl.F_WRLCK, start=40, length=1)
    pid = child(start)
    held = {wanted[0]: [first], wanted[1]: [flocked], wanted[2]: [flocked], wanted[3]: [written],
            wanted[4]: [written], wanted[5]: [written, elsewhere]}
    expected = {}
    for fd, peers in held.items():
        # The child has the same open files, but not the locks of this process.
        names = [holder(peer) for peer in peers]
        if fd != wanted[0]:
            names += [holder(peer, pid=pid) for peer in peers]
        expected[fd] = {"CALL": "flock" if fd in wanted[1:3] else "fcntl",
                        "PEER": ",".join(sorted(names, key=by_number))}
    agrees(expected, "-p", pid, *wanted)


def locks_that_look_alike():
    """The bytes of a wish from an offset on are found where the kernel lists those who wait: if
    two may be it, they must agree; wishes of other kinds and for other files are no matter."""
    name, other = locked(), locked()
    held, elsewhere = opened(name), opened(other)
    waiting = opened(name), opened(name)
    for fd in held, elsewhere:
        lock(fd, SET_OPEN_LOCK, length=100)
        fcntl.flock(fd, fcntl.LOCK_EX)
    child(fcntl.flock, opened(name), fcntl.LOCK_EX)
    child(lock, opened(name), SET_OPEN_LOCK_WAIT, fcntl.F_RDLCK, os.SEEK_SET, 1, 1)
    child(lock, opened(other), SET_OPEN_LOCK_WAIT, fcntl.F_WRLCK, os.SEEK_SET, 2, 1)
    first = child(lock, waiting[0], SET_OPEN_LOCK_WAIT, fcntl.F_WRLCK, os.SEEK_CUR, 3, 4)
    known = re.compile(rf"(\d+/{held}:python3,?)+")
    agrees({waiting[0]: {"CALL": "fcntl", "PEER": known}}, "-p", first, waiting[0])
    same = child(lock, waiting[0], SET_OPEN_LOCK_WAIT, fcntl.F_WRLCK, os.SEEK_SET, 3, 4)
    agrees({waiting[0]: {"CALL": "fcntl", "PEER": known}}, "-p", same, waiting[0])
    agrees({waiting[0]: {"CALL": "fcntl", "PEER": known}}, "-p", first, waiting[0])
    second = child(lock, waiting[1], SET_OPEN_LOCK_WAIT, fcntl.F_WRLCK, os.SEEK_CUR, 3, 5)
    agrees({waiting[1]: {"CALL": "fcntl", "PEER": "?"}}, "-p", second, waiting[1])
    agrees({waiting[0]: {"CALL": "fcntl", "PEER": "?"}}, "-p", first, waiting[0])


SCENES = [
    unix_pairs, a_child_that_keeps_a_socket, a_socket_in_a_message, unix_names, sockets_of_every_kind,
    udp_sockets_of_one_address,
    sockets_without_duplicates, sockets_that_never_connected, a_listener_of_mptcp, addresses,
    terminals, a_controlling_terminal, eventfds, timers, signals_and_inotify, pidfds, pidfds_without_duplicates, kinds_without_duplicates,
    pipes, fifos,
    polls, epolls, reused_numbers, what_a_poll_would_take_away, epolls_without_end, first_argument,
    a_pipe_that_is_spliced_into, calls_of_two_descriptors, a_ring_that_is_registered,
    waits_for_children, a_wait_by_waitid, other_waits, threads_in_one_call, stops,
    flocks, locks_of_processes, locks_of_open_files, locks_of_every_kind_at_once,
    locks_that_look_alike,
]


def main(scenes):
    if len(sys.argv) < 2:
        print("\n".join(scene.__name__ for scene in scenes))
        return
    status = 0
    try:
        next(scene for scene in scenes if scene.__name__ == sys.argv[1])()
    except AssertionError as wrong:
        print(wrong)
        status = 1
    for pid in children:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    sys.stdout.flush()
    # Threads that wait do not end.
    os._exit(status)


if __name__ == "__main__":
    main(SCENES)

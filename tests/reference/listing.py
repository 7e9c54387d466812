"""listing.py [STATE] - compare the table of pollwait -l with one made in Python

Put descriptors into a state.  Compare the whole table of pollwait -l, and of -l -p with
this process, with a table made here of select.poll, /proc/PID/fdinfo, readlink,
FIONREAD, sock_diag, /proc/net/tcp and a search of /proc for holders.  Without a STATE print the
names of the states.
"""

import ctypes
import errno
import fcntl
import os
import re
import select
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import termios

import oracle

libc = ctypes.CDLL(None, use_errno=True)


def directory():
    return oracle.keep(tempfile.TemporaryDirectory()).name


def unread_pipes():
    r, w = os.pipe()
    os.write(w, b"x" * 12345)
    r2, w2 = os.pipe2(os.O_NONBLOCK)
    os.write(w2, b"x")
    return [r, w, r2, w2]


def unread_sockets():
    fds = []
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET, socket.SOCK_DGRAM):
        a, b = oracle.keep(*socket.socketpair(socket.AF_UNIX, kind))
        a.send(b"first")
        a.send(b"and the second")
        fds += [a.fileno(), b.fileno()]
    return fds


def unread_datagrams():
    a, b = oracle.keep(socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM))
    a.bind(("127.0.0.1", 0))
    b.sendto(b"12345", a.getsockname())
    b.sendto(b"1234567890", a.getsockname())
    select.select([a], [], [], 10)
    return [a.fileno(), b.fileno()]


def unread_inotify():
    fd = libc.inotify_init()
    name = directory()
    libc.inotify_add_watch(fd, name.encode(), 0xfff)
    open(os.path.join(name, "file"), "w").close()
    return [fd]


def timers_and_signals():
    mask = (ctypes.c_ulong * 16)(1 << (signal.SIGUSR1 - 1))
    return [libc.timerfd_create(1, 0), libc.signalfd(-1, mask, 0)]


def files_of_all_sorts():
    name = os.path.join(directory(), "file")
    with open(name, "w") as file:
        file.write("data")
    deleted = os.open(name, os.O_RDWR | os.O_APPEND | os.O_NONBLOCK)
    os.unlink(name)
    fifo = oracle.fifo_name()
    return [deleted, os.open("/etc/passwd", os.O_RDONLY), os.open("/", os.O_RDONLY),
            os.open(fifo, os.O_PATH), os.open("/etc/passwd", os.O_PATH)]


def hostile_names():
    fds = []
    for name in (b"a\nb", b"a\x1b[31mb", b"a\x9bb", b"back\\slash", b"a\xff\xfeb", b"blank and, comma", b"tab\t"):
        fds.append(os.open(os.path.join(directory().encode(), name), os.O_CREAT | os.O_WRONLY))
    return fds


def hostile_holders():
    """Pipes whose other ends are held by processes with misleading names."""
    r, w = os.pipe()
    fds = [r]
    for name in (b"a b,c", b"1/2:x,3/4:y", b"x\ny", b"\x1b[2J", b"pwned\\\xff"):
        named = os.pipe()
        child = os.fork()
        if child == 0:
            libc.prctl(15, name, 0, 0, 0)
            os.close(r)
            os.close(named[1])
            signal.pause()
        children.append(child)
        os.close(named[1])
        os.read(named[0], 1)
        os.close(named[0])
    os.close(w)
    r, w = os.pipe()
    return fds + [r, w]


def one_pipe_many_rows():
    r, w = os.pipe()
    return [r, w] + [os.dup(r) for _ in range(5)] + [os.dup(w) for _ in range(5)]


def high_and_closed():
    r, w = os.pipe()
    os.dup2(r, 900)
    return [900, r, w, 901, 2000000000]


STATES = oracle.STATES + [
    unread_pipes, unread_sockets, unread_datagrams, unread_inotify,
    timers_and_signals, files_of_all_sorts, hostile_names, hostile_holders,
    one_pipe_many_rows, high_and_closed,
]

children = []


def escaped(name, also=""):
    return "".join(chr(byte) if 32 <= byte < 127 and chr(byte) not in "\\" + also
                   else f"\\{byte:03o}" for byte in name)


def fdinfo(fd):
    with open(f"/proc/self/fdinfo/{fd}") as file:
        return int(re.search(r"flags:\t(\d+)", file.read())[1], 8)


def mode(fd, with_cloexec):
    flags = fdinfo(fd)
    if flags & os.O_PATH:
        words = ["path"]
    else:
        words = [("r", "w", "rw")[flags & 3]]
    for bit, name in ((os.O_APPEND, "append"), (os.O_NONBLOCK, "nonblock"),
                      (os.O_CLOEXEC if with_cloexec else 0, "cloexec")):
        if flags & bit:
            words.append(name)
    return ",".join(words)


def counts(fd):
    kind = os.fstat(fd).st_mode
    if stat.S_ISSOCK(kind):
        sock = socket.socket(fileno=os.dup(fd))
        return sock.type in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET, socket.SOCK_DGRAM)
    return (stat.S_ISFIFO(kind) or os.isatty(fd)
            or os.readlink(f"/proc/self/fd/{fd}") == "anon_inode:inotify")


def unread(fd):
    if fdinfo(fd) & os.O_PATH or not counts(fd):
        return "-"
    try:
        return str(int.from_bytes(fcntl.ioctl(fd, termios.FIONREAD, b"\0" * 4), sys.byteorder))
    except OSError:
        return "-"


def shell_name():
    return os.environ.get("POLLWAIT_SHELL", "bash")


def file_of(pid, fd):
    """Return what names the file that a descriptor holds, by which its holders are found."""
    path = f"/proc/{pid}/fd/{fd}"
    link, file = os.readlink(path), os.stat(path)
    if stat.S_ISFIFO(file.st_mode):
        return "pipe", file.st_dev, file.st_ino
    if stat.S_ISSOCK(file.st_mode):
        return "socket", file.st_ino
    if os.major(file.st_rdev) == 136:
        return "slave", os.minor(file.st_rdev)
    if file.st_rdev == os.makedev(5, 2):
        return "master", int(info_of(pid, fd, "tty-index"))
    if link == "anon_inode:[eventfd]":
        return "eventfd", int(info_of(pid, fd, "eventfd-id"))
    return None


def info_of(pid, fd, name):
    with open(f"/proc/{pid}/fdinfo/{fd}") as file:
        return re.search(rf"^{name}: *\t* *(.*)$", file.read(), re.M)[1]


def holders():
    """Return the holders of each file, {file: [(pid, fd, access, command)]}, and the
    number of processes that could not be asked."""
    found = {}
    refused = set()
    for pid in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):
        try:
            names = sorted(int(name) for name in os.listdir(f"/proc/{pid}/fd"))
            with open(f"/proc/{pid}/comm", "rb") as file:
                command = file.read()[:-1]
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ESRCH):
                refused.add(pid)
            continue
        for fd in names:
            try:
                file, link = file_of(pid, fd), os.lstat(f"/proc/{pid}/fd/{fd}")
            except OSError as error:
                if error.errno not in (errno.ENOENT, errno.ESRCH):
                    refused.add(pid)
                continue
            access = ("r" if link.st_mode & 0o400 else "") + ("w" if link.st_mode & 0o200 else "")
            if file and access:
                found.setdefault(file, []).append((pid, fd, access, escaped(command, ", ")))
    return found, len(refused)


class Sockets:
    """What netlink tells of unix sockets, and the tables in /proc of TCP."""

    def __init__(self):
        self.unix = {}
        self.queued = {}
        asked = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4)
        # SOCK_DIAG_BY_FAMILY, as a dump of all states with name, peer, queues and icons.
        asked.send(struct.pack("=IHHII", 40, 20, 0x301, 1, 0)
                   + struct.pack("=BBHIIIii", socket.AF_UNIX, 0, 0, 0xffffffff, 0, 0x5d, -1, -1))
        done = False
        while not done:
            part = asked.recv(65536)
            while part and not done:
                length, kind = struct.unpack_from("=IH", part)
                done = kind != 20
                if not done:
                    self.take(part[16:length])
                part = part[(length + 3) // 4 * 4:]
        asked.close()
        self.tcp = {}
        for name in "tcp", "tcp6":
            with open(f"/proc/net/{name}") as file:
                for line in file.readlines()[1:]:
                    words = line.split()
                    self.tcp[words[1], words[2]] = int(words[3], 16), int(words[9])

    def take(self, message):
        _, kind, state, _, inode = struct.unpack_from("=BBBBI", message)
        facts = {"kind": kind, "state": state, "shutdown": 0, "peer": None, "name": b""}
        rest = message[16:]
        while len(rest) >= 4:
            length, attribute = struct.unpack_from("=HH", rest)
            value = rest[4:length]
            if attribute == 0:
                facts["name"] = value
            if attribute == 2:
                facts["peer"] = struct.unpack("=I", value)[0]
            if attribute == 3:
                for client in struct.unpack(f"={len(value) // 4}I", value):
                    self.queued[client] = inode
            if attribute == 4:
                facts["queue"] = struct.unpack("=II", value)
            if attribute == 6:
                facts["shutdown"] = value[0]
            rest = rest[(length + 3) // 4 * 4:]
        self.unix[inode] = facts

    def unix_facts(self, inode):
        """Return the peer's file, "none" or "-", and the details."""
        own = self.unix[inode]
        peer, words = "-", ""
        name = own["name"]
        if own["state"] == 10:
            words = " listening %d/%d" % own["queue"]
        elif own["peer"]:
            peer = "socket", own["peer"]
            name = name or self.unix[own["peer"]]["name"]
            if own["shutdown"] & 1 and own["kind"] != socket.SOCK_DGRAM:
                words = " peer shut"
        elif inode in self.queued:
            peer = "socket", self.queued[inode]
            name = name or self.unix[peer[1]]["name"]
            words = " not accepted"
        elif own["peer"] == 0:
            peer, words = "none", " peer closed"
        if name[:1] == b"\0":
            name = " @" + escaped(name[1:], " ")
        else:
            name = " " + escaped(name.rstrip(b"\0"), " ") if name else ""
        return peer, " unix" + name + words

    def inet_facts(self, sock, inode):
        """Return the same of a socket of TCP or UDP."""
        own = address_of(sock.getsockname())
        if sock.type == socket.SOCK_DGRAM:
            return "-", f" udp {own}"
        state = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
        if state[0] == 10:
            return "-", " tcp %s listening %d/%d" % ((own,) + struct.unpack_from("=I", state, 24)
                                                    + struct.unpack_from("=I", state, 28))
        try:
            both = f" tcp {own}->{address_of(sock.getpeername())}"
        except OSError:
            poller = select.poll()
            poller.register(sock, 0x2000)
            closed = any(bits & 0x2000 for _, bits in poller.poll(0))
            return ("none", f" tcp {own} closed") if closed else ("-", f" tcp {own}")
        names = next(names for names, row in self.tcp.items() if row[1] == inode)
        peer_state, peer = self.tcp[names[1], names[0]]
        if peer == 0 and peer_state in (1, 8):
            listener = next(row[1] for row_names, row in self.tcp.items()
                            if row_names[0] == names[1] and row[0] == 10)
            return ("socket", listener), both + " not accepted"
        if peer == 0:
            return "none", both + " peer closed"
        return ("socket", peer), both + (" peer shut" if peer_state in (4, 5) else "")


def address_of(name):
    return f"[{name[0]}]:{name[1]}" if ":" in name[0] else f"{name[0]}:{name[1]}"


def signal_names(mask):
    return ",".join(signal.Signals(n).name[3:] for n in range(1, 65) if mask >> (n - 1) & 1)


def ranges(numbers):
    runs = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in runs)


def anonymous_facts(fd, link, bits, known):
    """Return the peer and the details of a file without a name.  known are the numbers
    that are open where pollwait looks."""
    if link == "anon_inode:[eventpoll]":
        with open(f"/proc/self/fdinfo/{fd}") as file:
            numbers = {int(line.split()[1]) for line in file if line.startswith("tfd:")}
        words = [ranges(numbers & known)] + ["?"] * bool(numbers - known)
        return "-", " " + ",".join(filter(None, words)) if numbers else ""
    if link == "anon_inode:[eventfd]":
        return file_of("self", fd), f" {int(info_of('self', fd, 'eventfd-count'), 16)}"
    if link == "anon_inode:[timerfd]":
        assert info_of("self", fd, "it_value") == "(0, 0)"
        return "-", " off"
    if link == "anon_inode:[signalfd]":
        return "-", " " + signal_names(int(info_of("self", fd, "sigmask"), 16))
    if link == "anon_inode:[pidfd]" or link.startswith("pidfd:["):
        pid = int(info_of("self", fd, "Pid"))
        with open(f"/proc/{pid}/comm", "rb") as file:
            name = escaped(file.read()[:-1], ", ")
        return "none" if bits & select.POLLIN else f"{pid}:{name}", f" pid:{pid}"
    return "-", ""


def facts(fd, bits, sockets, known):
    """Return the other end's file, or a word, and the details."""
    file, kind = file_of("self", fd), os.fstat(fd).st_mode
    link = os.readlink(f"/proc/self/fd/{fd}")
    if fdinfo(fd) & os.O_PATH:
        return "-", ""
    if stat.S_ISFIFO(kind):
        access = mode(fd, False).split(",")[0]
        lost = "r" in access and bits & select.POLLHUP or "w" in access and bits & select.POLLERR
        return "none" if lost else file, ""
    if stat.S_ISSOCK(kind):
        sock = socket.socket(fileno=os.dup(fd))
        if sock.family == socket.AF_UNIX:
            return sockets.unix_facts(file[1])
        return sockets.inet_facts(sock, file[1])
    if file and file[0] in ("master", "slave"):
        details = f" /dev/pts/{file[1]}" if file[0] == "master" else ""
        other = "slave" if file[0] == "master" else "master"
        return "none" if bits & select.POLLHUP else (other, file[1]), details
    return anonymous_facts(fd, link, bits, known)


def told(found, itself, shows_access):
    return ",".join(f"{pid}/{number}{access if shows_access else ''}:{command}"
                    for pid, number, access, command in found if (pid, number) != itself)


def peer_and_also(fd, other_end, found, itself):
    """Return two cells.  itself is the process and the number of the row."""
    own = file_of("self", fd)
    access = mode(fd, False).split(",")[0]
    is_pipe = own is not None and own[0] == "pipe"
    also = "-"
    if own is not None and own[0] in ("pipe", "socket") and access != "path" \
            and not (is_pipe and access == "rw"):
        also = told([holder for holder in found.get(own, [])
                     if not is_pipe or holder[2] == access], itself, is_pipe) or "-"
    if isinstance(other_end, str):
        return other_end, also
    return told([holder for holder in found.get(other_end, [])
                 if not is_pipe or access == "rw" or holder[2] != access],
                None if is_pipe else itself, is_pipe) or "?", also


def expected_table(fds, other, shell):
    poller = select.poll()
    for fd in fds:
        poller.register(fd, oracle.DEFAULT | oracle.BITS["rdhup"])
    reports = dict(poller.poll(0))
    found, refused = holders()
    sockets = Sockets()
    for fd in sorted(fds) if shell else ():
        # The shell that ran the builtin held all of them, and has ended since.
        if oracle.is_open(fd) and file_of("self", fd) and not fdinfo(fd) & os.O_PATH:
            held = found.setdefault(file_of("self", fd), [])
            held.append((shell, fd, ("r", "w", "rw")[fdinfo(fd) & 3], shell_name()))
            held.sort()
    known = set(map(int, os.listdir("/proc/self/fd"))) if other else set(fds)
    searched = False
    rows = [["FD", "EVENTS"] + ["CALL"] * other + ["MODE", "UNREAD", "PEER", "ALSO", "TARGET"]]
    for fd in fds:
        bits = reports.get(fd, 0)
        row = [str(fd), oracle.names_of(bits) or "-"] + ["-"] * other
        if oracle.is_open(fd):
            other_end, details = facts(fd, bits, sockets, known)
            if not fdinfo(fd) & os.O_PATH:
                searched |= not isinstance(other_end, str) or (file_of("self", fd) or "-")[0] in (
                    "pipe", "socket")
            target = escaped(os.readlink(f"/proc/self/fd/{fd}".encode()))
            row += [mode(fd, other), unread(fd),
                    *peer_and_also(fd, other_end, found, (os.getpid() if other else shell, fd)),
                    target + details]
        else:
            row += ["-"] * 5
        rows.append(row)
    # A longer cell shifts the rest of its row alone.
    widths = [min(max(map(len, column)), 40) for column in zip(*rows)]
    right = rows[0].index("UNREAD")
    return "".join("  ".join(cell.rjust(width) if i == right else cell.ljust(width)
                             for i, (cell, width) in enumerate(zip(row, widths))).rstrip(" ") + "\n"
                   for row in rows), refused if searched else None


def ask(arguments, fds):
    """Return the table, and the id of the shell if the builtin made it."""
    pollwait = subprocess.Popen(["pollwait", "-l"] + arguments + [str(fd) for fd in fds],
                                pass_fds=[fd for fd in fds if oracle.is_open(fd)],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    output, said = pollwait.communicate(timeout=100)
    assert pollwait.returncode == 0, output
    is_builtin = "POLLWAIT_SHELL" in os.environ
    return output, said, pollwait.pid if is_builtin else None


def is_told(said, refused):
    """Tell if the messages say how many processes could not be asked.  None: it does not
    matter, because no holders were searched."""
    lines = [line for line in said.splitlines() if line.startswith("pollwait: PEER")]
    reasons = []
    if os.readlink("/proc/self/ns/pid") != "pid:[4026531836]":
        reasons.append("/proc shows those of this pid namespace alone")
    if refused:
        reasons.append(f"{refused} could not be inspected")
    if refused is None or not reasons:
        return lines == []
    expected = "pollwait: PEER may lack a process: " + "; ".join(reasons)
    if lines == [expected]:
        return True
    # Processes of others come and go between the two counts of them.
    told = re.search(r"(\d+) could not be inspected", said)
    return (bool(refused and told) and abs(int(told[1]) - refused) <= max(1, refused // 4)
            and lines == [expected.replace(f"{refused} could", f"{told[1]} could")])


def end_children():
    oracle.end_children()
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def compare():
    fds = next(s for s in STATES if s.__name__ == sys.argv[1])()
    # Leave every second descriptor close-on-exec.
    for fd in fds[::2]:
        if oracle.is_open(fd):
            os.set_inheritable(fd, True)
    wrong = 0
    for other in (False, True):
        got, said, shell = ask(["-p", str(os.getpid())] if other else [], fds)
        expected, refused = expected_table(fds, other, shell)
        if got != expected or not is_told(said, refused):
            wrong += 1
            print(f"{sys.argv[1]}, of {'another' if other else 'its own'}:\n"
                  f"expected:\n{expected}got:\n{got}messages ({refused} refused):\n{said}")
    return 1 if wrong else 0


def main():
    if len(sys.argv) < 2:
        print("\n".join(state.__name__ for state in STATES))
        return 0
    try:
        return compare()
    finally:
        end_children()


if __name__ == "__main__":
    sys.exit(main())

"""listing.py [STATE] - compare the table of pollwait -l with one made in Python

Put descriptors into a state.  Compare the whole table of pollwait -l, and of -l -p with
this process, with a table made here of select.poll, /proc/PID/fdinfo, readlink,
FIONREAD and a search of /proc for the holders of pipes.  Without a STATE print the
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


def shell_holds(shell, fds):
    """Yield the pipes of the shell that ran the builtin, which has ended since."""
    for fd in sorted(fds):
        if oracle.is_open(fd) and stat.S_ISFIFO(os.fstat(fd).st_mode) and not fdinfo(fd) & os.O_PATH:
            file = os.fstat(fd)
            yield (file.st_dev, file.st_ino), (shell, fd, ("r", "w", "rw")[fdinfo(fd) & 3],
                                                  os.environ["POLLWAIT_SHELL"])


def holders():
    """Return the holders of each pipe, {(device, inode): [(pid, fd, access, command)]},
    and True if all processes could be asked."""
    found = {}
    complete = True
    for pid in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):
        try:
            names = sorted(int(name) for name in os.listdir(f"/proc/{pid}/fd"))
            with open(f"/proc/{pid}/comm", "rb") as file:
                command = file.read()[:-1]
        except OSError as error:
            complete = complete and error.errno in (errno.ENOENT, errno.ESRCH)
            continue
        for fd in names:
            path = f"/proc/{pid}/fd/{fd}"
            try:
                file, link = os.stat(path), os.lstat(path)
            except OSError as error:
                complete = complete and error.errno in (errno.ENOENT, errno.ESRCH)
                continue
            access = ("r" if link.st_mode & 0o400 else "") + ("w" if link.st_mode & 0o200 else "")
            if stat.S_ISFIFO(file.st_mode) and access:
                found.setdefault((file.st_dev, file.st_ino), []).append(
                    (pid, fd, access, escaped(command, ", ")))
    return found, complete


def peer(fd, bits, found, complete):
    file = os.fstat(fd)
    access = ("r", "w", "rw")[fdinfo(fd) & 3]
    if not stat.S_ISFIFO(file.st_mode) or fdinfo(fd) & os.O_PATH:
        return "-"
    if "r" in access and bits & select.POLLHUP or "w" in access and bits & select.POLLERR:
        return "none"
    others = [f"{pid}/{number}:{command}"
              for pid, number, held, command in found.get((file.st_dev, file.st_ino), [])
              if access == "rw" or held == "rw" or held != access]
    return ",".join(others + ([] if complete else ["?"])) or "none"


def expected_table(fds, other, shell):
    poller = select.poll()
    for fd in fds:
        poller.register(fd, oracle.DEFAULT | oracle.BITS["rdhup"])
    reports = dict(poller.poll(0))
    found, complete = holders()
    for pipe, holder in shell_holds(shell, fds) if shell else ():
        found.setdefault(pipe, []).append(holder)
        found[pipe].sort()
    rows = [["FD", "EVENTS"] + ["CALL"] * other + ["MODE", "UNREAD", "PEER", "TARGET"]]
    for fd in fds:
        bits = reports.get(fd, 0)
        row = [str(fd), oracle.names_of(bits) or "-"] + ["-"] * other
        if oracle.is_open(fd):
            target = escaped(os.readlink(f"/proc/self/fd/{fd}".encode()))
            row += [mode(fd, other), unread(fd), peer(fd, bits, found, complete), target]
        else:
            row += ["-"] * 4
        rows.append(row)
    # A longer cell shifts the rest of its row alone.
    widths = [min(max(map(len, column)), 40) for column in zip(*rows)]
    right = rows[0].index("UNREAD")
    return "".join("  ".join(cell.rjust(width) if i == right else cell.ljust(width)
                             for i, (cell, width) in enumerate(zip(row, widths))).rstrip(" ") + "\n"
                   for row in rows)


def ask(arguments, fds):
    """Return the table, and the id of the shell if the builtin made it."""
    pollwait = subprocess.Popen(["pollwait", "-l"] + arguments + [str(fd) for fd in fds],
                                pass_fds=[fd for fd in fds if oracle.is_open(fd)],
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = pollwait.communicate(timeout=100)[0]
    assert pollwait.returncode == 0, output
    return output.decode("ascii"), pollwait.pid if "POLLWAIT_SHELL" in os.environ else None


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
        got, shell = ask(["-p", str(os.getpid())] if other else [], fds)
        expected = expected_table(fds, other, shell)
        if got != expected:
            wrong += 1
            print(f"{sys.argv[1]}, of {'another' if other else 'its own'}:\n"
                  f"expected:\n{expected}got:\n{got}")
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

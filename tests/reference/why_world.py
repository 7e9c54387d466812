"""why_world.py - processes that wait for each other, for the tests of pollwait -w

A scene starts processes of its own, with a name and with only the descriptors that it
names, and waits until each has come to rest in a call.
"""

import ctypes
import fcntl
import os
import platform
import re
import signal
import struct
import subprocess
import sys
import termios
import time

libc = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG, PR_SET_NAME, PR_SET_DUMPABLE = 1, 15, 4

# The numbers of the calls in which the scenes rest.
CALLS = {
    "x86_64": {
        "read": 0, "write": 1, "poll": 7, "select": 23, "pause": 34, "sendfile": 40, "connect": 42, "accept": 43,
        "sendto": 44, "recvfrom": 45,
        "wait4": 61, "flock": 73, "fcntl": 72, "futex": 202, "restart_syscall": 219, "clock_nanosleep": 230,
        "epoll_wait": 232, "waitid": 247, "openat": 257, "pselect6": 270, "ppoll": 271, "accept4": 288,
        "epoll_pwait": 281, "rt_sigsuspend": 130, "mq_timedreceive": 243,
    },
    "aarch64": {
        "read": 63, "write": 64, "sendfile": 71, "connect": 203, "accept": 202, "sendto": 206, "recvfrom": 207, "wait4": 260, "flock": 32, "fcntl": 25,
        "futex": 98, "restart_syscall": 128, "clock_nanosleep": 115, "waitid": 95, "openat": 56, "pselect6": 72,
        "ppoll": 73, "accept4": 242, "epoll_pwait": 22, "rt_sigsuspend": 133, "mq_timedreceive": 183,
    },
}[platform.machine()]

children = []


def set_name(name):
    libc.prctl(PR_SET_NAME, name.encode(), 0, 0, 0)


def spawn(name, work, keep=(), session=False):
    """Start a process that has the descriptors of keep, and 0 to 2, and does work()."""
    pid = os.fork()
    if pid == 0:
        try:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            set_name(name)
            if session:
                os.setsid()
            close_all_but(keep)
            work()
        except BaseException as error:
            os.write(2, f"{name}: {error!r}\n".encode())
        finally:
            os._exit(1)
    children.append(pid)
    return pid


def close_all_but(keep):
    kept = {0, 1, 2} | {fd if isinstance(fd, int) else fd.fileno() for fd in keep}
    for fd in [int(name) for name in os.listdir("/proc/self/fd")]:
        if fd not in kept:
            try:
                os.close(fd)
            except OSError:
                pass


def release():
    """Close what the scene has opened: the processes alone have it."""
    close_all_but(())


def command(*words, **options):
    """Start a program with 0 and 1 as given, or /dev/null."""
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stdout", subprocess.DEVNULL)
    process = subprocess.Popen(words, preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0),
                               **options)
    children.append(process.pid)
    return process


def until(condition, what):
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit, f"not so within a minute: {what}"
        time.sleep(0.002)


def sits_in(pid, call, first=None):
    try:
        with open(f"/proc/{pid}/syscall", encoding="ascii") as file:
            words = file.read().split()
    except OSError:
        return False
    if words[0] != str(CALLS[call]):
        return False
    return first is None or int(words[1], 16) & 0xffffffff == first


def rest(pid, call, first=None):
    """Wait until a process sits in a call, with this first argument."""
    until(lambda: sits_in(pid, call, first), f"{pid} in {call}({first})")


def state(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        return file.read().rpartition(")")[2].split()[0]


def name_of(pid):
    with open(f"/proc/{pid}/comm", encoding="ascii") as file:
        return file.read().rstrip("\n")


def names(pid):
    """A process as in the table: 411:tail."""
    return f"{pid}:{name_of(pid)}"


def told(pid):
    """A process as in the message: 411 (tail)."""
    return f"{pid} ({name_of(pid)})"


def target(pid, fd):
    return os.readlink(f"/proc/{pid}/fd/{fd}")


def access(pid, fd):
    mode = os.lstat(f"/proc/{pid}/fd/{fd}").st_mode
    return ("r" if mode & 0o400 else "") + ("w" if mode & 0o200 else "")


def end(pid, fd):
    """The end of a pipe, as in PEER: 411/1w:tail."""
    return f"{pid}/{fd}{access(pid, fd)}:{name_of(pid)}"


def sock(pid, fd):
    """A socket, as in PEER."""
    fd = fd if isinstance(fd, int) else fd.fileno()
    return f"{pid}/{fd}:{name_of(pid)}"


def unread(pid, fd):
    """Bytes in a pipe of a process."""
    copy = os.open(f"/proc/{pid}/fd/{fd}", os.O_RDONLY | os.O_NONBLOCK)
    count = struct.unpack("i", fcntl.ioctl(copy, termios.FIONREAD, b"1234"))[0]
    os.close(copy)
    return count


def child_of(pid, name):
    """The child of a process with a name; wait for it."""
    found = []

    def look():
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            found[:] = [int(child) for child in file.read().split()]
        found[:] = [child for child in found if os.path.exists(f"/proc/{child}/comm") and name_of(child) == name]
        return found

    until(look, f"a child {name} of {pid}")
    return found[0]


def descendants(pid):
    """A process and all that it has started, by parents."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as file:
                    parents[int(entry)] = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                pass
    found = [pid]
    for process in found:
        found += sorted(child for child, parent in parents.items() if parent == process)
    return found


# What is no part of a scene: this machine has processes that nobody may inspect.
ASIDE = re.compile(r"pollwait: PEER may lack a process: .*")


def ask(pid, *options, program=("pollwait",)):
    """Run pollwait -w.  Return the status, the rows as lists of cells, and the messages."""
    done = subprocess.run([*program, "-w", *options, "-p", str(pid)], capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    for line in lines:
        assert line == line.rstrip(" "), f"a blank at the end: {line!r}"
    messages = [line for line in done.stderr.splitlines() if not ASIDE.fullmatch(line)]
    return done.returncode, [re.split(" {2,}", line) for line in lines], messages


TITLES = ["PROCESS", "FD", "EVENTS", "CALL", "UNREAD", "PEER", "ENDS", "TARGET"]


def check(pid, rows, status=0, message=None, program=("pollwait",)):
    """Compare the table, status and message of a process with what is expected.

    A row is a line with blanks between its cells.
    """
    expected = (status, [TITLES] + [row.split(None, len(TITLES) - 1) for row in rows],
                [] if message is None else ["pollwait: " + message])
    got = ask(pid, program=program)
    for what, one, other in zip(("status", "table", "messages"), expected, got):
        if one != other:
            print(f"{what}: expected", *(one if isinstance(one, list) else [one]), sep="\n  ")
            print(f"{what}: got", *(other if isinstance(other, list) else [other]), sep="\n  ")
    assert expected == got
    quiet = subprocess.run([*program, "-qw", "-p", str(pid)], capture_output=True, check=False)
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (status, b"", b""), quiet


def finish():
    for pid in children:
        for process in reversed(descendants(pid)):
            try:
                os.kill(process, signal.SIGKILL)
            except OSError:
                pass
    for pid in children:
        try:
            os.waitpid(pid, 0)
        except OSError:
            pass
    children.clear()


def run(scenes, chosen):
    """Run scenes by name; without a name print the names."""
    if not chosen:
        print(*scenes, sep="\n")
    for name in chosen:
        try:
            scenes[name]()
        except BaseException:
            print(f"in the scene {name}:", file=sys.stderr)
            raise
        finally:
            finish()

"""privilege.py COMMAND MANUAL - the system calls that each kind of run needs, and no other

The lists below are of the command as it is built with musl for x86-64.  Each kind of run
passes under a seccomp filter that allows exactly its list and kills it at any other call;
and for each call of a list there is a run that needs it.  SECURITY CONSIDERATIONS of the
manual has the same lists.
"""

import ctypes
import fcntl
import os
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

# The start and the end of any program; what malloc(3) needs, by the sizes; output.
START = "execve arch_prctl set_tid_address exit_group"
MEMORY = "brk mmap munmap madvise"
OUTPUT = "write"
# The reader of standard output is watched; if it goes, raise(3) ends the run.
READER = "fstat fcntl rt_sigprocmask tkill"
# A timeout becomes a deadline.
CLOCK = "clock_gettime"
# More descriptors than a few are within the limit, or raise it.
LIMIT = "prlimit64"
# A closed descriptor is explained from /proc of the parent and of those above.
HINT = "readlink getpid getppid getsid faccessat2 openat read close"
RANGE = "openat getdents64 close fcntl"
TARGET = "getpid pidfd_open pidfd_getfd fcntl close"
FACTS = ("readlink readlinkat openat open read getdents64 close getpid fcntl lstat newfstatat fstat"
         " access stat statx kcmp ioctl")
SOCKETS = "getsockopt getsockname getpeername socket sendto recvfrom"

COMMON = f"{START} {MEMORY} {OUTPUT} {LIMIT} poll"
KINDS = {
    "one poll": f"{COMMON} {READER} {CLOCK} {HINT}",
    "fd-": f"{COMMON} {READER} {CLOCK} {RANGE}",
    "-c": f"{COMMON} {READER} {CLOCK} ioctl statx readlink",
    "-a": f"{COMMON} {READER} {CLOCK}",
    "-m": f"{COMMON} {READER} {CLOCK} ioctl statx readlink",
    "pid:pid": f"{COMMON} {READER} {CLOCK} pidfd_open eventfd2 close",
    "-p": f"{COMMON} {READER} {CLOCK} {TARGET} readlink openat read getdents64",
    "-l": f"{COMMON} {FACTS} {SOCKETS} pidfd_open pidfd_send_signal",
    "-l -p": f"{COMMON} {FACTS} {SOCKETS} {TARGET} pread64",
    "-w": f"{COMMON} {CLOCK} {FACTS} {SOCKETS} {TARGET} pread64",
}

# The mark of a run whose standard output is without_reader().
GONE = "|"

AUDIT_ARCH_X86_64 = 0xC000003E
ALLOW, KILL = 0x7FFF0000, 0x80000000
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
NO_NEW_PRIVILEGES, SET_SECCOMP, FILTER = 38, 22, 2
LIBC = ctypes.CDLL(None, use_errno=True)


def numbers_of(names):
    """The numbers of calls, from the headers of the C library."""
    text = "#include <sys/syscall.h>\n" + "".join(f"@{name} SYS_{name}\n" for name in names)
    lines = subprocess.run(["cc", "-E", "-P", "-"], input=text, capture_output=True, text=True,
                           check=True).stdout.splitlines()
    return {line.split()[0][1:]: int(line.split()[1]) for line in lines if line.startswith("@")}


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def filter_of(numbers):
    """The filter, struct sock_filter[]: kill unless the call is one of these."""
    def step(code, value, yes=0, no=0):
        return struct.pack("HBBI", code, yes, no, value)
    steps = [step(LOAD, 4), step(EQUAL, AUDIT_ARCH_X86_64, 1, 0), step(RETURN, KILL), step(LOAD, 0)]
    for index, number in enumerate(numbers):
        steps.append(step(EQUAL, number, len(numbers) - index, 0))
    steps += [step(RETURN, KILL), step(RETURN, ALLOW)]
    return len(steps), b"".join(steps)


def without_reader():
    """A pipe whose reader has gone, which ends a run that waits for ever."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    return write_end


def run(arguments, numbers=None):
    """Run pollwait, under a filter of these numbers.  Return its status and messages."""
    def enter():
        if LIBC.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) < 0 \
                or LIBC.prctl(SET_SECCOMP, FILTER, ctypes.byref(program)) < 0:
            os._exit(99)
    if numbers is not None:
        program = Program(*filter_of(numbers))
    output = subprocess.PIPE
    if arguments[0] == GONE:
        output, arguments = without_reader(), arguments[1:]
    with tempfile.TemporaryFile("w+") as errors:
        done = subprocess.run([COMMAND] + arguments, close_fds=False, stdin=subprocess.DEVNULL,
                              preexec_fn=enter if numbers is not None else None, check=False,
                              stdout=output, stderr=errors, timeout=60)
        if output != subprocess.PIPE:
            os.close(output)
        errors.seek(0)
        return done.returncode, errors.read()


class World:
    """Descriptors of many kinds, and a process that waits for them."""

    def __init__(self):
        self.empty, self.full = os.pipe()
        self.null = os.open("/dev/null", os.O_RDWR)
        os.mkfifo("fifo")
        self.fifo = os.open("fifo", os.O_RDWR)
        self.master, self.slave = os.openpty()
        self.ended, end = os.pipe()
        os.close(end)
        name_end = os.open("fifo", os.O_WRONLY)
        self.named = os.open("fifo", os.O_RDONLY)
        os.close(name_end)
        self.pair = socket.socketpair()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.client = socket.create_connection(self.listener.getsockname())
        self.served = self.listener.accept()[0]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.connect(self.listener.getsockname())
        self.unix = socket.socket(socket.AF_UNIX)
        self.unix.bind("\0pollwait-privilege-%d" % os.getpid())
        self.unix.listen()
        self.epoll = select.epoll()
        self.epoll.register(self.pair[0], select.EPOLLIN)
        self.inner = select.epoll()
        self.epoll.register(self.inner, select.EPOLLIN)
        self.event = LIBC.eventfd(3, 0)
        for fd in self.all():
            os.set_inheritable(fd, True)

    def all(self):
        return [self.empty, self.full, self.null, self.fifo, self.master, self.slave, self.ended,
                self.named, self.event] + [thing.fileno() for thing in (
                    *self.pair, self.listener, self.client, self.served, self.udp, self.unix,
                    self.epoll, self.inner)]

    def start_threads(self):
        """Start threads that wait in epoll_wait, poll, flock, read, recv and an open."""
        # Two descriptors that nobody closes.
        held, wanted = (os.open("lock", os.O_RDWR | os.O_CREAT) for _ in range(2))
        fcntl.flock(held, fcntl.LOCK_EX)
        poll = select.poll()
        poll.register(self.empty, select.POLLIN)
        os.mkfifo("other")
        for function, argument in ((poll.poll, None), (self.epoll.poll, -1), (self.pair[1].recv, 1),
                                   (lambda _: os.read(self.slave, 1), None),
                                   (lambda _: fcntl.flock(wanted, fcntl.LOCK_EX), None),
                                   (lambda _: os.open("other", os.O_RDONLY), None)):
            threading.Thread(target=function, args=(argument,), daemon=True).start()

    def start_target(self):
        """A child that waits in many ways; its first thread waits for a child."""
        child = os.fork()
        if child:
            return child
        os.setpgid(0, 0)
        self.start_threads()
        os.wait() if os.fork() else os.read(self.empty, 1)
        os._exit(0)


def wait_until_it_waits(pid, threads):
    deadline = time.monotonic() + 30
    while True:
        tasks = os.listdir(f"/proc/{pid}/task")
        calls = [open(f"/proc/{pid}/task/{task}/syscall", encoding="ascii").read().split()[0]
                 for task in tasks]
        if len(calls) == threads and "running" not in calls:
            return
        assert time.monotonic() < deadline, calls
        time.sleep(0.01)


def ended_process():
    """The number of a process that has ended, and was collected."""
    with subprocess.Popen(["true"]) as process:
        return process.pid


def waits_for_itself():
    """The number of a new process that reads from a pipe whose writer is itself."""
    pid = os.fork()
    if pid == 0:
        os.read(os.pipe()[0], 1)
    wait_until_it_waits(pid, 1)
    return pid


def runs(world, target, stuck):
    """The runs of each kind, which need all of its calls together."""
    e, n, many = f"{world.empty}:in", f"{world.null}:out", [f"{fd}:in" for fd in world.all()]
    pid = str(target)
    return {
        "one poll": [["-t", "0", e, n], ["-t", "5", e], ["-t", "0", "900:in"], [GONE, e],
                     ["-t", "0", "100-1400:in"]],
        "fd-": [["-t", "0", "3-:in"], ["-t", "5", f"{world.empty}-{world.empty}:in"], [GONE, f"{world.empty}-{world.empty}:in"]],
        "-c": [["-c", "2", "-i", "1", n], ["-c", "2", "-t", "1", e, f"{world.ended}:in"],
               ["-c", "1", "-t", "0", *many], [GONE, "-c", "2", e]],
        "-a": [["-a", "-t", "5", e, n], ["-a", "-t", "0", *many], [GONE, "-a", e]],
        "-m": [["-m", "-t", "5", "-i", "1", e, n], ["-m", f"{world.ended}:in"],
               ["-m", "-t", "1", f"{world.named}:in"], ["-m", "-t", "0", *many], [GONE, "-m", e]],
        "pid:pid": [["-t", "1", f"pid:{pid}"], ["-t", "0", "pid:1", *many], [GONE, f"pid:{pid}"],
                    [f"pid:{ended_process()}"]],
        "-p": [["-t", "1", "-i", "1", "-p", pid, "0-:in"], [GONE, "-p", pid, e]],
        "-l": [["-l"], ["-l", f"pid:{pid}"]],
        "-l -p": [["-l", "-p", pid]],
        "-w": [["-w", "-i", "0", "-p", pid], ["-w", "-i", "1", "-p", str(stuck)]],
    }


def check_kind(kind, arguments_of, numbers):
    names = sorted(set(KINDS[kind].split()))
    for arguments in arguments_of:
        free = run(arguments)
        kept = run(arguments, [numbers[name] for name in names])
        assert kept == free, (kind, arguments, kept, free)
    # Nothing starts without execve, and malloc(3) has ways of its own.
    for left_out in set(names) - set(MEMORY.split()) - {"execve"}:
        some = [numbers[name] for name in names if name != left_out]
        if all(run(arguments, some)[0] != -signal.SIGSYS for arguments in arguments_of):
            yield left_out


def calls_in(manual):
    """The calls of each kind of run, from the rows in SECURITY CONSIDERATIONS."""
    with open(manual, encoding="ascii") as file:
        section = file.read().split(".Sh SECURITY CONSIDERATIONS\n")[1]
    calls = {kind: set() for kind in KINDS}
    for row, names in re.findall(r'^\.It "?(.*?)"?\n([^.]*)', section, re.M):
        kinds = row.removeprefix("all but ").split(", ")
        if row == "every run":
            kinds = list(KINDS)
        elif row.startswith("all but "):
            kinds = [kind for kind in KINDS if kind not in kinds]
        for kind in kinds:
            calls[kind] |= set(names.split())
    return calls


def main():
    told = calls_in(MANUAL)
    for kind, names in KINDS.items():
        assert told[kind] == set(names.split()), (kind, told[kind] ^ set(names.split()))
    os.chdir(tempfile.mkdtemp())
    numbers = numbers_of(sorted({name for names in KINDS.values() for name in names.split()}))
    world = World()
    target = world.start_target()
    stuck = waits_for_itself()
    unneeded = {}
    try:
        wait_until_it_waits(target, 7)
        for kind, arguments_of in runs(world, target, stuck).items():
            unneeded[kind] = list(check_kind(kind, arguments_of, numbers))
            print(kind + ":", *sorted(set(KINDS[kind].split())))
    finally:
        os.kill(stuck, signal.SIGKILL)
        os.killpg(target, signal.SIGKILL)
    assert not any(unneeded.values()), f"no run needs: {unneeded}"


if __name__ == "__main__":
    COMMAND, MANUAL = sys.argv[1:]
    main()

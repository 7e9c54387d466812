"""faults.py [-q] COMMAND FAULT [KIND] - each kind of run, with each system call failing in turn

COMMAND is pollwait, and FAULT is fault.c.  strace tells which calls a run makes.  Each of
them then fails with each errno that its manual names, is interrupted, or is cut short.
The reference is the run without a fault.

The run with a fault ends in time, not by a signal.  Either its status is 2, with one
message of its own and whole lines; or it goes on, and then

- a cell is that of the reference, or has a "?"; PEER and ALSO may be shorter where a
  message says so;
- the status is the reference's, but no -w claims a deadlock for it;
- no message claims what the reference does not.

An errno that is an answer (ESRCH: the process has gone) may change what is told, and so
only the status, the form, and the claims "none" and status 3 are checked for it.

Calls that do the same thing are many (readlink over all of /proc).  Those that differ in
numbers alone are one class.  Of a class the first, the second, the middle and the last
occurrence fail, each with each errno.  With -q, some kinds run, and the first occurrence
of a class fails with one errno, another for each class.  A KIND is a part of a name: only
these kinds run.

A fault that no manual names is not tried: fcntl(F_GETFD), for instance, can say EBADF alone.
"""

import ctypes
import errno
import fcntl
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import why_world
from privilege import LIBC, World, numbers_of, wait_until_it_waits, without_reader

PATIENCE = 30           # seconds until a run counts as hanging
NEW_MOUNTS, NEW_PROCESSES = 0x00020000, 0x20000000
PRIVATE, RECURSIVE, DETACH = 1 << 18, 1 << 14, 2

PATH = "EACCES ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR"
STAT = f"{PATH} EBADF EFAULT EINVAL EOVERFLOW"
OPEN = f"{PATH} EINTR EMFILE ENFILE ENXIO EPERM"
# The manuals name these.  A number is the most bytes that the call may ask for.
FAULTS = {
    "open": OPEN, "openat": f"{OPEN} EBADF",
    "read": "EAGAIN EBADF EFAULT EINTR EINVAL EIO EISDIR ENOMEM ESRCH 1 40",
    "pread64": "EAGAIN EBADF EFAULT EINTR EINVAL EIO ENXIO EOVERFLOW ESRCH 1",
    "getdents64": "EBADF EFAULT EINVAL ENOENT ENOTDIR ENOMEM EINTR 80",
    "readlink": f"{PATH} EINVAL EIO EFAULT", "readlinkat": f"{PATH} EBADF EINVAL EIO EFAULT",
    "stat": STAT, "lstat": STAT, "fstat": STAT, "newfstatat": STAT, "statx": f"{STAT} ENOSYS EPERM",
    "statfs": "EACCES EINTR EIO ENOMEM ENOSYS", "fstatfs": "EBADF EFAULT EINTR EIO ENOMEM ENOSYS",
    "access": f"{PATH} EIO EPERM", "faccessat2": f"{PATH} EIO ENOSYS",
    "poll": "EFAULT EINTR EINVAL ENOMEM", "ppoll": "EFAULT EINTR EINVAL ENOMEM",
    "ioctl": "EBADF EFAULT EINVAL EIO EINTR ENOTTY",
    "fcntl": "EACCES EBADF EINTR EINVAL EMFILE EPERM",
    "close": "EBADF EINTR EIO ENOSPC",
    "write": "EAGAIN EBADF EDQUOT EFAULT EFBIG EINTR EINVAL EIO ENOSPC EPERM EPIPE 1 7",
    "socket": "EACCES EAFNOSUPPORT EINVAL EMFILE ENFILE ENOBUFS ENOMEM EPROTONOSUPPORT",
    "sendto": "EACCES EAGAIN ECONNREFUSED EINTR EINVAL ENOBUFS ENOMEM EPERM",
    # Not cut short: with MSG_TRUNC it returns the whole length, and the buffer is known to be full.
    "recvfrom": "EAGAIN ECONNREFUSED EINTR EINVAL ENOBUFS ENOMEM",
    "getsockopt": "EBADF EFAULT EINVAL ENOPROTOOPT ENOTSOCK",
    "getsockname": "EBADF EFAULT EINVAL ENOBUFS ENOTSOCK",
    "getpeername": "EBADF EFAULT EINVAL ENOBUFS ENOTCONN ENOTSOCK",
    "kcmp": "EBADF EFAULT EINVAL ENOENT ENOSYS EPERM ESRCH",
    "pidfd_open": "EINVAL EMFILE ENFILE ENODEV ENOMEM ENOSYS EPERM ESRCH",
    "pidfd_getfd": "EBADF EINVAL EMFILE ENFILE ENOSYS EPERM ESRCH",
    "pidfd_send_signal": "EBADF EPERM ESRCH", "eventfd2": "EINVAL EMFILE ENFILE ENODEV ENOMEM",
    "prlimit64": "EFAULT EINVAL EPERM", "getsid": "EPERM ESRCH",
    "clock_gettime": "EFAULT EINVAL EPERM",
    "mmap": "EAGAIN ENOMEM", "mremap": "EAGAIN ENOMEM", "madvise": "EAGAIN EINVAL", "munmap": "EINVAL ENOMEM",
}
# They cannot fail; without execve nothing starts.  The answer of brk is no errno.
NEVER = set("execve exit_group arch_prctl set_tid_address brk getpid getppid rt_sigprocmask tkill"
            " rt_sigaction geteuid".split())
# The kernel's answers, which are no failures: gone, not open, not of this kind, not connected.
ANSWERS = set("ENOENT ESRCH EBADF ENOTTY ENOTSOCK ENOTCONN ENOTDIR ENOPROTOOPT".split())
# The id of a thread, an old kernel; of another kind, or a terminal that was hung up.
OTHER_ANSWERS = {("pidfd_open", "EINVAL"), ("pidfd_open", "ENOSYS"), ("ioctl", "EINVAL"), ("ioctl", "EIO")}
# A claim of a message.
CLAIM = re.compile(r"does not have it|not open|no open|close-on-exec|has ended|is stopped|no such process|"
                   r"is the id|deadlock|wait for|waits for|nobody|not ready|takes one", re.I)
# It is so in the scene, whatever else is known.
TRUE = re.compile("its first thread has ended")
# Lists are cut short with this word.
LACKS = re.compile(r"may lack|not known|cannot be told|incomplete", re.I)
GONE = "|"


class Done:
    """What a run has printed, and its status."""

    def __init__(self, status, output, said, pid):
        self.status, self.output, self.pid = status, output, pid
        self.lines, self.messages = output.splitlines(), said.splitlines()

    def __str__(self):
        return f"status {self.status}\n" + "\n".join(self.lines + self.messages)

    def same(self, other):
        return (self.status, self.lines, self.messages) == (other.status, other.lines, other.messages)


def run(arguments, before=()):
    """Run pollwait behind another command.  Return None if it hangs."""
    output = OUTPUT
    if arguments[0] == GONE:
        output, arguments = without_reader(), arguments[1:]
    try:
        with subprocess.Popen([*before, COMMAND, *arguments], close_fds=False, stdin=subprocess.DEVNULL,
                              stdout=output, stderr=ERRORS) as process:
            try:
                process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
    finally:
        if output != OUTPUT:
            os.close(output)
        printed, said = take(OUTPUT), take(ERRORS)
    # The parent that a hint names is another one in each run.
    said = re.sub(r"\d+ \((fault|strace)\)", "its parent", said)
    return None if process.returncode == -signal.SIGKILL else Done(process.returncode, printed, said, process.pid)


def take(file):
    """Read a file, and empty it."""
    file.seek(0)
    text = file.read()
    file.seek(0)
    file.truncate()
    return text


def table(lines):
    """The rows of a table as {title: cell}."""
    titles = lines[0].split() if lines else []
    return [dict(zip(titles, line.split(None, len(titles) - 1))) for line in lines[1:]]


def key(row):
    return row.get("PROCESS", "").split(":")[0], row["FD"], row["CALL"] if row["FD"] == "-" else None


def part(cell, whole):
    """Return true if a list is a part of the whole one."""
    return set(cell.split(",")) <= set(whole.split(","))


def wrong_cell(title, cell, whole, lacks):
    if cell == whole or "?" in cell:
        return False
    if title == "TARGET":
        # Less may be known of it.
        return not set(cell.split()) <= set(whole.split())
    if title in ("PEER", "ALSO") and lacks:
        return cell == "none" or (cell != "-" and not part(cell, whole))
    return True


def wrong_rows(done, reference, answered):
    """Say what is wrong with a table."""
    rows, whole = table(done.lines), table(reference.lines)
    lacks = any(LACKS.search(message) for message in done.messages)
    if rows and whole and list(rows[0]) != list(whole[0]):
        return "other titles"
    # The scene itself runs, and waits for us.
    rows, whole = ([row for row in table_rows if key(row)[0] != str(os.getpid())] for table_rows in (rows, whole))
    known = {}
    for row in whole:
        known.setdefault(key(row), row)
    for row in rows:
        match = known.get(key(row))
        if match is None:
            if answered or any(cell.startswith("?") for cell in row.values()):
                continue
            return f"a new row {row}"
        for title, cell in row.items():
            if title == "PEER" and cell == "none" and match[title] != "none" and "ALSO" in row:
                return f"{key(row)}: {title} is none"
            if not answered and wrong_cell(title, cell, match[title], lacks):
                return f"{key(row)}: {title} is <{cell}>, not <{match[title]}>"
    unseen = [key(row) for row in whole if key(row) not in set(map(key, rows))]
    if unseen and not answered and not lacks and "PROCESS" not in whole[0] \
            and not any("?" in line for line in done.lines[1:]):
        return f"no row of {unseen}"
    return None


HINT = re.compile(r"pollwait: (\d+)(?:-(\d+))?: (?:not open here|close-on-exec in)")


def less_of_a_hint(message, reference):
    """Return true if a hint says less of closed descriptors than the reference, or of fewer."""
    if message in [re.sub(r" \([^ )]*\)", "", whole) for whole in reference.messages]:
        return True
    hint = HINT.match(message)
    if hint is None:
        return False
    for whole in filter(None, map(HINT.match, reference.messages)):
        first, last = int(whole[1]), int(whole[2] or whole[1])
        if first <= int(hint[1]) and int(hint[2] or hint[1]) <= last:
            return True
    return False


def wrong(done, reference, arguments, call, fault):
    """Say what is wrong with a run that had a fault, or return None."""
    if done is None:
        return "it does not end"
    if done.same(reference):
        return None
    answered = fault in ANSWERS or (call.split("(")[0], fault) in OTHER_ANSWERS
    if "F_GETFD" in call and not answered:
        return None
    to_errors = call.startswith("write(2")
    if done.status < 0:
        ends = done.status == -signal.SIGPIPE and (arguments[0] == GONE or call.startswith("write(1"))
        return None if ends else "it ends by a signal"
    if done.output and not done.output.endswith("\n") and not call.startswith("write(1"):
        return "half a line"
    if not all(message.startswith("pollwait: ") for message in done.messages) and not to_errors:
        return "a message without a name"
    own = [message for message in done.messages if message not in reference.messages]
    if not answered and any(CLAIM.search(TRUE.sub("", message)) for message in own if not less_of_a_hint(message, reference)):
        return "a new claim"
    if done.status == 2 and reference.status != 2:
        said = [message for message in own if not re.search("PEER may lack", message)
                and not less_of_a_hint(message, reference)]
        if len(said) != 1 and not to_errors:
            return f"{len(said)} messages of its own"
        if done.lines != reference.lines[:len(done.lines)] and not call.startswith("write(1"):
            return "other lines before the error"
        return None
    if arguments[0] == GONE:
        # Who reads it is not known then, and the timeout ends the run.
        return None if done.status in (1, -signal.SIGPIPE) else "another status"
    statuses = {reference.status} | ({0} if "-w" in arguments else set())
    if answered:
        statuses |= {0, 1} | ({3} if "-w" not in arguments else set())
    if done.status not in statuses:
        return f"status {done.status}, not {reference.status}"
    if "-l" in arguments or "-w" in arguments:
        return wrong_rows(done, reference, answered)
    if answered or to_errors:
        return None
    return None if done.lines == reference.lines else "other lines"


class Calls:
    """The calls of a run, by classes: {class: [occurrence]}, from strace."""

    def __init__(self, arguments):
        trace = os.path.join(SCRATCH, f"trace.{os.getpid()}")
        self.done = run(arguments, ["strace", "-qq", "-y", "-s", "300", "-o", trace])
        self.classes, counts = {}, {}
        with open(trace, encoding="ascii", errors="replace") as file:
            for line in file:
                match = re.match(r"(\w+)\((.*?)(?:\) += |$)", line)
                # strace has descriptors, and fault has none.
                if not match or match[1] in NEVER or f"/proc/{self.done.pid}/" in line:
                    continue
                name = match[1]
                counts[name] = counts.get(name, 0) + 1
                # Output differs in all that it says.
                rest = match[2] if name != "write" else match[2][:1]
                first = ", ".join(rest.split(", ")[:2])[:80]
                what = re.sub(r"0x[0-9a-f]+|\d+", "N", first) if name != "write" else first
                self.classes.setdefault(f"{name}({what}", []).append((name, counts[name]))
        os.unlink(trace)

    def faults(self):
        """Yield the call, its name, its occurrence and the fault."""
        for what, occurrences in self.classes.items():
            last = len(occurrences) - 1
            chosen = {0} if QUICK else {0, min(1, last), last // 2, last}
            for name, number in (occurrences[index] for index in sorted(chosen)):
                faults = FAULTS[name].split()
                one = (number + len(what)) % len(faults)
                for fault in [faults[one]] if QUICK else faults:
                    yield what, name, number, fault


def each_fault(kind, arguments):
    """Fail the calls of a kind of run.  Return how many runs there were, and print the wrong."""
    reference = run(arguments, NO_FAULT)
    calls = Calls(arguments)
    count, unreached, complaints = 0, 0, {}
    for call, name, number, fault in calls.faults():
        result = fault if fault.isdigit() else f"-{getattr(errno, fault)}"
        before = [FAULT, str(NUMBERS[name]), str(number), result]
        done = run(arguments, before)
        count += 1
        if done is not None and done.status == 125:
            unreached += 1
            continue
        reason = wrong(done, reference, arguments, call, fault)
        if reason:
            complaints.setdefault((call, reason), (name, number, fault, done))
    again = run(arguments, NO_FAULT)
    if not again.same(reference):
        print(f"{kind}: the runs without a fault differ:\n{reference}\n{again}")
        complaints["reference"] = ()
    if unreached * 10 > count:
        print(f"{kind}: {unreached} of {count} faults were not reached")
        complaints["unreached"] = ()
    for what, told in complaints.items():
        if told:
            (call, reason), (_, number, fault, done) = what, told
            print(f"{kind}: {reason}: {call} #{number} {fault}\n{done}\n")
    if complaints:
        print(f"{kind}: without a fault: {reference}\n")
    print(f"{kind}: {count} faults, {len(complaints)} wrong", flush=True)
    return count, len(complaints)


class Scene(World):
    """The world of privilege.py and more kinds of descriptor."""

    def __init__(self):
        super().__init__()
        self.timer = LIBC.timerfd_create(1, 0)
        self.pidfd = os.pidfd_open(os.getpid())
        self.signals = LIBC.signalfd(-1, ctypes.byref(ctypes.c_uint64(1)), 0)
        self.inotify = LIBC.inotify_init()
        self.path = os.open("/", os.O_PATH)
        # Only this process has it.
        self.private = fcntl.fcntl(self.null, fcntl.F_DUPFD_CLOEXEC, 90)
        for fd in self.timer, self.signals, self.inotify, self.path, self.pidfd:
            os.set_inheritable(fd, True)

    def start_target(self, leader_ends=False):
        """A child that waits in many ways; its first thread waits for a child, or ends."""
        child = os.fork()
        if child:
            why_world.children.append(child)
            return child
        why_world.libc.prctl(why_world.PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        os.setpgid(0, 0)
        self.start_threads()
        if leader_ends:
            LIBC.syscall(60, 0)
        if os.fork() == 0:
            why_world.libc.prctl(why_world.PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            os.read(self.empty, 1)
        os.wait()
        os._exit(0)


def deadlock():
    """Two processes that read from each other."""
    one, two = os.pipe(), os.pipe()
    first = why_world.spawn("first", lambda: os.read(one[0], 1), (one[0], two[1]))
    second = why_world.spawn("second", lambda: os.read(two[0], 1), (two[0], one[1]))
    why_world.rest(first, "read", one[0])
    why_world.rest(second, "read", two[0])
    for fd in one + two:
        os.close(fd)
    return first


def chain():
    """A process that waits for a child, which reads from one that sleeps."""
    read_end, write_end = os.pipe()
    sleeper = why_world.spawn("sleeper", lambda: time.sleep(1000), (write_end,))

    def work():
        if os.fork() == 0:
            why_world.set_name("reader")
            why_world.libc.prctl(why_world.PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            os.read(read_end, 1)
        os.close(read_end)
        os.wait()
    waiter = why_world.spawn("waiter", work, (read_end,))
    os.close(read_end)
    os.close(write_end)
    why_world.rest(sleeper, "clock_nanosleep")
    why_world.rest(why_world.child_of(waiter, "reader"), "read")
    why_world.rest(waiter, "wait4")
    return waiter


def full(scene, pid):
    """Every kind of run."""
    e, n, many = f"{scene.empty}:in", f"{scene.null}:out", [f"{fd}:in" for fd in scene.all()]
    ended, named = f"{scene.ended}:in", f"{scene.named}:in"
    pair = [f"{thing.fileno()}:in" for thing in scene.pair]
    stopped, going = deadlock(), chain()
    return {
        "one poll": ["-t", "0", *many],
        "one poll that waits": ["-t", "5", e],
        "one poll, -q": ["-q", "-t", "0", e, n],
        "one poll without a reader": [GONE, "-t", "200", e],
        "many descriptors": ["-t", "0", "100-1400:in", e],
        "an open range": ["-t", "0", "3-:in"],
        "a closed one": ["-t", "0", "900:in", "910-912:in"],
        "a private one": ["-t", "0", f"{scene.private}:in", "900:in"],
        "an O_PATH one": ["-t", "0", f"{scene.path}:in", n],
        "-c": ["-c", "3", "-i", "0", n, ended],
        "-c to a timeout": ["-c", "3", "-i", "0", "-t", "1", e, named],
        "-a": ["-a", "-t", "0", *many],
        "-a that waits": ["-a", "-t", "5", e, n],
        "-m": ["-m", "-t", "0", "-i", "0", *many],
        "-m to an end": ["-m", "-i", "0", ended, "900:in"],
        "-m of a FIFO": ["-m", "-i", "1", "-t", "3", named],
        "pid:N": ["-t", "0", f"pid:{pid}", "pid:1999999999", n],
        "-p": ["-t", "0", "-p", str(pid), "0-:in", "900:in"],
        "-p of one": ["-t", "3", "-i", "1", "-p", str(pid), e],
        "-p of an O_PATH one": ["-t", "0", "-p", str(pid), f"{scene.path}:in", "899"],
        "-m -p": ["-m", "-t", "0", "-i", "0", "-p", str(pid), "0-:in"],
        "-l": ["-l"],
        "-l -p": ["-l", "-p", str(pid)],
        "-l of a pipe": ["-l", e],
        "-l of a FIFO": ["-l", named, str(scene.fifo)],
        "-l of unix sockets": ["-l", *pair, str(scene.unix.fileno())],
        "-l of TCP and UDP": ["-l"] + [str(thing.fileno()) for thing in
                                       (scene.listener, scene.client, scene.served, scene.udp)],
        "-l of a terminal": ["-l", str(scene.master), str(scene.slave)],
        "-l of an epoll": ["-l", str(scene.epoll.fileno()), str(scene.inner.fileno())],
        "-l of anonymous ones": ["-l"] + [str(fd) for fd in (scene.event, scene.timer, scene.signals,
                                                             scene.inotify, scene.pidfd)],
        "-l of a closed one and a process": ["-l", "900", f"pid:{pid}", "pid:1999999999"],
        "-l -p of one": ["-l", "-p", str(pid), e],
        "-w of a chain": ["-w", "-i", "0", "-p", str(going)],
        "-w of many waits": ["-w", "-i", "0", "-p", str(pid)],
        "-w of a deadlock": ["-w", "-i", "0", "-p", str(stopped)],
        "-w -q of a deadlock": ["-w", "-q", "-i", "0", "-p", str(stopped)],
        "-h": ["-h"],
        "an error": ["3:foo"],
    }


FEW = ("one poll", "an open range", "a closed one", "a private one", "-m of a FIFO", "pid:N", "-p", "-p of one",
       "-p of an O_PATH one", "-l", "-l -p", "-l of a pipe", "-l of a FIFO", "-l of unix sockets",
       "-l of a terminal", "-l of an epoll", "-l -p of one", "-w of a chain", "-w of many waits",
       "-w of a deadlock")


QUICK_KINDS = {
    "": ("one poll", "a private one", "-m of a FIFO", "pid:N", "-p of one", "-p of an O_PATH one", "-l -p",
         "-w of a chain", "-w of a deadlock", "-h"),
    "no /proc": ("an open range", "-l of a pipe", "-l -p of one"),
    "hidepid": ("-l of a pipe", "-p of one"),
    "another pid namespace": ("-l of a pipe", "-l -p"),
    "an ended first thread": ("-p of one", "-l -p of one"),
}


def mount(source, kind, options=None):
    if LIBC.mount(source, b"/proc", kind, 0, options) < 0:
        raise OSError(ctypes.get_errno(), "mount")


def own_mounts():
    if LIBC.unshare(NEW_MOUNTS) < 0 or LIBC.mount(None, b"/", None, PRIVATE | RECURSIVE, None) < 0:
        raise OSError("no mount namespace")


def plain():
    pass


def hidden():
    """Be nobody, from whom /proc hides the processes of others."""
    own_mounts()
    mount(b"proc", b"proc", b"hidepid=2")
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
    # The change of user has taken away that others of the user may look.
    why_world.libc.prctl(why_world.PR_SET_DUMPABLE, 1, 0, 0, 0)


def inner():
    """Be in a pid namespace, with a /proc of it for now."""
    if LIBC.unshare(NEW_PROCESSES) < 0:
        raise OSError("no pid namespace")
    child = os.fork()
    if child:
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    own_mounts()
    mount(b"proc", b"proc")


def no_proc():
    own_mounts()
    mount(b"none", b"tmpfs")


def outer_proc():
    LIBC.umount2(b"/proc", DETACH)


# {name: (a function called before the scene is made, one called after it, the first thread ends)}
PLACES = {
    "": (plain, plain, False),
    "no /proc": (plain, no_proc, False),
    "hidepid": (hidden, plain, False),
    "another pid namespace": (inner, outer_proc, False),
    "an ended first thread": (plain, plain, True),
}


def kinds_of(place, kinds):
    names = QUICK_KINDS[place] if QUICK else FEW if place else kinds
    return {name: kinds[name] for name in names}


def in_place(place, wanted):
    """Run the kinds of a place in a process of its own.  Return false if one is wrong."""
    before, after, leader_ends = PLACES[place]
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    status = 1
    try:
        before()
        os.chdir(tempfile.mkdtemp(dir=SCRATCH))
        scene = Scene()
        pid = scene.start_target(leader_ends)
        wait_until_it_waits(pid, 7)
        arguments = kinds_of(place, full(scene, pid))
        after()
        results = [each_fault(": ".join(filter(None, (place, kind))), words)
                   for kind, words in arguments.items() if wanted in f"{place}: {kind}"]
        status = any(complaints for _, complaints in results)
    except Exception:
        traceback.print_exc()
    finally:
        for each in reversed(why_world.children):
            os.kill(each, signal.SIGKILL)
        sys.stdout.flush()
        os._exit(int(status))
    return False


def main(wanted=""):
    names = " ".join(FAULTS).split()
    NUMBERS.update(numbers_of(names))
    os.chmod(SCRATCH, 0o777)
    try:
        results = [in_place(place, wanted) for place in PLACES]
    finally:
        shutil.rmtree(SCRATCH)
    sys.exit(0 if all(results) else 1)


# All runs have these two files, so that their rows are the same.
OUTPUT, ERRORS = tempfile.TemporaryFile("w+", errors="replace"), tempfile.TemporaryFile("w+", errors="replace")
QUICK = sys.argv[1] == "-q"
SCRATCH = tempfile.mkdtemp()
# Copies, which nobody can run too.
COMMAND, FAULT = (shutil.copy(name, SCRATCH) for name in sys.argv[1 + QUICK:3 + QUICK])
NUMBERS = {}
NO_FAULT = [FAULT, "0", "0", "0"]
if __name__ == "__main__":
    main(*sys.argv[3 + QUICK:])

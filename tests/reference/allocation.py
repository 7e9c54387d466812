"""allocation.py COMMAND [builtin] - each kind of run, with each allocation failing in turn

COMMAND is pollwait with failing_alloc.c, or starts the builtin of a shell with it, in
which the allocations of the shell do not fail.  A run with a failed allocation ends with status
2 and a message, and has then printed whole lines of the whole run; or it goes on, with the
status and the lines of the whole run, in which some cells may be "?".
"""

import os
import re
import select
import socket
import subprocess
import sys
import tempfile
import time

COMMAND = sys.argv[1]
MOST = 1000
MARK = tempfile.mkdtemp() + "/mark"


def run(arguments, fail=None):
    environment = dict(os.environ)
    if fail is not None:
        environment.update(FAIL_ALLOCATION=fail, FAIL_MARK=MARK)
    done = subprocess.run([COMMAND] + arguments, env=environment, close_fds=False, check=False,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    done.stderr = re.sub(r"\d+ (?=\((?:ba|z)sh\))", "", done.stderr)
    return done


def may_stand_for(line, whole):
    """A line of a run that goes on: as the whole one, but for cells that are not known."""
    cells, whole_cells = line.split(), whole.split()
    if len(cells) == len(whole_cells):
        return all(a == b or "?" in a for a, b in zip(cells, whole_cells))
    return "?" in line and cells[0] == whole_cells[0]


def check(arguments, fail, done, whole):
    told = (arguments, fail, done.returncode, done.stdout, done.stderr)
    lines = done.stdout.splitlines()
    messages = done.stderr.splitlines()
    assert done.returncode >= 0, told
    assert done.stdout == "" or done.stdout.endswith("\n"), told
    assert all(message.startswith("pollwait: ") for message in messages), told
    if done.returncode == 2:
        # A hint may share its line with others than in the whole run, and a table has its own word.
        own = [message for message in messages if "not open here" not in message
               and "PEER may lack" not in message and message not in whole.stderr.splitlines()]
        assert len(own) == 1 or whole.returncode == 2, told
        assert lines == whole.stdout.splitlines()[:len(lines)], told
        return
    # A walk that knows less sees other rows than the walk before, and claims nothing.
    no_claim = whole.returncode == 3 and done.returncode == 0 and "-w" in arguments
    assert done.returncode == whole.returncode or no_claim, told
    if "-w" in arguments:
        # One row of "?" stands for a process that was not read.
        assert all("?" in line or line.split() in map(str.split, whole.stdout.splitlines())
                   for line in lines), told
        return
    assert len(lines) == len(whole.stdout.splitlines()), told
    wrong = [pair for pair in zip(lines, whole.stdout.splitlines()) if not may_stand_for(*pair)]
    assert not wrong, (arguments, fail, wrong)


def each_failure(arguments):
    whole = run(arguments)
    for number in range(1, MOST):
        for fail in (f"{number}", f"{number}+"):
            if os.path.exists(MARK):
                os.unlink(MARK)
            done = run(arguments, fail)
            if not os.path.exists(MARK):
                assert (done.returncode, done.stdout, done.stderr) == \
                       (whole.returncode, whole.stdout, whole.stderr), (arguments, done, whole)
                return number - 1
            check(arguments, fail, done, whole)
    raise AssertionError(f"{arguments}: more than {MOST} allocations")


def waiting_process():
    """A process that waits in poll, read and wait4, with one descriptor of each kind."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(write_end)
        # What this program prints is unread in its standard output.
        for fd in 0, 1, 2:
            os.dup2(os.open("/dev/null", os.O_RDWR), fd)
        grandchild = os.fork()
        if grandchild == 0:
            os.read(read_end, 1)
            os._exit(0)
        listener = socket.create_server(("127.0.0.1", 0))
        client = socket.create_connection(listener.getsockname())
        pair = socket.socketpair()
        epoll = select.epoll()
        epoll.register(pair[0], select.EPOLLIN)
        epoll.register(client, select.EPOLLIN)
        epoll.poll()
    return child, write_end


def waits(pid):
    with open(f"/proc/{pid}/wchan", encoding="ascii") as file:
        return "poll" in file.read()


def main():
    fds = [os.open("/dev/null", os.O_RDWR) for _ in range(60)]
    kept = os.pipe()
    for fd in fds + list(kept):
        os.set_inheritable(fd, True)
    target, write_end = waiting_process()
    while not waits(target):
        time.sleep(0.01)
    first, last = min(fds), max(fds)
    events = ",".join(["in", "out", "pri"] * 120)
    runs = [
        ["-t", "0", f"{kept[0]}:in", f"{kept[1]}:out"],
        ["-t", "0", f"{first}-{last}:in", f"{kept[0]}:{events}"],
        ["-t", "0", "3-:in"],
        ["-c", "3", "-i", "0", f"{first}-{last}:in"],
        ["-a", "-t", "0", f"{first}-{last}:in", f"{kept[0]}:in", f"pid:{target}"],
        ["-m", "-t", "0", f"{first}-{last}:in"],
        ["-t", "0", f"pid:{target}", f"{first}:in", "pid:2000000000"],
        ["-t", "0", "-p", str(target), "0-:in"],
        ["-m", "-t", "0", "-i", "0", "-p", str(target), "0-:in"],
        ["-l", f"{first}-{max(kept)}"],
        ["-l", "-p", str(target)],
        ["-w", "-i", "0", "-p", str(target)],
        ["-w", "-q", "-i", "0", "-p", str(target)],
        ["-t", "0", "900-960:in"],
        ["x" * 2000],
        ["-h"],
    ]
    if len(sys.argv) > 2:
        # The shell itself, with another id each time, is in the tables.
        runs = [["-A", "got", *arguments] for arguments in runs if arguments[0] == "-t"] + [
            arguments for arguments in runs if arguments[0] not in ("-l", "-w")]
    try:
        for arguments in runs:
            print(each_failure(arguments), "allocations:", *(word[:20] for word in arguments))
    finally:
        os.close(write_end)
        os.kill(target, 9)


main()

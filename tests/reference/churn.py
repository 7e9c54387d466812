"""churn.py - list a process that opens and closes as fast as it can

The process has in turn a file, another file, a pipe and nothing at one number.  Each
row must be one of these, and not a mixture.  Then the process ends.
"""

import ctypes
import os
import re
import signal
import subprocess
import sys
import time

ROUNDS = int(os.environ.get("CHURN_ROUNDS", 300))
AT = 50


def churn(ready):
    os.close(ready[0])
    os.write(ready[1], b"x")
    while True:
        fd = os.open("one", os.O_CREAT | os.O_RDONLY)
        os.dup2(fd, AT)
        os.close(fd)
        os.close(AT)
        fd = os.open("two", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        os.dup2(fd, AT, inheritable=False)
        os.close(fd)
        r, w = os.pipe2(os.O_NONBLOCK)
        os.write(w, b"data")
        os.dup2(r, AT)
        os.close(r)
        os.close(w)
        os.close(AT)


# EVENTS, CALL, MODE, UNREAD, PEER, ALSO and TARGET of the four states.
# MODE and UNREAD are not known where the number has become another file meanwhile.
ROWS = [
    r"in,out +\S+ +(?:r(?:,cloexec)?|\?) +- +- +- +\S+/one",
    r"in,out +\S+ +(?:w,append(?:,cloexec)?|\?) +- +- +- +\S+/two",
    r"in(,hup)? +\S+ +(?:r,nonblock(?:,cloexec)?|\?) +[4?] +\S+ +\S+ +pipe:\[\d+\]",
    r"nval +- +- +- +- +- +-",
]


def holds_process(pid):
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            if "pidfd" in os.readlink(f"/proc/{pid}/fd/{name}"):
                return True
        except OSError:
            pass
    return False


def list_it(child):
    seen = set()
    for _ in range(ROUNDS):
        done = subprocess.run(["pollwait", "-l", "-p", str(child), f"{AT}:in,out", "3-"], capture_output=True, text=True)
        assert done.returncode == 0, done
        row = re.sub(r" +$", "", done.stdout.splitlines()[1])
        kind = [i for i, form in enumerate(ROWS) if re.fullmatch(rf"{AT} +{form}", row)]
        assert len(kind) == 1, row
        seen.add(kind[0])
    assert len(seen) >= 3, seen
    # Wait for an event that never comes, until the process ends.
    watch = subprocess.Popen(["pollwait", "-l", "-t", "60000", "-i", "0", "-p", str(child), f"{AT}:0x4000"],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while watch.poll() is None and not holds_process(watch.pid):
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    table, said = watch.communicate(timeout=60)
    # It may end before pollwait has looked at it for the first time.
    if watch.returncode == 2:
        assert said == f"pollwait: -p {child}: no such process\n", said
    else:
        assert re.fullmatch(rf"{AT} +(nval|hup) .*", table.splitlines()[1]), (table, said)


def main():
    ready = os.pipe()
    child = os.fork()
    if child == 0:
        # End with the parent, if that fails.
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
        churn(ready)
    os.close(ready[1])
    os.read(ready[0], 1)
    list_it(child)
    return 0


sys.exit(main())

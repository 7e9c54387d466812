"""signals.py SHELL LOAD LATE_SIGNAL - send each signal to a wait of a shell's builtin

LOAD is the command that loads the builtin into the shell.
The signal is trapped, ignored or left at its default.  It comes while the builtin
sleeps, or in the moment between its look and its sleep, when the preloaded
late_signal.c raises it.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time

SHELL, LOAD, LATE_SIGNAL = sys.argv[1:]
SIGNALS = "TERM USR1 INT CHLD WINCH".split()
DISPOSITIONS = {"trapped": "trap 'echo trap $?' %s", "ignored": "trap '' %s", "default": ": %s"}
# These signals end a shell by default.
ENDS = {"TERM", "USR1", "INT"}
POLL_CALLS = {7, 271} if os.uname().machine == "x86_64" else {73}

# Descriptor 57 is silent until the test writes to it.  A child ends for CHLD when
# something is written to 58.
SCRIPT = """
%(load)s
%(child)s
%(trap)s
pollwait 57:in
echo status $?
pollwait -t 0 57:out
"""
WAITING_CHILD = "{ read -r line; } </dev/fd/58 &"


def is_polling(pid):
    with open(f"/proc/{pid}/syscall") as file:
        call = file.read().split()[0]
    return call.isdigit() and int(call) in POLL_CALLS


def no_child_lives(pid):
    """Tell if all children have ended; zsh collects them when the builtin is done."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return all(ended(child) for child in file.read().split())


def ended(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def until(condition):
    give_up = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < give_up, "does not come"
        time.sleep(0.005)


def run(name, disposition, before):
    number = getattr(signal, "SIG" + name)
    for fd in 57, 58:
        os.dup2(opened := os.open(fifo(fd), os.O_RDWR), fd)
        os.close(opened)
    script = SCRIPT % {"load": LOAD, "trap": DISPOSITIONS[disposition] % name,
                       "child": WAITING_CHILD if name == "CHLD" and not before else ""}
    late = {"LD_PRELOAD": LATE_SIGNAL, "LATE_CALL": before, "LATE_SIGNAL": str(int(number))} if before else {}
    shell = subprocess.Popen([SHELL, "-c", script], env=os.environ | late, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             pass_fds=[57, 58])
    goes_on = disposition == "ignored" or (disposition == "default" and name not in ENDS)
    if not before or goes_on:
        until(lambda: is_polling(shell.pid))
    if not before:
        if name == "CHLD":
            os.write(58, b"\n")
            if goes_on:
                until(lambda: no_child_lives(shell.pid))
        else:
            os.kill(shell.pid, number)
    if goes_on:
        until(lambda: is_polling(shell.pid))
        os.write(57, b"\n")
    output, error = shell.communicate(timeout=60)
    if goes_on:
        expected = "57 in\nstatus 0\n57 out\n", 0
    elif disposition == "trapped":
        expected = f"trap {128 + number}\nstatus {128 + number}\n57 out\n", 0
    else:
        expected = "", -number
    if ((output, shell.returncode), error) != (expected, ""):
        print(f"{name}, {disposition}, {before or 'sleeping'}: expected {expected}, "
              f"got {(output, shell.returncode)} {error}")
        return 1
    return 0


def fifo(fd):
    name = os.path.join(work, f"fifo{fd}")
    os.mkfifo(name)
    return name


wrong = cases = 0
for name in SIGNALS:
    for disposition in DISPOSITIONS:
        for before in None, "poll", "ppoll":
            # bash runs the CHLD trap only after a child has ended.
            if before and name == "CHLD" and disposition == "trapped":
                continue
            with tempfile.TemporaryDirectory() as work:
                wrong += run(name, disposition, before)
            cases += 1
print(f"{cases} cases, {wrong} wrong")
sys.exit(wrong != 0)

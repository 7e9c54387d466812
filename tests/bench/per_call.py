"""per_call.py BUILD LEAST - compare a call of pollwait in a shell with its rivals

The shells take turns, round by round.  The result is the median of each.
"""

import os
import statistics
import subprocess
import sys
import time

ROUNDS = 15
here = os.path.dirname(os.path.abspath(sys.argv[0]))
build, least = sys.argv[1:]
PYTHON = "import select; p = select.poll(); p.register(0, 1); p.poll(0)"


def shell(words, found):
    output = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    for line in output.splitlines():
        name, nanoseconds = line.split()
        found.setdefault(f"{os.path.basename(words[0])} {name}", []).append(int(nanoseconds))


def python(found):
    start = time.monotonic_ns()
    subprocess.run([sys.executable, "-c", PYTHON], stdin=subprocess.DEVNULL)
    found.setdefault("python3", []).append(time.monotonic_ns() - start)


found = {}
for _ in range(ROUNDS):
    shell(["bash", f"{here}/per_call.bash", f"{build}/pollwait.so", least, f"{build}/pollwait"],
          found)
    shell(["zsh", f"{here}/per_call.zsh"], found)
    python(found)
cost = {name: statistics.median(values) for name, values in found.items()}


def net(name, empty):
    return cost[name] - cost[empty]


builtin = net("bash two_builtin", "bash two_empty")
least_net = net("bash two_least", "bash two_empty")
zselect = net("zsh two_zselect", "zsh two_empty")
thousand = net("bash thousand_builtin", "bash thousand_empty")
print("A call in a shell: microseconds, those of an empty loop with the same words taken")
print("off; and the ratio of the builtin to it, with the goal")
rows = [
    ("two descriptors, the builtin", builtin, "", ""),
    ("    zselect, in zsh", zselect, builtin, "0.65"),
    ("    the command", net("bash two_command", "bash two_empty"), builtin, "0.02"),
    ("    python3 -c, with select.poll", cost["python3"], builtin, ""),
    ("the same, a builtin that only calls poll(2)", least_net, "", ""),
    ("    zselect, in zsh", zselect, least_net, ""),
    ("a thousand, the builtin", thousand, "", ""),
    ("    zselect, in zsh", net("zsh thousand_zselect", "zsh thousand_empty"), thousand, "0.65"),
    ("a look at one, with the loop", cost["bash read_builtin"], "", ""),
    ("    read -t 0", cost["bash read"], cost["bash read_builtin"], "1.0"),
]
for name, nanoseconds, ours, goal in rows:
    ratio = f"{ours / nanoseconds:8.3f}" if ours != "" else ""
    print(f"{nanoseconds / 1000:10.1f}  {name:45}{ratio}  {goal}".rstrip())

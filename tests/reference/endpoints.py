"""endpoints.py [TOOL] - compare PEER and ALSO with what ss(8) and lsof(8) say

A process and its child hold sockets, pipes, a terminal and an eventfd.  Without a TOOL
print their names.
"""

import os
import pty
import re
import socket
import subprocess

import scenes
from scenes import Table, child, keep, holder, agrees


def make():
    """Make descriptors that a child inherits, and wait until it has them."""
    made = list(os.pipe())
    for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET:
        made += [end.fileno() for end in keep(*socket.socketpair(socket.AF_UNIX, kind))]
    for family, address in (socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"):
        try:
            server = keep(socket.create_server((address, 0), family=family))
        except OSError:
            continue        # no IPv6 here
        client = keep(socket.create_connection(server.getsockname()[:2]))
        made += [server.fileno(), client.fileno(), keep(server.accept()[0]).fileno()]
    made += [*pty.openpty(), os.eventfd(0)]
    pid = child(int)
    agrees({made[0]: {"ALSO": holder(made[0], "r", pid=pid)}}, "-p", os.getpid(), made[0])
    return made


def told(cell):
    """Return the processes and numbers in a cell."""
    return {tuple(map(int, pair)) for pair in re.findall(r"(\d+)/(\d+)[rw]*:", cell)}


def ask(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          check=False).stdout.splitlines()


def compare(looks_alike):
    """Look again for some time: processes of others come and go between two looks."""
    made = make()
    for left in reversed(range(5)):
        try:
            return looks_alike(made)
        except (AssertionError, KeyError):
            if left == 0:
                raise


def ss():
    compare(looks_like_ss)


def lsof():
    compare(looks_like_lsof)


def looks_like_ss(made):
    """ss -xp and ss -tnp: the users of the other socket are in PEER, of this one in ALSO."""
    users, peers, others = {}, {}, {}
    # A name of another test's socket may hold a line feed or blanks, so that words lack.
    for line in ask("ss", "-xpnH"):
        words = line.split()
        if len(words) > 7:
            users[words[5]] = line
            peers[words[5]] = words[7]
    for line in ask("ss", "-tnpaH"):
        words = line.split()
        others[words[3], words[4]] = line
    compared = 0
    table = Table("-p", os.getpid(), *made)
    for fd in made:
        row = table.row(fd)
        itself = (os.getpid(), fd)
        if " unix" in row["TARGET"]:
            inode = re.search(r"\d+", row["TARGET"])[0]
            own, other = users[inode], users[peers[inode]]
        elif " tcp " in row["TARGET"] and "->" in row["TARGET"]:
            names = row["TARGET"].split()[2].split("->")
            own, other = others[tuple(names)], others[tuple(names[::-1])]
        else:
            continue
        assert told(row["PEER"]) == with_users(other), (row, other)
        assert told(row["ALSO"]) == with_users(own) - {itself}, (row, own)
        compared += 1
    assert compared >= 8, table.text


def with_users(line):
    return {tuple(map(int, pair)) for pair in re.findall(r"pid=(\d+),fd=(\d+)", line)}


def looks_like_lsof(made):
    """lsof +E names the holders of both ends of a pipe, and of the other end of all else."""
    lines = {}
    for line in ask("lsof", "+E", "-nP", "-a", "-p", str(os.getpid()), "-d", ",".join(map(str, made))):
        words = line.split()
        # Further lines are those of the other ends.
        if len(words) > 3 and words[1] == str(os.getpid()):
            lines[int(re.match(r"\d+", words[3])[0]) if words[3][0].isdigit() else -1] = line
    table = Table("-p", os.getpid(), *made)
    compared = 0
    for fd in made:
        row = table.row(fd)
        said = {tuple(map(int, pair)) for pair in re.findall(r" (\d+),[^, ]+,(\d+)[rwu]", lines[fd])}
        ours = told(row["PEER"])
        if row["TARGET"].startswith("pipe:"):
            ours |= told(row["ALSO"])
        assert ours == said, (row, lines[fd])
        compared += bool(said)
    assert compared >= 12, table.text


if __name__ == "__main__":
    scenes.main([ss, lsof])

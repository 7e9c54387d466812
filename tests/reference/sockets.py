#!/usr/bin/env python3
"""Make sockets of every kind, and print what is true of each.

A line a descriptor, columns apart by a blank:

    FD INODE KIND STATE PEER STATE2 PEER2 LABEL

KIND is unix, tcp, udp or other.  STATE is established, listening, connecting,
not-accepted, peer-shut, peer-closed, closed, unconnected, or - for a kind of which
nothing is said.  PEER is the inode of the socket at the other end (of the listener
for a connection not accepted yet), "none" where the other end is closed, "-" where
there is no one other end or it is elsewhere, "?" where the kernel does not tell.
STATE2 and PEER2 hold where the descriptor may not be duplicated.  The last line is "end".

The script then waits until its standard input ends, and everything is closed:

    sockets.py <fifo >lines &

Needs an own loopback interface that is up; IPv6 is left out where it is off, and a
raw socket and a packet socket where they are not permitted.  A connection that
waits for a full backlog, and one that was made and not accepted, last as long as
the script does.
"""
import os
import select
import socket
import sys
import tempfile
import time

rows = []
kept = []


def inode(end):
    return os.fstat(end.fileno()).st_ino


def row(end, kind, state, peer, label, without=None):
    """Note what is true of a socket; peer is a socket or a word."""
    kept.append(end)
    if not isinstance(peer, str):
        kept.append(peer)
        peer = str(inode(peer))
    state2, peer2 = without or (state, peer)
    rows.append((end.fileno(), inode(end), kind, state, peer, state2, peer2, label))


def pair(first, second, kind, label):
    row(first, kind, "established", second, label + " one end")
    row(second, kind, "established", first, label + " other end")


def lone(end, kind, state, label, without=None):
    row(end, kind, state, "-", label, without)


UNCONNECTED_TCP = ("unknown", "?")   # it is in no table


def unix_pairs():
    for kind, name in ((socket.SOCK_STREAM, "stream"), (socket.SOCK_DGRAM, "dgram"),
                       (socket.SOCK_SEQPACKET, "seqpacket")):
        one, other = socket.socketpair(socket.AF_UNIX, kind)
        other.send(b"unread")
        pair(one, other, "unix", "unix pair " + name)

        one, other = socket.socketpair(socket.AF_UNIX, kind)
        other.close()
        row(one, "unix", "peer-closed", "none", "unix pair " + name + " peer closed")

    for kind, name in ((socket.SOCK_STREAM, "stream"), (socket.SOCK_SEQPACKET, "seqpacket")):
        one, other = socket.socketpair(socket.AF_UNIX, kind)
        other.shutdown(socket.SHUT_WR)
        row(one, "unix", "peer-shut", other, "unix pair " + name + " peer shut")
        row(other, "unix", "established", one, "unix pair " + name + " that shut")

    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    other.shutdown(socket.SHUT_RDWR)
    row(one, "unix", "peer-shut", other, "unix pair shut both ways")


def unix_server(kind, name, label):
    def client():
        end = socket.socket(socket.AF_UNIX, kind)
        end.connect(name)
        return end

    server = socket.socket(socket.AF_UNIX, kind)
    server.bind(name)
    server.listen(5)
    lone(server, "unix", "listening", label + " listener")

    one = client()
    accepted = server.accept()[0]
    pair(one, accepted, "unix", label + " accepted")

    one = client()
    server.accept()[0].close()
    row(one, "unix", "peer-closed", "none", label + " peer closed")

    one = client()
    accepted = server.accept()[0]
    accepted.shutdown(socket.SHUT_WR)
    row(one, "unix", "peer-shut", accepted, label + " peer shut")

    row(client(), "unix", "not-accepted", server, label + " not accepted")

    one = client()
    one.shutdown(socket.SHUT_WR)
    row(one, "unix", "not-accepted", server, label + " not accepted, shut for writing")

    one = client()
    one.shutdown(socket.SHUT_RDWR)
    row(one, "unix", "not-accepted", server, label + " not accepted, shut both ways")

    one = client()
    one.send(b"unread")
    one.close()


def unix_closed_listener(name):
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(name)
    server.listen(5)
    one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    one.connect(name)
    server.close()
    row(one, "unix", "peer-closed", "none", "unix not accepted, listener closed")


def unix_full_backlog(name):
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(name)
    server.listen(0)
    lone(server, "unix", "listening", "unix listener, backlog full")
    one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    one.connect(name)
    row(one, "unix", "not-accepted", server, "unix in a full backlog")
    other = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    other.setblocking(False)
    try:
        other.connect(name)
    except BlockingIOError:
        pass
    lone(other, "unix", "unconnected", "unix refused by a full backlog")


def unix_datagrams(folder):
    server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    server.bind(folder + "/datagrams")
    lone(server, "unix", "unconnected", "unix dgram bound")

    one = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.connect(folder + "/datagrams")
    one.send(b"unread")
    row(one, "unix", "established", server, "unix dgram connected")

    one = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.bind(folder + "/client")
    one.connect(folder + "/datagrams")
    row(one, "unix", "established", server, "unix dgram bound and connected")

    gone = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    gone.bind(folder + "/gone")
    one = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.connect(folder + "/gone")
    gone.close()
    row(one, "unix", "peer-closed", "none", "unix dgram, server gone")

    lone(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM), "unix", "unconnected",
         "unix dgram unbound")
    lone(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM), "unix", "unconnected",
         "unix stream unbound")


def tcp_settle(end, wanted):
    """Wait until the kernel reports the state (a number of tcp_states.h)."""
    for _ in range(1000):
        if end.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] in wanted:
            return
        time.sleep(0.002)
    raise SystemExit("a TCP connection is not in the state %s" % (wanted,))


CLOSE_WAIT, FIN_WAIT2, CLOSE, ESTABLISHED = 8, 5, 7, 1


def tcp_server(family, address, label, remote=None):
    """remote: the family and address of the clients, if not the server's."""
    remote_family, remote_address = remote or (family, address)

    def client():
        end = socket.socket(remote_family, socket.SOCK_STREAM)
        end.connect((remote_address, server.getsockname()[1]))
        return end

    server = socket.socket(family, socket.SOCK_STREAM)
    if family == socket.AF_INET6:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    server.bind((address, 0))
    server.listen(16)
    lone(server, "tcp", "listening", label + " listener")

    one = client()
    accepted = server.accept()[0]
    accepted.send(b"unread")
    pair(one, accepted, "tcp", label + " accepted")

    one = client()
    accepted = server.accept()[0]
    accepted.close()
    tcp_settle(one, [CLOSE_WAIT])
    row(one, "tcp", "peer-closed", "none", label + " peer closed")

    one = client()
    accepted = server.accept()[0]
    accepted.send(b"unread")
    accepted.shutdown(socket.SHUT_WR)
    tcp_settle(one, [CLOSE_WAIT])
    tcp_settle(accepted, [FIN_WAIT2])
    row(one, "tcp", "peer-shut", accepted, label + " peer shut")
    row(accepted, "tcp", "established", one, label + " that shut")

    one = client()
    accepted = server.accept()[0]
    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    accepted.close()
    tcp_settle(one, [CLOSE])
    row(one, "tcp", "closed", "none", label + " reset", UNCONNECTED_TCP)

    one = client()
    tcp_settle(one, [ESTABLISHED])
    row(one, "tcp", "not-accepted", server, label + " not accepted")

    one = client()
    one.shutdown(socket.SHUT_WR)
    tcp_settle(one, [FIN_WAIT2])
    row(one, "tcp", "not-accepted", server, label + " not accepted, shut for writing")


def tcp_full_backlog():
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.bind(("127.0.0.1", 0))
    server.listen(0)
    lone(server, "tcp", "listening", "tcp listener, backlog full")
    for number in range(3):
        one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        one.setblocking(False)
        try:
            one.connect(server.getsockname())
        except BlockingIOError:
            pass
        if select.select([], [one], [], 0.2)[1]:
            row(one, "tcp", "not-accepted", server, "tcp in a full backlog")
        else:
            row(one, "tcp", "connecting", server, "tcp connecting to a full backlog")


def tcp_shared_port(clients):
    """Of listeners with SO_REUSEPORT, the one with a queue has the connection."""
    servers = []
    port = 0
    for _ in range(4):
        server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(("127.0.0.1", port))
        port = server.getsockname()[1]
        server.listen(16)
        lone(server, "tcp", "listening", "tcp listener, port shared")
        servers.append(server)
    ends = []
    for _ in range(clients):
        one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        one.connect(("127.0.0.1", port))
        ends.append(one)
    queued = [server for server in servers
              if server.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 28)[24] > 0]
    for one in ends:
        row(one, "tcp", "not-accepted", queued[0] if len(queued) == 1 else "?",
            "tcp not accepted, port shared")


def tcp_alone(families):
    for family in families:
        lone(socket.socket(family, socket.SOCK_STREAM), "tcp", "unconnected",
             "tcp unbound", UNCONNECTED_TCP)
    one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    one.bind(("127.0.0.1", 0))
    lone(one, "tcp", "unconnected", "tcp bound", UNCONNECTED_TCP)

    port = one.getsockname()[1]
    one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    one.setblocking(False)
    try:
        one.connect(("127.0.0.1", port))
    except OSError:
        pass
    tcp_settle(one, [CLOSE])
    row(one, "tcp", "closed", "none", "tcp refused, not told yet", UNCONNECTED_TCP)


def udp(family, address, label):
    one = socket.socket(family, socket.SOCK_DGRAM)
    other = socket.socket(family, socket.SOCK_DGRAM)
    one.bind((address, 0))
    other.bind((address, 0))
    one.connect(other.getsockname())
    other.connect(one.getsockname())
    other.send(b"unread")
    pair(one, other, "udp", label + " connected")

    server = socket.socket(family, socket.SOCK_DGRAM)
    server.bind((address, 0))
    lone(server, "udp", "unconnected", label + " bound")
    one = socket.socket(family, socket.SOCK_DGRAM)
    one.connect(server.getsockname())
    row(one, "udp", "established", server, label + " connected to a bound one")

    gone = socket.socket(family, socket.SOCK_DGRAM)
    gone.bind((address, 0))
    one = socket.socket(family, socket.SOCK_DGRAM)
    one.connect(gone.getsockname())
    gone.close()
    row(one, "udp", "established", "-", label + " connected to nobody")

    # No address, so it is in no table; the name of its protocol tells the kind.
    lone(socket.socket(family, socket.SOCK_DGRAM), "udp", "unconnected",
         label + " unbound", ("unknown", "?"))


def udp_everywhere():
    """A server on all addresses is the peer for ours, and not for another host's."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("0.0.0.0", 0))
    port = server.getsockname()[1]
    lone(server, "udp", "unconnected", "udp bound to all addresses")
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.connect(("127.0.0.9", port))
    row(one, "udp", "established", server, "udp connected to one of all addresses")
    for address, label in (("198.51.100.1", "another host"), ("224.0.0.251", "a group")):
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            one.connect((address, port))
        except OSError:         # no route
            continue
        row(one, "udp", "established", "-", "udp connected to %s, same port" % label)


def tcp_connecting_elsewhere():
    """A listener on all addresses is not the peer of a connection to another host."""
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.bind(("0.0.0.0", 0))
    server.listen(5)
    lone(server, "tcp", "listening", "tcp listener on all addresses")
    one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    one.setblocking(False)
    try:
        one.connect(("198.51.100.1", server.getsockname()[1]))
    except BlockingIOError:
        pass
    except OSError:             # no route
        return
    if not select.select([], [one], [], 0.1)[1]:
        row(one, "tcp", "connecting", "-", "tcp connecting to another host, same port")


def others():
    NETLINK_SOCK_DIAG = 4
    wanted = [(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG, "netlink"),
              (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP, "raw"),
              (socket.AF_PACKET, socket.SOCK_RAW, 0, "packet")]
    for family, kind, protocol, label in wanted:
        try:
            one = socket.socket(family, kind, protocol)
        except PermissionError:
            continue
        row(one, "other", "-", "-", label)


def main():
    families = [(socket.AF_INET, "127.0.0.1", "4")]
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
        families.append((socket.AF_INET6, "::1", "6"))
    except OSError:
        pass
    with tempfile.TemporaryDirectory() as folder:
        unix_pairs()
        unix_server(socket.SOCK_STREAM, folder + "/stream", "unix stream")
        unix_server(socket.SOCK_SEQPACKET, folder + "/seq packet", "unix seqpacket")
        hostile = b"\0%d \n\033[31m\0tail\0" % os.getpid()
        unix_server(socket.SOCK_STREAM, hostile, "unix abstract")
        unix_closed_listener(folder + "/closed")
        unix_full_backlog(folder + "/full")
        unix_datagrams(folder)
        for family, address, digit in families:
            tcp_server(family, address, "tcp" + digit)
            udp(family, address, "udp" + digit)
        if len(families) > 1:
            tcp_server(socket.AF_INET6, "::", "tcp dual stack",
                       (socket.AF_INET, "127.0.0.1"))
            tcp_server(socket.AF_INET, "127.0.0.1", "tcp v4-mapped",
                       (socket.AF_INET6, "::ffff:127.0.0.1"))
        tcp_full_backlog()
        tcp_shared_port(1)
        tcp_shared_port(8)
        tcp_alone([family for family, _, _ in families])
        tcp_connecting_elsewhere()
        udp_everywhere()
        others()
        for line in rows:
            print(*line)
        print("end")
        sys.stdout.flush()
        sys.stdin.read()


main()

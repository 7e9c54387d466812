"""right_fuse.py DIRECTORY TYPE - a FUSE file system whose server stops answering

Mount it on DIRECTORY as one of TYPE, fuse or fuse.NAME, with one file in it.  Print "mounted", and answer until there is
a file DIRECTORY.mute; from then on read the requests and answer none.
"""

import ctypes
import errno
import os
import struct
import sys

LOOKUP, FORGET, GETATTR, OPEN, RELEASE, FLUSH, INIT, OPENDIR, RELEASEDIR, POLL, BATCH_FORGET = (
    1, 2, 3, 14, 18, 25, 26, 27, 29, 40, 42)
DIRECTORY, FILE = 1, 2


def attributes(node):
    mode = 0o40755 if node == DIRECTORY else 0o100644
    return struct.pack("<6Q10I", node, 0, 0, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


def answer(operation, node):
    """The body of an answer, or a number of an error."""
    if operation == INIT:
        return struct.pack("<4I2H2I2H7I", 7, 31, 65536, 0, 12, 10, 65536, 1, 0, 0, *[0] * 7)
    if operation == LOOKUP:
        return struct.pack("<4Q2I", FILE, 0, 0, 0, 0, 0) + attributes(FILE)
    if operation == GETATTR:
        return struct.pack("<Q2I", 0, 0, 0) + attributes(node)
    if operation in (OPEN, OPENDIR):
        return struct.pack("<Q2I", 1, 0, 0)
    if operation == POLL:
        return struct.pack("<2I", 0, 0)
    if operation in (FLUSH, RELEASE, RELEASEDIR):
        return b""
    return errno.ENOSYS


def main():
    directory = sys.argv[1]
    device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"mute", directory.encode(), sys.argv[2].encode(), 0, options.encode()) < 0:
        sys.exit(f"{directory}: {os.strerror(ctypes.get_errno())}")
    print("mounted", flush=True)
    while True:
        request = os.read(device, 1 << 17)
        operation, unique, node = struct.unpack_from("<I2Q", request, 4)
        if os.path.exists(directory + ".mute") or operation in (FORGET, BATCH_FORGET):
            continue
        body = answer(operation, node)
        error = body if isinstance(body, int) else 0
        body = b"" if error else body
        os.write(device, struct.pack("<IiQ", 16 + len(body), -error, unique) + body)


main()

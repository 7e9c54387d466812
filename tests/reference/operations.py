"""operations.py COUNT - make the operations of operations.c with select.poll"""

import errno
import os
import select
import sys

PIPES, FIRST = 20, 100
BEYOND = FIRST + 2 * PIPES + 4
IN, OUT = select.POLLIN, select.POLLOUT
MASKS = [0, IN, OUT, IN | OUT, IN | select.POLLPRI | OUT, select.POLLPRI, select.POLLRDHUP,
         IN | select.POLLHUP, select.POLLNVAL]

state = 12345


def choose(count):
    global state
    state = (state * 1664525 + 1013904223) & 0xffffffff
    return (state >> 8) % count


def open_pipe(n):
    ends = os.pipe2(os.O_NONBLOCK)
    for i, end in enumerate(ends):
        os.dup2(end, FIRST + 2 * n + i)
        os.close(end)


def errno_of(call, *arguments):
    try:
        call(*arguments)
        return 0
    except KeyError:
        return errno.ENOENT
    except OSError as error:
        return error.errno


poller = select.poll()
# A dictionary keeps the order of registration, as select.poll does.
registered = {}
lines = []
for n in range(PIPES):
    open_pipe(n)
for _ in range(int(sys.argv[1])):
    what, fd, mask = choose(100), FIRST + choose(BEYOND - FIRST), MASKS[choose(len(MASKS))]
    if what < 30:
        lines.append(str(errno_of(poller.register, fd, mask)))
        registered[fd] = mask
    elif what < 50:
        lines.append(str(errno_of(poller.modify, fd, mask)))
        if fd in registered:
            registered[fd] = mask
    elif what < 75:
        lines.append(str(errno_of(poller.unregister, fd)))
        registered.pop(fd, None)
    elif what < 85:
        ready = dict(poller.poll(0))
        lines.append(" ".join([str(len(ready))] + [f"{fd}:{ready[fd]}" for fd in registered if fd in ready]))
    elif what < 91:
        errno_of(os.write, fd, bytes(4096))
    elif what < 96:
        errno_of(os.read, fd, 4096)
    elif what < 98:
        errno_of(os.close, fd)
    else:
        open_pipe(choose(PIPES))
lines.append(str(len(registered)))
print("\n".join(lines))

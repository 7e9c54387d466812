"""completion.py SHELL SHARE LINE... - what Tab makes of each line, in a shell on a terminal

Starts bash, zsh or fish on a pseudo-terminal, with the completions installed
below SHARE, types each LINE and Tab, and prints the line as it then is, and, each
behind a tab, what the shell lists below it.  What the environment has as SETUP is
typed before.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

SECONDS = 60
# To the start of the line, and all behind it away.
TAB, SHOW, ERASE = b"\t", b"\x1d", b"\x01\x0b"

# Each shell writes its line into a FIFO, when SHOW is typed.
SHELLS = {
    "bash": (["bash", "--norc", "-i"], r"""
        PS1=
        bind 'set show-all-if-ambiguous on'
        bind 'set completion-query-items 0'
        bind 'set page-completions off'
        bind 'set enable-bracketed-paste off'
        bind -x '"\C-]": echo "$READLINE_LINE" >line'
        source %(share)s/bash-completion/completions/pollwait"""),
    "zsh": (["zsh", "-f"], r"""
        PS1= LISTMAX=1000000
        fpath=(%(share)s/zsh/site-functions $fpath)
        autoload -Uz compinit; compinit -u -D
        show() { print -r -- "$BUFFER" >line }
        zle -N show; bindkey '^]' show"""),
    "fish": (["fish"], r"""
        function fish_prompt; end
        bind \c] 'commandline >line'"""),
}


class Shell:
    def __init__(self, name, share):
        command, setup = SHELLS[name]
        os.mkfifo("line")
        self.line = os.open("line", os.O_RDWR)
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.close(self.line)
            os.environ.update(TERM="xterm", HOME=os.getcwd(), XDG_DATA_DIRS=share)
            os.execvp(command[0], command)
        self.pid = pid
        # Rows and columns for any list.
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 5000, 200, 0, 0))
        with open("setup", "w") as file:
            file.write(setup % {"share": share} + "\n" + os.environ.get("SETUP", "") + "\necho ready >line\n")
        self.ask(b". ./setup\n")
        # What was typed before the shell took over the terminal, the terminal echoed.
        self.ask(SHOW)

    def ask(self, keys):
        """Types the keys; returns what the shell wrote into the FIFO, and on its terminal."""
        os.write(self.terminal, keys)
        end = time.monotonic() + SECONDS
        line = screen = b""
        while True:
            # Once the line is there, only what is there already is read.
            timeout = 0 if line.endswith(b"\n") else max(0, end - time.monotonic())
            ready = select.select([self.line, self.terminal], [], [], timeout)[0]
            if not ready:
                break
            if self.terminal in ready:
                screen += os.read(self.terminal, 65536)
            elif self.line in ready:
                line += os.read(self.line, 65536)
        if not line.endswith(b"\n"):
            sys.exit(f"no answer to {keys}; on the terminal: {screen}")
        return line.decode().rstrip("\n"), screen.decode()

    def tab(self, line):
        completed, screen = self.ask(line.encode() + TAB + SHOW)
        self.ask(ERASE + SHOW)
        screen = re.sub(r"\x1b\[[0-9;?]*[mKJhl]|\x1b[=>]|\x1b\(B|\x1b\][^\x07]*\x07|\x07", "", screen)
        # The rest moves the cursor, to a row of the list, or back to the line.
        rows = re.split(r"\x1b\[[0-9;]*[A-Z]|[\r\n]+", screen)[1:]
        command = line.split()[0] + " "
        return completed, [row.rstrip() for row in rows if row.strip() and not (row + " ").startswith(command)]

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def main():
    shell = Shell(*sys.argv[1:3])
    for line in sys.argv[3:]:
        completed, rows = shell.tab(line)
        print(completed)
        for row in rows:
            print(f"\t{row}")
    shell.end()


main()

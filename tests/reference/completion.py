"""completion.py SHELL SHARE LINE... - type each line and Tab in a shell on a terminal

Start bash, zsh or fish on a pseudo-terminal, with the completions installed below
SHARE.  Type each LINE and Tab.  Print the line after that, and the words that the
shell lists, each behind a tab.  Run the commands in the variable SETUP first.
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
# ERASE goes to the start of the line and deletes to its end.
TAB, SHOW, ERASE = b"\t", b"\x1d", b"\x01\x0b"

# Each shell writes its line to a FIFO when SHOW is typed.
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
        # Set enough rows and columns for any list.
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 5000, 200, 0, 0))
        with open("setup", "w") as file:
            file.write(setup % {"share": share} + "\n" + os.environ.get("SETUP", "") + "\necho ready >line\n")
        self.ask(b". ./setup\n")
        # Discard the echo of keys that were typed before the shell set up the terminal.
        self.ask(SHOW)

    def ask(self, keys):
        """Type the keys.  Return the line in the FIFO and the output on the terminal."""
        os.write(self.terminal, keys)
        end = time.monotonic() + SECONDS
        line = screen = b""
        while True:
            # With the whole line, read on only as long as bytes are there.
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
        # The other sequences move the cursor, to a row of the list or back to the line.
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

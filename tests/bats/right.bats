# Right answers where little can be known: a failed call is never a claim, and a message
# names the reason.
# shellcheck disable=SC2016,SC2086 # scripts for other shells; numbers are words

# bats file_tags=command

load helper

no_such='No such file or directory'

# Print the first lines of standard error; musl and glibc differ in the texts of errors.
said() {
	sed -E 's/No file descriptors available/Too many open files/; s/Out of memory/Cannot allocate memory/' <<<"$stderr"
}

# without_proc SCRIPT: run it where nothing is mounted at /proc.
without_proc() {
	unshare -m bash -c "mount -t tmpfs none /proc && $1"
}

# foreign_proc SCRIPT: run it in a pid namespace, with /proc of the first one.
foreign_proc() {
	unshare -pf bash -c "$1"
}

# hidden_proc SCRIPT: run it as nobody, where /proc hides the processes of others.
hidden_proc() {
	public_copy
	unshare -m sh -c 'mount -t proc -o hidepid=2 proc /proc && PATH=$1:$PATH script=$2 && shift 2 && exec "$@" sh -c "$script"' \
		sh "$copy" "$1" "${nobody[@]}" 2>&1 || return
}

# --- the end of a FIFO ---

@test "-m ends at the end of a FIFO whose name was removed" {
	expect 0 $'7 in,hup\n7 hup' -- bash -c 'mkfifo a; echo x >a & exec 7<a; wait; rm a
		pollwait -m -i 5 7:in | while read -r fd events; do
			echo "$fd $events"
			read -r _ <&7 || :
		done'
}

@test "-m ends at the end of a FIFO whose name was removed, in another process" {
	exec 7< <(:)
	mkfifo a
	: >a &
	exec 8<a
	wait $!
	rm a
	holds '7<&7' '8<&8'
	until_so pollwait -q -t 0 8:0
	expect 0 '8 hup' -- pollwait -m -i 5 -p $held 8:in
	expect 0 $'7 hup\n8 hup' -- pollwait -m -i 5 -p $held 7:in 8:in
}

# bats test_tags=command,proc
@test "-m ends at the end of a FIFO whose name was removed, without /proc" {
	exec 8< <(:)
	until_so pollwait -q -t 0 8:0
	expect 0 $'7 hup\n8 hup' -- without_proc 'mkfifo a; : >a & exec 7<a; wait; rm a
		pollwait -m -i 5 7:in 8:in'
}

@test "-m stays where a FIFO has any name, because its next writer may come" {
	mkfifo a
	ln a b
	: >a &
	exec 7<a
	wait $!
	rm a
	expect 1 '7 hup' -- pollwait -m -i 5 -t 50 7:in
	mv b c
	expect 1 '7 hup' -- pollwait -m -i 5 -t 50 7:in
	rm c
	expect 0 '7 hup' -- pollwait -m -i 5 -t 5000 7:in
}

# --- a file system that does not answer ---

# mute_scene TYPE SCRIPT: run it where $held is a process with a file of a FUSE server,
# mounted as TYPE, on 7, its directory on 6 and an epoll of 7 on 5, and the server has stopped
# answering.  To write a line to the FIFO go makes another such process list 6 and 7 into the
# file own.  No process that ends before the server has inherited them: its exit would wait
# for the server.
mute_scene() {
	[ -c /dev/fuse ] || { echo 'there is no /dev/fuse' >&2 && return 1; }
	mkdir fuse
	mkfifo go
	unshare -m bash -c '
		mount --make-rprivate /
		/usr/bin/python3 "$1/tests/reference/right_fuse.py" "$PWD/fuse" "$3" >said & server=$!
		until grep -qx mounted said; do kill -0 $server || exit; sleep 0.01; done
		/usr/bin/python3 -c "
import os, select, time
epoll = select.epoll()
epoll.register(7, select.EPOLLIN)
os.dup2(epoll.fileno(), 5)
open(\"held\", \"w\")
time.sleep(1000)" 7<fuse/file 6<fuse & held=$!
		{ : >opened; read -r _ <go; exec pollwait -l 6:in 7; } 7<fuse/file 6<fuse >own &
		until [ -e held ] && [ -e opened ]; do sleep 0.01; done
		: >fuse.mute
		eval "$2"
		status=$?
		kill -KILL $server $held $!
		exit $status' bash "$root" "$2" "$1" 3>&- 4>&-
}

@test "-l -p prints its rows where the server of a file system does not answer" {
	run -0 --separate-stderr mute_scene fuse.mute 'timeout 30 pollwait -l -p $held 6 7:in; echo "status $?"
		timeout 30 pollwait -l -t 50 -p $held 7:in; echo "status $?"
		timeout 30 pollwait -l -p $held 5; timeout 30 pollwait -l -p $held | grep -c "^[567]  *?"'
	[ "${output//$PWD}" = 'FD  EVENTS  CALL  MODE  UNREAD  PEER  ALSO  TARGET
6   ?       -     r          -  -     -     /fuse
7   ?       -     r          -  -     -     /fuse/file
status 0
FD  EVENTS  CALL  MODE  UNREAD  PEER  ALSO  TARGET
7   ?       -     r          -  -     -     /fuse/file
status 1
FD  EVENTS  CALL  MODE  UNREAD  PEER  ALSO  TARGET
5   ?       -     rw         -  -     -     anon_inode:[eventpoll] 7
3' ]
}

# bats test_tags=command
@test "-l prints its rows where the server of its own descriptor does not answer" {
	run -0 --separate-stderr mute_scene fuse 'echo >go; n=0
		until [ "$(wc -l <own)" -eq 3 ]; do [ $((n += 1)) -lt 3000 ] && sleep 0.01 || exit; done
		cat own'
	[ "$(cut -c 1-7 <<<"$output")" = $'FD  EVE\n6   ?  \n7   ?  ' ]
}

# --- a process whose first thread, or all of it, has ended ---

# Fork a process that keeps a pipe on 7 and 8 in its second thread, while its first
# thread has ended.  With a command, that thread runs it and ends with its status.
cat_thread='
import ctypes, os, subprocess, sys, threading, time
r, w = os.pipe()
os.dup2(r, 7)
os.dup2(w, 8)
os.close(r)
os.close(w)
def second():
    main = os.getpid()
    while "Z" not in open(f"/proc/{main}/task/{main}/stat").read().rsplit(")", 1)[1].split()[0]:
        time.sleep(0.01)
    print(main, flush=True)
    if sys.argv[1:]:
        os._exit(subprocess.call(sys.argv[1:], close_fds=True, pass_fds=[]))
    time.sleep(1000)
threading.Thread(target=second).start()
ctypes.CDLL(None).syscall(60 if os.uname().machine == "x86_64" else 93, 0)
'

threaded() {
	/usr/bin/python3 -c "$cat_thread" >threaded 3>&- 4>&- &
	held=$!
	until_so grep -q . threaded
}

@test "-p sees all descriptors of a process whose first thread has ended" {
	threaded
	expect 0 '8 out' -- pollwait -t 0 -p $held 7-8:in,out
	run -0 pollwait -t 0 -p $held 7-:out
	[ "${lines[0]}" = '8 out' ]
	expect 1 '8 out' 'pollwait: timed out; not ready: 7' -- pollwait -a -t 30 -i 5 -p $held 7:in 8:out
	expect 1 '8 out' -- pollwait -m -t 30 -i 5 -p $held 7:in 8:out
	run -0 --separate-stderr pollwait -l -p $held
	[[ $output == *$'\n7 '*$'\n8 '* ]]
}

@test "-p goes on with a thread that lives when the first one ends meanwhile" {
	cat >later.py <<-'END'
		import ctypes, os, threading, time
		r, w = os.pipe()
		os.dup2(r, 7)
		def second():
		    while not os.path.exists("write"):
		        time.sleep(0.01)
		    os.write(w, b"x")
		    time.sleep(1000)
		threading.Thread(target=second).start()
		while not os.path.exists("end"):
		    time.sleep(0.01)
		ctypes.CDLL(None).syscall(60 if os.uname().machine == "x86_64" else 93, 0)
	END
	/usr/bin/python3 later.py 3>&- 4>&- &
	held=$!
	until_so eval '! pollwait -q -t 0 -p $held 7:nval'
	pollwait -p $held -i 5 7:in >got 2>&1 3>&- 4>&- &
	run=$!
	until_so is_polling $run
	: >end
	until_so grep -q 'State:.Z' /proc/$held/status
	: >./write
	wait $run
	[ "$(<got)" = '7 in' ]
}

# bats test_tags=strace,command
@test "a kernel that opens no second thread is named" {
	threaded
	local reason="pollwait: -p $held: its descriptors may not be duplicated: its first thread has ended; that needs Linux 6.9"
	expect 2 '' "$reason" -- strace -qq -o trace -e trace=pidfd_open \
		-e inject=pidfd_open:error=EINVAL:when=2+ pollwait -t 0 -p $held 8:out
	run -0 --separate-stderr strace -qq -o trace -e trace=pidfd_open \
		-e inject=pidfd_open:error=EINVAL:when=2+ pollwait -l -p $held 8
	[ "${stderr_lines[0]}" = "$reason" ]
	[[ ${lines[1]} == '8   ?'*' w '*pipe:* ]]
}

# bats test_tags=command
@test "the hint finds the descriptors of a parent whose first thread has ended" {
	run --separate-stderr /usr/bin/python3 -c "$cat_thread" pollwait 8:out 3>&- 4>&-
	[ "$status" -eq 3 ]
	[[ ${lines[0]} == [0-9]* ]]
	[ "$stderr" = "pollwait: 8: open in the parent, ${lines[0]} (python3), but closed on the way here" ]
}

@test "a process that is closing its descriptors is ending, and has none open" {
	# It hangs at the close of a file whose server does not answer.
	mute_scene fuse 'kill $held
		until [ "$(ls /proc/$held/fd | wc -l)" -eq 0 ]; do sleep 0.01; done
		timeout 30 pollwait -l -p $held; echo $?
		timeout 30 pollwait -t 0 -p $held 0-:in; echo $?
		timeout 30 pollwait -t 0 -p $held 0:in; echo $?' >got 2>&1
	[ "$(grep -E '^(pollwait|[0-9])' got | sed -E 's/[0-9]{3,}/N/')" = 'pollwait: -p N: the process is ending
2
pollwait: -p N: the process is ending
2
pollwait: -p N: the process is ending
2' ]
}

# bats test_tags=slow
@test "a process that ends while it is listed has rows or has ended" {
	run -0 /usr/bin/python3 - <<-'END'
		import os, subprocess, sys
		ended = 0
		for i in range(120):
		    pid = os.posix_spawn("/bin/true", ["true"], os.environ)
		    done = subprocess.run(["pollwait", "-l", "-p", str(pid)], capture_output=True, text=True)
		    if done.returncode == 0:
		        assert done.stdout.count("\n") > 1, done
		    else:
		        ended += 1
		        assert (done.returncode, done.stdout) == (2, ""), done
		        assert done.stderr in (
		            f"pollwait: -p {pid}: the process has ended, and its parent has not collected it\n",
		            f"pollwait: -p {pid}: the process is ending\n"), done
		    os.waitpid(pid, 0)
		sys.exit(ended == 0)
	END
}

# --- the order of errors ---

@test "-h and -V end the reading, and no clash behind or before them counts" {
	local options
	for options in '-m -a -h' '-a -m -c 1 --help' '-mah' '-l -q -h -Z' '-h -m -a' '--help --foo'; do
		run -0 pollwait $options
		[ "${lines[0]}" = 'usage: pollwait [-q] [-a | -c COUNT] [-i MS] [-p PID] [-t MS] OPERAND...' ]
	done
	for options in '-m -a -V' '-lqV' '-V -Z'; do
		run -0 pollwait $options
		[[ $output == 'pollwait '[0-9]* ]]
	done
	refused 'pollwait: -t x: not a number of milliseconds' -- pollwait -t x -h
	refused 'pollwait: -Z: unknown option -Z; see "pollwait -h"' -- pollwait -Z -h
	refused 'pollwait: -m and -a cannot be used together' -- pollwait -m -a 3:foo
	refused 'pollwait: -t x: not a number of milliseconds' -- pollwait -m -a -t x
}

# --- without /proc, or with one descriptor too few ---

# bats test_tags=command,proc
@test "without /proc, -l of named operands prints ? for what is not known" {
	run -0 --separate-stderr without_proc 'exec 7<>/dev/null
		pollwait -l 7:in; sleep 1000 & pollwait -l -p $! 7:in; kill $!' 3>&- 4>&-
	[ "$output" = 'FD  EVENTS  MODE  UNREAD  PEER  ALSO  TARGET
7   in      rw         -  -     -     ?
FD  EVENTS  CALL  MODE  UNREAD  PEER  ALSO  TARGET
7   in      ?     ?          -  -     -     ?' ]
	[[ $stderr =~ ^'pollwait: CALL is not known: the calls of process '[0-9]+' may not be read'$ ]]
}

# bats test_tags=command,proc
@test "without /proc, -p polls named operands, and open ranges name the argument" {
	run -0 without_proc 'exec 7</dev/null; sleep 1000 & held=$!
		pollwait -p $held 7:in; pollwait -t 0 pid:$held; echo $?; pollwait 9:in 9<&-
		pollwait -p $held 9:in; pollwait -p $held 7-; echo $?; pollwait 7-; echo $?
		pollwait -l; echo $?; pollwait -l -p $held; echo $?; kill $held; exit 0' 3>&- 4>&-
	[ "$(sed -E 's/(-p|process) [0-9]+/\1 N/' <<<"$output")" = "7 in
1
9 nval
pollwait: 9: not open here; the parent may not be asked
9 nval
pollwait: 9: process N does not have it open
pollwait: -p N: its descriptors may not be listed: /proc is not mounted
2
pollwait: 7-: /proc/self/fd: $no_such
2
pollwait: 0-: /proc/self/fd: $no_such
2
pollwait: -p N: its descriptors may not be listed: /proc is not mounted
2" ]
}

# bats test_tags=proc
@test "an ended process is told apart from none where /proc does not show it" {
	cat >zombie.py <<-'END'
		import os, subprocess, sys
		pid = os.fork()
		if pid == 0:
		    os._exit(0)
		os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
		for arguments in ["0"], ["-l", "0"], ["-l"]:
		    done = subprocess.run(sys.argv[1:] + ["pollwait", "-p", str(pid), *arguments], capture_output=True, text=True)
		    print(done.returncode, done.stdout + done.stderr.replace(str(pid), "N"), end="")
	END
	local ended='2 pollwait: -p N: the process has ended, and its parent has not collected it'
	public_copy
	for command in "without_proc '/usr/bin/python3 zombie.py'" \
		"foreign_proc '/usr/bin/python3 zombie.py'" \
		"unshare -m sh -c 'mount -t proc -o hidepid=2 proc /proc; PATH=$copy:\$PATH; /usr/bin/python3 zombie.py ${nobody[*]}'"; do
		eval "run -0 $command"
		[ "$output" = "$ended"$'\n'"$ended"$'\n'"$ended" ]
	done
}

# bats test_tags=limit,command
@test "with one descriptor too few, a listing of named operands prints what is known" {
	run -0 --separate-stderr only 'exec <>/dev/null; ulimit -n 3; exec pollwait -l 0:in'
	[ "$output" = 'FD  EVENTS  MODE  UNREAD  PEER  ALSO  TARGET
0   in      rw         -  -     -     /dev/null' ]
	[ "$stderr" = '' ]
	holds '7</dev/null'
	run -0 --separate-stderr only "ulimit -n 5; exec pollwait -l -p $held 7:in"
	[ "$output" = 'FD  EVENTS  CALL  MODE  UNREAD  PEER  ALSO  TARGET
7   in      ?     ?          -  -     -     /dev/null' ]
	[ "$stderr" = "pollwait: CALL is not known: the calls of process $held may not be read" ]
	run -2 --separate-stderr only 'ulimit -n 3; exec pollwait -l'
	[ "$(said)" = 'pollwait: 0-: /proc/self/fd: Too many open files' ]
}

# --- numbers ---

# bats test_tags=limit,command
@test "where no number is left, the message about pid:N says so" {
	refused "pollwait: pid:1: no number is left for a descriptor of pollwait's own; raise the limit (ulimit -Hn)" \
		-- bash -c 'ulimit -n 64; exec pollwait 3-63:in pid:1'
	run -0 bash -c 'ulimit -n 64; exec pollwait -q -t 0 3-62:in 2:nval pid:1 7:in 7</dev/null'
}

# bats test_tags=strace,command
@test "a number for pid:N costs a few calls, whatever the operands name" {
	local operands
	for operands in 3-5000:in 3-5000:in,out\ 6000-9000:in '3-1000:in 2147483647:in' 19999:in; do
		strace -qq -o trace pollwait -q -t 0 $operands pid:$$ || [ $? -le 3 ]
		[ "$(grep -c . trace)" -lt 100 ]
	done
}

@test "the highest descriptors are named without neighbours" {
	expect 3 $'2147483647 nval\n5 nval' -- pollwait -t 0 2147483647 5 5<&-
	[ $status -eq 3 ]
	expect 3 $'2147483646 nval\n2147483647 nval\n2147483646 nval' -- \
		bash -c 'pollwait -t 0 2147483646-:in 2147483646-2147483647; pollwait -t 0 2147483646'
}

# --- standard output ---

# bats test_tags=command
@test "a run ends early only where a write to standard output would have ended it" {
	run -0 /usr/bin/python3 "$root/tests/reference/right_stdout.py"
}

# bats test_tags=command,limit
@test "a full standard output is waited for without processor time, whatever the limit" {
	run -0 /usr/bin/python3 - <<-'END'
		import fcntl, os, resource, subprocess, time
		def ticks(pid):
		    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
		    return int(fields[11]) + int(fields[12])
		for limit in 0, 1, 64:
		    for arguments, stream, status in (["-h"], "stdout", 0), (["-Z"], "stderr", 2):
		        r, w = os.pipe()
		        fcntl.fcntl(w, fcntl.F_SETFL, os.O_NONBLOCK)
		        fcntl.fcntl(w, fcntl.F_SETPIPE_SZ, 4096)
		        os.write(w, b"x" * 4096)
		        limits = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
		        run = subprocess.Popen(["pollwait", *arguments], preexec_fn=limits, **{stream: w})
		        os.close(w)
		        while not open(f"/proc/{run.pid}/cmdline").read().startswith("pollwait"):
		            time.sleep(0.01)
		        time.sleep(0.4)
		        assert run.poll() is None and ticks(run.pid) <= 10, (limit, arguments, ticks(run.pid))
		        got = b""
		        while part := os.read(r, 65536):
		            got += part
		        assert run.wait() == status and got.startswith((b"x" * 4096 + b"usage: pollwait", b"x" * 4096 + b"pollwait: -Z: ")), got
		        assert got.endswith(b"\n")
	END
}

# --- messages ---

@test "a suggestion is made only for the file that was named" {
	: >log
	: >x
	: >my-log
	: >-log
	refused 'pollwait: log-3: "log": not the number of a descriptor' -- pollwait log-3
	refused 'pollwait: log-: "log": not the number of a descriptor' -- pollwait log-
	refused 'pollwait: 3-log: "log": not the number of a descriptor' -- pollwait 3-log
	refused 'pollwait: /dev/fd/x: "x": not the number of a descriptor' -- pollwait /dev/fd/x
	refused 'pollwait: /proc/self/fd/x: "x": not the number of a descriptor' -- pollwait /proc/self/fd/x
	refused 'pollwait: other: "other": not the number of a descriptor' -- pollwait other
	refused 'pollwait: log: is a file, not a descriptor; try "pollwait 0:in <log"' -- pollwait log
	refused 'pollwait: my-log: is a file, not a descriptor; try "pollwait 0:in <my-log"' -- pollwait my-log
	refused 'pollwait: x:in: is a file, not a descriptor; try "pollwait 0:in <x"' -- pollwait x:in
	refused 'pollwait: ./x: is a file, not a descriptor; try "pollwait 0:in <./x"' -- pollwait ./x
	refused 'pollwait: -log: is a file, not a descriptor; try "pollwait 0:in <-log"' -- pollwait -- -log
	expect 0 '0 in' -- bash -c 'pollwait 0:in <-log'
}

@test "behind -- nothing is told that options go first" {
	refused 'pollwait: -5:in: the number of a descriptor is missing' -- pollwait -- -5:in
	refused 'pollwait: -t: the number of a descriptor is missing' -- pollwait -- 0:in -t 5
	refused 'pollwait: -5:in: options go first, before the operands, as in "pollwait -t 500 3:in"' \
		-- pollwait 0:in -5:in
}

# kept SCRIPT: under a bash whose coprocess is on 63 and 60, with what hints say of it.
kept() {
	run --separate-stderr bash -c "coproc cat; $1; :" 3>&- 4>&-
}

# bats test_tags=command
@test "the hint names the ancestor that kept a descriptor back, and its cure works" {
	local pasted
	kept 'echo $$; timeout 10 pollwait 63:in'
	[ "$stderr" = "pollwait: 63: not open here; close-on-exec in ${lines[0]} (bash); in bash a whole pipeline goes inside the braces; try { timeout … 63<&0; } <&63" ]
	pasted=${stderr##*; try }
	kept "echo line >&60; ${pasted/…/10 pollwait 63:in}"
	[ "$output" = '63 in' ]
	kept "timeout 10 pollwait 60:out"
	[[ $stderr == *'; try { timeout … 60>&1 >&9; } 9>&1 >&60' ]]
	pasted=${stderr##*; try }
	kept "${pasted/…/10 pollwait 60:out}"
	[ "$output" = '60 out' ]
}

# bats test_tags=command
@test "the hint tells a subshell from a command, and its cure works" {
	kept 'echo $$; (pollwait 63:in; :)'
	[ "$stderr" = "pollwait: 63: not open here; close-on-exec in ${lines[0]} (bash); in bash a whole pipeline goes inside the braces; try { ( … ) 63<&0; } <&63" ]
	kept 'echo line >&60; { ( pollwait 63:in; : ) 63<&0; } <&63'
	[ "$output" = '63 in' ]
	# A bash that is a command of its own is called by its name.
	kept 'bash -c "pollwait 63:in; :"'
	[[ $stderr == *'; try { bash … 63<&0; } <&63' ]]
	kept "echo line >&60; { bash -c 'pollwait 63:in; :' 63<&0; } <&63"
	[ "$output" = '63 in' ]
}

# bats test_tags=command
@test "the cure in a pipeline of bash is the one that the hint describes" {
	kept 'pollwait 63:in'
	[[ $stderr == *' (bash); in bash a whole pipeline goes inside the braces; try { pollwait 63:in 63<&0; } <&63' ]]
	kept 'echo line >&60; { pollwait 63:in 63<&0 | cat; } <&63'
	[ "$output" = '63 in' ]
	kept 'echo line >&60; { pollwait 63:in 63<&0; } <&63 | cat'
	[[ $output == '' && $stderr == *'63: Bad file descriptor'* ]]
	# Other shells keep no descriptor of a pipeline back.
	run --separate-stderr ksh93 -c 'exec 7</dev/null; pollwait 7:in; :' 3>&- 4>&-
	[[ $stderr != *pipeline* && $stderr == *'; try { pollwait 7:in 7<&0; } <&7' ]]
}

@test "a second process behind -p is no descriptor of the first" {
	holds '9<&-'
	sleep 1000 3>&- &
	local other=$!
	expect 3 "$other nval" "pollwait: $other: process $held (sleep) does not have it open (-p takes one process; $other is also a process)" \
		-- pollwait -p $held $other
	run -0 --separate-stderr pollwait -l -p $held $other
	[ "$stderr" = "pollwait: $other: process $held (sleep) does not have it open (-p takes one process; $other is also a process)" ]
	# A mask, an open number and a number that is no process say no such thing.
	expect 3 "$other nval" "pollwait: $other: process $held (sleep) does not have it open" \
		-- pollwait -p $held $other:in
	expect 0 '2 out' -- pollwait -p $held 2:out
	expect 3 "$other nval" "pollwait: $other: process $held (sleep) does not have it open" -- pollwait -p $held /dev/fd/$other
	# Numbers alone that are no process share a line.
	expect 3 $'2000001 nval\n2000002 nval\n2000003 nval' \
		"pollwait: 2000001-2000003: process $held (sleep) does not have it open" \
		-- pollwait -p $held 2000001 2000002 2000003:in
	kill $other
	wait $other || true
	expect 3 "$other nval" "pollwait: $other: process $held (sleep) does not have it open" \
		-- pollwait -p $held $other
	expect 3 '' -- pollwait -q -p $held $other
}

# --- failed calls ---

# O_PATH on 8, a pipe with close-on-exec on 7.
pathed() {
	/usr/bin/python3 -c '
import os, time
os.dup2(os.open("/", os.O_PATH), 8)
os.dup2(os.pipe()[0], 7, inheritable=False)
print("ready", flush=True)
time.sleep(1000)' >ready 3>&- 4>&- &
	held=$!
	until_so grep -q . ready
}

# bats test_tags=strace,command
@test "an fdinfo that cannot be read is no word about a descriptor" {
	pathed
	local call place error
	for error in EMFILE ENOMEM EACCES; do
		for place in 1 2 3 4 5 6 7 8 9 10 11 12; do
			run -3 --separate-stderr strace -qq -o trace -e trace=openat,open \
				-e "inject=openat,open:error=$error:when=$place" pollwait -t 0 -p $held 8
			[[ $stderr == "pollwait: 8: process $held"*' has it open with O_PATH, which poll(2) calls nval' ]]
			run --separate-stderr strace -qq -o trace -e trace=openat,open \
				-e "inject=openat,open:error=$error:when=$place" pollwait -l -p $held 7
			[ "$status" -eq 2 ] || [[ ${lines[1]} =~ (r,cloexec|\?)\ +0 ]]
		done
	done
	run -3 --separate-stderr strace -qq -o trace -P "/proc/$PPID" -e trace=openat,open \
		-e inject=openat,open:error=EMFILE:when=1+ pollwait 9:in 9<&-
	[ "$stderr" = 'pollwait: 9: not open here; the parent may not be asked' ] ||
		[[ $stderr == 'pollwait: 9: not open here, nor in the parent, '* ]]
}

# bats test_tags=strace,command
@test "a list that finds no memory is never cut short" {
	run -0 /usr/bin/python3 - <<-'END'
		import os, subprocess
		r, w = os.pipe()
		fds = [os.dup2(r, fd) for fd in range(100, 400)]
		numbers = " ".join(map(str, fds))
		one = "x" * 3000
		cases = [(["-a", "-t", "0", "100-399:in"], f"pollwait: timed out; not ready: {numbers}\n"),
		         ([f"3:{one}"], f'pollwait: 3:{one}: unknown event "{one}"; the events are in pri out err hup nval '
		                        "rdnorm rdband wrnorm wrband msg rdhup\n"),
		         (["-t", one, "3"], f"pollwait: -t {one}: not a number of milliseconds\n")]
		for arguments, whole in cases:
		    seen = set()
		    for calls in "mmap", "brk", "mmap,brk":
		        for when in [f"{n}{more}" for n in range(1, 16) for more in ("", "+")]:
		            done = subprocess.run(
		                ["strace", "-qq", "-otrace", "-e", "trace=mmap,brk", "-e",
		                 f"inject={calls}:error=ENOMEM:when={when}", "pollwait", *arguments],
		                pass_fds=fds, capture_output=True, text=True)
		            assert done.stdout == "" and done.returncode in (1, 2), done
		            assert done.stderr in (whole, "pollwait: out of memory\n", "pollwait: 100-399:in: Out of memory\n",
		                                   "pollwait: 100-399:in: Cannot allocate memory\n"), done
		            seen.add(done.stderr == whole)
		    assert seen == {True, False}, (arguments, seen)
	END
}

# --- /proc that tells of other processes, or not of all ---

# bats test_tags=proc
@test "where /proc is of another pid namespace, it is not asked about numbers" {
	run -0 foreign_proc 'exec 7</dev/null 8<&-; sleep 1000 & held=$!
		pollwait -l pid:$held; pollwait -l -p $held; echo $?; pollwait -l -p $held 7:in; echo $?
		pollwait -p $held 7:in; pollwait -p $held 8:in; pollwait -p $held 7-; echo $?
		pollwait 8:in; kill $held; exit 0' 3>&- 4>&-
	[ "$output" = 'FD     EVENTS  MODE  UNREAD  PEER  ALSO  TARGET
pid:2  -       -          -  -     -     ?
pollwait: -p 2: its descriptors may not be listed: /proc belongs to another pid namespace
2
FD  EVENTS  CALL  MODE  UNREAD  PEER  ALSO  TARGET
7   in      ?     ?          -  -     -     /dev/null
pollwait: CALL is not known: the calls of process 2 may not be read
0
7 in
8 nval
pollwait: 8: process 2 does not have it open
pollwait: -p 2: its descriptors may not be listed: /proc belongs to another pid namespace
2
8 nval
pollwait: 8: not open here; the parent may not be asked' ]
}

@test "-l -p under hidepid names the reason" {
	run hidden_proc 'pollwait -l -p 1; pollwait -l -p 1 0; pollwait -p 1 0; pollwait -t 0 -l pid:1'
	[ "$output" = 'pollwait: -p 1: its descriptors may not be listed: /proc hides the processes of other users (hidepid); try as root
pollwait: -p 1: its descriptors may not be listed: /proc hides the processes of other users (hidepid); try as root
pollwait: -p 1: its descriptors may not be duplicated: not permitted; it needs CAP_SYS_PTRACE
FD     EVENTS  MODE  UNREAD  PEER  ALSO  TARGET
pid:1  -       -          -  -     -     ?' ]
}

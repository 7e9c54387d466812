# -l, compared with what is known because a test made it; what real programs wait for; and
# what a listing says where something is hidden from it.
# shellcheck disable=SC2016 # scripts for other shells

# bats file_tags=command

load helper

# agrees FILE SCENE...: run the scenes of a file in tests/reference.
agrees() {
	local scene
	for scene in "${@:2}"; do
		/usr/bin/python3 "$root/tests/reference/$1.py" "$scene"
	done
}

@test "this file lists every scene" {
	local named scene file
	for file in scenes hostile endpoints; do
		named=$(sed -n "s/^		*agrees $file //p" "$BATS_TEST_FILENAME" | tr ' ' '\n')
		for scene in $(/usr/bin/python3 "$root/tests/reference/$file.py"); do
			grep -qx "$scene" <<<"$named"
		done
	done
}

@test "PEER, ALSO and TARGET tell of sockets what is known of them" {
	agrees scenes unix_pairs a_child_that_keeps_a_socket a_socket_in_a_message unix_names
	agrees scenes sockets_of_every_kind udp_sockets_of_one_address sockets_that_never_connected a_listener_of_mptcp addresses
}

# bats test_tags=strace
@test "sockets, processes and other kinds are told of without duplicates" {
	agrees scenes sockets_without_duplicates pidfds_without_duplicates kinds_without_duplicates
}

@test "PEER and TARGET tell of terminals what is known of them" {
	agrees scenes terminals a_controlling_terminal
}

@test "PEER and TARGET tell of eventfds, timers, signals and processes what is known of them" {
	agrees scenes eventfds timers signals_and_inotify pidfds
}

@test "PEER and ALSO tell the ends of pipes and FIFOs apart" {
	agrees scenes pipes fifos
}

@test "CALL names the requested events of poll, select and epoll" {
	agrees scenes polls epolls reused_numbers what_a_poll_would_take_away epolls_without_end first_argument
	agrees scenes a_pipe_that_is_spliced_into calls_of_two_descriptors a_ring_that_is_registered
}

@test "rows without a number tell what threads wait for" {
	agrees scenes waits_for_children a_wait_by_waitid other_waits threads_in_one_call
}

@test "a stopped process is told to be stopped, and goes on in its call" {
	agrees scenes stops
}

@test "PEER names the holders of a lock that is waited for, and of no other" {
	agrees scenes flocks locks_of_processes locks_of_open_files locks_of_every_kind_at_once
	agrees scenes locks_that_look_alike
}

# bats test_tags=slow
@test "an unprivileged user gets the same of his own processes" {
	local scene
	public_scripts
	for scene in $(/usr/bin/python3 scenes.py); do
		[[ $scene != *_without_duplicates ]] || continue
		PATH=$copy:$PATH "${nobody[@]}" /usr/bin/python3 "$copy/scenes.py" "$scene"
	done
	# Many processes are refused to him; the message says how many.
	PATH=$copy:$PATH "${nobody[@]}" /usr/bin/python3 "$copy/listing.py" a_mix
}

@test "PEER and ALSO agree with ss and lsof" {
	agrees endpoints ss lsof
}

# bats test_tags=slow
@test "a process that lies about its memory gets what is true, or ?" {
	agrees hostile a_rewritten_array an_unmapped_array
	[ "$(uname -m)" != x86_64 ] ||
		agrees hostile impossible_arguments
}

# bats test_tags=slow
@test "a process that execs, reopens and stops all the time gets what is true, or ?" {
	agrees hostile exec_all_the_time numbers_reopened a_stop_at_a_handler
}

# bats test_tags=scripts,slow
@test "a process that waits goes on to wait, however often it is looked at" {
	agrees hostile nothing_returns
}

# bats test_tags=limit,cost,slow
@test "10,000 registrations and 10,000 sockets take proportional time" {
	agrees hostile a_large_epoll many_sockets
}

# lists PID OPERAND... -- ROW: wait until the row of the listing, a regular expression, is
# there.  The listing is in the file rows.
lists() {
	local operands=()
	while [ "$1" != -- ]; do
		operands+=("$1")
		shift
	done
	until_so is_listed "$2" "${operands[@]}" || {
		echo "no row $2 in" && cat rows
		return 1
	}
}

is_listed() {
	pollwait -l -p "${@:2}" >rows 2>message && grep -qE "$1" rows
}

# bats test_tags=slow
@test "make's row of the jobserver names those who can return a job" {
	# b has the job that make needs not ask for, and a the only one of the pipe.
	printf 'all: b a\na:\n\t@+$(MAKE) -f sub\nb:\n\t@sleep 1000\n' >Makefile
	printf 'all: c d\nc d:\n\t@sleep 1000\n' >sub
	setsid make -j2 >/dev/null 3>&- 4>&- &
	local top=$! inner
	until_so pgrep -P "$top" -x make >inner
	inner=$(<inner)
	# It is a pipe, from make 4.4 on a FIFO.
	lists "$inner" -- "^[0-9]+ +- +(read|pselect6:in) +rw?[^ ]* +0 +([^ ]*,)?$top/[0-9]+r?w:make"
	lists "$top" -- "^- +- +wait4 +- +- +[0-9]+:sleep,$inner:make +- +-$"
	kill -- -"$top"
}

@test "a server of python's asyncio sits in epoll_wait on its sockets" {
	cat >server.py <<-'END'
		import asyncio
		async def serve(reader, writer):
		    await reader.read()
		async def main():
		    server = await asyncio.start_server(serve, "127.0.0.1", 0)
		    print(server.sockets[0].getsockname()[1], flush=True)
		    await server.serve_forever()
		asyncio.run(main())
	END
	/usr/bin/python3 server.py >port 3>&- 4>&- &
	held=$!
	until_so grep -q . port
	local port
	port=$(<port)
	exec 7<>"/dev/tcp/127.0.0.1/$port"
	lists "$held" -- "^[0-9]+ +out +epoll_wait:in +[^ ]+ +0 +$BASHPID/7:[^ ]+ +- +socket:.* tcp 127.0.0.1:$port->127.0.0.1:[0-9]+$"
	lists "$held" -- "^[0-9]+ +- +epoll_wait:in +[^ ]+ +- +- +- +socket:.* tcp 127.0.0.1:$port listening 0/100$"
	lists "$held" -- '^[0-9]+ +- +epoll_wait +[^ ]+ +- +- +- +anon_inode:\[eventpoll\] [0-9,-]+$'
}

@test "the two sides of a terminal name each other" {
	setsid script -qc 'exec sleep 1000' /dev/null </dev/null >/dev/null 2>&1 3>&- 4>&- &
	held=$!
	until_so pgrep -P "$held" -x sleep >child
	local child
	child=$(<child)
	lists "$child" 0 -- "^0 +[^ ]+ +- +rw +[0-9-]+ +$held/[0-9]+:script +- +/dev/pts/[0-9]+$"
	lists "$held" 3- -- "^[0-9]+ +[^ ]+ +poll:in[^ ]* .* ([^ ]*,)?$child/0:sleep[, ].* /dev/(pts/)?ptmx /dev/pts/[0-9]+$"
}

@test "a shell that waits for flock has the holder of the lock as its peer" {
	flock lock sleep 1000 3>&- 4>&- &
	local first=$!
	until_so pgrep -P "$first" -x sleep >child
	flock lock true 3>&- 4>&- &
	held=$!
	lists "$held" 3- -- "^[0-9]+ +[^ ]+ +flock +r +- +$first/[0-9]+:flock,$(<child)/[0-9]+:sleep +- +$PWD/lock$"
	kill "$first" "$(<child)"
}

# bats test_tags=slow
@test "tmux run-shell waits for the grandchild that keeps its output" {
	export TMUX_TMPDIR=$PWD
	tmux -L test -f /dev/null new-session -d 'sleep 1000' 3>&- 4>&-
	local server
	server=$(tmux -L test display -p '#{pid}')
	tmux -L test run-shell "sleep 1000 & echo \$! >'$PWD/grandchild'" 3>&- 4>&- &
	run=$!
	until_so test -s grandchild
	local keeper
	keeper=$(<grandchild)
	lists "$server" -- "^[0-9]+ +[^ ]+ +(poll|epoll_wait):in +[^ ]+ +0 +$keeper/1:sleep +- +socket:.* unix$"
	kill "$keeper"
	tmux -L test kill-server
}

# hidden_from SCRIPT [OPTION...]: run a script in namespaces of its own, by unshare(1).
# $1 is the directory of a copy of the command; own.py there lists a pipe and two socket
# pairs of its own, as own descriptors and as those of another process.
hidden_from() {
	[ -n "${copy:-}" ] || public_copy
	cat >"$copy/own.py" <<-'END'
		import os, socket, subprocess, sys
		r, w = os.pipe()
		a, b = socket.socketpair()
		c, d = socket.socketpair()
		d.close()
		fds = [r, w, a.fileno(), c.fileno()]
		for whose in sys.argv[1:]:
		    more = ["-p", str(os.getpid())] if whose == "other" else []
		    subprocess.run(["pollwait", "-l", *more, *map(str, fds)], pass_fds=[] if more else fds)
	END
	chmod 644 "$copy/own.py"
	run -0 --separate-stderr unshare -m "${@:2}" sh -c "$1" sh "$copy"
}

@test "the message says that /proc shows one pid namespace alone" {
	hidden_from 'exec /usr/bin/python3 "$1/own.py" other' -pf --mount-proc
	[ "$stderr" = 'pollwait: PEER may lack a process: /proc shows those of this pid namespace alone' ]
	[[ ${lines[1]} =~ ' '1/[0-9]+w:python3' '+-' '+pipe: ]]
	[[ ${lines[3]} =~ ' '1/[0-9]+:python3' '+-' '+socket:.*' unix'$ ]]
}

@test "the message says that /proc hides the processes of other users" {
	# A mount of its own: the options of the one that is there are those of all.
	hidden_from 'mount -t proc -o hidepid=2 none /proc && PATH=$1:$PATH
		exec setpriv --reuid nobody --regid nogroup --clear-groups /usr/bin/python3 "$1/own.py" other'
	# Another test may run as this user, with processes that he may not inspect.
	[[ $stderr =~ ^'pollwait: PEER may lack a process: /proc hides those of other users (hidepid)'('; '[0-9]+' could not be inspected')?$ ]]
	[[ ${lines[1]} =~ ' '[0-9]+/[0-9]+w:python3' '+-' '+pipe: ]]
}

# bats test_tags=proc
@test "without /proc named operands have ? for what is not known" {
	hidden_from 'mount -t tmpfs none /proc && exec /usr/bin/python3 "$1/own.py" own other'
	local i
	for i in 1 2 3 4; do
		[[ ${lines[i]} =~ ^[0-9]+' '+[^\ ]+' '+(r|w|rw)' '+0' '+(\?|none)' '+\?' '+\?(' unix'(' peer closed')?)?$ ]]
		[[ ${lines[i + 5]} =~ ^[0-9]+' '+[^\ ]+' '+\?' '+\?' '+0' '+(\?|none)' '+\?' '+\?(' unix'(' peer closed')?)?$ ]]
	done
	[ "${stderr_lines[0]}" = 'pollwait: PEER is not known: /proc is not mounted' ]
	[ "${stderr_lines[1]}" = 'pollwait: PEER is not known: /proc is not mounted' ]
	[[ ${stderr_lines[2]} =~ ^'pollwait: CALL is not known: the calls of process '[0-9]+' may not be read'$ ]]
	[ "${#stderr_lines[@]}" -eq 3 ]
	hidden_from 'mount -t tmpfs none /proc; pollwait -l -p $$; [ $? -eq 2 ]'
	[[ $stderr =~ ^'pollwait: -p '[0-9]+': its descriptors may not be listed: /proc is not mounted'$ ]]
}

# bats test_tags=proc
@test "nothing is told by /proc of another pid namespace" {
	hidden_from 'exec /usr/bin/python3 "$1/own.py" own other' -pf
	local i
	for i in 1 2 3 4; do
		[[ ${lines[i]} =~ ^[0-9]+' '+[^\ ]+' '+(r|w|rw)' '+0' '+(\?|none)' '+\?' '+(pipe|socket): ]]
		[[ ${lines[i + 5]} =~ ^[0-9]+' '+[^\ ]+' '+\?' '+\?' '+0' '+(\?|none)' '+\?' '+(pipe|socket): ]]
	done
	[ "${stderr_lines[0]}" = 'pollwait: PEER is not known: /proc belongs to another pid namespace' ]
	[ "${stderr_lines[2]}" = 'pollwait: CALL is not known: the calls of process 1 may not be read' ]
}

@test "sockets of another network namespace have ? for their peers" {
	/usr/bin/python3 -c '
import socket, time
kept = [socket.socketpair() for _ in range(2)]
kept[1][1].close()
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
accepted = server.accept()
print("ready", flush=True)
time.sleep(1000)' >said 3>&- 4>&- &
	held=$!
	until_so grep -q ready said
	pollwait -l -p "$held" 3- 2>/dev/null | grep ' socket:' >here
	unshare -n pollwait -l -p "$held" 3- 2>/dev/null | grep ' socket:' >there
	[ "$(wc -l <here)" -eq 6 ]
	run ! grep -E ' \?( |$)' here
	run ! grep -E 'none|:python3' there
	[ "$(grep -cE '^[0-9]+ +[^ ]+ +- +[^ ]+ +0 +\? ' there)" -eq 5 ]
	[ "$(grep -cE ' unix \?$' there)" -eq 3 ]
	grep -q 'tcp 127.0.0.1:[0-9]* listening 0/128$' there
}

# bats test_tags=strace
@test "sockets have ? for their peers where netlink is refused" {
	/usr/bin/python3 -c '
import socket, time
kept = [socket.socketpair() for _ in range(2)]
kept[1][1].close()
print("ready", flush=True)
time.sleep(1000)' >said 3>&- 4>&- &
	held=$!
	until_so grep -q ready said
	local refused
	for refused in '-e inject=socket:error=EACCES' '-e inject=socket:error=EPROTONOSUPPORT' \
		'-e inject=socket:error=EPERM -e inject=pidfd_getfd:error=EPERM'; do
		# shellcheck disable=SC2086 # the words of the options
		strace -qq -o trace $refused pollwait -l -p "$held" 3- 2>message | grep ' socket:' >got
		[ "$(grep -cE ' \? +- +socket:\[[0-9]+\] unix \?$' got)" -eq 3 ]
	done
}

# Functions for all test files.
#
# bats keeps descriptors 3 and 4 for itself, so tests use 7 to 9, or those that
# exec {fd}<>... gives.  Tests wait for conditions, not for fixed times.

bats_require_minimum_version 1.5.0

root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
# POLLWAIT_BUILD is the directory of all builds, POLLWAIT_BIN that of the command to
# test, and POLLWAIT_SHELL the shell if that command is a builtin (see tests/through).
build=${POLLWAIT_BUILD:-$root/build}
export POLLWAIT_BIN=${POLLWAIT_BIN:-$build}
PATH=$POLLWAIT_BIN:$PATH
# Leave no compiled Python in the tree.
export PYTHONDONTWRITEBYTECODE=1

# The six shells that pollwait supports, as the words that start them.
shells=(bash dash zsh ksh93 mksh 'busybox sh')

# needs FILE...: fail with one line that names the target to make, if a file of
# the build is missing.
needs() {
	local file
	for file; do
		[ -e "$file" ] || {
			echo "$file is missing: run \"make tests\" first" >&2
			return 1
		}
	done
}

# copy_build DIRECTORY: copy the objects of the build there, so that a make with this
# BUILD compiles little.
copy_build() {
	mkdir "$1"
	cp -a "$build"/command "$build"/library "$build"/bash "$1"
}

setup_file() {
	needs "$POLLWAIT_BIN/pollwait"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# The end of the message about an unknown event.
known='; the events are in pri out err hup nval rdnorm rdband wrnorm wrband msg rdhup'

# expect STATUS OUTPUT [MESSAGE] -- COMMAND...: expect this exact status, standard
# output and standard error.  Without a MESSAGE, ignore hints, which hint.bats tests.  Ignore
# that some process could not be inspected, unless the MESSAGE says so.
expect() {
	local expected_status=$1 expected_output=$2 expected_message=
	shift 2
	if [ "$1" != -- ]; then
		expected_message=$1
		shift
	fi
	shift
	run --separate-stderr -- "$@"
	[ -n "$expected_message" ] || without_hints
	[[ $expected_message == *'PEER may lack'* ]] || without_refused
	[ "${POLLWAIT_SHELL:-}" != zsh ] || without_input
	show_difference status "$expected_status" "$status" &&
		show_difference output "$expected_output" "$output" &&
		show_difference message "$expected_message" "$stderr"
}

hint='^pollwait: [0-9]+(-[0-9]+)?: (not open here|open in the parent|open, but with O_PATH|close-on-exec in|process [0-9]+ )'

without_hints() {
	stderr=$(sed -E "/$hint/d" <<<"$stderr")
}

# Leave out the message that processes could not be inspected: in a container it is the
# first process.  Tests of the message itself are in scenes.bats.
without_refused() {
	stderr=$(sed -E '/^pollwait: PEER may lack a process: /d' <<<"$stderr")
	mapfile -t stderr_lines <<<"$stderr"
	[ -n "$stderr" ] || stderr_lines=()
}

# Leave out descriptor 10, from which zsh reads its script.
without_input() {
	output=$(sed '/^10 /d' <<<"$output")
}

# refused MESSAGE -- COMMAND...: expect an error, with status 2 and no output.
refused() {
	expect 2 '' "$1" "${@:2}"
}

show_difference() {
	[ "$2" = "$3" ] && return
	printf '%s: expected <%s>\n%s: got      <%s>\n' "$1" "$2" "$1" "$3"
	return 1
}

# until_so COMMAND...: wait until the command succeeds, for 30 seconds at most.
until_so() {
	local tries=0
	until "$@"; do
		((++tries < 3000)) || return 1
		sleep 0.01
	done
}

# is_polling PID: succeed if the process is in poll(2) or ppoll(2).
is_polling() {
	local call
	read -r call _ <"/proc/$1/syscall" 2>/dev/null || return 1
	case $(uname -m) in
	# The last ones are those of a program for i386.
	x86_64) [[ $call == @(7|271|168|309|414) ]] ;;
	*) [ "$call" = 73 ] ;;
	esac
}

# Print the uptime in milliseconds, in steps of ten.
uptime_ms() {
	local seconds
	read -r seconds _ </proc/uptime
	echo "${seconds%.*}${seconds#*.}0"
}

# empty_fifo FD: open an empty FIFO for reading and writing.
empty_fifo() {
	local name=fifo.$1
	mkfifo "$name"
	eval "exec $1<>$name"
	rm "$name"
}

# holds REDIRECTION...: start a process that has these descriptors and sleeps; its id
# is in held.
holds() {
	: >got
	eval "exec sleep 1000 $* 3>&- 4>&-" &
	held=$!
	until_so grep -qx sleep "/proc/$held/comm"
}

nobody=(setpriv --reuid nobody --regid nogroup --clear-groups)

# Copy the command to a directory that an unprivileged user can reach.
public_copy() {
	copy=$(mktemp -d /tmp/pollwait.XXXXXX)
	cp "$POLLWAIT_BIN/pollwait" "$copy"
	[ -z "${POLLWAIT_SHELL:-}" ] || cp "$POLLWAIT_BIN/pollwait.so" "$copy"
	chmod -R 755 "$copy"
}

# Copy the scripts of tests/reference there too, and go there.
public_scripts() {
	public_copy
	cp "$root"/tests/reference/*.py "$copy"
	chmod 644 "$copy"/*.py
	cd "$copy" || return
}

teardown() {
	[ -z "${held:-}" ] || kill "$held" 2>/dev/null || true
	[ -z "${run:-}" ] || kill "$run" 2>/dev/null || true
	[ -z "${copy:-}" ] || rm -r "$copy"
}

# traced ARGUMENT...: run pollwait, and write its system calls to the file trace.
traced() {
	strace -qq -o trace pollwait "$@"
}

# only SCRIPT: run the script with no open descriptors but 0 to 2.
only() {
	bash -c "for fd in {3..254}; do eval \"exec \$fd>&-\"; done; $1"
}

# Slow down a session of a page, for a busy machine: its steps wait longer, and its jobs
# live until end_sessions ends them.
paced() {
	sed -E 's/^sleep 1(;|$)/sleep 3\1/; s/sleep ([5-9]|10)( |$)/sleep 1000\2/' "$@"
}

# end_sessions PID...: end the jobs that these shells have left, each shell with a session of its own.
end_sessions() {
	local leader
	for leader; do
		kill -- "-$leader" 2>/dev/null || true
	done
}

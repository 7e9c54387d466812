# What every test file loads: where the binary is, and what is expected of it.
#
# bats keeps descriptors 3 and 4 for itself, so tests use 7 to 9, or what
# exec {fd}<>... gives.  Nothing here waits for a fixed time.

bats_require_minimum_version 1.5.0

root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
build=${POLLWAIT_BUILD:-$root/build}
export POLLWAIT_BIN=${POLLWAIT_BIN:-$build}
PATH=$POLLWAIT_BIN:$PATH
# Leave no compiled Python in the tree.
export PYTHONDONTWRITEBYTECODE=1

# The shells of the contract, by the words that start them.
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

setup_file() {
	needs "$POLLWAIT_BIN/pollwait"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# Ends the message about an event that is unknown.
known='; the events are in pri out err hup nval rdnorm rdband wrnorm wrband msg rdhup'

# expect STATUS OUTPUT [MESSAGE] -- COMMAND...: exact status, exact standard
# output, exact standard error; where no message is expected, the explanations of
# nval, which are hint.bats', may stand there.
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
	show_difference status "$expected_status" "$status" &&
		show_difference output "$expected_output" "$output" &&
		show_difference message "$expected_message" "$stderr"
}

hint='^pollwait: [0-9]+(-[0-9]+)?: (not open here|open in the parent|open, but with O_PATH|close-on-exec in|process [0-9]+ )'

without_hints() {
	stderr=$(sed -E "/$hint/d" <<<"$stderr")
}

# refused MESSAGE -- COMMAND...: a usage or system error, and nothing printed.
refused() {
	expect 2 '' "$1" "${@:2}"
}

show_difference() {
	[ "$2" = "$3" ] && return
	printf '%s: expected <%s>\n%s: got      <%s>\n' "$1" "$2" "$1" "$3"
	return 1
}

# until_so COMMAND...: waits for a condition, half a minute at most.
until_so() {
	local tries=0
	until "$@"; do
		((++tries < 3000)) || return 1
		sleep 0.01
	done
}

# A process that sits in a system call of poll's family.
is_polling() {
	local call
	read -r call _ <"/proc/$1/syscall" 2>/dev/null || return 1
	case $(uname -m) in
	x86_64) [ "$call" = 7 ] || [ "$call" = 271 ] ;;
	*) [ "$call" = 73 ] ;;
	esac
}

# Milliseconds of the monotonic clock, as the kernel's uptime has them.
uptime_ms() {
	local seconds
	read -r seconds _ </proc/uptime
	echo "${seconds%.*}${seconds#*.}0"
}

# A FIFO open at both ends: writable, and empty until somebody writes.
empty_fifo() {
	local name=fifo.$1
	mkfifo "$name"
	eval "exec $1<>$name"
	rm "$name"
}

# holds REDIRECTION...: a process that has them, and does nothing.
holds() {
	: >got
	eval "exec sleep 1000 $* 3>&- 4>&-" &
	held=$!
	until_so grep -qx sleep "/proc/$held/comm"
}

nobody=(setpriv --reuid nobody --regid nogroup --clear-groups)

# An unprivileged user may not reach the tree: a copy that he can run.
public_copy() {
	copy=$(mktemp -d /tmp/pollwait.XXXXXX)
	cp "$POLLWAIT_BIN/pollwait" "$copy"
	[ -z "${POLLWAIT_IS_BUILTIN:-}" ] || cp "$POLLWAIT_BIN/pollwait.so" "$copy"
	chmod -R 755 "$copy"
}

teardown() {
	[ -z "${held:-}" ] || kill "$held" 2>/dev/null || true
	[ -z "${run:-}" ] || kill "$run" 2>/dev/null || true
	[ -z "${copy:-}" ] || rm -r "$copy"
}

# traced ARGUMENT...: runs pollwait, and leaves its calls in the file trace.
traced() {
	strace -qq -o trace pollwait "$@"
}

# only SCRIPT: with nothing open but what it opens, and 0 to 2.
only() {
	bash -c "for fd in {3..254}; do eval \"exec \$fd>&-\"; done; $1"
}

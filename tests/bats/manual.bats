# The manual, compared with the command and the sources.

load helper

# plain FILE: print it without the ids of processes and pipes, which differ from run
# to run.
plain() {
	sed -E '/^pollwait: PEER may lack a process: /d
		s/[0-9]{3,}/N/g; s/  +/  /g' "$1"
}

# bats test_tags=scripts,slow
@test "every example of the manual runs as printed, in bash and in dash" {
	local script shell count=0 runs=()
	awk -v dir=. -f "$root/tests/reference/transcripts.awk" "$root/man/pollwait.1"
	# Run all at once, each in a directory of its own: most of the time they sleep.
	for script in *.sh; do
		for shell in bash dash; do
			mkdir "$script.$shell"
			(cd "$script.$shell" && $shell "../$script") >"$script.$shell.got" 2>&1 3>&- 4>&- &
			runs+=($!)
		done
	done
	wait "${runs[@]}" || true
	for script in *.sh; do
		for shell in bash dash; do
			if grep -q 'pollwait -l' "$script"
			then diff -u <(plain "${script%.sh}.expected") <(plain "$script.$shell.got")
			else diff -u "${script%.sh}.expected" "$script.$shell.got"
			fi
		done
		((++count))
	done
	[ $count -ge 5 ]
}

@test "the manual names every option and every event of the help" {
	local manual word
	manual=$(mandoc -T ascii "$root/man/pollwait.1" | col -b)
	for word in $(pollwait -h | grep -o -- '--[a-z]*') $(pollwait -h | sed -n 's/^Events: //p'); do
		[[ $manual == *"$word"* ]]
	done
}

@test "the manual has the exit statuses of the source" {
	local value
	for value in $(sed -n 's/.*STATUS_.* = \([0-9]\).*/\1/p' "$root/src/base/status.h"); do
		sed -n '/^\.Sh EXIT STATUS/,/^\.Sh EXAMPLES/p' "$root/man/pollwait.1" | grep -qx "\.It $value"
	done
}

@test "the manual has every message of the sources, and no other" {
	/usr/bin/python3 "$root/tests/reference/messages.py" "$root/man/pollwait.1" "$root"/src/*.c "$root"/src/*/*.c
}

@test "pollwait prints the messages as the manual has them" {
	local message
	# diagnosed COMMAND...: expect the message of the command in the manual
	diagnosed() {
		run --separate-stderr "$@"
		message=${stderr#pollwait: }
		message=${message//\"/\"\"}
		grep -qFx ".It \"$message\"" "$root/man/pollwait.1"
	}
	local arguments
	for arguments in '' '-p 411' -x --tim=5 -t --count --all=yes '-t 5s' '-t 2147483648' \
		'-c x' '-c 2147483648' '-p x' pid:0 '-am 3:in' '3:in -t 5' :in x:in 2147483648 \
		6-3:in 3: 3:foo 3:0x 3:65536 pid: pid:1:in 300-; do
		# shellcheck disable=SC2086 # the words of the arguments
		diagnosed pollwait $arguments
	done
	diagnosed bash -c 'exec 9<&-; pollwait 9:nval >/dev/full'
}

@test "the manual has the system calls of the source" {
	diff <(sed -n 's/^	{ "\([a-z0-9_]*\)", SYS_.*/\1/p' "$root/src/linux/syscall.c" | sort) \
		<(sed -n '/^\.It Li CALL/,/^A dash/p' "$root/man/pollwait.1" | grep '^\.Cm' |
			tr -d ' .' | sed 's/^Cm//' | tr ',' '\n' | grep . | sort)
}

@test "the built manual has the version of the command" {
	run -0 pollwait -V
	grep -qx ".Os $output" "$build/pollwait.1"
}

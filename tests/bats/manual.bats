# The manual, compared with the command and the sources.

load helper

# A builtin is run by one more shell, which has the descriptors too.
plain() {
	sed -E -f "$root/tests/reference/plain.sed" "$@" |
		sed -E "${POLLWAIT_SHELL:+s|(N/[0-9]+[rw]+:SHELL)(,\1)+|\1|}"
}

# bats test_tags=scripts,slow
@test "every example of the manual runs as printed, in bash and in dash" {
	local script shell count=0 runs=()
	awk -v dir=. -f "$root/tests/reference/transcripts.awk" "$root/man/pollwait.1"
	# Run all at once, each in a directory of its own: most of the time they sleep.
	for script in *.sh; do
		for shell in bash dash; do
			mkdir "$script.$shell"
			(cd "$script.$shell" && exec setsid $shell <(paced "../$script")) \
				>"$script.$shell.got" 2>&1 3>&- 4>&- &
			runs+=($!)
		done
	done
	wait "${runs[@]}" || true
	end_sessions "${runs[@]}"
	for script in *.sh; do
		for shell in bash dash; do
			if grep -qE 'pollwait (-q )?-[lw]' "$script"
			then diff -u <(plain "${script%.sh}.expected") <(plain "$script.$shell.got")
			else diff -u "${script%.sh}.expected" "$script.$shell.got"
			fi
		done
		((++count))
	done
	[ $count -ge 8 ]
}

@test "the columns of the tables in all pages are aligned" {
	run -0 /usr/bin/python3 - "$root"/man/*.[1-9] "$root/README.md" <<-'END'
		import re, sys
		tables = 0
		for name in sys.argv[1:]:
		    starts = []
		    for line in open(name):
		        if re.match(r" *(FD|PROCESS) .*PEER", line):
		            starts = [title.start() for title in re.finditer(r"\S+", line) if title[0] != "UNREAD"]
		            tables += 1
		        elif starts and re.match(r" *(pid:)?(\d|-)", line):
		            # A cell starts below its title, behind a blank.
		            assert all(line[start - 1:start + 1].strip() == line[start] for start in starts[1:]), line
		        else:
		            starts = []
		print(tables)
	END
	[ "$output" -ge 8 ]
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

@test "the manual explains every message of the sources that needs it, and no other" {
	/usr/bin/python3 "$root/tests/reference/messages.py" "$root/man/pollwait.1" "$root"/src/*.c "$root"/src/*/*.c
}

# diagnosed MESSAGE -- COMMAND...: expect this message of the command, and an item for it
# in the manual, both but for numbers and the names of commands.
diagnosed() {
	local any='s/[0-9]+/N/g; s/\b(bash|cat|sh|sleep)\b/C/g' expected
	expected=$(sed -E "$any" <<<"$1")
	shift 2
	run --separate-stderr "$@"
	[ "$(sed -E "s/^pollwait: //; $any" <<<"$stderr")" = "$expected" ]
	sed -n 's/^\.It "\(.*\)"$/\1/p' "$root/man/pollwait.1" | sed -E "$any" | grep -qFxe "$expected"
}

# bats test_tags=command
@test "pollwait prints the messages as the manual has them" {
	diagnosed '63: close-on-exec in the parent, 411 (bash); in bash a whole pipeline goes inside the braces; try { pollwait 63:in 63<&0; } <&63' \
		-- bash -c 'coproc cat; exec 63<&${COPROC[0]}; pollwait 63:in; :'
	holds
	diagnosed "$$: process $held (sleep) does not have it open (-p takes one process; $$ is also a process)" \
		-- pollwait -p "$held" $$
	diagnosed "0-2000000000: more than $(ulimit -Hn) descriptors, this process's limit (ulimit -Hn)" \
		-- pollwait 0-2000000000
}

# bats test_tags=slow
@test "the caveats about -a, -l, set -e, zsh and ksh93 hold" {
	run -0 bash -c 'exec 9< <(:); pollwait -a 9:in'
	[ "$output" = '9 hup' ]
	# 1 is a pipe, and 2 a file.
	bash -c '{ pollwait -l 1 >&2; pollwait -l 3 3>&1 >&2; } 2>listing | cat'
	[[ $(grep '^1 ' listing) != *pipe:* && $(grep '^3 ' listing) == *pipe:* ]]
	empty_fifo 9
	run -1 sh -c 'set -e; pollwait -t 0 9:in; echo "not reached"'
	[ "$output" = '' ]
	run -0 zsh -c 'echo > >(cat >/dev/null); echo "<$!>"'
	[ "$output" = '<0>' ]
	run -0 ksh93 -c 'trap : USR1; sleep 5 & w=$!; sh -c "while kill -USR1 $$ 2>/dev/null; do sleep 0.1; done" & wait $w; echo $?; kill $w'
	[ "$output" = 1 ]
}

@test "the built manual has the version of the command" {
	run -0 pollwait -V
	grep -qx ".Os $output" "$build/pollwait.1"
}

# The first example of all documents, in each shell and each state.
# bats has 3 and 4 open, so each shell closes those and opens its own.

load helper

# in_each SCRIPT OUTPUT [SHELL...]: expect this output from every shell.
in_each() {
	local script=$1 expected=$2 shell
	shift 2
	[ $# -gt 0 ] || set -- bash dash zsh 'busybox sh'
	for shell; do
		rm -f fifo
		mkfifo fifo
		# shellcheck disable=SC2086 # the words that start a shell
		run --separate-stderr $shell -c "$script" 3>&- 4>&-
		show_difference "output of $shell" "$expected" "$output"
		without_hints
		show_difference "message of $shell" '' "$stderr"
	done
}

@test "each shell gets the line of the ready descriptor" {
	in_each 'exec 3<>fifo 4>/dev/null; pollwait -t 500 3:in 4:out; echo $?' $'4 out\n0'
}

@test "each shell gets both lines if both are ready" {
	in_each 'exec 3<>fifo 4>/dev/null; echo data >&3; pollwait -t 500 3:in 4:out; echo $?' \
		$'3 in\n4 out\n0'
}

@test "each shell gets status 1 if neither is ready" {
	in_each 'exec 3<>fifo 4<>fifo; pollwait -t 50 3:in 4:in; echo $?' 1
}

@test "each shell gets nval for a closed descriptor" {
	in_each 'exec 4>/dev/null; pollwait -t 500 3:in 4:out; echo $?' $'3 nval\n4 out\n0'
}

@test "each shell gets status 3 if both are closed" {
	in_each 'pollwait -q -t 500 3:in 4:out; echo $?' 3
}

@test "each shell reads the last line of a producer that has hung up" {
	in_each 'echo last >fifo & exec 3<fifo; wait
		pollwait 3:in; read -r line <&3; echo $line; pollwait 3:in; echo $?' \
		$'3 in,hup\nlast\n3 hup\n0'
}

@test "each shell gets err for a reader that has left" {
	in_each ': <fifo & exec 4>fifo; wait; pollwait 4:out; echo $?' $'4 out,err\n0'
}

@test "ksh93 and mksh pass on the descriptors in the redirections of the command" {
	in_each 'exec 3<>fifo 4>/dev/null; pollwait -t 500 3:in 4:out 3<&3 4>&4; echo $?' \
		$'4 out\n0' ksh93 mksh
	in_each 'exec 3<>fifo; pollwait -q -t 500 3:in; echo $?' 3 ksh93 mksh
}

@test "a process substitution can be an operand" {
	in_each 'pollwait <(:) 2>&1 | { read -r fd events; echo $events; }; :' hup bash
	in_each 'pollwait <(sleep 0) | { read -r fd events; echo $events; }; :' hup zsh
}

@test "the status steers if, while and until" {
	in_each 'exec 3<>fifo; if pollwait -q -t 0 3:in; then echo yes; else echo no; fi' no
	in_each 'exec 3<>fifo; echo a >&3; echo b >&3
		while pollwait -q -t 0 3:in; do read -r line <&3; echo $line; done' $'a\nb'
}

# nval, explained: what is said of a descriptor that is not open here.

load helper

# explained SCRIPT PATTERN [SHELL...]: the one message that each shell's script
# gives; in the pattern, PARENT stands for the shell's process and its name.
explained() {
	local script=$1 pattern=$2 shell
	shift 2
	for shell; do
		# shellcheck disable=SC2086 # the words that start a shell
		run --separate-stderr $shell -c "$script; echo \$\$" 3>&- 4>&-
		local parent="${lines[-1]} \\(${shell%% *}\\)"
		[[ $stderr =~ ^${pattern//PARENT/$parent}$ ]] || {
			echo "$shell: $stderr"
			return 1
		}
	done
}

# cure: the command that the message gives.
cure() {
	grep -o '{ pollwait .*' <<<"$stderr"
}

@test "a number that is open nowhere" {
	explained 'pollwait 9:in' 'pollwait: 9: not open here, nor in the parent, PARENT' "${shells[@]}"
}

@test "what is closed on the way" {
	explained 'exec 5</dev/null; pollwait 5:in 5<&-' \
		'pollwait: 5: open in the parent, PARENT, but closed on the way here' bash zsh
}

@test "neighbours with the same reason share a line" {
	expect 3 $'5 nval\n6 nval\n7 nval\n9 nval\n8 nval' \
		"pollwait: 5-7: not open here, nor in the parent, 1 (x)
pollwait: 9: not open here, nor in the parent, 1 (x)
pollwait: 8: not open here, nor in the parent, 1 (x)" \
		-- bash -c 'exec 5<&- 6<&- 7<&- 8<&- 9<&-; pollwait 5-7:in 9:in 8:in 2>message
			status=$?; sed "s/parent, .*/parent, 1 (x)/" message >&2; exit $status'
	empty_fifo 6
	run -0 bash -c 'exec 5<&- 7<&-; pollwait 5-7:out 2>&1 >/dev/null; :'
	[ "${#lines[@]}" -eq 2 ]
}

@test "O_PATH is told apart" {
	expect 3 '7 nval' 'pollwait: 7: open, but with O_PATH, which poll(2) calls nval' -- /usr/bin/python3 -c '
import os
os.dup2(os.open("/", os.O_PATH), 7)
os.execvp("pollwait", ["pollwait", "7:in"])'
	run -0 /usr/bin/python3 - <<-'END'
		import os, subprocess
		fd = os.open("/", os.O_PATH)
		done = subprocess.run(["pollwait", "-p", str(os.getpid()), f"{fd}:in"], capture_output=True, text=True)
		assert done.returncode == 3, done
		assert done.stderr == f"pollwait: {fd}: process {os.getpid()} (python3) has it open with O_PATH, which poll(2) calls nval\n"
	END
}

@test "bash's coprocess: the cures are pasted, and work" {
	local shell
	# shellcheck disable=SC2016
	run -0 --separate-stderr bash -c 'coproc cat; exec 7<&${COPROC[0]} 8>&${COPROC[1]}
		pollwait ${COPROC[0]}:in ${COPROC[1]}:out 7:in 8:0 >nvals
		echo ${COPROC[0]} ${COPROC[1]}
		kill $COPROC_PID'
	read -r in out <<<"$output"
	[ "$(cure)" = "{ pollwait $in:in $in<&0; } <&$in
{ pollwait $out:out $out>&1 >&9; } 9>&1 >&$out
{ pollwait 7:in 7<&0; } <&7
{ pollwait 8:0 8>&1 >&9; } 9>&1 >&8" ]
	cure >cures
	# shellcheck disable=SC2016
	run -0 --separate-stderr bash -c 'coproc cat; exec 7<&${COPROC[0]} 8>&${COPROC[1]}
		echo data >&8
		{ read -r a; read -r b; read -r c; read -r d; } <cures
		eval "${a/:in/:in -t 10000}" 2>/dev/null || eval "$a"
		eval "$b"; eval "$c"
		kill $COPROC_PID
		wait $COPROC_PID
		eval "$d"' 
	[ "$output" = "$in in
$out out
7 in
8 err" ]
	[ "$stderr" = '' ]
}

@test "ksh93 and mksh above 2: the cures are pasted, and work in every shell" {
	local shell number in out
	for shell in ksh93 mksh; do
		run -3 --separate-stderr $shell -c 'mkfifo f; exec 7<>f 8>/dev/null; rm f; pollwait 7:pri 8:out; exit $?'
		[[ $stderr == *"7: close-on-exec in the parent, "*"8: close-on-exec in the parent, "* ]]
		[ "$(cure)" = '{ pollwait 7:pri 7<&0; } <&7
{ pollwait 8:out 8>&1 >&9; } 9>&1 >&8' ]
	done
	run -3 --separate-stderr mksh -c 'exec 9>/dev/null; pollwait 9:out; exit $?'
	[ "$(cure)" = '{ pollwait 9:out 9>&1 >&8; } 8>&1 >&9' ]
	for shell in "${shells[@]}"; do
		# shellcheck disable=SC2086 # the words that start a shell
		expect 0 $'3 out\n4 out\n9 out' -- $shell -c 'mkfifo f; exec 3<>f 4>/dev/null 9>/dev/null; rm f
			{ pollwait 3:out 3<&0; } <&3
			{ pollwait 4:out 4>&1 >&9; } 9>&1 >&4
			{ pollwait 9:out 9>&1 >&8; } 8>&1 >&9'
	done
}

@test "the same cures above 9, in the shells that take such numbers" {
	local shell
	for shell in bash 'busybox sh'; do
		# shellcheck disable=SC2086
		expect 0 $'63 in\n60 out' -- $shell -c 'exec 63</dev/null 60>/dev/null
			{ pollwait 63:in 63<&0; } <&63
			{ pollwait 60:out 60>&1 >&9; } 9>&1 >&60'
	done
}

@test "a parent that may not be asked claims nothing" {
	copy=$(mktemp -d /tmp/pollwait.XXXXXX)
	cp "$POLLWAIT_BIN/pollwait" "$copy"
	chmod -R 755 "$copy"
	run -3 --separate-stderr sh -c 'setpriv --reuid nobody --regid nogroup --clear-groups "$1/pollwait" 9:in 9<&-; exit $?' sh "$copy"
	rm -r "$copy"
	[ "$stderr" = 'pollwait: 9: not open here; the parent may not be asked' ]
}

@test "it is said once a run, and not where it is quiet or asked for" {
	expect 3 '' -- pollwait -q 9:in 9<&-
	run -0 --separate-stderr pollwait 9:nval 9<&-
	[ "$stderr" = '' ]
	empty_fifo 7
	run -0 --separate-stderr pollwait -c 3 -i 0 7:out 9:in 9<&-
	[ "${#stderr_lines[@]}" -eq 1 ]
	run -1 --separate-stderr pollwait -m -t 50 -i 5 7:out 9:in 9<&-
	[ "${#stderr_lines[@]}" -eq 1 ]
	run -3 --separate-stderr pollwait -a 7:out 9:in 9<&-
	[ "${#stderr_lines[@]}" -eq 1 ]
	run -0 --separate-stderr pollwait -l 9:in 9<&-
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "with -p it says that the process does not have it open" {
	sleep 1000 3>&- 9<&- &
	local child=$!
	until_so grep -qx sleep /proc/$child/comm
	expect 3 $'8 nval\n9 nval' "pollwait: 8-9: process $child (sleep) does not have it open" \
		-- pollwait -p $child 8-9:in
	kill $child
}

@test "a parent's name cannot break the line" {
	expect 3 '9 nval' $'pollwait: 9: not open here, nor in the parent, N (a\\012\\033[2Jb)' -- /usr/bin/python3 -c '
import ctypes, os, re, subprocess, sys
ctypes.CDLL(None).prctl(15, b"a\n\x1b[2Jb", 0, 0, 0)
done = subprocess.run(["pollwait", "9:in"], stderr=subprocess.PIPE, text=True)
sys.stderr.write(done.stderr.replace(str(os.getpid()), "N"))
sys.exit(done.returncode)'
}

# Hints: the messages that explain nval.

load helper

@test "the hint names O_PATH" {
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

@test "the cures work above 9 in the shells that take such numbers" {
	local shell
	for shell in bash 'busybox sh'; do
		# shellcheck disable=SC2086
		expect 0 $'63 in\n60 out' -- $shell -c 'exec 63</dev/null 60>/dev/null
			{ pollwait 63:in 63<&0; } <&63
			{ pollwait 60:out 60>&1 >&9; } 9>&1 >&60'
	done
}

@test "a hint is printed once a run, and not with -q or for an expected nval" {
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

@test "the hint with -p says that the process does not have the descriptor open" {
	sleep 1000 3>&- 9<&- &
	local child=$!
	until_so grep -qx sleep /proc/$child/comm
	expect 3 $'8 nval\n9 nval' "pollwait: 8-9: process $child (sleep) does not have it open" \
		-- pollwait -p $child 8-9:in
	kill $child
}

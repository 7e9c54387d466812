# -m, which stays and prints changes.

load helper

# monitors ARGUMENT...: run pollwait -m in the background, its lines to the file got.
monitors() {
	: >got
	pollwait -m "$@" >got 3>&- &
	monitor=$!
}

teardown() {
	[ -z "${monitor:-}" ] || kill "$monitor" 2>/dev/null || true
}

got_is() {
	[ "$(<got)" = "$1" ]
}

@test "-m prints the first state, and then every change" {
	empty_fifo 7
	empty_fifo 8
	monitors -i 5 7:in 8:out
	until_so got_is '8 out'
	echo data >&7
	until_so got_is $'8 out\n7 in'
	read -r _ <&7
	until_so got_is $'8 out\n7 in\n7 -'
	kill $monitor
}

# bats test_tags=slow
@test "the quiet time of -t starts again at each change, and ends with status 1" {
	empty_fifo 7
	expect 1 '7 out' -- pollwait -m -t 50 -i 10 7
	expect 1 '' -- pollwait -m -t 50 7:in
	# Each change comes before a quiet time is over.
	monitors -t 900 -i 5 7:in
	until_so is_polling $monitor
	sleep 0.5
	echo data >&7
	until_so got_is '7 in'
	sleep 0.5
	local start status=0
	start=$(uptime_ms)
	read -r _ <&7
	wait $monitor || status=$?
	[ $status -eq 1 ]
	got_is $'7 in\n7 -'
	(($(uptime_ms) - start >= 890))
}

@test "-m -t 0 ends after the first poll" {
	empty_fifo 7
	expect 1 '7 out' -- pollwait -m -t 0 7:out
	expect 1 '' -- pollwait -m -t 0 7:in
}

@test "-c counts the polls that printed" {
	empty_fifo 7
	expect 0 '7 out' -- pollwait -m -c 1 7:out
	monitors -c 2 7:in
	until_so is_polling $monitor
	echo data >&7
	until_so got_is '7 in'
	read -r _ <&7
	wait $monitor
	got_is $'7 in\n7 -'
	expect 3 '9 nval' -- pollwait -m -c 1 7:in 9:in 9<&-
	expect 0 $'7 out\n9 nval' -- pollwait -m -c 1 7:out 9:in 9<&-
}

@test "-m ends when no descriptor can change any more" {
	exec 7< <(:)
	expect 0 '7 hup' -- pollwait -m 7:in
	expect 3 '9 nval' -- pollwait -m 9:in 9<&-
	expect 0 $'7 hup\n9 nval' -- pollwait -m 7:in 9:in 9<&-
	local gone
	gone=$(sh -c 'echo $$')
	expect 0 "pid:$gone in" -- pollwait -m "pid:$gone"
}

@test "-m sees each next writer of a FIFO" {
	mkfifo fifo
	# Descriptor 9 lets the reading end open at once.
	exec 9<>fifo
	# shellcheck disable=SC2094 # it is a FIFO
	exec 7<fifo
	exec 9>&-
	monitors -i 5 7:in
	local round expected='7 hup'
	until_so got_is "$expected"
	# becomes EVENTS: wait for this as the next line
	becomes() {
		expected+=$'\n'"7 $1"
		until_so got_is "$expected"
	}
	for round in 1 2 3; do
		exec 8>fifo
		becomes -
		echo data >&8
		becomes in
		read -r _ <&7
		becomes -
		exec 8>&-
		becomes hup
	done
	kill -0 $monitor
}

@test "-m watches a busy pipe to its end, and takes no byte from it" {
	run -0 /usr/bin/python3 - <<-'END'
		import os, subprocess
		reading, writing = os.pipe()
		watch = subprocess.Popen(["pollwait", "-m", "-i", "1", f"{reading}:in"],
		                         pass_fds=[reading], stdout=subprocess.PIPE, text=True)
		os.write(writing, b"0\n")
		lines = [watch.stdout.readline()]
		producer = subprocess.Popen(["seq", "1", "500000"], stdout=writing)
		os.close(writing)
		consumer = subprocess.Popen(["wc", "-l"], stdin=reading, stdout=subprocess.PIPE, text=True)
		os.close(reading)
		# No byte is missing.
		assert consumer.communicate(timeout=60)[0] == "500001\n"
		lines += watch.stdout.readlines()
		assert watch.wait(60) == 0
		assert lines[0] == f"{reading} in\n", lines[:5]
		assert lines[-1] == f"{reading} hup\n", lines[-5:]
		for before, after in zip(lines, lines[1:]):
		    assert before != after, (before, after)
	END
}

@test "-m watches a terminal until it hangs up" {
	run -0 /usr/bin/python3 - <<-'END'
		import os, pty, subprocess
		master, slave = pty.openpty()
		watch = subprocess.Popen(["pollwait", "-m", "-i", "1", f"{slave}:in"],
		                         pass_fds=[slave], stdout=subprocess.PIPE, text=True)
		def says(events):
		    line = watch.stdout.readline()
		    assert line == f"{slave} {events}\n", line
		for _ in range(3):
		    os.write(master, b"a line\n")
		    says("in")
		    os.read(slave, 100)
		    says("-")
		os.close(master)
		says("in,err,hup")
		assert watch.wait(60) == 0
	END
}

@test "-m prints the end of a process" {
	sleep 1000 &
	local child=$!
	empty_fifo 7
	monitors 7:in pid:$child
	until_so is_polling $monitor
	kill $child
	until_so got_is "pid:$child in"
	kill $monitor
}

# bats test_tags=strace,slow
@test "-m polls a busy descriptor once an interval, and an idle set not at all" {
	empty_fifo 7
	run -1 strace -qq -o trace -e trace=poll,ppoll pollwait -m -i 40 -t 400 7:out
	# An interval has a look, a wait, and the look that a wait begins with.
	(($(grep -c poll trace) <= 3 * 12))
	run -1 strace -qq -o trace -e trace=poll,ppoll pollwait -m -i 1 -t 400 7:in
	(($(grep -c poll trace) <= 6))
	# No mask hides the hup of a FIFO whose next writer may come.
	mkfifo fifo
	exec 8<>fifo
	exec 9<fifo
	exec 8>&-
	run -1 strace -qq -o trace -e trace=poll,ppoll pollwait -m -i 40 -t 400 9:in
	[ "$output" = '9 hup' ]
	(($(grep -c poll trace) <= 3 * 12))
}

# bats test_tags=strace,slow
@test "-m does not spin on a process that has been collected" {
	empty_fifo 7
	sleep 1000 &
	local child=$!
	strace -qq -o trace -e trace=poll,ppoll pollwait -m -t 1000 -i 100 7:in pid:$child >got &
	local tracer=$!
	until_so test -s trace
	kill $child
	wait $child || true
	wait $tracer || [ $? -eq 1 ]
	got_is "pid:$child in"
	(($(grep -c poll trace) <= 60))
}

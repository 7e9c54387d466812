# -m: stay, and print changes alone.

load helper

# monitors ARGUMENT...: in the background, its lines in the file got.
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

@test "what is ready at first is printed, and then every change" {
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

@test "the quiet time starts anew with each change, and its end is status 1" {
	empty_fifo 7
	expect 1 '7 out' -- pollwait -m -t 50 -i 10 7
	expect 1 '' -- pollwait -m -t 50 7:in
	# One change before the first quiet time is over, and the next before the second.
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

@test "-t 0 ends right after the first poll" {
	empty_fifo 7
	expect 1 '7 out' -- pollwait -m -t 0 7:out
	expect 1 '' -- pollwait -m -t 0 7:in
}

@test "-c is the number of polls that printed" {
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

@test "it ends when every descriptor is at an end that cannot pass" {
	exec 7< <(:)
	expect 0 '7 hup' -- pollwait -m 7:in
	expect 3 '9 nval' -- pollwait -m 9:in 9<&-
	expect 0 $'7 hup\n9 nval' -- pollwait -m 7:in 9:in 9<&-
	local gone
	gone=$(sh -c 'echo $$')
	expect 0 "pid:$gone in" -- pollwait -m "pid:$gone"
}

@test "a FIFO's next writer is seen, and the one after" {
	mkfifo fifo
	# The reading end opens beside a writer that stays for the moment only.
	exec 9<>fifo
	# shellcheck disable=SC2094 # it is a FIFO
	exec 7<fifo
	exec 9>&-
	monitors -i 5 7:in
	local round expected='7 hup'
	until_so got_is "$expected"
	# becomes EVENTS: the next line
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

@test "a pipe that a producer fills and a consumer drains is watched to its end" {
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
		# Not a byte is missing, and the one that watched has held nothing up.
		assert consumer.communicate(timeout=60)[0] == "500001\n"
		lines += watch.stdout.readlines()
		assert watch.wait(60) == 0
		assert lines[0] == f"{reading} in\n", lines[:5]
		assert lines[-1] == f"{reading} hup\n", lines[-5:]
		for before, after in zip(lines, lines[1:]):
		    assert before != after, (before, after)
	END
}

@test "a terminal is watched until it hangs up" {
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

@test "a process that ends is a change" {
	sleep 1000 &
	local child=$!
	empty_fifo 7
	monitors 7:in pid:$child
	until_so is_polling $monitor
	kill $child
	until_so got_is "pid:$child in"
	kill $monitor
}

# bats test_tags=strace
@test "a busy descriptor is looked at once an interval, an idle set not at all" {
	empty_fifo 7
	run -1 strace -qq -o trace -e trace=poll,ppoll pollwait -m -i 100 -t 1000 7:out
	# A look before and a wait after, and the look that each wait begins with.
	(($(grep -c poll trace) <= 3 * 12))
	run -1 strace -qq -o trace -e trace=poll,ppoll pollwait -m -i 1 -t 1000 7:in
	(($(grep -c poll trace) <= 6))
	# What no mask silences: a FIFO that has hung up, and whose next writer may come.
	mkfifo fifo
	exec 8<>fifo
	exec 9<fifo
	exec 8>&-
	run -1 strace -qq -o trace -e trace=poll,ppoll pollwait -m -i 100 -t 1000 9:in
	[ "$output" = '9 hup' ]
	(($(grep -c poll trace) <= 3 * 12))
}

# bats test_tags=strace
@test "an ended process that is collected does not make it spin" {
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

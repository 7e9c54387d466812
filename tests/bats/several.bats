# -c and -a, which poll several times.

load helper

@test "the message about options that cannot be used together names both" {
	refused 'pollwait: -m and -a cannot be used together' -- pollwait -m -a 3:in
	refused 'pollwait: -m and -q cannot be used together' -- pollwait -qm 3:in
	refused 'pollwait: -a and -c cannot be used together' -- pollwait -c 1 --all 3:in
	refused 'pollwait: -a and -c cannot be used together' -- pollwait --count=0 -a 3:foo
}

@test "a count or an interval that is negative or not a number is refused" {
	local option
	for option in -c --count; do
		refused "pollwait: $option x: not a count" -- pollwait $option x 3:in
		refused "pollwait: $option -1: not a count" -- pollwait $option -1 3:in
		refused "pollwait: $option 2147483648: no count is above 2147483647" \
			-- pollwait $option 2147483648 3:in
	done
	refused 'pollwait: -i -1: not a number of milliseconds' -- pollwait -i -1 3:in
	refused 'pollwait: -i 2147483648: not within 2147483647 milliseconds' -- pollwait -i 2147483648 3:in
	refused 'pollwait: --interval=x: not a number of milliseconds' -- pollwait --interval=x 3:in
}

@test "an interval does not delay a single poll" {
	empty_fifo 7
	expect 0 '7 out' -- pollwait -i 100000000 7:out
	expect 0 '7 out' -- pollwait -a -i 100000000 7:out
}

@test "-c 3 polls three times" {
	empty_fifo 7
	expect 0 $'7 out\n7 out\n7 out' -- pollwait -c 3 -i 0 7:out
	expect 0 '' -- pollwait -q -c 3 -i 1 7:out
}

@test "-i sets the time between the polls" {
	empty_fifo 7
	local start
	start=$(uptime_ms)
	expect 0 $'7 out\n7 out\n7 out' -- pollwait -c 3 -i 150 7:out
	(($(uptime_ms) - start >= 290))
}

@test "a poll that times out ends the run" {
	empty_fifo 7
	expect 1 '' -- pollwait -c 5 -t 10 7:in
	echo data >&7
	(until_so test -s got; read -r _ <&7) &
	pollwait -c 0 -i 200 -t 100 7:in >got || status=$?
	[ "$status" -eq 1 ]
	[ "$(sort -u got)" = '7 in' ]
}

@test "a descriptor that has hung up is reported once, and the run ends with the last" {
	exec 7< <(:) 8< <(:)
	until_so pollwait -q -t 0 7:0
	until_so pollwait -q -t 0 8:0
	expect 0 $'7 hup\n8 hup' -- pollwait -c 0 7:in 8:in
	expect 0 $'7 hup\n9 nval' -- pollwait -c 0 7:in 9:in 9<&-
	expect 3 '9 nval' -- pollwait -c 0 9:in 9<&-
}

@test "a descriptor that has hung up stays until it has been read to the end" {
	exec 7< <(echo data)
	until_so eval 'pollwait -t 0 7:0 | grep -q hup'
	expect 0 $'7 in,hup\n7 in,hup' -- pollwait -c 2 -i 0 7:in
	read -r _ <&7
	expect 0 '7 hup' -- pollwait -c 2 -i 0 7:in
}

@test "an end that cannot change is reported once: pipe, socket and terminal" {
	expect 0 $'A out,err\nB in,out,hup\nC in,out,err,hup' -- /usr/bin/python3 -c '
import os, pty, socket, subprocess
r, w = os.pipe()
os.close(r)
a, b = socket.socketpair()
b.close()
master, slave = pty.openpty()
os.close(master)
fds = [w, a.fileno(), slave]
out = subprocess.run(["pollwait", "-c", "0"] + [str(fd) for fd in fds], pass_fds=fds,
                     stdout=subprocess.PIPE, text=True, timeout=60).stdout
for fd, name in zip(fds, "ABC"):
    out = out.replace(f"{fd} ", f"{name} ", 1)
print(out, end="")'
}

@test "/dev/null is reported at each poll" {
	exec 7</dev/null
	expect 0 $'7 in\n7 in\n7 in' -- pollwait -c 3 -i 0 7:in
}

@test "an ended process is reported once" {
	local gone
	gone=$(sh -c 'echo $$')
	expect 0 "pid:$gone in" -- pollwait -c 0 "pid:$gone"
}

# bats test_tags=cost,slow
@test "a million polls take no more memory than ten" {
	empty_fifo 7
	run -0 /usr/bin/python3 -c '
import os, sys
def peak(count):
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
        os.execvp("pollwait", ["pollwait", "-c", count, "-i", "0", "7:out"])
    _, status, used = os.wait4(pid, 0)
    assert status == 0
    return used.ru_maxrss
few, many = peak("10"), peak("1000000")
assert many - few < 500, (few, many)'
}

@test "-a waits until each has been ready once" {
	empty_fifo 7
	empty_fifo 8
	pollwait -a 7:in 8:in >got &
	local run=$!
	until_so is_polling $run
	echo data >&8
	until_so grep -q '8 in' got
	kill -0 $run
	echo data >&7
	wait $run
	[ "$(<got)" = $'8 in\n7 in' ]
}

@test "-a gives status 3 for a closed descriptor, and still waits for the others" {
	empty_fifo 7
	expect 3 $'7 out\n9 nval' -- pollwait -a 7:out 9:in 9<&-
	expect 0 $'7 out\n9 nval' -- pollwait -a 7:out 9:nval 9<&-
}

@test "-a has one timeout, and names the missing operands" {
	empty_fifo 7
	empty_fifo 8
	sleep 1000 &
	local child=$!
	expect 1 '8 out' "pollwait: timed out; not ready: 7 pid:$child" \
		-- pollwait -a -t 50 7:in 8:out pid:$child
	expect 1 '' "pollwait: timed out; not ready: 7 pid:$child 8" \
		-- pollwait -at0 7:in pid:$child 8:in
	expect 1 '' -- pollwait -aq -t 20 7:in
	kill $child
}

@test "-a keeps apart the processes that are left when one between them has ended" {
	holds
	expect 1 'pid:2000000001 in' "pollwait: timed out; not ready: pid:$held pid:$$" -- \
		pollwait -a -t 0 "pid:$held" pid:2000000001 "pid:$$"
}

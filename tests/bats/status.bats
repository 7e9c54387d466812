# The exit status, value by value.

load helper

@test "0: something is ready" {
	empty_fifo 7
	empty_fifo 8
	expect 0 '8 out' -- pollwait 7:in 8:out
}

@test "0: a hang-up and an error are ready too" {
	exec 7< <(:)
	expect 0 '7 hup' -- pollwait 7:in
	exec 8> >(:)
	until_so pollwait -q -t 0 8:0
	expect 0 '8 out,err' -- pollwait 8:out
	expect 0 '8 err' -- pollwait 8:in
}

@test "1: the timeout passed first" {
	empty_fifo 7
	expect 1 '' -- pollwait -t 0 7:in
	expect 1 '' -- pollwait -t 20 7:in 7:pri
}

@test "2: a usage error, and a system error" {
	expect 2 '' 'pollwait: 3:foo: unknown event "foo"'"$known" -- pollwait 3:foo
	empty_fifo 7
	expect 2 '' 'pollwait: standard output: No space left on device' \
		-- bash -c 'pollwait 7:out >/dev/full'
}

@test "3: only closed descriptors" {
	exec 8<&- 9<&-
	expect 3 '9 nval' -- pollwait 9:in
	expect 3 $'9 nval\n8 nval' -- pollwait -t 1000 9:in 8:out
	expect 3 '' -- pollwait -q 9:in
}

@test "0: a closed descriptor beside one that is ready" {
	empty_fifo 7
	exec 9<&-
	expect 0 $'9 nval\n7 out' -- pollwait 9:in 7:out
}

@test "3: a closed descriptor beside one that is not ready does not wait" {
	empty_fifo 7
	exec 9<&-
	expect 3 '9 nval' -- pollwait 7:in 9:in
}

@test "0: nval that was asked for is an event, by name or by number" {
	exec 8<&- 9<&-
	expect 0 '9 nval' -- pollwait 9:nval
	expect 0 '9 nval' -- pollwait 9:in,0x20
	expect 0 $'8 nval\n9 nval' -- pollwait 8:in 9:nval
	empty_fifo 9
	expect 1 '' -- pollwait -t 0 9:nval
}

@test "3: O_PATH is nval to poll(2)" {
	expect 3 '7 nval' -- /usr/bin/python3 -c '
import os
os.dup2(os.open("/", os.O_PATH), 7)
os.execvp("pollwait", ["pollwait", "7:in"])'
}

@test "quiet prints nothing and keeps the status" {
	empty_fifo 7
	expect 0 '' -- pollwait -q 7:out
	expect 1 '' -- pollwait -q -t 0 7:in
	expect 0 '' -- bash -c 'pollwait --quiet 7:out >/dev/full'
	expect 0 '' -- bash -c 'pollwait --quiet 7:out >&-'
	expect 2 '' 'pollwait: x: "x": not the number of a descriptor' -- pollwait -q x
}

# The exit statuses.

load helper

@test "the status is 0 if a descriptor is ready" {
	empty_fifo 7
	empty_fifo 8
	expect 0 '8 out' -- pollwait 7:in 8:out
}

@test "the status is 0 for a hang-up and an error" {
	exec 7< <(:)
	expect 0 '7 hup' -- pollwait 7:in
	exec 8> >(:)
	until_so pollwait -q -t 0 8:0
	expect 0 '8 out,err' -- pollwait 8:out
	expect 0 '8 err' -- pollwait 8:in
}

@test "the status is 1 if the timeout passed first" {
	empty_fifo 7
	expect 1 '' -- pollwait -t 0 7:in
	expect 1 '' -- pollwait -t 20 7:in 7:pri
}

@test "the status is 2 for a usage error and a system error" {
	expect 2 '' 'pollwait: 3:foo: unknown event "foo"'"$known" -- pollwait 3:foo
	empty_fifo 7
	expect 2 '' 'pollwait: standard output: No space left on device' \
		-- bash -c 'pollwait 7:out >/dev/full'
}

@test "the status is 3 if all descriptors are closed" {
	exec 8<&- 9<&-
	expect 3 '9 nval' -- pollwait 9:in
	expect 3 $'9 nval\n8 nval' -- pollwait -t 1000 9:in 8:out
	expect 3 '' -- pollwait -q 9:in
}

@test "the status is 0 for a closed descriptor beside a ready one" {
	empty_fifo 7
	exec 9<&-
	expect 0 $'9 nval\n7 out' -- pollwait 9:in 7:out
}

@test "the status is 3, without a wait, for a closed descriptor beside one that is not ready" {
	empty_fifo 7
	exec 9<&-
	expect 3 '9 nval' -- pollwait 7:in 9:in
}

@test "the status is 0 for an nval that was asked for, by name or by number" {
	exec 8<&- 9<&-
	expect 0 '9 nval' -- pollwait 9:nval
	expect 0 '9 nval' -- pollwait 9:in,0x20
	expect 0 $'8 nval\n9 nval' -- pollwait 8:in 9:nval
	empty_fifo 9
	expect 1 '' -- pollwait -t 0 9:nval
}

@test "the status is 3 for an O_PATH descriptor" {
	expect 3 '7 nval' -- /usr/bin/python3 -c '
import os
os.dup2(os.open("/", os.O_PATH), 7)
os.execvp("pollwait", ["pollwait", "7:in"])'
}

@test "-q prints no line, and keeps the status" {
	empty_fifo 7
	expect 0 '' -- pollwait -q 7:out
	expect 1 '' -- pollwait -q -t 0 7:in
	expect 0 '' -- bash -c 'pollwait --quiet 7:out >/dev/full'
	expect 0 '' -- bash -c 'pollwait --quiet 7:out >&-'
	expect 2 '' 'pollwait: x: "x": not the number of a descriptor' -- pollwait -q x
}

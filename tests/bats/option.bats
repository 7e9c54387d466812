# The options: POSIX syntax, long forms, and the errors in them.

load helper

@test "the message without an operand shows a command to type" {
	local message='pollwait: no operand; try "pollwait -t 500 3:in", or "pollwait -h"'
	refused "$message" -- pollwait
	refused "$message" -- pollwait -q
	refused "$message" -- pollwait -t 0 --
}

# bats test_tags=valgrind
@test "a value follows its option, attached or as the next argument" {
	empty_fifo 7
	expect 1 '' -- pollwait -t0 7:in
	expect 1 '' -- pollwait -t 0 7:in
	expect 1 '' -- pollwait --timeout=0 7:in
	expect 1 '' -- pollwait --timeout 0 7:in
}

# bats test_tags=valgrind
@test "options may be bundled, the last one with a value" {
	empty_fifo 7
	expect 0 '' -- pollwait -qt0 7:out
	expect 0 '' -- pollwait -qqt 0 7:out
	expect 0 '' -- pollwait -qqqq 7:out
}

@test "the last of a repeated option counts" {
	empty_fifo 7
	expect 1 '' -- pollwait -t -1 -t 0 7:in
	expect 1 '' -- pollwait --timeout=60000 -t0 7:in
}

@test "two dashes end the options" {
	empty_fifo 7
	expect 0 '7 out' -- pollwait -- 7:out
	expect 1 '' -- pollwait -t 0 -- 7:in
	refused 'pollwait: -q: the number of a descriptor is missing' -- pollwait -- -q
}

@test "a negative timeout waits like none" {
	empty_fifo 7
	expect 0 '7 out' -- pollwait -t -1 7:out
	expect 0 '7 out' -- pollwait -t-2147483647 7:out
	expect 0 '7 out' -- pollwait --timeout=-1 7:out
}

@test "-0 and 000 are a timeout of 0" {
	empty_fifo 7
	expect 1 '' -- pollwait -t -0 7:in
	expect 1 '' -- pollwait -t 0000000000000000000000000 7:in
	expect 1 '' -- pollwait -t -000 7:in
}

@test "the greatest timeout is INT_MAX milliseconds" {
	empty_fifo 7
	expect 0 '7 out' -- pollwait -t 2147483647 7:out
	local bad
	for bad in 2147483648 4294967296 99999999999999999999999 -2147483648 -99999999999999; do
		refused "pollwait: -t $bad: not within 2147483647 milliseconds" -- pollwait -t $bad 7:out
		refused "pollwait: --timeout=$bad: not within 2147483647 milliseconds" \
			-- pollwait --timeout=$bad 7:out
	done
}

# bats test_tags=slow
@test "a timeout that is not a number is refused, and shown as given" {
	local bad
	for bad in x 5x 0x10 +5 '5 ' ' 5' 1. .5 1e3 5sm - -- --5 -t; do
		refused "pollwait: -t $bad: not a number of milliseconds" -- pollwait -t "$bad" 3:in
		refused "pollwait: -t$bad: not a number of milliseconds" -- pollwait "-t$bad" 3:in
		refused "pollwait: -qt$bad: not a number of milliseconds" -- pollwait "-qt$bad" 3:in
		refused "pollwait: --timeout=$bad: not a number of milliseconds" -- pollwait "--timeout=$bad" 3:in
		refused "pollwait: --timeout $bad: not a number of milliseconds" -- pollwait --timeout "$bad" 3:in
	done
	refused "pollwait: -t '': not a number of milliseconds" -- pollwait -t '' 3:in
	refused 'pollwait: --timeout=: not a number of milliseconds' -- pollwait --timeout= 3:in
}

@test "the message about a unit or a fraction gives the time in milliseconds" {
	local bad
	for bad in 5s:5000 1.5:1500 0.5s:500 500ms:500 2m:120000 1.0ms:1 3h:10800000 00.062:62 5.0:5000 1.2340000000:1234 0.1h:360000; do
		refused "pollwait: -t ${bad%:*}: not a number of milliseconds; try ${bad#*:}" -- pollwait -t "${bad%:*}" 3:in
		refused "pollwait: -qi${bad%:*}: not a number of milliseconds; try ${bad#*:}" -- pollwait "-qi${bad%:*}" 3:in
		refused "pollwait: --interval=${bad%:*}: not a number of milliseconds; try ${bad#*:}" \
			-- pollwait "--interval=${bad%:*}" 3:in
	done
	# No advice follows a time that is too long, negative, or no whole number of milliseconds.
	for bad in 0.0004 1.5ms 00.0625 1.23456789123 0.0000001h 600h 99999999999s 9999999999999999999999s -5s; do
		refused "pollwait: -t $bad: not a number of milliseconds" -- pollwait -t "$bad" 3:in
	done
	refused 'pollwait: -c 5s: not a count' -- pollwait -c 5s 3:in
}

# bats test_tags=valgrind
@test "a missing value is refused" {
	refused 'pollwait: -t: -t needs a value, MS' -- pollwait -t
	refused 'pollwait: -qt: -t needs a value, MS' -- pollwait -qt
	refused 'pollwait: --timeout: --timeout needs a value, MS' -- pollwait --timeout
}

# bats test_tags=valgrind
@test "a value for an option that takes none is refused" {
	refused 'pollwait: --quiet=1: --quiet takes no value' -- pollwait --quiet=1 3:in
	refused 'pollwait: --help=: --help takes no value' -- pollwait --help=
}

# bats test_tags=valgrind
@test "an unknown option is refused" {
	refused 'pollwait: -x: unknown option -x; see "pollwait -h"' -- pollwait -x 3:in
	refused 'pollwait: -qx: unknown option -x; see "pollwait -h"' -- pollwait -qx 3:in
	refused 'pollwait: -5: unknown option -5; see "pollwait -h"' -- pollwait -5
	refused 'pollwait: -\377: unknown option -\377; see "pollwait -h"' -- pollwait $'-\xff'
	refused 'pollwait: --foo: unknown option --foo; see "pollwait -h"' -- pollwait --foo 3:in
	refused 'pollwait: --foo=3: unknown option --foo; see "pollwait -h"' -- pollwait --foo=3 3:in
	refused 'pollwait: ---: unknown option ---; see "pollwait -h"' -- pollwait ---
	refused 'pollwait: --=x: unknown option --; see "pollwait -h"' -- pollwait --=x
}

@test "a long option is not abbreviated, and its case counts" {
	refused 'pollwait: --time=5: unknown option --time; see "pollwait -h"' -- pollwait --time=5 3:in
	refused 'pollwait: --q: unknown option --q; see "pollwait -h"' -- pollwait --q 3:in
	refused 'pollwait: --Quiet: unknown option --Quiet; see "pollwait -h"' -- pollwait --Quiet 3:in
	refused 'pollwait: --timeouts: unknown option --timeouts; see "pollwait -h"' -- pollwait --timeouts
}

@test "the first error in the order of the arguments is reported" {
	refused 'pollwait: -t x: not a number of milliseconds' -- pollwait -t x -y 3:foo
	refused 'pollwait: -y: unknown option -y; see "pollwait -h"' -- pollwait -y -t x 3:foo
	refused 'pollwait: -t x: not a number of milliseconds' -- pollwait -t x -t 0 3:foo
	refused 'pollwait: -t x: not a number of milliseconds' -- pollwait -t x -h
}

@test "each two options that cannot be used together are named, in any order" {
	local clash
	for clash in m:a m:l m:q a:c l:a l:c l:q w:a w:c w:l w:t; do
		local one=${clash%:*} other=${clash#*:}
		local -A value=([c]=' 1' [t]=' 1')
		# shellcheck disable=SC2086 # an option and its value
		refused "pollwait: -$one and -$other cannot be used together" -- \
			pollwait -$one -$other${value[$other]:-} -p $$
		# shellcheck disable=SC2086
		refused "pollwait: -$one and -$other cannot be used together" -- \
			pollwait -$other${value[$other]:-} -$one -p $$
	done
	refused 'pollwait: -w and -m cannot be used together' -- pollwait -wm -p $$
}

# bats test_tags=valgrind
@test "-h and -V end the reading of options" {
	expect 0 'pollwait 0.2.0' -- pollwait -V
	expect 0 'pollwait 0.2.0' -- pollwait --version
	expect 0 'pollwait 0.2.0' -- pollwait -qVx
	expect 0 'pollwait 0.2.0' -- pollwait -V -x 3:foo
	expect 0 'pollwait 0.2.0' -- pollwait -V -h
	expect 0 'pollwait 0.2.0' -- pollwait --version --foo
	run -0 pollwait -h -V -x
	[[ ${lines[0]} == 'usage: pollwait '* ]]
}

# bats test_tags=valgrind
@test "-h shows usage, options, events, statuses and an example on one screen" {
	run -0 --separate-stderr pollwait -h
	[ "$stderr" = '' ]
	local help=$output
	run -0 --separate-stderr pollwait --help
	[ "$output" = "$help" ]
	[ "${#lines[@]}" -le 24 ]
	local line
	for line in "${lines[@]}"; do
		[ "${#line}" -le 79 ]
	done
	local option
	for option in '-t, --timeout=MS' '-q, --quiet' '-h, --help' '-V, --version'; do
		[[ $help == *"  $option  "* ]]
	done
	[[ $help == *'Events: in pri out err hup nval rdnorm rdband wrnorm wrband msg rdhup'* ]]
	[[ $help == *'Status: 0 '*'1 '*'2 '*'3 '* ]]
	[[ $help == *'pollwait -t 500 3:in 4:out'* ]]
}

@test "-h and -V report a failure to write" {
	refused 'pollwait: standard output: No space left on device' -- bash -c 'pollwait -h >/dev/full'
	refused 'pollwait: standard output: Bad file descriptor' -- bash -c 'pollwait -V >&-'
}

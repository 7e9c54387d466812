# The operands: FD[:EVENTS], ranges, paths, masks, and the errors in them.

load helper

# bats test_tags=valgrind
@test "an operand names a descriptor and the events to wait for" {
	empty_fifo 7
	expect 0 '7 out' -- pollwait 7:out
	expect 1 '' -- pollwait -t 0 7:in
}

@test "the default mask is in, pri and out" {
	empty_fifo 7
	expect 0 '7 out' -- pollwait 7
	echo data >&7
	expect 0 '7 in,out' -- pollwait 7
}

@test "the lines stand in the order of the operands" {
	empty_fifo 7
	empty_fifo 8
	empty_fifo 9
	expect 0 $'9 out\n7 out\n8 out' -- pollwait 9:out 7:out 8:out
}

@test "a descriptor named again keeps its place and takes the later mask" {
	empty_fifo 7
	empty_fifo 8
	echo data >&7
	expect 0 $'7 out\n8 out' -- pollwait 7:in 8:out 7:out
	expect 1 '' -- pollwait -t 0 8:out 8:in
}

# bats test_tags=valgrind
@test "a range names every descriptor in it, open or not" {
	empty_fifo 7
	exec 8<&- 9<&-
	expect 0 $'7 out\n8 nval\n9 nval' -- pollwait 7-9:out
	expect 0 '7 out' -- pollwait 7-7:out
	expect 0 $'8 nval\n9 nval\n7 out' -- pollwait 8-9 7-8:out
}

# bats test_tags=valgrind
@test "the path of a descriptor is the descriptor" {
	empty_fifo 7
	expect 0 '7 out' -- pollwait /dev/fd/7:out
	expect 0 '7 out' -- pollwait /proc/self/fd/7:out
	expect 0 '7 out' -- pollwait /dev/fd/007
	run -0 bash -c 'pollwait <(:); :'
	[[ $output =~ ^[0-9]+\ hup$ ]]
}

# bats test_tags=valgrind
@test "any number of leading zeros is allowed" {
	empty_fifo 7
	expect 0 '7 out' -- pollwait 0000000000000000000000000007:out
	expect 0 '7 out' -- pollwait 007-0007:0000000000000000000004
}

@test "the highest descriptor is INT_MAX" {
	expect 3 '2147483647 nval' -- pollwait 2147483647:in
	expect 3 $'2147483646 nval\n2147483647 nval' -- pollwait 2147483646-2147483647
}

# bats test_tags=slow
@test "every event is known by its name, in any case, with and without POLL" {
	local name
	exec 9<&-
	for name in in pri out err hup nval rdnorm rdband wrnorm wrband msg rdhup; do
		local expected=3
		[ $name = nval ] && expected=0
		expect $expected '9 nval' -- pollwait 9:$name
		expect $expected '9 nval' -- pollwait 9:${name^^}
		expect $expected '9 nval' -- pollwait 9:POLL${name^^}
		expect $expected '9 nval' -- pollwait 9:poll$name
		expect $expected '9 nval' -- pollwait 9:PoLl${name^}
	done
}

@test "each name asks for its bit" {
	empty_fifo 7
	echo data >&7
	expect 0 '7 in' -- pollwait 7:in
	expect 0 '7 out' -- pollwait 7:out
	expect 0 '7 rdnorm' -- pollwait 7:rdnorm
	expect 0 '7 wrnorm' -- pollwait 7:wrnorm
	expect 0 '7 in,out,rdnorm,wrnorm' -- pollwait 7:wrnorm,rdnorm,out,in
	expect 1 '' -- pollwait -t 0 7:pri,err,hup,nval,rdband,wrband,msg,rdhup
}

# bats test_tags=valgrind
@test "the events of an operand add up, and may repeat" {
	empty_fifo 7
	expect 0 '7 out' -- pollwait 7:in,out
	expect 0 '7 out' -- pollwait 7:out,out,OUT,4
}

# bats test_tags=valgrind
@test "a number is a mask, in decimal or hexadecimal" {
	empty_fifo 7
	echo data >&7
	expect 0 '7 in' -- pollwait 7:1
	expect 0 '7 in,out' -- pollwait 7:5
	expect 0 '7 in,out' -- pollwait 7:0x5
	expect 0 '7 in,out' -- pollwait 7:0X0005
	expect 0 '7 in,out' -- pollwait 7:1,out
	expect 0 '7 in,out,rdnorm,wrnorm' -- pollwait 7:0xffff
	expect 0 '7 in,out,rdnorm,wrnorm' -- pollwait 7:65535
	expect 0 '7 in,out,rdnorm,wrnorm' -- pollwait 7:0xFFFF
}

@test "a mask of 0 still reports hup, err and nval" {
	empty_fifo 7
	echo data >&7
	expect 1 '' -- pollwait -t 0 7:0
	exec 8< <(:)
	expect 0 '8 hup' -- pollwait 8:0
	exec 8<&-
	expect 3 '8 nval' -- pollwait 8:0x0
}

# bats test_tags=valgrind
@test "an empty part is refused" {
	refused "pollwait: '': the number of a descriptor is missing" -- pollwait ''
	refused 'pollwait: :in: the number of a descriptor is missing' -- pollwait :in
	refused 'pollwait: :: the number of a descriptor is missing' -- pollwait :
	refused 'pollwait: 3:: an event is missing' -- pollwait 3:
	refused 'pollwait: 3:in,: an event is missing' -- pollwait 3:in,
	refused 'pollwait: 3:,in: an event is missing' -- pollwait 3:,in
	refused 'pollwait: 3:in,,out: an event is missing' -- pollwait 3:in,,out
	refused 'pollwait: /dev/fd/: the number of a descriptor is missing' -- pollwait /dev/fd/
	refused 'pollwait: /dev/fd/:in: the number of a descriptor is missing' -- pollwait /dev/fd/:in
}

@test "a word that is not a number is refused" {
	local bad
	for bad in x 3x x3 +3 ' 3' '3 ' 0x3 3.0 3,4 /dev/fd/x /dev/fd/3-4 /dev/fd/+3 \
		/dev/null /dev/fd /proc/self/fd/3x /proc/1/fd/3 3-x x-3 3-4-5 3--4 -; do
		run -2 --separate-stderr pollwait "$bad"
		[ "$output" = '' ]
		[[ $stderr == "pollwait: $bad: "* ]]
		[ "${#stderr_lines[@]}" -eq 1 ]
		run -2 --separate-stderr pollwait "$bad:in"
		[[ $stderr == "pollwait: $bad:in: "* ]]
	done
	refused 'pollwait: 3x:in: "3x": not the number of a descriptor' -- pollwait 3x:in
}

@test "a descriptor above INT_MAX is refused" {
	local bad
	for bad in 2147483648 4294967299 18446744073709551619 \
		99999999999999999999999999999999999999999; do
		refused "pollwait: $bad:in: \"$bad\": no descriptor has a number above 2147483647" \
			-- pollwait $bad:in
		refused "pollwait: 3-$bad: \"$bad\": no descriptor has a number above 2147483647" \
			-- pollwait 3-$bad
	done
}

# bats test_tags=valgrind
@test "a range that runs backwards is refused" {
	refused 'pollwait: 6-3:in: 3 is below 6' -- pollwait 6-3:in
}

# bats test_tags=valgrind
@test "the message about an unknown event names it" {
	refused 'pollwait: 3:foo: unknown event "foo"'"$known" -- pollwait 3:foo
	refused 'pollwait: 3:in,foo: unknown event "foo"'"$known" -- pollwait 3:in,foo
	refused 'pollwait: 3:in:out: unknown event "in:out"'"$known" -- pollwait 3:in:out
	refused 'pollwait: 3:in : unknown event "in "'"$known" -- pollwait '3:in '
	refused 'pollwait: 3:poll: unknown event "poll"'"$known" -- pollwait 3:poll
	refused 'pollwait: 3:pollpollin: unknown event "pollpollin"'"$known" -- pollwait 3:pollpollin
	refused 'pollwait: 3:-1: unknown event "-1"'"$known" -- pollwait 3:-1
	refused 'pollwait: 3:i: unknown event "i"'"$known" -- pollwait 3:i
	refused 'pollwait: 3:inn: unknown event "inn"'"$known" -- pollwait 3:inn
}

@test "a mask that is not a number or too large is refused" {
	local bad
	for bad in 1x 0x 0X 0xg 1e3 0b1 0x10x; do
		refused "pollwait: 3:$bad: \"$bad\": not an event mask" -- pollwait 3:$bad
	done
	for bad in 65536 0x10000 99999999999999999999 0xfffffffffffffffffffff; do
		refused "pollwait: 3:$bad: \"$bad\": no event mask is above 0xffff" -- pollwait 3:$bad
	done
}

@test "the message about several operands in one word asks for a word each" {
	local word
	for word in 3:in,4:in 3,4:in '3:in 4:in' ' 3:in 4:in' 3,4 $'3:in\n4:in' 3:in,x:4 3:0x,4:in 3-5,7 '3 4' '3 4:in' '3:in 4' $'3\n4'; do
		shown=${word//$'\n'/'\012'}
		refused "pollwait: $shown: each operand is a word of its own, as in \"pollwait 3:in 4:in\"" -- pollwait "$word"
	done
	# The manual shows how zsh splits a list.
	# shellcheck disable=SC2016
	expect 0 $'7 out\n8 out' -- zsh -c 'list="7:out 8:out"; pollwait ${=list} 7>/dev/null 8>/dev/null; exit $?'
	refused "pollwait: 3:in:out: unknown event \"in:out\"$known" -- pollwait 3:in:out
	refused 'pollwait: 3:4:in: "4:in": not an event mask' -- pollwait 3:4:in
	refused 'pollwait:  3:in: " 3": not the number of a descriptor' -- pollwait ' 3:in'
}

@test "the message about events joined as in C asks for commas" {
	refused 'pollwait: 3:POLLIN|POLLOUT: events are joined by commas; try 3:POLLIN,POLLOUT' -- pollwait '3:POLLIN|POLLOUT'
	refused 'pollwait: 3-5:in+hup,out: events are joined by commas; try 3-5:in,hup,out' -- pollwait 3-5:in+hup,out
	refused 'pollwait: 3:POLLIN | 0x4: events are joined by commas; try 3:POLLIN,0x4' -- pollwait '3:POLLIN | 0x4'
	refused 'pollwait: 3:select.POLLIN|select.POLLPRI: events are joined by commas; try 3:POLLIN,POLLPRI' \
		-- pollwait '3:select.POLLIN|select.POLLPRI'
	# Events that would be refused again are not suggested.
	local bad
	for bad in 'in|foo' 'in|' '|in' 'in|0x10000' $'in|\e'; do
		refused "pollwait: 3:${bad//$'\e'/'\033'}: unknown event \"${bad//$'\e'/'\033'}\"$known" -- pollwait "3:$bad"
	done
}

# bats test_tags=valgrind
@test "the message about a file name shows how to open it" {
	: >log
	mkfifo fifo
	refused 'pollwait: log: is a file, not a descriptor; try "pollwait 0:in <log"' -- pollwait log
	refused 'pollwait: ./fifo:in: is a file, not a descriptor; try "pollwait 0:in <./fifo"' -- pollwait ./fifo:in
	refused 'pollwait: missing: "missing": not the number of a descriptor' -- pollwait missing
	: >'not plain'
	refused 'pollwait: not plain: "not plain": not the number of a descriptor' -- pollwait 'not plain'
	run -0 bash -c "$(pollwait log 2>&1 | sed 's/.*try "\(.*\)"/\1/')"
	[ "$output" = '0 in' ]
}

@test "the message about an option behind an operand says that options go first" {
	refused 'pollwait: -t: options go first, before the operands, as in "pollwait -t 500 3:in"' -- pollwait 3:in -t 5
	refused 'pollwait: --timeout=5: options go first, before the operands, as in "pollwait -t 500 3:in"' -- pollwait 3:in --timeout=5
	refused 'pollwait: -1: options go first, before the operands, as in "pollwait -t 500 3:in"' -- pollwait 3:in -1
}

@test "the first bad operand is reported" {
	refused 'pollwait: 3:foo: unknown event "foo"'"$known" -- pollwait 1:out 3:foo x 4:bar
}

@test "a bad operand is found before the first poll" {
	empty_fifo 7
	refused 'pollwait: x: "x": not the number of a descriptor' -- pollwait 7:out x
	refused 'pollwait: x: "x": not the number of a descriptor' -- pollwait 7:in x
}

# bats test_tags=valgrind
@test "a message shows the whole argument on one line, with escapes for control characters" {
	refused 'pollwait: a\012b: "a\012b": not the number of a descriptor' -- pollwait $'a\nb'
	refused 'pollwait: 3:\033[31m: unknown event "\033[31m"'"$known" -- pollwait $'3:\e[31m'
	refused 'pollwait: \134: "\134": not the number of a descriptor' -- pollwait '\'
	refused 'pollwait: \233\377\177: "\233\377\177": not the number of a descriptor' -- pollwait $'\x9b\xff\x7f'
	refused 'pollwait: a b%s%n: "a b%s%n": not the number of a descriptor' -- pollwait 'a b%s%n'
	local long
	printf -v long '%050000d' 0
	refused "pollwait: x$long: \"x$long\": not the number of a descriptor" -- pollwait "x$long"
}

@test "two ranges that run on list the open descriptors once for both" {
	expect 0 $'8 out\n7 out' -- only 'exec 7<>/dev/null 8<>/dev/null; pollwait -t 0 8-:out 7-:out'
}

# bats test_tags=valgrind
@test "many operands keep their order and their masks, also where a range follows them" {
	local count
	for count in 8 9 2049; do
		run pollwait -t 0 $(seq -f %g:nval 10000 $((9999 + count))) 10000:in 15000-17999:nval
		# Of 10000 nval is told though its new mask does not ask for it.
		[ "$status" -eq 0 ]
		diff <(seq -f "%g nval" 10000 $((9999 + count)); seq -f "%g nval" 15000 17999) \
			<(sed '/^pollwait: /d' <<<"$output")
	done
}

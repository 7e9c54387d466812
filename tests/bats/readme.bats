# The README: its sessions, scripts and tables.

# bats file_tags=scripts

load helper

# recipe HEADING: print the script below the heading.
recipe() {
	sed -n "/^## $1/,/^## /s/^    //p" "$root/README.md"
}

@test "the session on the first screen runs as shown" {
	sed -n '/^    \$ mkfifo/,/^$/s/^    //p' "$root/README.md" >session
	sed -n 's/^\$ //p' session >script
	sed '/^\$ /d' session >expected
	[ -s expected ]
	local shell
	for shell in bash dash; do
		$shell script >got 2>&1 3>&- 4>&-
		diff -u expected got
	done
}

# in_both SECTION CHECK: run the script of the section in bash and dash at once, and
# CHECK the output of each.  Edit the script first with the sed script in the variable
# changed.
in_both() {
	recipe "$1" | sed "${changed:-}" >script
	[ -s script ]
	[ -z "${changed:-}" ] || ! diff -q script <(recipe "$1")
	rm -rf bash dash
	mkdir bash dash
	(cd bash && exec bash ../script) >bash/output 2>bash/message 3>&- 4>&- &
	local in_bash=$!
	(cd dash && exec dash ../script) >dash/output 2>dash/message 3>&- 4>&-
	wait $in_bash
	local shell
	for shell in bash dash; do
		[ ! -s $shell/message ]
		run -0 cat $shell/output
		"${@:2}"
	done
}

every_line_was_taken() {
	[ "$(grep ^3 <<<"$output")" = $'3: 1\n3: 2\n3: 3' ]
	[[ $(grep -v ^3 <<<"$output") =~ ^4:\ [^$'\n']*[0-9]{2}:[0-9]{2}:[0-9]{2}[^$'\n']*$ ]]
}

@test "the loop that merges two producers takes every line, in bash and dash" {
	in_both 'Merge two producers' every_line_was_taken
}

the_last_line_is_taken() {
	[ "$(grep ^4 <<<"$output")" = '4:  last' ]
}

the_silent_one_is_named() {
	[ "$(tail -n 1 <<<"$output")" = 'given up on 4:in' ]
}

# bats test_tags=slow
@test "the loop takes a last line without newline, blanks kept, and gives up in time" {
	changed='s/date;/printf " last";/' in_both 'Merge two producers' the_last_line_is_taken
	changed='s/10000/1000/; s/sleep 1;/sleep 10;/' in_both 'Merge two producers' the_silent_one_is_named
}

it_says_the_date() {
	[[ $output == 'it says '*[0-9]:[0-9]* ]]
}

# answered LINES: print a sed script that puts LINES in place of the output of pollwait.
answered() {
	printf '2ipollwait() { printf "%s"; }\n' "$1"
}

@test "the wait for a child, its output or ten seconds takes the output" {
	in_both 'Wait for a child' it_says_the_date
	local ready
	for ready in '3 in' '3 in,hup' 'pid:7 in\\n3 in' 'pid:743 in\\n3 in,hup'; do
		changed=$(answered "$ready") in_both 'Wait for a child' it_says_the_date
	done
}

it_was_silent() {
	[ "$output" = 'it has ended, and said nothing' ]
}

it_is_late() {
	[ "$output" = 'nothing in ten seconds' ]
}

@test "the wait for a child tells a silent end and a timeout apart" {
	changed='s/^date/true/' in_both 'Wait for a child' it_was_silent
	# The id of the child may end with a 3.
	local ready
	for ready in '3 hup' 'pid:743 in' 'pid:3 in' 'pid:743 in\\n3 hup'; do
		changed="s/^date/true/;$(answered "$ready")" in_both 'Wait for a child' it_was_silent
	done
	changed='s/^date/sleep 10/; s/10000/50/' in_both 'Wait for a child' it_is_late
}

all_are_done() {
	[[ ${lines[0]} == pid:+([0-9])' in' && ${lines[1]} == pid:+([0-9])' in' ]]
	[ "${lines[2]}" = 'all are done' ]
}

# bats test_tags=slow
@test "the wait for all workers ends when the last is done" {
	in_both 'Wait until all' all_are_done
}

# bats test_tags=slow
@test "the demo merges two producers, polls no more often than needed, and times out" {
	run -0 make -s -C "$root" demo
	[[ $output == *'3 (in,hup): '* || $output == *'3 (in): '* ]]
	[[ $output == *'3 (hup): the end'* ]]
	[[ $output == *'4 (hup): the end'* ]]
	[[ $output == *'status 1: timed out' ]]
	[[ $output =~ ==\ ([0-9]+)\ lines\ and\ 2\ ends\ in\ ([0-9]+)\ polls,\ ([0-9]+) ]]
	# Expect at most one poll for each line, each end and each timeout.
	((BASH_REMATCH[2] <= BASH_REMATCH[1] + 2 + BASH_REMATCH[3]))
}

# bats test_tags=build
@test "the program in C compiles and runs" {
	recipe 'The same in C' | sed -n '/^#define/,/^}/p' >program.c
	cc -std=c99 -Wall -Wextra -Werror -pedantic -I "$root/src/lib" \
		-o program program.c "$build/libpollset.a"
	run -0 ./program </dev/null
	[ "$output" = $'0 is ready\n1 is ready' ]
}

# Print FOLDER/NAME for each name in the map at the head of main.c.
map_of_the_source() {
	awk '
		/^ \*\// { exit }
		/^ \* [a-z]+\/ / { folder = $2; next }
		folder != "" && /^ \*   [a-z]/ {
			sub(/^ \*   /, "")
			sub(/   .*/, "")
			for (n = split($0, names, ", "); n > 0; n--)
				print folder names[n]
		}' "$root/src/main.c"
}

@test "the map of the source names every file, and no other" {
	cd "$root/src"
	diff <(map_of_the_source | sort) \
		<(printf '%s\n' */*.[ch] | sed 's/\.[ch]$//' | sort -u)
}

@test "the picture is well-formed, and names existing sources" {
	cd "$root"
	/usr/bin/python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse("man/way.svg")'
	grep -q '](man/way.svg)' README.md
	local file
	for file in $(grep -o '[a-z]*\.c\b' man/way.svg); do
		[ -n "$(find src -name "$file")" ]
	done
}

@test "every tool that the tests use is installed" {
	local tool
	for tool in bats clang clang-tidy cppcheck shellcheck mandoc col file strace valgrind fish \
		"${shells[@]%% *}"; do
		command -v "$tool"
	done
}

# Replace the ids of processes and pipes, which differ from run to run.
plain() {
	sed -E '/^pollwait: PEER may lack a process: /d
		s/[0-9]{2,}/N/g; s/  +/  /g'
}

# bats test_tags=slow
@test "the session about the pipeline that does not end runs as shown" {
	recipe 'Why does' | grep -v '^pollwait: ' >session
	sed -n 's/^\$ //p' session >script
	sed '/^\$ /d' session | plain >expected
	[ -s expected ]
	local shell
	for shell in bash dash; do
		# Give the background job a file to hold open, not the pipe of bats.
		$shell script >got 2>&1 3>&- 4>&-
		diff -u expected <(plain <got)
	done
}

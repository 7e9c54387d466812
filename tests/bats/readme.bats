# The README: its sessions, scripts and tables.

# bats file_tags=scripts

load helper

# recipe HEADING: print the script below the heading.
recipe() {
	sed -n "/^## $1/,/^## /s/^    //p" "$root/README.md"
}

plain() {
	sed -E -f "$root/tests/reference/plain.sed" "$@"
}

# bats test_tags=slow
@test "every session runs as shown, in bash and in dash" {
	# A session is an indented block that starts with a prompt.
	awk '/^    \$ / && !inside { inside = 1; count++ }
		!/^    / { inside = 0 }
		inside { print substr($0, 5) >("session." count) }' "$root/README.md"
	local session shell count=0 runs=()
	for session in session.*; do
		for shell in bash dash; do
			mkdir "in.$session.$shell"
			# Give background jobs a file to hold open, not the pipe of bats.
			(cd "in.$session.$shell" && exec setsid $shell <(sed -n 's/^[$>] //p' "../$session" | paced)) \
				>"got.$session.$shell" 2>&1 </dev/null 3>&- 4>&- &
			runs+=($!)
		done
		((++count))
	done
	wait "${runs[@]}"
	end_sessions "${runs[@]}"
	for session in session.*; do
		for shell in bash dash; do
			diff -u <(sed '/^[$>] /d' "$session" | plain) <(plain "got.$session.$shell")
		done
	done
	[ $count -eq 2 ]
}

# cheat COMMAND: run the line of the cheat sheet that starts so, on two FIFOs as 3 and 4,
# of which 3 has a line.
cheat() {
	local script
	script=$(recipe 'Cheat sheet' | grep -F "$1 " | sed 's/ *#.*//')
	[ "$(wc -l <<<"$script")" -eq 1 ]
	run bash -c "exec 2>/dev/null 3<>three 4<>four 5>&-; echo line >&3; $script; exit"
	output=$(plain <<<"$output")
	((++cheats))
}

# bats test_tags=command
@test "every line of the cheat sheet does what its comment says" {
	local cheats=0
	mkfifo three four watched
	exec 8<>watched
	holds '<&8'
	sh -c : & a=$!
	sh -c : & b=$!
	export pid=$held child=$a a b
	cheat 'pollwait -t 0 3:in'
	[ "$status $output" = '0 3 in' ]
	cheat 'pollwait -t 5000 3:in 4:in'
	[ "$status $output" = '0 3 in' ]
	cheat 'pollwait -q -t 5000 0:in' <<<answer
	[ "$status $output" = '0 ' ]
	cheat 'pollwait -t 5000 pid:$child'
	[[ "$status $output" == '0 '*'3 in' ]]
	cheat 'pollwait -a'
	[ "$status $output" = $'0 pid:N in\npid:N in' ]
	cheat 'pollwait -q -t 0 5:nval'
	[ "$status $output" = '0 ' ]
	cheat 'pollwait -q -t 0 1:0'
	[ "$status $output" = '1 ' ]
	cheat 'pollwait -l'
	[[ $status == 0 && $output == 'FD  EVENTS  CALL  MODE  UNREAD  PEER  ALSO  TARGET'$'\n0  out  -  rw  0  '* ]]
	cheat 'pollwait -w'
	[ "$status $output" = $'0 PROCESS  FD  EVENTS  CALL  UNREAD  PEER  ENDS  TARGET\nN:sleep  -  -  clock_nanosleep  -  -  time  -' ]
	cheat 'pollwait -q -w'
	[ "$status $output" = '1 ' ]
	# Watch until the process has ended.
	is_watched() { pgrep -x -f "pollwait -m -p $held 0:in"; }
	(until_so is_watched; kill "$held") >watcher 3>&- 4>&- &
	cheat 'pollwait -m'
	[ "$output" = '0 nval' ]
	[ "$cheats" -eq "$(recipe 'Cheat sheet' | grep -c '#')" ]
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

# bats test_tags=command
@test "the script for the builtins takes the line that is there, in bash and zsh" {
	recipe 'bash and zsh' >script
	ln -s "$POLLWAIT_BIN/pollwait.so" pollwait
	BASH_LOADABLES_PATH=$PWD expect 0 early -- bash -c 'enable pollwait && . ./script'
	needs "$build/zsh/pollwait.so"
	expect 0 early -- zsh -fc "module_path=($build/zsh \$module_path) && zmodload pollwait && . ./script"
}

# bats test_tags=slow,command
@test "the demo merges two producers, polls no more often than needed, times out, and explains two hangs" {
	run -0 make -s -C "$root" demo
	[[ $output == *'3 (in,hup): '* || $output == *'3 (in): '* ]]
	[[ $output == *'3 (hup): the end'* ]]
	[[ $output == *'4 (hup): the end'* ]]
	[[ $output == *$'\nstatus 1: timed out\n'* ]]
	[[ $output =~ :cat\ +0\ +-\ +read\ +0\ +[0-9]+/1w:sleep\  ]]
	[[ $output == *' wait for each other'* && $output == *$'\nstatus 3: a deadlock' ]]
	[[ $output =~ ==\ ([0-9]+)\ lines\ and\ 2\ ends\ in\ ([0-9]+)\ polls,\ ([0-9]+) ]]
	# Expect at most one poll for each line, each end and each timeout.
	((BASH_REMATCH[2] <= BASH_REMATCH[1] + 2 + BASH_REMATCH[3]))
}

# bats test_tags=build
@test "the program in C compiles and runs" {
	recipe 'The C library' | sed -n '/^#define/,/^}/p' >program.c
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

@test "the pictures are well-formed, and one names existing sources" {
	cd "$root"
	local picture file
	for picture in man/*.svg; do
		/usr/bin/python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$picture"
		grep -qF "]($picture)" README.md
	done
	for file in $(grep -o '[a-z]*\.c\b' man/way.svg); do
		[ -n "$(find src -name "$file")" ]
	done
}

# bats test_tags=slow
@test "the picture of the terminal shows what pollwait prints" {
	"$root/tests/reference/picture.sh" >got.svg 3>&- 4>&-
	diff -u <(plain "$root/man/why.svg") <(plain got.svg)
}

@test "tests/README.md names every file of the tests, and no other" {
	cd "$root/tests"
	diff <(grep -oE '\b[a-z_]+\.(bats|bash|py|c|awk|sed|sh)\b' README.md | sort -u) \
		<(cd "$root/tests" && printf '%s\n' bats/* c/* reference/*.* | sed 's|.*/||' | sort -u)
}

@test "what is explained of mutants and coverage stands in the sources" {
	local file line
	while IFS= read -r line; do
		file=${line%% | *} line=${line#* | }
		grep -qF -- "$line" "$root/$file" || { echo "$file: $line" && false; }
	done < <(sed '/^#/d; /^$/d' "$root/tests/coverage.explained")
	while IFS= read -r line; do
		file=${line%% | *} line=${line#* | }
		line=${line%% | *}
		grep -qF -- "$line" "$root/$file" || { echo "$file: $line" && false; }
	done < <(sed '/^#/d' "$root/tests/mutants.explained")
}

@test "every tool that the tests use is installed" {
	local tool
	for tool in bats clang clang-tidy cppcheck shellcheck mandoc col file strace valgrind fish \
		tmux ip lsof \
		"${shells[@]%% *}"; do
		command -v "$tool"
	done
}

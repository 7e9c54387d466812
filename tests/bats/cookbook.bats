# The cookbook: each recipe runs as printed in each shell that it names, has the output
# that the page says, and leaves no file and no process.

# bats file_tags=scripts,slow

load helper

page=$root/man/pollwait-cookbook.7

setup_file() {
	needs "$POLLWAIT_BIN/pollwait" "$build/pollwait.so" "$build/zsh/pollwait.so"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir recipes lib
	awk -v dir=recipes -f "$root/tests/reference/recipes.awk" "$page"
	# Put the builtin in a directory in which `enable pollwait` finds it, and the module
	# where `zmodload pollwait` does.
	ln -s "$build/pollwait.so" lib/pollwait
	export BASH_LOADABLES_PATH=$PWD/lib ZDOTDIR=$PWD/lib
	echo "module_path=($build/zsh)" >lib/.zshenv
	# Mark the processes of a recipe by their environment.
	mark=COOKBOOK=$BASHPID.$RANDOM
}

# in_shell SHELL SCRIPT [ARGUMENT...]: run the script in an empty directory, its output
# to the file got.
in_shell() {
	local shell=$1 script=$PWD/recipes/$2
	shift 2
	mkdir work
	# shellcheck disable=SC2086 # the words that start a shell
	(cd work && exec env "$mark" timeout 60 $shell "$script" "$@") >got 2>&1 3>&- 4>&-
}

# Print the processes of recipes that still run.
running() {
	grep -lsxzF "$mark" /proc/[0-9]*/environ | cut -d / -f 3
}

nothing_runs() {
	[ -z "$(running)" ]
}

left_nothing() {
	until_so nothing_runs
	rmdir work
}

teardown() {
	# shellcheck disable=SC2046 # one process a word
	nothing_runs || kill -KILL $(running) 2>/dev/null || true
}

plain() {
	sed -E -f "$root/tests/reference/plain.sed"
}

# as_printed SCRIPT: compare got with the output on the page, in its order or in any.
as_printed() {
	local order=cat
	[ ! -e "recipes/${1%.sh}.any" ] || order='env LC_ALL=C sort'
	diff -u <(plain <"recipes/${1%.sh}.expected") <($order got | plain)
}

# recipe SECTION: run all its scripts at once, in all shells that they name; with the
# builtin of a shell, in that shell alone.
recipe() {
	local script shell place places=() runs=()
	for script in recipes/"$1".*.sh; do
		script=${script#recipes/}
		while read -r shell; do
			[ "${POLLWAIT_SHELL:-$shell}" = "$shell" ] || continue
			# A path with blanks would be escaped in TARGET.
			place=${script%.sh}_${shell// /_}
			mkdir "$place"
			ln -s ../recipes "$place"
			(cd "$place" && in_shell "$shell" "$script" </dev/null) &
			runs+=($!)
			places+=("$place")
		done <"recipes/${script%.sh}.shells"
	done
	((${#runs[@]} >= 1))
	local i
	for i in "${!runs[@]}"; do
		echo "# ${places[i]}"
		wait "${runs[i]}" || { echo "status $?" && cat "${places[i]}/got" && false; }
		(cd "${places[i]}" && as_printed "${places[i]%%_*}.sh" && rmdir work)
	done
	until_so nothing_runs
}

@test "the merging recipe takes every line until all producers have hung up" {
	recipe merging-producers
}

@test "the recipe for output, exit or timeout tells which came first" {
	recipe output-exit-or-timeout
}

@test "the workers recipe collects those that end in time, and stops the others" {
	recipe all-workers-within-a-deadline
}

@test "the pool recipe runs all jobs, and a job that fails frees its place" {
	recipe a-bounded-pool-of-workers
}

@test "the pool of two runs two jobs at a time, and never three" {
	mkdir stubs jobs
	# The first job waits until there is a second.  Each logs the number of jobs.
	cat >stubs/sleep <<-'END'
		#!/bin/sh
		: >"$JOBS/$$"
		count() { set -- "$JOBS"/*; echo $#; }
		[ "$1" != 0.1 ] || until [ "$(count)" -eq 2 ]; do command -p sleep 0.01; done
		count >>"$JOBS.log"
		command -p sleep "$1"
		rm "$JOBS/$$"
	END
	chmod +x stubs/sleep
	local shell
	for shell in bash dash; do
		JOBS=$PWD/jobs PATH=$PWD/stubs:$PATH in_shell $shell a-bounded-pool-of-workers.1.sh
		left_nothing
		[ "$(sort -u jobs.log | tail -n 1)" = 2 ]
		[ "$(wc -l <jobs.log)" -eq 5 ]
		rm jobs.log
	done
}

@test "the conversation recipe works with a FIFO each way and with a coprocess" {
	recipe a-conversation-that-cannot-deadlock
}

@test "the writer recipe notices that the reader has left, in a pipeline and on a FIFO" {
	recipe a-writer-that-stops-when-its-reader-leaves
}

@test "the prompt recipe takes an answer while results come in" {
	local script=a-prompt-while-results-come-in.1.sh shell
	mkfifo terminal
	exec 7<>terminal
	while read -r shell; do
		echo "# $shell"
		: >got
		in_shell "$shell" $script <&7 7>&- &
		until_so grep -qx 'tests: passed' got
		echo yes >&7
		wait $!
		as_printed $script
		left_nothing
	done <recipes/${script%.sh}.shells
}

@test "the prompt recipe without an answer ends at its deadline, or with the input" {
	local script=a-prompt-while-results-come-in.1.sh shell
	mkfifo terminal
	exec 7<>terminal
	while read -r shell; do
		echo "# $shell"
		in_shell "$shell" $script 0.1 <&7 7>&-
		[ "$(sed -n '1p; $p' got)" = $'Install it?\nThe answer is none in time' ]
		left_nothing
		in_shell "$shell" $script </dev/null
		[ "$(sed -n '1p; $p' got)" = $'Install it?\nThe answer is none, end of input' ]
		left_nothing
	done <recipes/${script%.sh}.shells
}

@test "the signal recipe takes signals and work from one wait" {
	recipe a-loop-driven-by-signals
}

# bats test_tags=slow
@test "the signal recipe leaves no process behind after 40 signals, with its -t or without" {
	local script=a-loop-driven-by-signals.1.sh shell timeout place runs=()
	# Start late, so that a signal comes before pollwait polls.
	mkdir late
	cat >late/pollwait <<-END
		#!/bin/sh
		case "\$*" in *"-t 0 "*) ;; *) sleep 0.03 ;; esac
		exec "$POLLWAIT_BIN/pollwait" "\$@"
	END
	chmod +x late/pollwait
	PATH=$PWD/late:$PATH
	for timeout in '-t 60000' ''; do
		awk -v timeout="$timeout" '
			/^\{$/ {
				print "{"
				print "    n=0"
				print "    while [ $n -lt 40 ]; do sleep 0.02; kill -USR1 $$; n=$((n + 1)); done"
				# ksh93 and mksh may miss a signal just before wait sleeps.
				print "    while kill -TERM $$ 2>/dev/null; do sleep 0.1; done"
				skip = 1
			}
			/^\} &$/ { skip = 0 }
			!skip { sub(/-t 1000/, timeout); print }' "recipes/$script" >"recipes/forty$timeout.sh"
		grep -qE "pollwait -q $timeout +3:in" "recipes/forty$timeout.sh"
		while read -r shell; do
			[ "${POLLWAIT_SHELL:-$shell}" = "$shell" ] || continue
			place="$shell $timeout"
			mkdir "$place"
			ln -s ../recipes "$place"
			(cd "$place" && in_shell "$shell" "forty$timeout.sh" </dev/null) &
			runs+=($!)
		done <"recipes/${script%.sh}.shells"
	done
	[ -n "${POLLWAIT_SHELL:-}" ] || ((${#runs[@]} >= 2 * ${#shells[@]}))
	wait "${runs[@]}"
	for place in recipes/../*\ *; do
		echo "# $place"
		diff -u <(printf 'signal: %s\n' reload stop) <(sort -u "$place/got")
	done
	# A pollwait that is left would wait for a minute, or for ever.
	until_so nothing_runs || { running | xargs ps -o pid,ppid,wchan:20,args -p && false; }
}

@test "the service recipe takes requests while clients come and go, and a watch sees them" {
	recipe a-service-whose-clients-come-and-go
}

@test "the recipe for a pipeline that hangs finds and ends the process that holds it open" {
	recipe why-does-this-pipeline-hang
}

@test "the pipeline recipe names the slow side" {
	recipe who-is-slow-in-a-pipeline
}

@test "the recipe for reading without newline takes each part as it comes" {
	recipe reading-what-has-no-newline
}

@test "the recipe that asks and answers answers both questions" {
	recipe ask-and-answer
}

@test "the recipe for a filter ends it when its reader has left" {
	recipe ending-a-filter-whose-reader-has-left
}

@test "the recipe for one deadline ends after its time, with the last line" {
	recipe one-deadline-over-many-waits
}

@test "the barrier recipe tells a word from an end without one" {
	recipe a-barrier-that-tells-an-answer-from-an-end
}

@test "the recipe for a non-blocking output loses no line" {
	recipe a-non-blocking-output-left-behind
}

@test "the recipe for a caller that waits names the child that holds the output open" {
	recipe which-child-keeps-my-caller-waiting
}

@test "the supervisor recipe notices a deadlock" {
	recipe a-supervisor-that-notices-a-deadlock
}

@test "this file tests every recipe, in all six shells" {
	local text section shell count=0
	for text in recipes/*.text; do
		section=${text##*/}
		section=${section%.text}
		grep -qE "^	(recipe|local script=)[ ]?$section\b" "$BATS_TEST_FILENAME"
		for shell in bash dash zsh ksh93 mksh 'busybox sh'; do
			grep -qx "$shell" recipes/"$section".*.shells
		done
		((++count))
	done
	[ $count -eq 19 ]
}

@test "the list of problems leads to every recipe" {
	diff <(sed -n 's/^\.Ss //p' "$page" | sort) \
		<(sed -n '/^\.Sh DESCRIPTION/,/^\.Sh /s/^\.Sx \(.*[^ ,]\)[ ,]*$/\1/p' "$page" | sort)
}

@test "the text of a recipe names each shell that a script leaves out" {
	local claim section shell
	for claim in recipes/*.shells; do
		section=${claim##*/}
		section=${section%%.*}
		[ -s "recipes/$section.text" ]
		for shell in bash dash zsh ksh93 mksh 'busybox sh'; do
			grep -qx "$shell" "$claim" || grep -qw "$shell" "recipes/$section.text"
		done
	done
}

@test "the formatted page shows the scripts as they are run" {
	mandoc -T ascii "$page" | col -bx | sed 's/^  *//' >shown
	local script
	for script in recipes/*.sh; do
		[ -s "$script" ]
		sed 's/^ *//' "$script" >plain
		/usr/bin/python3 -c 'import sys
shown, script = (open(name).read().split("\n") for name in sys.argv[1:])
lines = "\n".join(filter(None, script))
assert lines in "\n".join(filter(None, shown)), lines' shown plain
	done
}

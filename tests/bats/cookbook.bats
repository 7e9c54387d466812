# The cookbook: each recipe runs as it stands, in each shell that it claims, prints
# what the page says, and leaves nothing behind.

# bats file_tags=scripts

load helper

page=$root/man/pollwait-cookbook.7

setup_file() {
	needs "$POLLWAIT_BIN/pollwait" "$POLLWAIT_BIN/pollwait.so"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir recipes lib
	awk -v dir=recipes -f "$root/tests/reference/recipes.awk" "$page"
	# Where `enable pollwait` finds the builtin.
	ln -s "$POLLWAIT_BIN/pollwait.so" lib/pollwait
	export BASH_LOADABLES_PATH=$PWD/lib
	# By this is known what a recipe starts, and what that starts.
	mark=COOKBOOK=$BASHPID.$RANDOM
}

# in_shell SHELL SCRIPT [ARGUMENT...]: runs it in a directory of its own, into got.
in_shell() {
	local shell=$1 script=$PWD/recipes/$2
	shift 2
	mkdir work
	# shellcheck disable=SC2086 # the words that start a shell
	(cd work && exec env "$mark" timeout 60 $shell "$script" "$@") >got 2>&1 3>&- 4>&-
}

# What recipes have started and still runs.
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

# What differs from run to run: processes, directories, who may be inspected.
plain() {
	sed -E 's/,\?( |$)/\1/; s/pid:[0-9]+/pid:N/; s/ [0-9]+\/1:/ N\/1:/
		s| /.*/([a-z]+ \(deleted\))| /\1|; s/  +/  /g'
}

# as_printed SCRIPT: got is what the page says, line by line or in any order.
as_printed() {
	local order=cat
	[ ! -e "recipes/${1%.sh}.any" ] || order='env LC_ALL=C sort'
	diff -u <(plain <"recipes/${1%.sh}.expected") <($order got | plain)
}

# recipe SECTION: all its scripts, in all shells that they claim, side by side.
recipe() {
	local script shell place places=() runs=()
	for script in recipes/"$1".*.sh; do
		script=${script#recipes/}
		while read -r shell; do
			place="${script%.sh} in $shell"
			mkdir "$place"
			ln -s ../recipes "$place"
			(cd "$place" && in_shell "$shell" "$script" </dev/null) &
			runs+=($!)
			places+=("$place")
		done <"recipes/${script%.sh}.shells"
	done
	((${#runs[@]} >= ${#shells[@]}))
	local i
	for i in "${!runs[@]}"; do
		echo "# ${places[i]}"
		wait "${runs[i]}" || { echo "status $?" && cat "${places[i]}/got" && false; }
		(cd "${places[i]}" && as_printed "${places[i]%% *}.sh" && rmdir work)
	done
	until_so nothing_runs
}

@test "producers are merged until all have hung up, the last line without a newline too" {
	recipe merging-producers
}

@test "output, an exit and a timeout are told apart, whichever is first" {
	recipe output-exit-or-timeout
}

@test "the workers that end within the deadline are collected, the others stopped" {
	recipe all-workers-within-a-deadline
}

@test "a pool runs all jobs, and a job that fails frees its place" {
	recipe a-bounded-pool-of-workers
}

@test "a pool of two runs two at a time, and never three" {
	mkdir stubs jobs
	# The first one waits until there is a second; each says how many there are.
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

@test "a filter is asked and answers, in a FIFO each way and as a coprocess" {
	recipe a-conversation-that-cannot-deadlock
}

@test "a writer notices that its reader has left, in a pipeline and on a FIFO" {
	recipe a-writer-that-stops-when-its-reader-leaves
}

@test "a question is answered while results come in" {
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

@test "a question without an answer ends at its deadline, or with the input" {
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

@test "a loop takes signals and work from one wait" {
	recipe a-loop-driven-by-signals
}

@test "a service takes requests while clients come and go, and a watch sees them" {
	recipe a-service-whose-clients-come-and-go
}

@test "the process that holds a pipe open is found and ended" {
	recipe who-holds-this-pipe-open
}

@test "the slow side of a pipeline is named" {
	recipe who-is-slow-in-a-pipeline
}

@test "every recipe is tested here, and runs in all six shells" {
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
	[ $count -eq 11 ]
}

@test "a shell that a script leaves out is named in the recipe's text" {
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

@test "the scripts are shown as they are run" {
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

# The library, called from C.  Each test is a function of pollset_test.c.
# bats file_tags=valgrind,core

load helper

setup_file() {
	needs "$POLLWAIT_BIN/pollset_test"
}

# holds: run the function that has the name of this test.
holds() {
	local name=${BATS_TEST_DESCRIPTION// /_}
	# shellcheck disable=SC2086 # the words of a command
	${POLLWAIT_RUNNER:-} "$POLLWAIT_BIN/pollset_test" "$name" "$@"
}

@test "registering again keeps the place and takes the mask" {
	holds
}

@test "errors set errno and change nothing" {
	holds
}

@test "a closed descriptor is ready with nval" {
	holds
}

@test "next returns nothing after a timeout" {
	holds
}

# bats test_tags=limit
@test "next returns nothing after a failed poll" {
	holds
}

@test "a walk skips an entry that was unregistered during the walk" {
	holds
}

@test "a failed allocation leaves the set as it was" {
	holds
}

@test "a million rounds take no more memory than one" {
	holds
}

# bats test_tags=cost
@test "memory and time follow the number registered" {
	holds
}

@test "a storm of signals neither shortens nor stretches the wait" {
	holds
}

# bats test_tags=ppoll
@test "a storm of signals with a mask neither shortens nor stretches the wait" {
	holds
}

# bats test_tags=limit
@test "a storm faster than one look does not stretch the wait" {
	holds
}

@test "the hook decides if an interrupted wait goes on" {
	holds
}

@test "the mask is in place during the wait alone" {
	holds
}

@test "a timeout is never early" {
	holds
}

@test "deadlines hold at the ends of the clock and of timeouts" {
	holds
}

@test "a random sequence agrees with an ordered list" {
	local seed
	for seed in 1 2 3 4 5; do
		holds $seed
	done
}

@test "this file runs every function of pollset_test" {
	local name
	for name in $("$POLLWAIT_BIN/pollset_test"); do
		grep -q "\"${name//_/ }\"" "$BATS_TEST_FILENAME"
	done
}

@test "the header names the feature macro that it needs" {
	echo '#include "pollset.h"' >strict.c
	run -1 "${CC:-cc}" -std=c11 -I "$root/src/lib" -fsyntax-only strict.c
	[[ $output == *'pollset.h needs _POSIX_C_SOURCE 200112L or later'* ]]
	run -1 "${CC:-cc}" -std=c11 -D_POSIX_C_SOURCE=199506L -I "$root/src/lib" -fsyntax-only strict.c
	[[ $output == *'pollset.h needs _POSIX_C_SOURCE 200112L or later'* ]]
	"${CC:-cc}" -std=c11 -D_POSIX_C_SOURCE=200112L -I "$root/src/lib" -Wall -Wextra -Werror -fsyntax-only strict.c
	"${CC:-cc}" -std=c11 -D_XOPEN_SOURCE=600 -I "$root/src/lib" -Werror -fsyntax-only strict.c
	"${CC:-cc}" -I "$root/src/lib" -Werror -fsyntax-only strict.c
}

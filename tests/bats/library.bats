# The library, used from an installed tree.
# bats file_tags=build

load helper

# Install once into an empty prefix, and let pkg-config find it there.
setup_file() {
	needs "$build/libpollset.a"
	copy_build "$BATS_FILE_TMPDIR/build"
	unset CC CFLAGS CPPFLAGS LDFLAGS PREFIX DESTDIR BUILD MAKEFLAGS MFLAGS MAKELEVEL
	export prefix=$BATS_FILE_TMPDIR/prefix
	export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
	make -s -j2 -C "$root" install PREFIX="$prefix" BUILD="$BATS_FILE_TMPDIR/build"
}

# Print the program of the manual.
program() {
	sed -n '/^#define _POSIX/,/^\.Ed/p' "$prefix/share/man/man3/pollset.3" | sed '/^\.Ed/d'
}

# merges COMMAND...: expect that the command copies two pipes until both have hung up.
merges() {
	mkfifo a b
	# Each pipe gets one write, so that no line is divided.
	seq 1 800 >a 3>&- 4>&- &
	seq 801 1600 >b 3>&- 4>&- &
	"$@" 3<a 4<b >got
	[ "$(sort -n got)" = "$(seq 1 1600)" ]
	rm a b
}

@test "the manual's program works with the shared library" {
	program >program.c
	# shellcheck disable=SC2046 # the words of the flags
	cc -std=c99 -Wall -Wextra -Werror -pedantic -o program program.c $(pkg-config --cflags --libs pollset)
	run -0 env LC_ALL=C readelf -d program
	[[ $output == *'[libpollset.so.0]'* ]]
	merges env LD_LIBRARY_PATH="$prefix/lib" ./program
}

@test "the manual's program works with the static library" {
	program >program.c
	# shellcheck disable=SC2046
	cc -std=c99 -static -o program program.c $(pkg-config --cflags --libs pollset)
	merges ./program
}

@test "the manual's program works as C++" {
	program | sed 's/POLLSET_FOREVER/-1/' >program.cc
	# shellcheck disable=SC2046
	g++ -std=c++11 -Wall -Wextra -Werror -pedantic -o program program.cc $(pkg-config --cflags --libs pollset)
	merges env LD_LIBRARY_PATH="$prefix/lib" ./program
}

# bats test_tags=slow
@test "a million random operations give the answers of select.poll" {
	# shellcheck disable=SC2046
	cc -O2 -D_GNU_SOURCE -o operations "$root/tests/c/operations.c" $(pkg-config --cflags --libs pollset)
	LD_LIBRARY_PATH=$prefix/lib ./operations 1000000 >got &
	/usr/bin/python3 "$root/tests/reference/operations.py" 1000000 >expected
	wait $!
	[ "$(wc -l <expected)" -gt 800000 ]
	cmp expected got
}

@test "the command, the builtin and the manuals work from the prefix" {
	run -0 "$prefix/bin/pollwait" -V
	[ "$output" = 'pollwait 0.2.0' ]
	# shellcheck disable=SC2016
	run -0 env BASH_LOADABLES_PATH="$prefix/lib/bash" PATH=/usr/bin:/bin bash -c \
		'enable pollwait || enable -f pollwait pollwait; exec 7>/dev/null; pollwait -A got 7:out; echo "$(type -t pollwait) ${got[7]}"'
	[ "$output" = 'builtin out' ]
	# shellcheck disable=SC2016
	run -0 zsh -fc 'module_path=($1); zmodload pollwait; exec 7>/dev/null; pollwait -A got 7:out; echo $got[7]' \
		zsh "$prefix/lib/zsh"
	[ "$output" = out ]
	local manual
	for manual in man1/pollwait.1 man1/pollwait-builtin.1 man3/pollset.3 man7/pollwait-cookbook.7; do
		run -0 mandoc -T ascii "$prefix/share/man/$manual"
		[[ $output == *'pollwait 0.2.0'* ]]
	done
}

@test "both libraries export the functions of the header, and nothing else" {
	sed -n 's/.*\(pollset_[a-z_]*\)(.*/\1/p' <(sed -n '/^extern "C"/,$p' "$prefix/include/pollset.h" | grep -v '^ \*\|^/\*') |
		sort -u >declared
	[ "$(wc -l <declared)" -eq 9 ]
	diff declared <(nm -D --defined-only "$prefix/lib/libpollset.so" | sed 's/.* //' | sort)
	diff declared <(nm -g --defined-only "$prefix/lib/libpollset.a" | sed -n 's/.* T //p' | sort)
}

@test "the installed header names the feature macro that it needs" {
	echo '#include <pollset.h>' >bare.c
	run ! cc -std=c99 -fsyntax-only -I "$prefix/include" bare.c
	[[ $output == *'pollset.h needs _POSIX_C_SOURCE 200112L or later'* ]]
	local macro
	for macro in _POSIX_C_SOURCE=200112L _POSIX_C_SOURCE=200809L _XOPEN_SOURCE=700 _GNU_SOURCE; do
		cc -std=c99 -Wall -Wextra -Werror -pedantic -fsyntax-only -D$macro -I "$prefix/include" bare.c
	done
}

@test "the manual names every function of the header and every error" {
	local name
	for name in $(sed -n 's/.* \(pollset_[a-z_]*\)$/\1/p' <(nm -D --defined-only "$prefix/lib/libpollset.so")); do
		grep -q "^\.F[no] $name" "$root/man/pollset.3"
	done
	for name in $(grep -o '\bE[A-Z]\{3,\}\b' "$root/src/lib/pollset.h" | sort -u); do
		grep -q "Bq Er $name" "$root/man/pollset.3"
	done
	grep -qx ".Os pollwait $(pkg-config --modversion pollset)" "$prefix/share/man/man3/pollset.3"
}

@test "a later make writes another prefix into the .pc file" {
	make -s -C "$root" install PREFIX="$PWD/other" BUILD="$BATS_FILE_TMPDIR/build"
	grep -qx "prefix=$PWD/other" other/lib/pkgconfig/pollset.pc
}

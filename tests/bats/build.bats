# The Makefile: the products, and the places where they are installed.
# bats file_tags=build

load helper

# Build a copy of the sources once for all tests that begin with a build.
setup_file() {
	without_variables
	copy_sources "$BATS_FILE_TMPDIR"
	make -s -j2 -C "$BATS_FILE_TMPDIR/tree"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	without_variables
	copy_sources .
}

# The variables of the make that runs the tests are not for the makes of the tests.
without_variables() {
	unset CC CFLAGS CPPFLAGS LDFLAGS PREFIX DESTDIR BUILD MAKEFLAGS MFLAGS MAKELEVEL
}

# copy_sources DIRECTORY: copy the sources, without their build, to DIRECTORY/tree.
copy_sources() {
	mkdir "$1/tree"
	cp -R "$root/Makefile" "$root/src" "$root/man" "$root/tests" "$1/tree"
}

# Put the build of the default targets into the tree.
with_the_build() {
	rm -r tree
	cp -a "$BATS_FILE_TMPDIR/tree" .
}

# without COMMAND...: set a PATH on which these are missing.
without() {
	local directory
	mkdir bin
	for directory in /usr/bin /usr/sbin; do
		ln -sf "$directory"/* bin
	done
	(cd bin && rm "$@")
	PATH=$PWD/bin
}

is_static() {
	run -0 env LC_ALL=C file "$1"
	[[ $output == *'statically linked'* ]]
}

works() {
	run -0 "$1" -V
	[ "$output" = 'pollwait 0.2.0' ]
	run -0 "$1" -t 0 1:out
	[ "$output" = '1 out' ]
}

@test "the command is linked statically with musl if musl-gcc is there" {
	with_the_build
	is_static tree/build/pollwait
	works tree/build/pollwait
	grep -qa musl-gcc <(make -n -B -C tree)
}

# bats test_tags=slow
@test "the command is linked statically with the system's libc if musl-gcc is missing" {
	without musl-gcc
	make -s -j2 -C tree build/pollwait
	is_static tree/build/pollwait
	works tree/build/pollwait
}

# bats test_tags=slow
@test "the command is linked dynamically if no static link works" {
	without musl-gcc cc
	cat >bin/cc <<-'END'
		#!/bin/sh
		for argument; do [ "$argument" != -static ] || exit 1; done
		exec gcc "$@"
	END
	chmod +x bin/cc
	make -s -j2 -C tree build/pollwait
	run is_static tree/build/pollwait
	[ "$status" -ne 0 ]
	works tree/build/pollwait
}

# bats test_tags=slow
@test "CC and the flags of the user build everything" {
	run -0 make -j2 -C tree CC=clang CFLAGS='-O0 -g' CPPFLAGS=-DMINE LDFLAGS=-Wl,--build-id=none all
	[[ $output != *musl* ]]
	[[ $output == *'clang '*' -DMINE -O0 -g '* ]]
	[[ $output == *'clang -O0 -g '*'-Wl,--build-id=none -o build/pollwait '* ]]
	works tree/build/pollwait
	run -0 env CC=clang make -n -C tree BUILD=other other/pollwait
	[[ $output == *'clang '*' -o other/pollwait '* ]]
	[[ $output != *musl* ]]
}

# bats test_tags=slow
@test "the builtin is built by the system's compiler, if bash's headers are there" {
	make -s -j2 -C tree CC=musl-gcc CFLAGS=-O0 LDFLAGS=-static build/pollwait build/pollwait.so
	# shellcheck disable=SC2016
	run -0 bash -c 'enable -f tree/build/pollwait.so pollwait; pollwait -V; type -t pollwait'
	[ "$output" = $'pollwait 0.2.0\nbuiltin' ]
	run -0 nm -D --defined-only tree/build/pollwait.so
	[[ $output == *' D pollwait_struct' && ${#lines[@]} -eq 1 ]]
	# A bash without one of the functions refuses it, and lives.
	run -0 readelf -d tree/build/pollwait.so
	[[ $output == *NOW* ]]
	with_the_build
	rm tree/build/pollwait.so
	make -s -C tree BASH_HEADERS=/nowhere
	[ ! -e tree/build/pollwait.so ]
	make -s -C tree install BASH_HEADERS=/nowhere DESTDIR="$PWD/image"
	[ ! -e image/usr/local/lib/bash ]
	run ! make -C tree builtin BASH_HEADERS=/nowhere
}

@test "a second make has nothing to do" {
	with_the_build
	run -0 make -C tree
	[[ $output == *"Nothing to be done for 'all'"* ]]
	run -0 make -q -C tree
	local flags=(CFLAGS=-O0 "CPPFLAGS=-DWORDS='\"it is, \\\\ \"'" 'LDFLAGS=-Wl,-rpath,/$$ORIGIN')
	make -s -j2 -C tree "${flags[@]}"
	run -0 make -q -C tree "${flags[@]}"
	run -1 make -q -C tree
}

# bats test_tags=slow
@test "make runs nothing before there is something to make" {
	with_the_build
	# runs N COMMAND...: N programs, the command included.
	runs() {
		run -0 strace -f -qq -e trace=execve -e signal=none -o trace "${@:2}"
		[ "$(grep -c ' = 0$' trace)" -eq "$1" ]
	}
	runs 1 make -C tree
	runs 1 make -n -B -C tree
	runs 1 make -n -C tree dist
	runs 2 make -C tree clean
	runs 1 make -n -C tree
}

# bats test_tags=slow
@test "make prints the commands that it runs, and nothing else" {
	with_the_build
	# Each rule, and one source for all of a kind.
	find tree/build -type f ! -name '*.o' ! -name '*.d' ! -name flags -delete
	touch tree/src/lib/pollset.c tree/src/main.c tree/src/host/shell.h
	make --no-print-directory -n -C tree all >announced
	make --no-print-directory -C tree all >printed 2>&1
	grep -q 'src/main.c' printed
	diff announced printed
	make --no-print-directory -C tree clean >printed 2>&1
	[ "$(<printed)" = 'rm -rf build' ]
}

@test "a changed header compiles again the sources that include it" {
	with_the_build
	touch tree/src/cli/event.h
	run -0 make -C tree
	[[ $output == *src/cli/event.c* ]]
	[[ $output != *src/base/number.c* ]]
}

# bats test_tags=slow
@test "other flags of the linker, and another prefix, change what they are for" {
	with_the_build
	run -0 make -n -C tree LDFLAGS=-Wl,--build-id=none
	[[ $output == *'-o build/pollwait '* && $output == *'-o build/pollwait.so '* && $output == *'-o build/libpollset.so.0 '* ]]
	run -0 make -C tree PREFIX=/opt
	[[ $output != *' -o '* ]]
	grep -qx prefix=/opt tree/build/pollset.pc
}

@test "a packager can leave out the flags of the linker that take hardening away" {
	run -0 make -n -C tree build/pollwait
	[[ $output == *' -static -Wl,-z,noseparate-code,-z,norelro '* ]]
	run -0 make -n -C tree build/pollwait STARTUP_LDFLAGS=
	[[ $output == *' -static '* && $output != *-z,no* ]]
}

@test "the soname has a number of its own" {
	make -s -C tree library VERSION=9.9.9
	run -0 readelf -d tree/build/libpollset.so
	[[ $output == *'[libpollset.so.0]'* ]]
	make -s -C tree library ABI=7
	run -0 readelf -d tree/build/libpollset.so
	[[ $output == *'[libpollset.so.7]'* ]]
}

# bats test_tags=slow
@test "with -flto it works, and the static library links with either compiler" {
	cat >program.c <<-'END'
		#define _POSIX_C_SOURCE 200809L
		#include "tree/src/lib/pollset.h"
		int main(void) { struct pollset *set = pollset_new(); return set == 0 || pollset_poll(set, 0, 0) != 0; }
	END
	local compiler user flags
	for compiler in gcc clang; do
		make -s -j2 -C tree CC=$compiler CFLAGS='-O1 -flto' build/pollwait build/pollwait.so library
		works tree/build/pollwait
		run -0 bash -c 'enable -f tree/build/pollwait.so pollwait; pollwait -t 0 1:out; type -t pollwait'
		[ "$output" = $'1 out\nbuiltin' ]
		run -0 nm -D --defined-only tree/build/pollwait.so
		[ "${#lines[@]}" -eq 1 ]
		for user in gcc clang; do
			for flags in -O2 -flto; do
				$user $flags -o program program.c tree/build/libpollset.a
				./program
			done
		done
		# The names of the shared library.
		run -0 nm -g --defined-only tree/build/libpollset.a
		diff <(sed -n 's/.* T //p' <<<"$output" | sort) <(nm -D --defined-only tree/build/libpollset.so | sed 's/.* //' | sort)
		[ "$(grep -c ' [A-Z] ' <<<"$output")" -eq 9 ]
	done
}

# bats test_tags=slow
@test "objects of different compilers and flags are not linked together" {
	local made=tree/build/libpollset.so.0
	built() { make -s -C tree library "$@"; }
	with_the_build
	cp $made first
	built CC=clang
	run ! cmp -s first $made
	built
	cmp first $made
	built CFLAGS=-O0
	run ! cmp -s first $made
	make -s -j2 -C tree build/pollwait build/pollwait.1 VERSION=9.9.9
	run -0 tree/build/pollwait -V
	[ "$output" = 'pollwait 9.9.9' ]
	grep -q 'pollwait 9.9.9' tree/build/pollwait.1
}

@test "a source that was removed is no longer linked" {
	with_the_build
	echo '__attribute__((visibility("default"))) int left_over = 1;' >tree/src/lib/left_over.c
	make -s -C tree library
	grep -q left_over tree/build/libpollset.so
	rm tree/src/lib/left_over.c
	make -s -C tree library
	run ! grep -q left_over tree/build/libpollset.so
}

# bats test_tags=slow
@test "make -R builds the same command" {
	with_the_build
	cp tree/build/pollwait first
	make -s -C tree clean
	make -s -j2 -R -C tree build/pollwait
	cmp first tree/build/pollwait
}

# bats test_tags=slow
@test "equal sources give equal bytes in any directory" {
	mkdir -p 'else/where it is'
	cp -R tree 'else/where it is/tree2'
	with_the_build
	ln -s 'else/where it is/tree2' link
	equal() {
		make -s -j2 -C tree "$@"
		(cd link && make -s -j4 "$@")
		cmp "tree/$1" "link/$1"
	}
	equal build/pollwait
	equal build/pollwait.so
	equal build/pollwait CC=clang CFLAGS=-g
	equal build/pollwait CC=gcc CFLAGS='-g -flto'
}

@test "install puts each file under the prefix, and uninstall removes it" {
	with_the_build
	(umask 077 && make -s -C tree install PREFIX=/opt/there DESTDIR="$PWD/an image")
	run -0 bash -c 'cd an\ image && find . -type f -printf "%m %p\n" -o -type l -printf "%m %p@\n" -o -printf "%m %p/\n" | LC_ALL=C sort -k 2'
	show_difference installed "$output" "$(
		cat <<-END
			$(stat -c %a 'an image') ./
			755 ./opt/
			755 ./opt/there/
			755 ./opt/there/bin/
			755 ./opt/there/bin/pollwait
			755 ./opt/there/include/
			644 ./opt/there/include/pollset.h
			755 ./opt/there/lib/
			755 ./opt/there/lib/bash/
			755 ./opt/there/lib/bash/pollwait
			644 ./opt/there/lib/libpollset.a
			755 ./opt/there/lib/libpollset.so.0
			777 ./opt/there/lib/libpollset.so@
			755 ./opt/there/lib/pkgconfig/
			644 ./opt/there/lib/pkgconfig/pollset.pc
			755 ./opt/there/lib/zsh/
			755 ./opt/there/lib/zsh/pollwait.so
			755 ./opt/there/share/
			755 ./opt/there/share/bash-completion/
			755 ./opt/there/share/bash-completion/completions/
			644 ./opt/there/share/bash-completion/completions/pollwait
			755 ./opt/there/share/fish/
			755 ./opt/there/share/fish/vendor_completions.d/
			644 ./opt/there/share/fish/vendor_completions.d/pollwait.fish
			755 ./opt/there/share/man/
			755 ./opt/there/share/man/man1/
			644 ./opt/there/share/man/man1/pollwait-builtin.1
			644 ./opt/there/share/man/man1/pollwait.1
			755 ./opt/there/share/man/man3/
			644 ./opt/there/share/man/man3/pollset.3
			755 ./opt/there/share/man/man7/
			644 ./opt/there/share/man/man7/pollwait-cookbook.7
			755 ./opt/there/share/zsh/
			755 ./opt/there/share/zsh/site-functions/
			644 ./opt/there/share/zsh/site-functions/_pollwait
		END
	)"
	works 'an image/opt/there/bin/pollwait'
	make -s -C tree uninstall PREFIX=/opt/there DESTDIR="$PWD/an image"
	run -0 find 'an image' ! -type d
	[ "$output" = '' ]
}

# bats test_tags=slow
@test "the tarball has equal bytes at any place and time, and is a tree that builds" {
	local tarball=build/pollwait-0.2.0.tar.gz
	cp "$root"/.[a-z]* "$root/README.md" -R -t tree
	rm -rf tree/.git
	# git does not take this for a repository.
	mkdir tree/.git 'another place'
	touch tree/.git/config
	cp -R tree 'another place/tree'
	touch -d '2001-02-03' tree/src/*
	make -s -C tree dist SOURCE_DATE_EPOCH=1700000000
	(cd 'another place' && umask 077 && TZ=Asia/Tokyo LC_ALL=C make -s -C tree dist SOURCE_DATE_EPOCH=1700000000)
	cmp tree/$tarball "another place/tree/$tarball"
	mkdir unpacked
	tar -xzf tree/$tarball -C unpacked
	diff -r --exclude=build --exclude=.git tree unpacked/pollwait-0.2.0
	[ ! -e unpacked/pollwait-0.2.0/.git ]
	[ "$(stat -c %Y unpacked/pollwait-0.2.0/Makefile)" = 1700000000 ]
	# The unpacked tree makes an equal tarball, and is not told the time.
	make -s -C unpacked/pollwait-0.2.0 dist
	cmp tree/$tarball unpacked/pollwait-0.2.0/$tarball
	make -s -j2 -C unpacked/pollwait-0.2.0 build/pollwait
	works unpacked/pollwait-0.2.0/build/pollwait
	(cd unpacked/pollwait-0.2.0 && env -u POLLWAIT_BIN -u POLLWAIT_BUILD bats --tap tests/bats/status.bats 3>&-)
}

@test "the tarball has the files that git knows, and no others" {
	mkdir bin
	cat >bin/git <<-'END'
		#!/bin/sh
		# Of this directory alone, and not of one above it.
		[ "$1" = --git-dir=.git ] || exit 128
		case $2 in
		archive) tar -c README.md Makefile src/main.c ;;
		log) echo 1234567890 ;;
		esac
	END
	chmod +x bin/git
	cp "$root/README.md" tree
	PATH=$PWD/bin:$PATH make -s -C tree dist
	run -0 env TZ=UTC tar -tvzf tree/build/pollwait-0.2.0.tar.gz
	[ "${#lines[@]}" -eq 5 ]
	[[ ${lines[1]} == '-rw-r--r-- 0/0 '*' 2009-02-13 23:31 pollwait-0.2.0/Makefile' ]]
	[[ ${lines[4]} == *' pollwait-0.2.0/src/main.c' ]]
}

@test "clean removes all that make built" {
	mv tree before
	cp -a "$BATS_FILE_TMPDIR/tree" .
	make -s -C tree clean
	diff -r before tree
}

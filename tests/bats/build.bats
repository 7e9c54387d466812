# The Makefile: what is built of what, and where it goes.
# bats file_tags=build

load helper

# Build in a copy: a build of this tree is not needed.
setup_file() {
	:
}

# A copy of the sources, without what was built.
setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir tree
	cp -R "$root/Makefile" "$root/src" "$root/man" "$root/tests" tree
	unset CC CFLAGS CPPFLAGS LDFLAGS PREFIX DESTDIR BUILD MAKEFLAGS MFLAGS MAKELEVEL
}

# without COMMAND...: a PATH on which these are missing.
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
	[ "$output" = 'pollwait 0.1.0' ]
	run -0 "$1" -t 0 1:out
	[ "$output" = '1 out' ]
}

@test "the command is static, of musl where musl-gcc is" {
	make -s -j2 -C tree
	is_static tree/build/pollwait
	works tree/build/pollwait
	grep -qa musl-gcc <(make -n -B -C tree)
}

@test "without musl-gcc the command is static, of the system's libc" {
	without musl-gcc
	make -s -j2 -C tree build/pollwait
	is_static tree/build/pollwait
	works tree/build/pollwait
}

@test "where nothing static links, the command is dynamic" {
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

@test "a compiler of the user builds everything, with his flags" {
	run -0 make -C tree CC=clang CFLAGS='-O1 -g' CPPFLAGS=-DMINE LDFLAGS=-Wl,--build-id=none all
	[[ $output != *musl* ]]
	[[ $output == *'clang '*' -DMINE -O1 -g '* ]]
	[[ $output == *'clang -O1 -g '*'-Wl,--build-id=none -o build/pollwait '* ]]
	works tree/build/pollwait
	run -0 env CC=clang make -C tree BUILD=other other/pollwait
	[[ $output != *musl* ]]
}

@test "the builtin is built where bash's headers are, by the system's compiler" {
	make -s -j2 -C tree CC=musl-gcc CFLAGS=-O1 LDFLAGS=-static
	# shellcheck disable=SC2016
	run -0 bash -c 'enable -f tree/build/pollwait.so pollwait; pollwait -V; type -t pollwait'
	[ "$output" = $'pollwait 0.1.0\nbuiltin' ]
	run -0 nm -D --defined-only tree/build/pollwait.so
	[[ $output == *' D pollwait_struct'* ]]
	run ! grep -E ' T (main|run|host)' <<<"$output"
	make -s -C tree clean
	make -s -j2 -C tree BASH_HEADERS=/nowhere
	[ ! -e tree/build/pollwait.so ]
	make -s -C tree install BASH_HEADERS=/nowhere DESTDIR="$PWD/image"
	[ ! -e image/usr/local/lib/bash ]
	run ! make -C tree builtin BASH_HEADERS=/nowhere
}

@test "a second make has nothing to do" {
	make -s -j2 -C tree
	run -0 make -C tree
	[[ $output == *"Nothing to be done for 'all'"* ]]
	run -0 make -q -C tree
}

@test "a changed header is noticed" {
	make -s -j2 -C tree
	touch tree/src/cli/event.h
	run -0 make -C tree
	[[ $output == *src/cli/event.c* ]]
	[[ $output != *src/base/number.c* ]]
}

@test "objects of another compiler or other flags are not mixed" {
	local command='build/pollwait build/pollwait.1'
	# shellcheck disable=SC2086 # two targets
	built() { make -s -j2 -C tree $command "$@"; }
	built
	cp tree/build/pollwait first
	built CC=gcc
	run ! cmp -s first tree/build/pollwait
	built
	cmp first tree/build/pollwait
	built VERSION=9.9.9
	run -0 tree/build/pollwait -V
	[ "$output" = 'pollwait 9.9.9' ]
	grep -q 'pollwait 9.9.9' tree/build/pollwait.1
	built CFLAGS=-O0
	run ! cmp -s first tree/build/pollwait
}

@test "a source that is gone is no longer linked" {
	echo 'int left_over = 1;' >tree/src/left_over.c
	make -s -j2 -C tree CFLAGS=-g build/pollwait
	rm tree/src/left_over.c
	make -s -j2 -C tree CFLAGS=-g build/pollwait
	run ! grep -q left_over tree/build/pollwait
}

@test "without make's own variables it builds the same" {
	make -s -j2 -C tree build/pollwait
	cp tree/build/pollwait first
	make -s -C tree clean
	make -s -j2 -R -C tree build/pollwait
	cmp first tree/build/pollwait
}

@test "the same sources give the same bytes, wherever they lie" {
	mkdir -p 'else/where it is'
	cp -R tree 'else/where it is/tree2'
	ln -s 'else/where it is/tree2' link
	local flags
	for flags in '' 'CC=clang CFLAGS=-g' 'CC=gcc CFLAGS=-g\ -flto'; do
		# shellcheck disable=SC2086 # the words of the flags
		eval make -s -j2 -C tree build/pollwait build/pollwait.so $flags
		# shellcheck disable=SC2086
		(cd link && eval make -s -j4 build/pollwait build/pollwait.so $flags)
		cmp tree/build/pollwait link/build/pollwait
		cmp tree/build/pollwait.so link/build/pollwait.so
	done
}

@test "install puts the command, the builtin, the library, the manuals and the completions under the prefix, uninstall removes them" {
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
			755 ./opt/there/share/
			755 ./opt/there/share/bash-completion/
			755 ./opt/there/share/bash-completion/completions/
			644 ./opt/there/share/bash-completion/completions/pollwait
			755 ./opt/there/share/fish/
			755 ./opt/there/share/fish/vendor_completions.d/
			644 ./opt/there/share/fish/vendor_completions.d/pollwait.fish
			755 ./opt/there/share/man/
			755 ./opt/there/share/man/man1/
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

@test "the tarball is the same wherever and whenever it is made, and is a tree like this" {
	local tarball=build/pollwait-0.1.0.tar.gz
	cp "$root"/.[a-z]* "$root/README.md" -R -t tree
	rm -rf tree/.git
	# What git, if it is there, takes for no repository.
	mkdir tree/.git 'another place'
	touch tree/.git/config
	cp -R tree 'another place/tree'
	touch -d '2001-02-03' tree/src/*
	make -s -C tree dist SOURCE_DATE_EPOCH=1700000000
	(cd 'another place' && umask 077 && TZ=Asia/Tokyo LC_ALL=C make -s -C tree dist SOURCE_DATE_EPOCH=1700000000)
	cmp tree/$tarball "another place/tree/$tarball"
	mkdir unpacked
	tar -xzf tree/$tarball -C unpacked
	diff -r --exclude=build --exclude=.git tree unpacked/pollwait-0.1.0
	[ ! -e unpacked/pollwait-0.1.0/.git ]
	[ "$(stat -c %Y unpacked/pollwait-0.1.0/Makefile)" = 1700000000 ]
	# From it the same one is made, without being told the time.
	make -s -C unpacked/pollwait-0.1.0 dist
	cmp tree/$tarball unpacked/pollwait-0.1.0/$tarball
	make -s -j2 -C unpacked/pollwait-0.1.0
	works unpacked/pollwait-0.1.0/build/pollwait
	(cd unpacked/pollwait-0.1.0 && env -u POLLWAIT_BIN -u POLLWAIT_BUILD bats --tap tests/bats/status.bats 3>&-)
}

@test "what git does not know of is not in the tarball" {
	mkdir bin
	cat >bin/git <<-'END'
		#!/bin/sh
		case $1 in
		ls-files) printf '%s\n' README.md Makefile src/main.c ;;
		log) echo 1234567890 ;;
		esac
	END
	chmod +x bin/git
	cp "$root/README.md" tree
	PATH=$PWD/bin:$PATH make -s -C tree dist
	run -0 env TZ=UTC tar -tvzf tree/build/pollwait-0.1.0.tar.gz
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[0]} == '-rw-r--r-- 0/0 '*' 2009-02-13 23:31 pollwait-0.1.0/Makefile' ]]
	[[ ${lines[2]} == *' pollwait-0.1.0/src/main.c' ]]
}

@test "clean leaves the tree as it came" {
	cp -R tree before
	make -s -j2 -C tree
	make -s -C tree clean
	diff -r before tree
}

#!/bin/sh
# picture.sh - run two scenes that hang, and print a terminal that shows them as SVG
#
#     PATH=$PWD/build:$PATH tests/reference/picture.sh >man/why.svg
#
# What pollwait prints is real; only the message about processes that could not be
# inspected is left out, for it differs from machine to machine.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
printf 'all:\n\t@echo built\n\t@sleep 30 &\n' >makefile
mkfifo a b

# has LINES COMMAND...: wait until pollwait prints so many lines.
has() {
	lines=$1
	shift
	tries=0
	until [ "$("$@" 2>/dev/null | wc -l)" -eq "$lines" ]; do
		tries=$((tries + 1))
		[ $tries -lt 500 ] || exit 1
		sleep 0.02
	done
}

# shown COMMAND: print a prompt with the command, and run it.
shown() {
	echo "$ $1"
	eval "$1" 2>&1 | grep -v '^pollwait: PEER may lack'
}

{
	echo '$ make | tee log &'
	make | tee log >/dev/null &
	tee=$!
	has 3 pollwait -w -p $tee
	shown "pollwait -w -p $tee"
	echo
	shown "pollwait -l -p $tee 0:in 3:out"
	sleeper=$(pollwait -w -p $tee 2>/dev/null | sed -n '3s/:.*//p')
	kill "$sleeper"
	echo
	echo '$ mkfifo a b'
	echo '$ cat <a >b & cat >a <b &'
	cat <a >b &
	one=$!
	cat >a <b &
	other=$!
	has 3 pollwait -w -p $other
	echo '$ rm a b'
	rm a b
	shown "pollwait -w -p $other" || true
	kill $one $other
} >session 2>/dev/null

awk '
	{
		gsub(/&/, "\\&amp;")
		gsub(/</, "\\&lt;")
		gsub(/>/, "\\&gt;")
		sub("(/[a-zA-Z0-9._-]+)+/", "/tmp/")
		line[NR] = $0
		plain = $0
		gsub(/&[a-z]*;/, "x", plain)
		if (length(plain) > width) width = length(plain)
	}
	END {
		print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " width * 8 + 40 " " NR * 19 + 64 "\">"
		print "  <title>Why does it hang?</title>"
		print "  <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1d2430\"/>"
		print "  <g fill=\"#5b6678\"><circle cx=\"24\" cy=\"20\" r=\"6\"/><circle cx=\"44\" cy=\"20\" r=\"6\"/><circle cx=\"64\" cy=\"20\" r=\"6\"/></g>"
		print "  <g font-family=\"monospace\" font-size=\"13\" fill=\"#d7dde8\" xml:space=\"preserve\">"
		for (i = 1; i <= NR; i++) {
			colour = ""
			if (line[i] ~ /^\$ /) colour = " fill=\"#8fd18a\""
			if (line[i] ~ /^pollwait: /) colour = " fill=\"#f0c674\""
			length_of = line[i]
			gsub(/&[a-z]*;/, "x", length_of)
			if (line[i] != "")
				print "    <text x=\"20\" y=\"" 36 + i * 19 "\" textLength=\"" length(length_of) * 8 "\"" colour ">" line[i] "</text>"
		}
		print "  </g>"
		print "</svg>"
	}' session

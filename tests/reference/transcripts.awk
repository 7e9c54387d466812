# Take the shell sessions out of a manual in mdoc: the literal blocks whose first line
# starts with "$ ".  Lines behind "$ ", and behind "> " as their continuation, go to
# DIR/N.sh.  All other lines are output, and go to DIR/N.expected.
#
#     awk -v dir=DIR -f transcripts.awk pollwait.1

/^\.Bd -literal/ { is_first = 1; next }
/^\.Ed/ { in_session = 0 }
is_first {
	is_first = 0
	if (/^\$ /) {
		in_session = 1
		script = dir "/" ++count ".sh"
		expected = dir "/" count ".expected"
		printf "" >script
		printf "" >expected
	}
}
!in_session { next }
{ gsub(/\\e/, "\\") }
/^[$>] / || /^>$/ { print substr($0, 3) >script; next }
{ print >expected }

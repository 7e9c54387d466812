# Take the shell sessions out of EXAMPLES in a manual in mdoc.  Lines behind "$ ", and
# behind "> " as their continuation, go to DIR/N.sh.  All other lines are output, and
# go to DIR/N.expected.
#
#     awk -v dir=DIR -f transcripts.awk pollwait.1

/^\.Sh / { in_examples = /EXAMPLES/ }
in_examples && /^\.Bd -literal/ {
	in_block = 1
	script = dir "/" ++count ".sh"
	expected = dir "/" count ".expected"
	printf "" >script
	printf "" >expected
	next
}
/^\.Ed/ { in_block = 0 }
!in_block { next }
{ gsub(/\\e/, "\\") }
/^[$>] / || /^>$/ { print substr($0, 3) >script; next }
{ print >expected }

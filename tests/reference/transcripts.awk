# Takes the shell sessions out of the EXAMPLES of a manual in mdoc: what follows
# "$ " or, as its continuation, "> " goes to DIR/N.sh, all else, which is what the
# session prints, to DIR/N.expected.
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

# Take the scripts out of RECIPES in the cookbook, into these files:
#
#     DIR/section.N.sh        the N-th script of a section
#     DIR/section.N.shells    the shells in the line above it
#     DIR/section.N.expected  the output that the section prints
#     DIR/section.N.any       empty, if the order of the output is open; then the
#                             output is sorted in the C locale
#     DIR/section.text        the prose of the section
#
#     awk -v dir=DIR -f recipes.awk pollwait-cookbook.7

/^\.Sh / { in_recipes = /RECIPES/ }
!in_recipes { next }
/^\.Ss / {
	section = tolower(substr($0, 5))
	gsub(/[^a-z]+/, "-", section)
	sub(/-$/, "", section)
	section = dir "/" section
	count = printed = 0
	next
}
# The label of a script or of an output stands right above the block.
/^In (bash|dash|zsh|ksh93|mksh|busybox sh).*:$/ { label = $0; next }
/^It prints.*:$/ { label = $0; next }
/^\.Bd / {
	in_block = 1
	if (label ~ /^In /) {
		out = section "." ++count ".sh"
		sub(/^In /, "", label)
		sub(/, with the builtin:$/, "", label)
		sub(/:$/, "", label)
		gsub(/, | and /, "\n", label)
		print label >(section "." count ".shells")
	} else if (label ~ /^It prints/) {
		# The output is that of all scripts since the last output.
		out = section ".output"
	} else {
		print "a block without a label: line " NR >"/dev/stderr"
		exit 1
	}
	printf "" >out
	next
}
/^\.Ed/ {
	in_block = 0
	close(out)
	if (label ~ /^It prints/) {
		while (printed < count) {
			printed++
			system("cp '" out "' '" section "." printed ".expected'")
			if (label ~ /some order/)
				printf "" >(section "." printed ".any")
		}
		system("rm '" out "'")
	}
	label = ""
	next
}
in_block { gsub(/\\e/, "\\"); print >out; next }
section { print >(section ".text") }

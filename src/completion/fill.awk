# fill.awk - a completion file from its template and the tables of the source
#
#     awk -f fill.awk src/event.c src/options.c TEMPLATE
#
# In the template
#
#     @EVENTS@         becomes the names of the events, a blank between two
#     @OPTIONS@        a line for each option of the command: its letter, its
#                      long name, its value, and what it does; "-" for none
#     @SHELL_OPTIONS@  the same for those that only the builtin has
#
# each to stand in single quotes, which mean the same in every shell.  A table
# that is written in another way than is understood here ends the build.

function refuse(why) {
	print FILENAME ":" FNR ": " why | "cat >&2"
	failed = 1
	exit 1
}

# The next initializer of the row that is being read, without its quotes.
function next_field(	field) {
	if (!match(row, /^[ \t{,]*("[^"]*"|'[^']'|&?[A-Za-z0-9_]+)/))
		refuse("fill.awk does not understand this row")
	field = substr(row, 1, RLENGTH)
	row = substr(row, RLENGTH + 1)
	sub(/^[ \t{,]*/, "", field)
	if (field == "NULL")
		return "-"
	if (field ~ /^["']/)
		field = substr(field, 2, length(field) - 2)
	return field
}

function end_of_row() {
	if (row !~ /^[ \t]*[}],$/)
		refuse("fill.awk does not understand this row")
	row = ""
}

function read_event() {
	if (row !~ /^[ \t]*[{][ \t]*"/)
		refuse("fill.awk does not understand this row")
	events = events (events == "" ? "" : " ") next_field()
	next_field()
	end_of_row()
}

function read_option(	letter, name, value, help) {
	letter = next_field()
	name = next_field()
	value = next_field()
	next_field()
	help = next_field()
	end_of_row()
	gsub(/'/, "'\\''", help)
	option[letter] = letter " " name " " value " " help
	letters[++count] = letter
}

# The lines of the options that the builtin alone has, or of the others.
function options(of_shell,	i, lines) {
	for (i = 1; i <= count; i++)
		if ((letters[i] == shell_letter) == of_shell)
			lines = lines (lines == "" ? "" : "\n") option[letters[i]]
	return lines
}

# The line, with the text in place of a word, in which no character is special.
function fill(line, word, text,	at) {
	at = index(line, word)
	return at == 0 ? line : substr(line, 1, at - 1) text substr(line, at + length(word))
}

/^[}] events_by_bit\[\] = [{]$/ { table = "events" }
/^[}] known_options\[\] = [{]$/ { table = "options" }
/^[}];$/ { table = "" }

table != "" && /^\t/ {
	# Within single quotes, shells differ on it.
	if (/\\/)
		refuse("a backslash, which fill.awk does not know")
	row = row $0
	if (/[}],$/) {
		if (table == "events")
			read_event()
		else
			read_option()
	}
}

# is_offered() in options.c tells which option is not the command's.
/option->letter != '.' \|\| host_array/ {
	shell_letter = substr($0, index($0, "'") + 1, 1)
}

FILENAME ~ /\.in$/ {
	if (events == "" || !(shell_letter in option) || count < 2)
		refuse("fill.awk has not found the tables")
	line = fill($0, "@EVENTS@", events)
	line = fill(line, "@SHELL_OPTIONS@", options(1))
	print fill(line, "@OPTIONS@", options(0))
}

END {
	exit failed
}

# Completion of pollwait's arguments in fish.

# The letter, the long name and the value of each, and its help; "-" is none.
set -l options \
	't timeout MS wait at most MS milliseconds; 0 looks and returns at once' \
	'c count COUNT poll up to COUNT times; 0 means without end; default 1' \
	'i interval MS leave MS milliseconds between polls; default 100' \
	'a all - wait until every descriptor has been ready once' \
	'm monitor - stay, and print a line only when a report changes' \
	'l long - list every descriptor, and what is known about it' \
	'w why - show what process PID waits for, and who can wake it' \
	'p pid PID the descriptors are those of process PID' \
	'q quiet - print nothing but errors; the status tells' \
	'h help - print this help' \
	'V version - print the name and the version'

# The options for argparse.
set -l specs
for option in $options
	echo $option | read -l letter name value help
	test $value = - && set -a specs $letter/$name || set -a specs $letter/$name=
end

# Succeed if no operand is before the cursor: after one, nothing is an option.
function __pollwait_takes_options -V specs
	set -l words (commandline -opc)
	# argparse fails while an option lacks its value.
	argparse -s $specs -- $words[2..-1] 2>/dev/null || return 0
	test (count $argv) -eq 0
end

# List the descriptors of the process of -p, or else those that a command will have,
# which are not close-on-exec, 02000000.
function __pollwait_descriptors -V specs
	set -l words (commandline -opc)
	argparse -s $specs -- $words[2..-1] 2>/dev/null
	set -l process $fish_pid
	set -l flags '(?!.*[2367].{6}$).*'
	if set -q _flag_pid
		set process $_flag_pid
		set flags '.*'
	end
	# /dev/null, because grep without a file reads its standard input.
	set -l files /dev/null /proc/$process/fdinfo/*
	set -l known (command grep -s '^flags:' $files | string replace -rf '^.*/(\d+):flags:\s'$flags'$' '$1')
	command ls -l /proc/$process/fd 2>/dev/null |
		string replace -rf '^.*? (\d+) -> ' '$1:'\t | sort -n |
		while read -l -d : descriptor target
			contains $descriptor $known && echo $descriptor:$target
		end
end

function __pollwait_processes -a prefix
	command grep -s '' /proc/*/comm | string replace -rf '^/proc/(\d+)/comm:' "$prefix\$1"\t | sort -n
end

# Offer what begins like the word; fish alone would search the descriptions, too.
function __pollwait_operands
	set -l word (commandline -ct)
	begin
		if string match -q 'pid:*' -- $word
			__pollwait_processes pid:
		else if string match -q '*:*' -- $word
			set -l head (string replace -r '[^:,]*$' '' -- $word)
			printf '%s\n' $head(string split ' ' 'in pri out err hup nval rdnorm rdband wrnorm wrband msg rdhup')
		else
			__pollwait_descriptors
			echo pid:\t'the end of a process'
		end
	end | string match -ri '^'(string escape --style=regex -- $word)'.*'
end

complete -c pollwait -f
complete -c pollwait -k -a '(__pollwait_operands)'
for option in $options
	echo $option | read -l letter name value help
	set -l takes
	test $value = - || set takes -x
	test $value = PID && set -a takes -k -a '(__pollwait_processes)'
	complete -c pollwait -n __pollwait_takes_options -s $letter -l $name -d $help $takes
end

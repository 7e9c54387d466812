# shellcheck shell=bash
# Completion of pollwait's arguments in bash, for the command and the builtin.
#
# Needs bash alone: source it, or put it where bash-completion finds it.
# The functions share the variables of _pollwait, which is the last one.

# _pollwait_words: set words to the words up to the cursor.  COMP_WORDS has them in
# pieces, split at each ':' and '=' too if COMP_WORDBREAKS says so; join the pieces
# that have no blank between them in the line.
_pollwait_words() {
	local rest=${COMP_LINE:0:COMP_POINT} blanks index piece
	words=()
	for ((index = 0; index <= COMP_CWORD; index++)); do
		blanks=${rest%%[![:space:]]*}
		rest=${rest#"$blanks"}
		piece=${COMP_WORDS[index]}
		# The last word may continue after the cursor.
		((index < COMP_CWORD)) || piece=$rest
		if [[ -n $blanks || index -eq 0 ]]; then
			words+=("$piece")
		else
			words[${#words[@]} - 1]+=$piece
		fi
		rest=${rest#"$piece"}
	done
}

# _pollwait_value_of -LETTER|--NAME: set takes to the value of the option; "" for none.
_pollwait_value_of() {
	local letter name value _
	takes=
	while read -r letter name value _; do
		[[ $1 != "-$letter" && $1 != "--$name" ]] || takes=${value#-}
	done <<<"$options"
}

# _pollwait_read_option WORD: set takes to the value of the option in the word, and
# head to the part of the word before the value.  Set is_open if the value is the next
# word.
_pollwait_read_option() {
	local word=$1
	case $word in
	--*)
		head=${word%%=*}
		_pollwait_value_of "$head"
		is_open=${takes:+yes}
		if [[ $word == *=* ]]; then
			head+='='
			is_open=
		fi ;;
	*)
		head=- takes=
		while [[ $head != "$word" && -z $takes ]]; do
			_pollwait_value_of "-${word:${#head}:1}"
			head=${word:0:${#head} + 1}
		done
		is_open=
		[[ -z $takes || $head != "$word" ]] || is_open=yes ;;
	esac
}

# _pollwait_read_words: set place to what the last word is, "option", "operand" or the
# value of an option, and process to the process of -p in the words before it.
_pollwait_read_words() {
	local index word
	place=option
	process=
	for ((index = 1; index < ${#words[@]} - 1; index++)); do
		word=${words[index]}
		if [[ $place != option ]]; then
			[[ $place != PID ]] || process=$word
			place=option
		elif [[ $word == -- || $word != -?* ]]; then
			place=operand
			return
		else
			_pollwait_read_option "$word"
			if [[ -n $is_open ]]; then
				place=$takes
			elif [[ $takes == PID ]]; then
				process=${word#"$head"}
			fi
		fi
	done
}

# _pollwait_is_inherited DESCRIPTOR: succeed if a command will have it.  It will not
# if the descriptor is close-on-exec, 02000000 in the flags.
_pollwait_is_inherited() {
	local key value
	while read -r key value; do
		if [[ $key == flags: ]]; then
			[[ $value != *[2367]?????? ]]
			return
		fi
	done 2>/dev/null <"/proc/$$/fdinfo/$1"
}

_pollwait_descriptors() {
	local path
	for path in $(compgen -G "/proc/${process:-$$}/fd/*" | sort -t / -k 5n); do
		# Skip the pipe of the substitution, and what may not be read.
		[[ -e $path ]] || continue
		[[ -n $process$is_builtin ]] || _pollwait_is_inherited "${path##*/}" || continue
		names+=("${path##*/}:")
	done
}

_pollwait_processes() {
	local path
	for path in $(compgen -G '/proc/[0-9]*' | sort -t / -k 3n); do
		[[ ! -d $path ]] || names+=("${path##*/}")
	done
}

# _pollwait_arrays: the associative arrays that can be filled, except bash's own.
_pollwait_arrays() {
	local attributes name _
	while read -r _ attributes name; do
		if [[ $attributes == -A* && $attributes != *r* && $name != BASH_* ]]; then
			names+=("${name%%=*}")
		fi
	done <<<"$(declare -A)"
}

_pollwait_options() {
	local letter name value _
	while read -r letter name value _; do
		names+=("-$letter")
		[[ $name == - ]] && continue
		[[ $value == - ]] && names+=("--$name") || names+=("--$name=")
	done <<<"$options"
}

_pollwait() {
	local IFS=$' \t\n' options events words place process takes head is_open
	local word names=() name mark kept='' is_builtin=''
	events='in pri out err hup nval rdnorm rdband wrnorm wrband msg rdhup'
	# The letter, the long name and the value of each; "-" is none.
	options='t timeout MS
c count COUNT
i interval MS
a all -
m monitor -
l long -
w why -
p pid PID
q quiet -
h help -
V version -'
	_pollwait_words
	if [[ $(type -t -- "${words[0]}") == builtin ]]; then
		is_builtin=yes
		options+=$'\n''A - NAME'
	fi
	_pollwait_read_words

	# Set head to the part of the word before the name to complete.
	word=${words[${#words[@]} - 1]}
	head=
	if [[ $place == option && $word == -* ]]; then
		_pollwait_read_option "$word"
		if [[ -n $takes && -z $is_open ]]; then
			place=$takes
		else
			head=
			_pollwait_options
		fi
	elif [[ $place == option || $place == operand ]]; then
		place=operand
		case $word in
		-*)
			;;
		pid:*)
			head=pid:
			place=PID ;;
		*:*)
			head=${word%"${word##*[:,]}"}
			read -ra names <<<"$events" ;;
		*)
			_pollwait_descriptors
			names+=(pid:) ;;
		esac
	fi
	case $place in
	PID)
		_pollwait_processes ;;
	NAME)
		_pollwait_arrays ;;
	esac

	# Readline completes the part of the word after the last break.
	for mark in : =; do
		if [[ $COMP_WORDBREAKS == *$mark* && $word == *$mark* ]]; then
			name=${word%"${word##*"$mark"}"}
			((${#name} <= ${#kept})) || kept=$name
		fi
	done
	COMPREPLY=()
	for name in "${names[@]}"; do
		name=$head$name
		[[ $name != "$word"* ]] || COMPREPLY+=("${name#"$kept"}")
	done
	if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[:=] ]]; then
		compopt -o nospace 2>/dev/null
	fi
}

# Keep the order of the tables if bash can, from 4.4 on.
complete -o nosort -F _pollwait pollwait 2>/dev/null || complete -F _pollwait pollwait

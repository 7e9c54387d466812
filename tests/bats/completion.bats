# Completion in bash, zsh and fish: the shells offer the words of pollwait -h.
# bats file_tags=build
# shellcheck disable=SC2016 # scripts for other shells

load helper

# Install into an empty root.
setup_file() {
	needs "$POLLWAIT_BIN/pollwait"
	unset CC CFLAGS CPPFLAGS LDFLAGS PREFIX DESTDIR BUILD MAKEFLAGS MFLAGS MAKELEVEL
	copy_build "$BATS_FILE_TMPDIR/build"
	make -s -j2 -C "$root" install BUILD="$BATS_FILE_TMPDIR/build" DESTDIR="$BATS_FILE_TMPDIR/root"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	share=$BATS_FILE_TMPDIR/root/usr/local/share
	builtin=$BATS_FILE_TMPDIR/root/usr/local/lib/bash/pollwait
	help=$(pollwait -h)
	events=$(sed -n 's/^Events: //p' <<<"$help" | tr ' ' '\n')
	exec 7</etc/passwd 8<&- 9<&-
}

# explained FORM: print each option of -h as the replacement FORM of sed, in which \1
# is the letter, \2 the long name, \3 its "=" and \4 the description.
explained() {
	sed -nE "s/^  (-.), (--[a-z]+)(=?)[A-Z]* +(.*)/$1/p" <<<"$help"
}

# bash_offers LINE [SETUP]: print the completions of bash's function at the "|" in the
# line, or at its end.  Split the words as bash does.
bash_offers() {
	bash --norc -c '
		pieces() {
			IFS=" " read -ra COMP_WORDS <<<"$(sed "s/[$breaks]/ & /g" <<<"$1")"
			[[ $1 != *" " ]] || COMP_WORDS+=("")
		}
		source "$1/bash-completion/completions/pollwait"
		eval "$3"
		breaks=${COMP_WORDBREAKS//[!:=]}.
		breaks=${breaks/./;}
		pieces "${2%%|*}"
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		pieces "${2/|}"
		COMP_LINE=${2/|} COMP_POINT=${2%%|*} COMP_POINT=${#COMP_POINT}
		"$(complete -p pollwait | grep -o "_[^ ]*")" pollwait
		printf "%s\n" "${COMPREPLY[@]}"' bash "$share" "$1" "${2:-}" 3>&- 4>&-
}

fish_offers() {
	HOME=$PWD XDG_DATA_DIRS=$share fish -c 'complete -C $argv[1]' "$1" 3>&- 4>&-
}

# tabs SHELL LINE...: print each line after Tab, and the listed words behind a tab.
tabs() {
	rm -f line
	/usr/bin/python3 "$root/tests/reference/completion.py" "$1" "$share" "${@:2}" 3>&- 4>&-
}

# zsh_offers LINE: print the list of zsh, with one blank between the columns.
zsh_offers() {
	tabs zsh "$1" | sed -n 's/^\t//p' | tr -s ' '
}

# same EXPECTED COMMAND...: expect exactly this output.
same() {
	run -0 "${@:2}"
	show_difference "${*:2}" "$1" "$output"
}

# offered LINE COMMAND...: expect this line in the output.
offered() {
	run -0 "${@:2}"
	grep -qxF -- "$1" <<<"$output"
}

not_offered() {
	run -0 "${@:2}"
	run ! grep -qxF -- "$1" <<<"$output"
}

@test "bash completes the events of -h behind a colon and each comma" {
	same "$events" bash_offers 'pollwait 3:'
	same hup bash_offers 'pollwait 3:h'
	same in,hup bash_offers 'pollwait -t 500 3:in,hu'
	same "in,${events//$'\n'/$'\n'in,}" bash_offers 'pollwait 3:in,'
	same pri bash_offers 'pollwait 3-6:in 7-:p'
	same hup bash_offers 'pollwait /dev/fd/7:h'
	same '' bash_offers 'pollwait 3:x'
	# The user may set that a colon does not split words.
	same 3:in,hup bash_offers 'pollwait 3:in,hu' 'COMP_WORDBREAKS=${COMP_WORDBREAKS//:}'
}

@test "bash completes the options of -h, and none behind an operand" {
	same "$(explained '\1\n\2\3')" bash_offers 'pollwait -'
	same "$(explained '\2\3')" bash_offers 'pollwait -q --'
	same --timeout= bash_offers 'pollwait --ti'
	same --timeout= bash_offers 'pollwait -t -5 -c 1 --interval=3 --pid 7 --t'
	same -q bash_offers 'pollwait -q'
	local before
	for before in 3:in -- '-q 3:in' '-t 5 --' '--pid=7 -' 'pid:7'; do
		same '' bash_offers "pollwait $before -"
	done
}

@test "bash completes no numbers of milliseconds and polls" {
	local option
	for option in '-t ' '-c ' '-i ' -t1 -qi1 '-qt ' '--timeout ' --timeout= '--count ' --interval=1; do
		same '' bash_offers "pollwait $option"
	done
}

# bats test_tags=slow
@test "bash completes the descriptors that a command inherits, or those of the process of -p" {
	offered 7: bash_offers 'pollwait '
	not_offered 8: bash_offers 'pollwait '
	offered 7: bash_offers 'pollwait -t 5 8:in '
	same 7: bash_offers 'pollwait -- 7'
	same pid: bash_offers 'pollwait p'
	offered 9: bash_offers 'pollwait ' 'exec 9<>/dev/null'
	# bash keeps both ends of a coprocess close-on-exec.
	not_offered 63: bash_offers 'pollwait ' 'coproc cat; [[ -e /proc/$$/fd/63 ]] || exit 1'
	holds '8</dev/null 7<&-'
	local form
	for form in "-p $held" "-p$held" "-qp $held" "--pid=$held" "--pid $held" "-p 1 -p $held --"; do
		offered 8: bash_offers "pollwait $form "
		not_offered 7: bash_offers "pollwait $form "
	done
	same pid: bash_offers 'pollwait -p 0 '
}

@test "bash completes processes behind -p and pid:" {
	holds
	local gone
	gone=$(sh -c 'echo $$')
	local form
	for form in '-p ' '-t 5 --pid ' --pid= pid: '3:in pid:'; do
		offered "$held" bash_offers "pollwait $form"
		not_offered "$gone" bash_offers "pollwait $form"
		same "$held" bash_offers "pollwait $form$held"
	done
	offered "-qp$held" bash_offers "pollwait -qp${held:0:1}"
	offered "--pid=$held" bash_offers "pollwait --pid=" 'COMP_WORDBREAKS=" "'
}

@test "bash completes at the cursor, and ignores the words behind it" {
	same hup bash_offers 'pollwait 3:h| 4:out'
	same hup bash_offers 'pollwait 3:h|in'
	same --timeout= bash_offers 'pollwait --ti|me=5 3:in'
	same '' bash_offers 'pollwait 3:in --t| 4:out'
}

# bats test_tags=slow
@test "bash completes under any setting of the user" {
	local setting
	for setting in 'set -u' 'set -f' 'shopt -s failglob' 'shopt -s nullglob' 'set -o posix' 'IFS=0:' \
		'shopt -s nocasematch extglob' 'unset -f _pollwait; set -o posix; source "$1/bash-completion/completions/pollwait"'; do
		same "$events" bash_offers 'pollwait -p 7 3:' "$setting"
		offered 7: bash_offers 'pollwait -t 0 ' "$setting"
		same "$(explained '\1\n\2\3')" bash_offers 'pollwait -' "$setting"
	done
}

@test "bash completes the builtin like the command, and -A with associative arrays" {
	local load="enable -f $builtin pollwait; declare -A ready full=([a]=b); declare -Ar fixed; declare -a list=(1)"
	same "$events" bash_offers 'pollwait 3:' "$load"
	same --timeout= bash_offers 'pollwait -A ready --ti' "$load"
	same "$(explained '\1\n\2\3')"$'\n'-A bash_offers 'pollwait -' "$load"
	same $'full\nready' bash_offers 'pollwait -A ' "$load"
	same -qAready bash_offers 'pollwait -qAr' "$load"
	same '' bash_offers 'pollwait -A l' "$load"
	# The builtin can poll descriptors that bash does not pass on.
	offered 63: bash_offers 'pollwait -A ready ' "$load; coproc cat"
	# The command beside it does not have the option.
	not_offered -A bash_offers "$POLLWAIT_BIN/pollwait -" "$load"
	same '' bash_offers 'pollwait -A r' 'declare -A ready'
}

@test "bash completes and lists at Tab on a terminal" {
	same $'pollwait --timeout=
pollwait 3:hup 
pollwait 3:in,hup 
pollwait 3:hup 4:out
pollwait 7:
pollwait pid:
: && pollwait 3:hup | cat; pollwait -q 3:rdhup 
pollwait 3:in --ti' tabs bash 'pollwait --ti' 'pollwait 3:h' 'pollwait 3:in,hu' \
		$'pollwait 3:h 4:out\e[D\e[D\e[D\e[D\e[D\e[D' 'pollwait 7' 'pollwait p' \
		': && pollwait 3:hup | cat; pollwait -q 3:rdh' 'pollwait 3:in --ti'
	same pollwait\ 3:$'\n\t'"${events//$'\n'/ }" eval "tabs bash 'pollwait 3:' | tr -s ' '"
	SETUP='COMP_WORDBREAKS=${COMP_WORDBREAKS//[:=]}' same $'pollwait 3:in,hup \npollwait --timeout=' \
		tabs bash 'pollwait 3:in,hu' 'pollwait --ti'
	SETUP="enable -f $builtin pollwait; declare -A ready" same $'pollwait 3:in,hup \npollwait -A ready ' \
		tabs bash 'pollwait 3:in,hu' 'pollwait -A r'
}

# bats test_tags=slow
@test "zsh completes events, options and descriptors at Tab" {
	same $'pollwait 3:hup 
pollwait 3:in,hup 
pollwait 3-6:in 7-:pri 
pollwait --timeout=
pollwait -t -5 --pid 7 --count=
pollwait 7:
pollwait pid:
pollwait -x 3:in --ti
pollwait 3:in --ti
pollwait -- --ti
pollwait -t 
pollwait --count=
pollwait -qi' tabs zsh 'pollwait 3:h' 'pollwait 3:in,hu' 'pollwait 3-6:in 7-:p' 'pollwait --ti' \
		'pollwait -t -5 --pid 7 --co' 'pollwait 7' 'pollwait pi' 'pollwait -x 3:in --ti' 'pollwait 3:in --ti' \
		'pollwait -- --ti' 'pollwait -t ' 'pollwait --count=' 'pollwait -qi'
	# A comma replaces the added blank, and a blank the added colon.
	same $'pollwait 3:hup,out \npollwait 7 3:hup ' tabs zsh $'pollwait 3:h\t,ou' $'pollwait 7\t 3:h'
}

# bats test_tags=slow
@test "zsh lists the events and options of -h, with their descriptions" {
	same "${events//$'\n'/ }" zsh_offers 'pollwait 3:'
	same "${events//$'\n'/ }" zsh_offers 'pollwait 3:in,'
	same "$(explained '\2 \1 -- \4' | LC_ALL=C sort)" eval "zsh_offers 'pollwait -' | LC_ALL=C sort"
}

# bats test_tags=slow
@test "zsh lists the descriptors that a command inherits, or those of the process of -p, with their targets" {
	offered '7 -- /etc/passwd' zsh_offers 'pollwait '
	[[ $output != *$'\n8 '* ]]
	# zsh does not offer its own: the second one of the terminal, and function files.
	[[ $output =~ ^'0 -- /dev/pts/'[0-9]+$'\n1 -- /dev/pts/'[0-9]+$'\n2 -- /dev/pts/'[0-9]+$'\n' ]]
	[[ ${output#"${BASH_REMATCH[0]}"} != */dev/pts/* && $output != *.zwc* ]]
	[[ $output == *$'\npid -- the end of a process' ]]
	holds '8</etc/group 7<&-'
	local form
	for form in "-p $held" "-qp$held" "-t -5 --pid=$held --" "-p 1 -a --pid $held"; do
		offered '8 -- /etc/group' zsh_offers "pollwait $form "
		[[ $output != *$'\n7 '* ]]
	done
}

# bats test_tags=slow
@test "zsh lists processes behind -p and pid:, with their names" {
	holds
	local form
	for form in '-p ' -qp --pid= pid:; do
		offered "$held -- sleep" zsh_offers "pollwait $form"
	done
	same "pollwait pid:$held " tabs zsh "pollwait pid:$held"
}

@test "fish completes the events of -h behind a colon and each comma, in whole words" {
	same "3:${events//$'\n'/$'\n'3:}" fish_offers 'pollwait 3:'
	same "3:in,${events//$'\n'/$'\n'3:in,}" fish_offers 'pollwait -t 500 3:in,'
	same 3:hup fish_offers 'pollwait 3:h'
	same 3:in,hup fish_offers 'pollwait 3:in,hu'
	same 7-:pri fish_offers 'pollwait 3-6:in 7-:p'
	same '' fish_offers 'pollwait 3:x'
}

@test "fish completes the options of -h, with their descriptions, and none behind an operand" {
	same "$(explained '\1\t\4\n\2\t\4' | LC_ALL=C sort)" eval "fish_offers 'pollwait -' | LC_ALL=C sort"
	same "$(explained '\2\t\4' | grep -e --timeout)" fish_offers 'pollwait -t -5 --pid 7 --t'
	local before
	for before in 3:in -- '-q 3:in' '-t 5 --' '--pid=7 -' 'pid:7'; do
		same '' fish_offers "pollwait $before -"
	done
}

@test "fish completes no numbers of milliseconds and polls" {
	local option
	for option in '-t ' '-c ' '-i ' -t1 -qi1 '-qt ' '--timeout ' --timeout= '--count ' --interval=1; do
		same '' fish_offers "pollwait $option"
	done
}

@test "fish completes the descriptors that a command inherits, or those of the process of -p, with their targets" {
	same $'7:\t/etc/passwd' fish_offers 'pollwait 7'
	same $'7:\t/etc/passwd' fish_offers 'pollwait -t 5 8:in 7'
	same '' fish_offers 'pollwait 8'
	offered $'0:\t'"$(readlink /proc/self/fd/0)" fish_offers 'pollwait '
	offered $'pid:\tthe end of a process' fish_offers 'pollwait '
	# fish does not offer its own, which are the lowest.
	[[ $output != *$'\n'[3-6]:* ]]
	holds '8</etc/group 7<&-'
	local form
	for form in "-p $held" "-p$held" "-qp $held" "--pid=$held" "--pid $held --"; do
		same $'8:\t/etc/group' fish_offers "pollwait $form 8"
		same '' fish_offers "pollwait $form 7"
	done
}

@test "fish completes processes behind -p and pid:, with their names" {
	holds
	same "$held"$'\tsleep' fish_offers "pollwait -p $held"
	same "$held"$'\tsleep' fish_offers "pollwait --pid $held"
	same "-qp$held"$'\tsleep' fish_offers "pollwait -qp$held"
	same "--pid=$held"$'\tsleep' fish_offers "pollwait --pid=$held"
	same "pid:$held"$'\tsleep' fish_offers "pollwait 3:in pid:$held"
	offered "$held"$'\tsleep' fish_offers 'pollwait -p '
}

@test "fish completes and lists at Tab on a terminal" {
	same $'pollwait --timeout 
pollwait 3:hup 
pollwait 3:in,hup 
pollwait 7:' eval "tabs fish 'pollwait --ti' 'pollwait 3:h' 'pollwait 3:in,hu' 'pollwait 7' | sed '/^\t/d'"
	run -0 tabs fish 'pollwait '
	[[ $output == *'7:  (/etc/passwd)'* ]]
}

# named FILE: the letter, the long name and the value of each option in the table of a
# completion file, and then its events.
named() {
	sed -nE "s/^[[:space:]]*(options=)?'?([A-Za-z]) ([a-z]+) ([A-Z]+|-)([ '].*)?$/\2 \3 \4/p" "$1"
	grep -oE '\bin pri [a-z ]*' "$1"
}

@test "each file has the options and the events of -h, and no others" {
	local expected file
	expected=$(sed -nE 's/^  -(.), --([a-z]+) .*/\1 \2 -/p; s/^  -(.), --([a-z]+)=([A-Z]+) .*/\1 \2 \3/p
		s/^Events: //p' <<<"$help")
	[ "$(wc -l <<<"$expected")" -eq "$(grep -cE '^(  -|Events: )' <<<"$help")" ]
	for file in _pollwait pollwait.bash pollwait.fish; do
		same "$expected" named "$root/src/completion/$file"
	done
}

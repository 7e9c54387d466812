# per_call.bash BUILTIN LEAST COMMAND - print names and nanoseconds a call in this bash
#
# "empty" is the loop with these words and without a call.

enable -f "$1" pollwait
enable -f "$2" least
command=$3
name=$(mktemp -u)
mkfifo "$name"
exec 7<>"$name" 8<>"$name"
echo data >&7
exec 9<>/dev/null
rm "$name"
mkfifo "$name"
exec 6<>"$name"
rm "$name"

# The last of a thousand is ready.
ulimit -n "$(ulimit -Hn)"
thousand=
for ((fd = 20; fd < 1019; fd++)); do
	eval "exec $fd<&6"
	thousand+=" $fd:in"
done
exec 1019<&7
thousand+=' 1019:in'

# each NAME ROUNDS WORDS: print the cost of a call of these words.
each() {
	local start=$EPOCHREALTIME end
	eval "for ((i = 0; i < $2; i++)); do $3; done" >/dev/null
	end=$EPOCHREALTIME
	echo "$1 $(((${end/./} - ${start/./}) * 1000 / $2))"
}

each two_empty 10000 ': -A got -t 500 7:in 8:in'
each two_builtin 10000 'pollwait -A got -t 500 7:in 8:in'
each two_least 10000 'least -A got -t 500 7:in 8:in'
each two_command 50 "$command -t 500 7:in 8:in"
each read 10000 'read -t 0 -u 7'
each read_builtin 10000 'pollwait -q -t 0 7:in'
each thousand_empty 40 ": -A got -t 500 $thousand"
each thousand_builtin 40 "pollwait -A got -t 500 $thousand"

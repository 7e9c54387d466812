# loop.bash BUILTIN LEAST - print the nanoseconds of a call of pollwait and of rivals
#
# A line has the two of a pair.  With -A, the cost of an empty loop with these words is
# taken off.

enable -f "$1" pollwait
enable -f "$2" least
name=$(mktemp -u)
mkfifo "$name"
exec 7<>"$name"
rm "$name"
mkfifo "$name"
exec 8<>"$name"
rm "$name"
echo data >&7

# cost WORDS: set cost to the nanoseconds of a call of these words.
cost() {
	local start=$EPOCHREALTIME end
	eval "for ((i = 0; i < 1000; i++)); do $1; done" >/dev/null
	end=$EPOCHREALTIME
	cost=$((${end/./} - ${start/./}))
}

# pair NAME OURS THEIRS [EMPTY...]
pair() {
	local empty=0 ours theirs
	if [[ $4 ]]; then cost "$4"; empty=$cost; fi
	cost "$2"
	ours=$((cost - empty))
	cost "$3"
	theirs=$((cost - empty))
	echo "$1 $ours $theirs"
}

words='-A got -t 500 7:in 8:in'
for ((round = 0; round < 80; round++)); do
	pair print 'pollwait -t 500 7:in 8:in' 'read -t 0 -u 7'
	pair array "pollwait $words" "least $words" ": $words"
done

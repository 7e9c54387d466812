# loop.zsh MODULES - print the nanoseconds of a call of pollwait and of zselect
#
# A line has the two of a pair, each without the cost of an empty loop with its words.

zmodload zsh/zselect zsh/datetime zsh/mathfunc
module_path=($1 $module_path)
zmodload pollwait
name=$(mktemp -u)
mkfifo $name
exec 7<>$name
rm $name
mkfifo $name
exec 8<>$name
rm $name
echo data >&7
typeset -A got

one_ready= all_ready= one_operands= all_operands=
for ((i = 0; i < 100; i++)); do
	exec {fd}<&7
	all_ready+=" $fd"
	all_operands+=" $fd:in"
	((i == 99)) || exec {fd}<&8
	((i == 99)) && exec {fd}<&7
	one_ready+=" $fd"
	one_operands+=" $fd:in"
done

# cost COUNT WORDS: set cost to the nanoseconds of a call of these words.
cost() {
	local start=$EPOCHREALTIME
	eval "for ((i = 0; i < $1; i++)); do $2; done" >/dev/null
	cost=$((int((EPOCHREALTIME - start) * 1000000000 / $1)))
}

# pair NAME COUNT OURS THEIRS
pair() {
	local ours theirs empty
	cost $2 ": $3"; empty=$cost
	cost $2 "pollwait $3"; ours=$((cost - empty))
	cost $2 ": $4"; empty=$cost
	cost $2 "zselect $4"; theirs=$((cost - empty))
	echo $1 $ours $theirs
}

for ((round = 0; round < 40; round++)); do
	pair two 1000 '-A got -t 500 7:in 8:in' '-A got -t 50 -r 7 8'
	pair one 100 "-A got -t 500 $one_operands" "-A got -t 50 -r $one_ready"
	pair all 100 "-A got -t 500 $all_operands" "-A got -t 50 -r $all_ready"
done

# per_call.zsh - print names and nanoseconds a call of zselect in this zsh

zmodload zsh/zselect zsh/datetime zsh/mathfunc
name=$(mktemp -u)
mkfifo $name
exec 7<>$name 8<>$name
echo data >&7
rm $name
mkfifo $name
exec 6<>$name
rm $name

ulimit -n $(ulimit -Hn)
thousand=
for ((i = 0; i < 999; i++)); do
	exec {fd}<&6
	thousand+=" $fd"
done
exec {fd}<&7
thousand+=" $fd"
typeset -A got

each() {
	local start=$EPOCHREALTIME
	eval "for ((i = 0; i < $2; i++)); do $3; done" >/dev/null
	echo $1 $((int((EPOCHREALTIME - start) * 1000000000 / $2)))
}

each two_empty 10000 ': -A got -t 50 -r 7 8'
each two_zselect 10000 'zselect -A got -t 50 -r 7 8'
each thousand_empty 40 ": -A got -t 50 -r $thousand"
each thousand_zselect 40 "zselect -A got -t 50 -r $thousand"

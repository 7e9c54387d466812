# Timeouts, which are never early; signals and stops do not move them.

load helper

# takes_at_least MS COMMAND...: expect that the command takes MS milliseconds or more,
# and no more than 30 seconds.
takes_at_least() {
	local least=$1 start end
	start=$(uptime_ms)
	"${@:2}"
	end=$(uptime_ms)
	# The uptime has steps of ten milliseconds.
	((end - start >= least - 10)) && ((end - start < 30000))
}

@test "a timeout is not early" {
	empty_fifo 7
	timed_out() { run -1 pollwait -t 300 7:in; }
	takes_at_least 300 timed_out
}

@test "a wait without a timeout ends when something is ready" {
	empty_fifo 7
	pollwait 7:in >got &
	until_so is_polling $!
	[ ! -s got ]
	echo data >&7
	wait $!
	[ "$(<got)" = '7 in' ]
}

@test "a wait with a negative timeout ends when something is ready" {
	empty_fifo 7
	pollwait -t -5 7:in >got &
	until_so is_polling $!
	echo data >&7
	wait $!
	[ "$(<got)" = '7 in' ]
}

@test "an event before the timeout ends the wait" {
	empty_fifo 7
	pollwait -t 60000 7:in 7:out &
	wait $!
}

@test "a stop and a continue neither shorten nor stretch the wait" {
	empty_fifo 7
	stopped() {
		local child status=0
		pollwait -t 600 7:in &
		child=$!
		until_so is_polling $child
		kill -STOP $child
		until_so grep -q 'State:.*stopped' /proc/$child/status
		kill -CONT $child
		wait $child || status=$?
		[ $status -eq 1 ]
	}
	takes_at_least 600 stopped
}

# bats test_tags=slow
@test "a stop longer than the timeout ends the wait when it continues" {
	empty_fifo 7
	local child status=0 start
	start=$(uptime_ms)
	pollwait -t 1000 7:in &
	child=$!
	until_so is_polling $child
	kill -STOP $child
	until_so grep -q 'State:.*stopped' /proc/$child/status
	has_run_out() { (($(uptime_ms) - start > 1200)); }
	until_so has_run_out
	kill -CONT $child
	wait $child || status=$?
	[ $status -eq 1 ]
}

@test "a storm of signals neither shortens nor stretches the wait" {
	empty_fifo 7
	stormed() {
		# CONT takes away the stop for which the leak sanitizer waits at the end.
		local -x ASAN_OPTIONS=detect_leaks=0
		local child status=0
		pollwait -t 500 7:in &
		child=$!
		until_so is_polling $child
		while is_polling $child; do kill -WINCH $child && kill -CONT $child || true; done
		wait $child || status=$?
		[ $status -eq 1 ]
	}
	takes_at_least 500 stormed
}

# bats test_tags=strace
@test "an interrupted poll goes on with what remains" {
	empty_fifo 7
	# The first call is the look before the wait.
	interrupted() {
		run -1 strace -qq -o trace -e trace=poll,ppoll \
			-e inject=poll:error=EINTR:delay_exit=50000:when=2..5 \
			-e inject=ppoll:error=EINTR:delay_exit=50000:when=1..4 \
			pollwait -t 400 7:in
	}
	takes_at_least 400 interrupted
	[ "$(grep -c INJECTED trace)" -eq 4 ]
	# Each call gets less time than the one before.
	local given previous=401
	for given in $(sed -n -E '2,$ { s/^poll.*, ([0-9]+)\) *=.*/\1/p; s/.*tv_sec=0, tv_nsec=([0-9]+)[0-9]{6}\}.*/\1/p }' trace); do
		((given < previous))
		previous=$given
	done
	((previous <= 200))
}

# bats test_tags=strace
@test "an interrupted look is made again" {
	empty_fifo 7
	run -0 strace -qq -o trace -e trace=poll,ppoll \
		-e inject=poll,ppoll:error=EINTR:when=1..3 pollwait -t 0 7:out
	[ "$output" = '7 out' ]
}

@test "INT, TERM and HUP end a run as they end any program" {
	empty_fifo 7
	local signal child status hup=129
	# The number of the signal is the status of every script in zsh that it ends.
	[ "${POLLWAIT_SHELL:-}" != zsh ] || hup=1
	for signal in INT:130 TERM:143 HUP:$hup; do
		# A background job of a script ignores INT.
		/usr/bin/python3 -c '
import os, signal
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp("pollwait", ["pollwait", "7:in"])' &
		child=$!
		until_so is_polling $child
		kill -"${signal%:*}" $child
		status=0
		wait $child || status=$?
		[ $status -eq "${signal#*:}" ]
	done
}

@test "a timeout of one millisecond with -p does not wait for the interval" {
	empty_fifo 7
	holds
	expect 1 '' -- timeout 20 pollwait -p "$held" -t 1 -i 60000 7:in
}

# Random sequences of writes, reads, closes and exits, compared with a model in Python.
# A seed repeats its sequence.

load helper

# The later passes have fewer seeds: a start is twenty times dearer there.
seeds=${MODEL_SEEDS:-300}

@test "-c agrees with the model" {
	/usr/bin/python3 "$root/tests/reference/model.py" several 1 "$seeds"
}

# bats test_tags=slow
@test "-a agrees with the model" {
	/usr/bin/python3 "$root/tests/reference/model.py" all 1 "$seeds"
}

# bats test_tags=slow
@test "-m agrees with the model" {
	/usr/bin/python3 "$root/tests/reference/model.py" monitor 1 "$seeds"
}

@test "the manual's table of events agrees with the kernel" {
	/usr/bin/python3 "$root/tests/reference/table.py" "$root/man/pollwait.1"
}

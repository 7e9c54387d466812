# Random timelines of writes, reads, closes and exits, against a model of the
# contract in Python; the same ones each time, by their seeds.

load helper

# The sanitized pass has fewer: a start there is twenty times dearer.
seeds=${MODEL_SEEDS:-300}

@test "several polls agree with the model" {
	/usr/bin/python3 "$root/tests/reference/model.py" several 1 "$seeds"
}

@test "waiting for all agrees with the model" {
	/usr/bin/python3 "$root/tests/reference/model.py" all 1 "$seeds"
}

@test "monitoring agrees with the model" {
	/usr/bin/python3 "$root/tests/reference/model.py" monitor 1 "$seeds"
}

@test "the manual's table of what events mean is what the kernel says" {
	/usr/bin/python3 "$root/tests/reference/table.py" "$root/man/pollwait.1"
}

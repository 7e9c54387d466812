# Random timelines of writes, reads, closes and exits, against a model of the
# contract in Python; the same ones each time, by their seeds.

load helper

@test "several polls agree with the model" {
	/usr/bin/python3 "$root/tests/model.py" several 1 300
}

@test "waiting for all agrees with the model" {
	/usr/bin/python3 "$root/tests/model.py" all 1 300
}

@test "monitoring agrees with the model" {
	/usr/bin/python3 "$root/tests/model.py" monitor 1 300
}

@test "the manual's table of what events mean is what the kernel says" {
	/usr/bin/python3 "$root/tests/table.py" "$root/man/pollwait.1"
}

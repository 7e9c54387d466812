# Hostile input, least privilege, and memory that is not there.

load helper

# bats test_tags=build,slow
@test "no input that a fuzzer has found breaks a promise" {
	needs "$build/fuzz/machine"
	for name in arguments machine; do
		run -0 "$build/fuzz/$name" -runs=0 "$root/tests/fuzz/corpus/$name"
	done
}

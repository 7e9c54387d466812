# The linters.  make lint says what they are.
# bats file_tags=build

load helper

@test "the linters find nothing" {
	make -s -C "$root" lint
}

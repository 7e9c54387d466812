/*
 * replay - run the function of a fuzzer on each file: libFuzzer without clang
 */
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int
main(int argc, char **argv)
{
	static uint8_t bytes[1 << 20];

	(void)LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "rb");

		if (file == NULL) {
			perror(argv[i]);
			return 1;
		}
		(void)LLVMFuzzerTestOneInput(bytes, fread(bytes, 1, sizeof bytes, file));
		(void)fclose(file);
	}
	return 0;
}

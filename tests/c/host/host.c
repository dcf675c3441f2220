/* A C program with a Rust library, host.rs: what Rust does, and then a second free. */
#include <stddef.h>
#include <string.h>

void tt_set_abort_fn(void);
void tt_free_twice(size_t size);
void rust_part(const char *what);

int main(int argc, char **argv)
{
	if (argc < 3) {
		return 2;
	}
	if (strcmp(argv[1], "with a function") == 0) {
		tt_set_abort_fn();
	}
	rust_part(argv[2]);
	tt_free_twice(0);
	return 0;
}

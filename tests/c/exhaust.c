/* Uses up the memory of the process, so that malloc fails. */

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/resource.h>

struct block {
	struct block *next;
};

static struct block *blocks;

/* 1 if the program is checked by AddressSanitizer, which needs memory of its own. */
extern void __asan_init(void) __attribute__((weak));

bool tt_has_asan(void)
{
	return __asan_init != NULL;
}

/* Takes all memory up to a limit of 1 GiB of address space. */
bool tt_exhaust_memory(void)
{
	struct rlimit limit;
	static const size_t sizes[] = {1 << 24, 1 << 20, 1 << 16, 1 << 12, 512, 256, 128, 64, 32, 16};

	if (getrlimit(RLIMIT_AS, &limit) != 0) {
		return false;
	}
	limit.rlim_cur = 1 << 30;
	if (setrlimit(RLIMIT_AS, &limit) != 0) {
		return false;
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct block *block;

		while ((block = malloc(sizes[i])) != NULL) {
			block->next = blocks;
			blocks = block;
		}
	}
	return true;
}

void tt_release_memory(void)
{
	while (blocks != NULL) {
		struct block *block = blocks;

		blocks = block->next;
		free(block);
	}
}

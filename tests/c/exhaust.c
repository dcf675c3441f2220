/* Uses up the memory of the process, so that malloc fails. */

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

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

/* Whether the main thread sleeps; also if nothing can be known of it. */
static bool main_thread_sleeps(void)
{
	char path[64], line[256] = "";
	const char *state;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%ld/stat", (long)getpid());
	file = fopen(path, "r");
	if (file == NULL) {
		return true;
	}
	if (fgets(line, sizeof(line), file) == NULL) {
		line[0] = '\0';
	}
	fclose(file);
	state = strrchr(line, ')');
	return state == NULL || state[1] == '\0' || state[2] == 'S';
}

/* Takes all memory up to a limit of 1 GiB of address space. The thread that waits for the
 * end of the test allocates before it sleeps, and has to come to that first. */
bool tt_exhaust_memory(void)
{
	for (int i = 0; i < 1000000 && !main_thread_sleeps(); i++) {
		sched_yield();
	}
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

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

/* Whether the program is checked by AddressSanitizer, which needs memory of its own: the build
 * script knows. */
bool tt_has_asan(void)
{
#ifdef TT_ASAN
	return true;
#else
	return false;
#endif
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

void tt_release_memory(void)
{
	while (blocks != NULL) {
		struct block *block = blocks;

		blocks = block->next;
		free(block);
	}
}

/* Takes all memory up to a limit of 1 GiB of address space. False, and nothing is taken, if the
 * system does not keep to the limit. The thread that waits for the end of the test allocates
 * before it sleeps, and has to come to that first. */
bool tt_exhaust_memory(void)
{
	const size_t most = 1 << 30;
	size_t taken = 0;

	for (int i = 0; i < 1000000 && !main_thread_sleeps(); i++) {
		sched_yield();
	}
	struct rlimit limit;
	if (getrlimit(RLIMIT_AS, &limit) != 0) {
		return false;
	}
	limit.rlim_cur = most;
	if (setrlimit(RLIMIT_AS, &limit) != 0) {
		return false;
	}
	/* Also what the C library keeps for requests of exactly one size. */
	for (size_t size = 1 << 24; size >= sizeof(struct block);
	     size = size > 2048 ? size / 2 : size - sizeof(struct block)) {
		struct block *block;

		while ((block = malloc(size)) != NULL) {
			block->next = blocks;
			blocks = block;
			taken += size;
			if (taken >= most) {
				tt_release_memory();
				return false;
			}
		}
	}
	return true;
}

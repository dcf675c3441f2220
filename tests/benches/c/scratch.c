/* libtalloc has no scratch contexts: this is how a C program makes them, with pools that
 * the thread keeps, one for each level of nesting. */
#include "speed.h"

enum { POOLS = 4, SIZE = 32 * 1024 };

static __thread struct {
	TALLOC_CTX *pools[POOLS];
	unsigned depth;
} scratch;

static TALLOC_CTX *scratch_enter(void)
{
	unsigned level = scratch.depth < POOLS ? scratch.depth : POOLS - 1;
	TALLOC_CTX *frame;

	if (scratch.pools[level] == NULL) {
		scratch.pools[level] = made(talloc_pool(NULL, SIZE));
	}
	frame = made(talloc_new(scratch.pools[level]));
	scratch.depth++;
	return frame;
}

static void scratch_leave(TALLOC_CTX *frame)
{
	talloc_free(frame);
	scratch.depth--;
}

void speed_scratch(TALLOC_CTX *ctx)
{
	TALLOC_CTX *frame = scratch_enter();

	(void)ctx;
	used(frame);
	scratch_leave(frame);
}

void speed_scratch_ten(TALLOC_CTX *ctx)
{
	TALLOC_CTX *frame = scratch_enter();

	(void)ctx;
	for (uint64_t i = 0; i < 10; i++) {
		uint64_t *object = talloc(frame, uint64_t);

		if (object == NULL) {
			abort();
		}
		*object = i;
	}
	used(frame);
	scratch_leave(frame);
}

/* The same ten objects without talloc. */
void speed_malloc_ten(TALLOC_CTX *ctx)
{
	uint64_t *objects[10];

	(void)ctx;
	for (uint64_t i = 0; i < 10; i++) {
		objects[i] = malloc(sizeof(uint64_t));
		if (objects[i] == NULL) {
			abort();
		}
		*objects[i] = i;
	}
	used(objects);
	for (uint64_t i = 0; i < 10; i++) {
		free(objects[i]);
	}
}

/* A thousand strings that go together, as libtalloc has them. */
void speed_strings(TALLOC_CTX *ctx)
{
	TALLOC_CTX *all = made(talloc_new(ctx));

	for (int i = 0; i < 1000; i++) {
		made(talloc_strdup(all, speed_text_8));
	}
	talloc_free(all);
}

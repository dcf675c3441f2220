/* An abort function of C's. */
#include <stdio.h>
#include <stdlib.h>

#include <talloc.h>

static void say_and_abort(const char *reason)
{
	fprintf(stderr, "C's abort function: %s\n", reason);
	abort();
}

void tt_set_abort_fn(void)
{
	talloc_set_abort_fn(say_and_abort);
}

void tt_free_twice(size_t size)
{
	/* Without a size: a member of a pool, whose header stays readable. */
	TALLOC_CTX *pool = size == 0 ? talloc_pool(NULL, 4096) : NULL;
	void *first = talloc_named_const(pool, size, "first");
	void *second = talloc_named_const(pool, size, "second");

	if (talloc_free(first) == 0) {
		talloc_free(first);
	}
	talloc_free(second);
}

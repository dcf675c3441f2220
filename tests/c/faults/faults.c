/* The C library's functions that allocate, which fail when a test asks for it: on this thread, at the
 * n-th call from now, and with `from_there_on` at all that follow. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

static __thread long countdown;
static __thread bool from_there_on;
static __thread long failed;

void tt_fail_at(long call, bool all_that_follow)
{
	countdown = call;
	from_there_on = all_that_follow;
	failed = 0;
}

/* Lets nothing fail any more, and tells how often something did. */
long tt_failed(void)
{
	countdown = 0;
	return failed;
}

#if defined(__GLIBC__) && !defined(TT_NO_FAULTS)

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static bool fails(void)
{
	if (countdown == 0 || (countdown > 1 && --countdown > 0)) {
		return false;
	}
	if (!from_there_on) {
		countdown = 0;
	}
	failed++;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
	*memory = fails() ? NULL : __libc_memalign(alignment, size);
	return *memory == NULL ? ENOMEM : 0;
}

#endif

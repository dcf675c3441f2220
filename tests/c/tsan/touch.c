/*
 * Stands in front of libtalloc in one test program, and shows ThreadSanitizer what
 * libtalloc touches where libtalloc itself is not compiled for it: a byte in the
 * header of each chunk whose links a call changes; one that stands for the log hook,
 * which a call may read at any time; and one for the fill, which each free reads, and
 * which is written when libtalloc asks the environment for it. With build option
 * TALLOC_TESTS_TSAN=1 this file is compiled with -fsanitize=thread.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <talloc.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

extern char **environ;

static volatile char hooks;
/* Read by an abort alone. */
static volatile char abort_hook;
static volatile char fill;

static void touch_fill(void)
{
	fill = 1;
}

/* Called before the sanitizer is ready, and before dlsym is, too. */
__attribute__((no_sanitize("thread"))) static char *value_of(const char *entry, const char *name)
{
	while (*name != '\0' && *entry == *name) {
		entry++;
		name++;
	}
	return *name == '\0' && *entry == '=' ? (char *)entry + 1 : NULL;
}

__attribute__((no_sanitize("thread"))) char *getenv(const char *name)
{
	if (value_of("TALLOC_FREE_FILL=", name) != NULL) {
		touch_fill();
	}
	for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
		char *value = value_of(*entry, name);

		if (value != NULL) {
			return value;
		}
	}
	return NULL;
}

/* A write that changes nothing, to the last byte of the header. */
static void touch(const void *chunk)
{
	volatile char *last = (volatile char *)chunk - 1;

	(void)hooks;
	if (chunk != NULL) {
		*last = *last;
	}
}

static void touch_with_parent(const void *chunk)
{
	touch(chunk);
	if (chunk != NULL) {
		touch(talloc_parent(chunk));
	}
}

void *talloc_named_const(const void *ctx, size_t size, const char *name)
{
	void *chunk = REAL(talloc_named_const)(ctx, size, name);

	touch_with_parent(chunk);
	return chunk;
}

void *talloc_pool(const void *ctx, size_t size)
{
	void *chunk = REAL(talloc_pool)(ctx, size);

	touch_with_parent(chunk);
	return chunk;
}

int _talloc_free(void *ptr, const char *location)
{
	touch_with_parent(ptr);
	(void)fill;
	return REAL(_talloc_free)(ptr, location);
}

void *_talloc_steal_loc(const void *new_ctx, const void *ptr, const char *location)
{
	touch_with_parent(ptr);
	touch(new_ctx);
	return REAL(_talloc_steal_loc)(new_ctx, ptr, location);
}

void *talloc_reparent(const void *from, const void *to, const void *ptr)
{
	touch(from);
	touch(to);
	touch(ptr);
	return REAL(talloc_reparent)(from, to, ptr);
}

void talloc_report(const void *ptr, FILE *f)
{
	touch(ptr);
	REAL(talloc_report)(ptr, f);
}

void talloc_report_full(const void *ptr, FILE *f)
{
	touch(ptr);
	REAL(talloc_report_full)(ptr, f);
}

void talloc_set_log_fn(void (*log_fn)(const char *message))
{
	hooks = 1;
	REAL(talloc_set_log_fn)(log_fn);
}

void talloc_set_log_stderr(void)
{
	hooks = 2;
	REAL(talloc_set_log_stderr)();
}

void talloc_set_abort_fn(void (*abort_fn)(const char *reason))
{
	abort_hook = 1;
	REAL(talloc_set_abort_fn)(abort_fn);
}

/* Stands in front of libtalloc in one test program, and counts the calls of each thread. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>

static _Thread_local size_t calls;

size_t tt_calls(void)
{
	size_t counted = calls;

	calls = 0;
	return counted;
}

/* Those of a static libtalloc would be defined twice. */
#ifndef TT_STATIC

/* The function of libtalloc that a definition here hides. */
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

void *talloc_named_const(const void *ctx, size_t size, const char *name)
{
	calls++;
	return REAL(talloc_named_const)(ctx, size, name);
}

void *_talloc_zero(const void *ctx, size_t size, const char *name)
{
	calls++;
	return REAL(_talloc_zero)(ctx, size, name);
}

void *_talloc_realloc(const void *ctx, void *ptr, size_t size, const char *name)
{
	calls++;
	return REAL(_talloc_realloc)(ctx, ptr, size, name);
}

int _talloc_free(void *ptr, const char *location)
{
	calls++;
	return REAL(_talloc_free)(ptr, location);
}

void talloc_free_children(void *ptr)
{
	calls++;
	REAL(talloc_free_children)(ptr);
}

void *_talloc_steal_loc(const void *new_ctx, const void *ptr, const char *location)
{
	calls++;
	return REAL(_talloc_steal_loc)(new_ctx, ptr, location);
}

void _talloc_set_destructor(const void *ptr, int (*destructor)(void *))
{
	calls++;
	REAL(_talloc_set_destructor)(ptr, destructor);
}

void talloc_set_name_const(const void *ptr, const char *name)
{
	calls++;
	REAL(talloc_set_name_const)(ptr, name);
}

const char *talloc_get_name(const void *ptr)
{
	calls++;
	return REAL(talloc_get_name)(ptr);
}

void *talloc_check_name(const void *ptr, const char *name)
{
	calls++;
	return REAL(talloc_check_name)(ptr, name);
}

size_t talloc_get_size(const void *ptr)
{
	calls++;
	return REAL(talloc_get_size)(ptr);
}

size_t talloc_reference_count(const void *ptr)
{
	calls++;
	return REAL(talloc_reference_count)(ptr);
}

void *_talloc_reference_loc(const void *ctx, const void *ptr, const char *location)
{
	calls++;
	return REAL(_talloc_reference_loc)(ctx, ptr, location);
}

/* The functions that walk siblings must not be called at all. */
#define NEVER (calls += 1000000)

int talloc_unlink(const void *ctx, void *ptr)
{
	NEVER;
	return REAL(talloc_unlink)(ctx, ptr);
}

void *talloc_parent(const void *ptr)
{
	NEVER;
	return REAL(talloc_parent)(ptr);
}

void *talloc_reparent(const void *from, const void *to, const void *ptr)
{
	NEVER;
	return REAL(talloc_reparent)(from, to, ptr);
}

int talloc_is_parent(const void *ctx, const void *ptr)
{
	NEVER;
	return REAL(talloc_is_parent)(ctx, ptr);
}

#endif

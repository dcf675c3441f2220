/* C programs that call Rust: parsers with allocation callbacks, and functions with results. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

/* As yajl and others declare it, and as Lua does. */
struct tt_alloc_funcs {
	void *(*malloc_fn)(void *ctx, size_t size);
	void *(*realloc_fn)(void *ctx, void *ptr, size_t size);
	void (*free_fn)(void *ctx, void *ptr);
	void *ctx;
};

typedef void *(*tt_lua_alloc)(void *ctx, void *ptr, size_t old_size, size_t size);

/* A stack of numbers that grows by steps, as parsers have it. */
long tt_parse(const struct tt_alloc_funcs *funcs, size_t depth, bool forget)
{
	uint32_t *stack = NULL;
	char *token = funcs->malloc_fn(funcs->ctx, 0);
	size_t room = 0;
	long sum = 0;

	if (token == NULL) {
		return -1;
	}
	for (size_t i = 0; i < depth; i++) {
		if (i == room) {
			uint32_t *larger;

			room = room == 0 ? 4 : 2 * room;
			larger = funcs->realloc_fn(funcs->ctx, stack, room * sizeof(*stack));
			if (larger == NULL) {
				funcs->free_fn(funcs->ctx, stack);
				funcs->free_fn(funcs->ctx, token);
				return -1;
			}
			stack = larger;
		}
		stack[i] = (uint32_t)i;
		char *other = funcs->realloc_fn(funcs->ctx, token, i % 40);
		if (other == NULL) {
			funcs->free_fn(funcs->ctx, stack);
			funcs->free_fn(funcs->ctx, token);
			return -1;
		}
		token = other;
	}
	for (size_t i = 0; i < depth; i++) {
		sum += stack[i];
	}
	if (!forget) {
		funcs->free_fn(funcs->ctx, token);
		funcs->free_fn(funcs->ctx, stack);
		funcs->free_fn(funcs->ctx, NULL);
	}
	return sum;
}

/* The rules of lua_Alloc: NULL allocates, 0 frees, and NULL with 0 does nothing. */
/* As in yyjson.h. */
struct tt_yyjson_alc {
	void *(*malloc_fn)(void *ctx, size_t size);
	void *(*realloc_fn)(void *ctx, void *ptr, size_t old_size, size_t size);
	void (*free_fn)(void *ctx, void *ptr);
	void *ctx;
};

/* A document that grows, and a buffer that is freed. The document is forgotten. */
long tt_yyjson(const struct tt_yyjson_alc *alc)
{
	size_t old_size = 4 * sizeof(long);
	long *values = alc->malloc_fn(alc->ctx, old_size);
	char *buffer = alc->malloc_fn(alc->ctx, 100);
	long sum = 0;

	if (values == NULL || buffer == NULL) return -1;
	for (long i = 0; i < 100; i++) {
		if (i * sizeof(long) == old_size) {
			values = alc->realloc_fn(alc->ctx, values, old_size, 2 * old_size);
			if (values == NULL) return -1;
			old_size *= 2;
		}
		values[i] = i + 1;
	}
	for (long i = 0; i < 100; i++) sum += values[i];
	alc->free_fn(alc->ctx, buffer);
	return sum;
}

bool tt_lua(tt_lua_alloc alloc, void *ctx)
{
	char *block;

	if (alloc(ctx, NULL, 5, 0) != NULL) {
		return false;
	}
	block = alloc(ctx, NULL, 5, 10);
	if (block == NULL) {
		return false;
	}
	memcpy(block, "123456789", 10);
	block = alloc(ctx, block, 10, 5000);
	if (block == NULL || strcmp(block, "123456789") != 0) {
		return false;
	}
	block = alloc(ctx, block, 5000, 4);
	if (block == NULL || memcmp(block, "1234", 4) != 0) {
		return false;
	}
	return alloc(ctx, block, 4, 0) == NULL;
}

/* A function of Rust with a status, a result and an error text. */
typedef int (*tt_rust_function)(TALLOC_CTX *ctx, const char *input, char **result, char **error);

/* Calls it for each input and goes on after failures. The results stay on `ctx`. */
int tt_call_all(tt_rust_function function, TALLOC_CTX *ctx, const char *const *inputs,
		char **report)
{
	int failures = 0;

	*report = talloc_strdup(ctx, "");
	for (; *inputs != NULL; inputs++) {
		TALLOC_CTX *frame = talloc_new(ctx);
		char *result = NULL, *error = NULL;
		int status = function(frame, *inputs, &result, &error);

		if (status != 0) {
			failures++;
			*report = talloc_asprintf_append_buffer(*report, "%s: error %d: %s\n", *inputs,
								status, error != NULL ? error : "-");
		} else {
			*report = talloc_asprintf_append_buffer(*report, "%s: %s\n", *inputs, result);
			talloc_steal(ctx, result);
		}
		talloc_free(frame);
	}
	return failures;
}

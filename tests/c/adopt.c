/* The forms in which talloc C libraries return what they have made. */

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>

#include "helpers.h"

struct tt_blob {
	uint8_t *data;
	size_t length;
};

/* An answer whose records lie below it, with an array that is longer than its count. */
struct answer {
	unsigned count;
	struct user **users;
	struct tt_blob cookie;
	const char *server;
};

struct user *tt_user_new(const void *parent, const char *name);
struct point *tt_point_new(const void *parent, int32_t x, int32_t y);

enum how { OK, FAILS, FAILS_WITH_RUBBISH, FAILS_WITH_FREED, OK_WITH_NULL, OK_WITH_ANOTHER };

int tt_user_find(TALLOC_CTX *ctx, int how, struct user **out)
{
	switch ((enum how)how) {
	case OK:
		*out = tt_user_new(ctx, "found");
		return *out != NULL ? 0 : ENOMEM;
	case FAILS:
		return ENOENT;
	case FAILS_WITH_RUBBISH:
		*out = (struct user *)(uintptr_t)0x10;
		return EINVAL;
	case FAILS_WITH_FREED:
		*out = tt_user_new(ctx, "freed");
		talloc_free(*out);
		return EIO;
	case OK_WITH_NULL:
		*out = NULL;
		return 0;
	case OK_WITH_ANOTHER:
		*out = (void *)tt_point_new(ctx, 1, 2);
		return 0;
	}
	return EINVAL;
}

/* 10, 20, 30, ...: `used` of `room` elements; the others are not initialised. */
uint32_t *tt_numbers(TALLOC_CTX *ctx, unsigned room, size_t used)
{
	uint32_t *numbers = talloc_array(ctx, uint32_t, room);

	for (size_t i = 0; numbers != NULL && i < used; i++) {
		numbers[i] = 10 * ((uint32_t)i + 1);
	}
	return numbers;
}

/* Several records in a status, two out-parameters and an array of pointers. */
int tt_users(TALLOC_CTX *ctx, struct answer **out)
{
	static const char *const names[] = {"anna", "berta", "carla"};
	struct answer *answer = talloc_zero(ctx, struct answer);

	if (answer == NULL) {
		return ENOMEM;
	}
	answer->users = talloc_zero_array(answer, struct user *, 16);
	for (unsigned i = 0; answer->users != NULL && i < 3; i++) {
		answer->users[i] = tt_user_new(answer->users, names[i]);
		answer->count++;
	}
	answer->cookie.data = talloc_memdup(answer, "\x00\x01\xff", 3);
	answer->cookie.length = 3;
	answer->server = "a constant";
	*out = answer;
	return 0;
}

/* One more record under an answer that the caller has: no context is passed. */
int tt_answer_more(struct answer *answer, struct user **out)
{
	*out = tt_user_new(answer, "more");
	return *out != NULL ? 0 : ENOMEM;
}

/* A NULL-terminated list whose strings are its children. */
char **tt_list(TALLOC_CTX *ctx, unsigned count)
{
	char **list = talloc_zero_array(ctx, char *, count + 1);

	for (unsigned i = 0; list != NULL && i < count; i++) {
		list[i] = talloc_asprintf(list, "host%u", i);
	}
	return list;
}

struct tt_blob tt_blob_copy(TALLOC_CTX *ctx, const void *bytes, size_t length, size_t room)
{
	struct tt_blob blob = {talloc_array(ctx, uint8_t, (unsigned)room), length};

	if (blob.data != NULL) {
		memcpy(blob.data, bytes, length);
	}
	return blob;
}

/* As data_blob_string_const and talloc_strdup make them: named by its content. */
struct tt_blob tt_blob_of_string(TALLOC_CTX *ctx, const char *text)
{
	struct tt_blob blob = {(uint8_t *)talloc_strdup(ctx, text), strlen(text)};

	return blob;
}

int tt_blob_fill(TALLOC_CTX *ctx, struct tt_blob *out)
{
	*out = tt_blob_copy(ctx, "filled", 6, 6);
	return out->data != NULL ? 0 : ENOMEM;
}

struct tt_blob tt_blob_null(size_t length)
{
	return (struct tt_blob){NULL, length};
}

unsigned tt_blob_sum(struct tt_blob blob)
{
	unsigned sum = 0;

	for (size_t i = 0; i < blob.length; i++) {
		sum += blob.data[i];
	}
	return sum;
}

/* All bytes of a string's chunk, also its NUL, become 'x': its name has no end any more. */
char *tt_string_without_nul(TALLOC_CTX *ctx)
{
	char *text = talloc_strdup(ctx, "text");

	if (text != NULL) {
		memset(text, 'x', talloc_get_size(text));
	}
	return text;
}

char *tt_padded_string(TALLOC_CTX *ctx, const char *text, unsigned room)
{
	char *padded = talloc_zero_array(ctx, char, room);

	return padded != NULL ? strncpy(padded, text, room - 1) : NULL;
}

size_t tt_length(const char *text)
{
	return text != NULL ? strlen(text) : SIZE_MAX;
}

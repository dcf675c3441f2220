/* What ikigai's code returns: structs that a wrapper round talloc_zero_size has made, results by
 * value, errors on the caller's context; and lists that are only lent. */

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>

#include "helpers.h"

/* ikigai's wrappers: chunks are named after these lines. */
static void *zero_(TALLOC_CTX *ctx, size_t size)
{
	return talloc_zero_size(ctx, size);
}

typedef struct {
	int code;
	const char *file;
	int line;
	char *msg;
} err_t;

typedef struct {
	bool is_err;
	union {
		void *ok;
		err_t *err;
	};
} res_t;

/* The text is a child of the error. */
static err_t *err_create(TALLOC_CTX *ctx, int code, const char *format, ...)
{
	err_t *err = zero_(ctx, sizeof(err_t));
	va_list arguments;

	if (err == NULL) return NULL;
	err->code = code;
	err->file = __FILE__;
	err->line = __LINE__;
	va_start(arguments, format);
	err->msg = talloc_vasprintf(err, format, arguments);
	va_end(arguments);
	return err;
}

static void user_fill(struct user *user, const char *name)
{
	user->name = talloc_strdup(user, name);
	user->groups = talloc_array(user, uint32_t, 2);
	user->groups[0] = 100;
	user->groups[1] = 27;
	user->id = 7;
}

enum how { ZERO_SIZE, MEMDUP, PTRTYPE, NAMED, RENAMED, BY_CONTENT, TOO_SMALL, TOO_LARGE, NOTHING };

/* A user that is not called "struct user"; none if it is too small. */
struct user *tt_unnamed_user(TALLOC_CTX *ctx, int how, const char *name)
{
	struct user none = { .id = 0 };
	struct user *user = NULL;

	switch ((enum how)how) {
	case ZERO_SIZE:
		user = zero_(ctx, sizeof(struct user));
		break;
	case MEMDUP:
		user = talloc_memdup(ctx, &none, sizeof(none));
		break;
	case PTRTYPE:
		user = talloc_ptrtype(ctx, user);
		break;
	case NAMED:
		user = talloc_named_const(ctx, sizeof(struct user), "struct point");
		break;
	case RENAMED:
		user = talloc_zero(ctx, struct user);
		talloc_set_name(user, "user %d", 1001);
		break;
	case BY_CONTENT:
		user = zero_(ctx, sizeof(struct user));
		talloc_set_name_const(user, (const char *)user);
		break;
	case TOO_SMALL:
		return zero_(ctx, sizeof(struct user) - 1);
	case TOO_LARGE:
		return zero_(ctx, sizeof(struct user) + 1);
	case NOTHING:
		return NULL;
	}
	if (how == PTRTYPE || how == NAMED) *user = none;
	user_fill(user, name);
	return user;
}

/* Points (1, 2), (3, 4), ... in a copy of so many bytes. */
struct point *tt_unnamed_points(TALLOC_CTX *ctx, size_t bytes)
{
	struct point points[8];

	for (int i = 0; i < 8; i++) {
		points[i].x = 2 * i + 1;
		points[i].y = 2 * i + 2;
	}
	return talloc_memdup(ctx, points, bytes);
}

/* A user, NULL for number 0, and an error for a negative one. */
res_t tt_load(TALLOC_CTX *ctx, int number)
{
	struct user *user;

	if (number < 0) {
		return (res_t) {.is_err = true, .err = err_create(ctx, EINVAL, "%d is no number", number)};
	}
	if (number == 0) return (res_t) {.is_err = false, .ok = NULL};
	user = zero_(ctx, sizeof(struct user));
	user_fill(user, "loaded");
	return (res_t) {.is_err = false, .ok = user};
}

/* The same with a status, and an out-parameter for each. */
int tt_load_out(TALLOC_CTX *ctx, int number, struct user **out, err_t **err)
{
	res_t res = tt_load(ctx, number);

	*out = NULL;
	*err = NULL;
	if (res.is_err) {
		*err = res.err;
		return res.err->code;
	}
	*out = res.ok;
	return res.ok != NULL ? 0 : ENOENT;
}

/* Lent for good. */
const char *const *tt_lent_words(int how_many)
{
	static const char *const words[] = { "to", "be", "or", NULL };

	return how_many < 0 ? NULL : words + (how_many > 3 ? 0 : 3 - how_many);
}

const char *const *tt_lent_with_count(size_t *count)
{
	*count = 3;
	return tt_lent_words(3);
}

/* Lent as long as the user lives. */
const char **tt_hosts_of(struct user *user)
{
	return (const char **)user->hosts;
}

/* The bytes of all words; SIZE_MAX for NULL. */
size_t tt_sum(const char *const *words)
{
	size_t sum = 0;

	if (words == NULL) return SIZE_MAX;
	for (; *words != NULL; words++) sum += strlen(*words);
	return sum;
}

/* Pointers to some points, the second of which is NULL. */
struct point **tt_lent_points(TALLOC_CTX *ctx, unsigned *count)
{
	struct point **points = talloc_zero_array(ctx, struct point *, 3);

	*count = 0;
	if (points == NULL) return NULL;
	for (int i = 0; i < 3; i += 2) {
		points[i] = talloc(points, struct point);
		points[i]->x = i;
		points[i]->y = 10 * i;
	}
	*count = 3;
	return points;
}

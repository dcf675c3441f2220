/* What C programs do with objects that Rust made, and the other way round. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "helpers.h"

struct user *tt_user_new(const void *parent, const char *name)
{
	struct user *user = talloc_zero(parent, struct user);

	if (user == NULL) {
		return NULL;
	}
	user->name = talloc_strdup(user, name);
	user->groups = talloc_array(user, uint32_t, 2);
	user->hosts = talloc_zero_array(user, char *, 2);
	if (user->name == NULL || user->groups == NULL || user->hosts == NULL) {
		talloc_free(user);
		return NULL;
	}
	user->groups[0] = 100;
	user->groups[1] = 27;
	user->hosts[0] = talloc_strdup(user->hosts, "alpha");
	user->id = 7;
	return user;
}

/* Describes a user as C sees it; -1 if it is not one. */
int tt_user_describe(const void *ptr, char *text, size_t size)
{
	const struct user *user = talloc_get_type(ptr, struct user);
	size_t hosts = 0;
	uint64_t groups = 0;

	if (user == NULL) {
		return -1;
	}
	for (size_t i = 0; i < talloc_array_length(user->groups); i++) {
		groups += user->groups[i];
	}
	while (user->hosts != NULL && user->hosts[hosts] != NULL) {
		hosts++;
	}
	return snprintf(text, size, "%s/%zu/%zu/%lu/%zu/%s/%d", user->name,
			talloc_get_size(user->name), talloc_array_length(user->groups),
			(unsigned long)groups, hosts,
			user->friend_of != NULL ? user->friend_of->name : "-", user->id);
}

struct point *tt_point_new(const void *parent, int32_t x, int32_t y)
{
	struct point *point = talloc(parent, struct point);

	if (point != NULL) {
		*point = (struct point){.x = x, .y = y};
	}
	return point;
}

struct point *tt_points_new(const void *parent, unsigned count)
{
	struct point *points = talloc_array(parent, struct point, count);

	for (unsigned i = 0; points != NULL && i < count; i++) {
		points[i] = (struct point){.x = (int32_t)i, .y = -(int32_t)i};
	}
	return points;
}

int32_t tt_point_sum(const void *ptr)
{
	const struct point *points = talloc_get_type(ptr, struct point);
	int32_t sum = 0;

	if (points == NULL) {
		return INT32_MIN;
	}
	for (size_t i = 0; i < talloc_array_length(points); i++) {
		sum += points[i].x * 1000 + points[i].y;
	}
	return sum;
}

/* The length of a string if its chunk is as C makes it: the text and a NUL. */
long tt_string_length(const char *text)
{
	size_t length = strlen(text);

	return talloc_get_size(text) == length + 1 ? (long)length : -1;
}

/* The text of C's own report, through a temporary file; the caller frees it by tt_free. */
char *tt_report_full(const void *ptr, size_t *size)
{
	FILE *file = tmpfile();
	char *text = NULL;
	long end;

	if (file == NULL) {
		return NULL;
	}
	talloc_report_full(ptr, file);
	end = ftell(file);
	rewind(file);
	if (end >= 0 && (text = talloc_array(NULL, char, (unsigned)end + 1)) != NULL) {
		*size = fread(text, 1, (size_t)end, file);
		text[*size] = '\0';
	}
	fclose(file);
	return text;
}

int tt_free(void *ptr)
{
	return talloc_free(ptr);
}

/* Nullable handles as they stand in an extern "C" signature. */
typedef struct point *(*point_callback)(const void *ctx, struct point *point);

bool tt_call_point_callback(point_callback callback, const void *ctx)
{
	struct point *point;

	if (callback(ctx, NULL) != NULL || callback(NULL, NULL) != NULL) {
		return false;
	}
	point = callback(ctx, tt_point_new(ctx, 20, 1));
	if (point == NULL || point->x != 21 || talloc_parent(point) != ctx) {
		return false;
	}
	return talloc_free(point) == 0;
}

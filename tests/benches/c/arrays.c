#include "speed.h"

enum { ELEMENTS = 10000 };

void speed_zeroed_array(TALLOC_CTX *ctx)
{
	talloc_free(made(talloc_zero_array(ctx, uint64_t, 100)));
}

/* As large as needed at each time: 100 more elements, 100 times. */
void speed_array_steps(TALLOC_CTX *ctx)
{
	static const uint32_t more[100] = { 1 };
	/* Not known to GCC, which would not call memcpy: see objects.c. */
	const size_t step = speed_step;
	uint32_t *array = made(talloc_array(ctx, uint32_t, 0));

	for (size_t length = 0; length < ELEMENTS; length += step) {
		array = talloc_realloc(ctx, array, uint32_t, length + step);
		if (array == NULL) {
			abort();
		}
		memcpy(array + length, more, step * sizeof *more);
		used(array);
	}
	talloc_free(array);
}

/* One element after the other, in an array that doubles. */
static uint32_t *push_all(TALLOC_CTX *ctx, size_t count, size_t *length)
{
	size_t capacity = 4;
	uint32_t *array = made(talloc_array(ctx, uint32_t, capacity));

	*length = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t value = i;

		used(value);
		if (*length == capacity) {
			capacity *= 2;
			array = talloc_realloc(ctx, array, uint32_t, capacity);
			if (array == NULL) {
				abort();
			}
		}
		array[*length] = value;
		*length += 1;
	}
	return array;
}

void speed_array_pushes(TALLOC_CTX *ctx)
{
	size_t length;
	uint32_t *array = push_all(ctx, ELEMENTS, &length);

	/* Cut to what is there. */
	array = made(talloc_realloc(ctx, array, uint32_t, length));
	talloc_free(array);
}

void speed_vec_pushes(TALLOC_CTX *ctx)
{
	size_t length;
	uint32_t *array = push_all(ctx, 1000, &length);

	used(array);
	used(length);
	talloc_free(array);
}

/* An array of a struct: its length is that of its chunk, so each push is a resize. */
void speed_field_pushes(TALLOC_CTX *ctx)
{
	uint32_t *array = made(talloc_array(ctx, uint32_t, 0));

	for (size_t i = 0; i < 1000; i++) {
		const size_t length = talloc_array_length(array);
		uint32_t value = i;

		used(value);
		array = talloc_realloc(ctx, array, uint32_t, length + 1);
		if (array == NULL) {
			abort();
		}
		array[length] = value;
	}
	used(array);
	talloc_free(array);
}

/* The first of each time; the last array keeps a byte. */
void speed_field_removals(TALLOC_CTX *ctx)
{
	static const uint32_t values[100] = { 1 };
	uint32_t *array = made(talloc_memdup(ctx, values, speed_step * sizeof *values));
	size_t length;

	while ((length = talloc_array_length(array)) > 0) {
		uint32_t value = array[0];

		memmove(array, array + 1, (length - 1) * sizeof *array);
		array = talloc_realloc_size(ctx, array, length > 1 ? (length - 1) * sizeof *array : 1);
		if (array == NULL) {
			abort();
		}
		used(value);
	}
	talloc_free(array);
}

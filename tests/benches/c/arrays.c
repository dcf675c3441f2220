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

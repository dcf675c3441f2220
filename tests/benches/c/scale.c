#include "speed.h"

/* A tree that stays, for its memory to be measured. */
void speed_grow(TALLOC_CTX *ctx, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t *object = talloc(ctx, uint64_t);

		if (object == NULL) {
			abort();
		}
		*object = i;
	}
}

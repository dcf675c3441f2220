#include "speed.h"

/* The loop alone: what both sides have to be measured without. */
void speed_nothing(TALLOC_CTX *ctx)
{
	used(ctx);
}

void speed_root(TALLOC_CTX *ctx)
{
	TALLOC_CTX *root = made(talloc_new(NULL));

	(void)ctx;
	talloc_free(root);
}

void speed_child(TALLOC_CTX *ctx)
{
	TALLOC_CTX *child = made(talloc_new(ctx));

	talloc_free(child);
}

void speed_child_named(TALLOC_CTX *ctx)
{
	talloc_free(made(talloc_named_const(ctx, 0, "speed")));
}

void speed_renamed(TALLOC_CTX *ctx)
{
	uint8_t *object = talloc_array(ctx, uint8_t, 16);

	if (object == NULL) {
		abort();
	}
	memset(object, 7, 16);
	talloc_set_name_const(object, "speed");
	used(object);
	talloc_free(object);
}

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

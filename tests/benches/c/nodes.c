/* Structs with what belongs to them. */
#include "speed.h"

struct value {
	uint64_t kind;
	char *text;
};

struct pair {
	struct value *left;
	struct value *right;
};

static struct value *value(TALLOC_CTX *ctx, uint64_t kind)
{
	struct value *value = talloc(ctx, struct value);

	if (value == NULL) {
		abort();
	}
	value->kind = kind;
	value->text = made(talloc_strdup(value, speed_text_8));
	used(value);
	return value;
}

void speed_node_value(TALLOC_CTX *ctx)
{
	talloc_free(value(ctx, 1));
}

void speed_node_pair(TALLOC_CTX *ctx)
{
	struct pair *pair = talloc(ctx, struct pair);

	if (pair == NULL) {
		abort();
	}
	pair->left = value(pair, 1);
	pair->right = value(pair, 2);
	used(pair);
	talloc_free(pair);
}

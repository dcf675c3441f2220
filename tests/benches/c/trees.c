#include "speed.h"

void speed_steals(TALLOC_CTX *ctx)
{
	TALLOC_CTX *here = made(talloc_new(ctx));
	TALLOC_CTX *there = made(talloc_new(ctx));
	uint64_t *object = talloc(here, uint64_t);

	if (object == NULL) {
		abort();
	}
	*object = 7;
	for (int i = 0; i < 50; i++) {
		object = talloc_steal(there, object);
		used(object);
		object = talloc_steal(here, object);
		used(object);
	}
	talloc_free(object);
	talloc_free(there);
	talloc_free(here);
}

struct person {
	char *fields[5];
};

static void person_fill(struct person *person)
{
	for (int i = 0; i < 5; i++) {
		person->fields[i] = made(talloc_strdup(person, speed_text_8));
	}
	used(person);
}

void speed_node(TALLOC_CTX *ctx)
{
	struct person *person = made(talloc(ctx, struct person));

	person_fill(person);
	talloc_free(person);
}

void speed_pooled_node(TALLOC_CTX *ctx)
{
	struct person *person = made(talloc_pooled_object(ctx, struct person, 5, 5 * 9));

	person_fill(person);
	talloc_free(person);
}

/* A thousand objects: 10, with 9 below each, and 10 below each of these. */
void speed_tree(TALLOC_CTX *ctx)
{
	TALLOC_CTX *tree = made(talloc_new(ctx));

	for (uint64_t i = 0; i < 10; i++) {
		uint64_t *top = talloc(tree, uint64_t);

		if (top == NULL) {
			abort();
		}
		*top = i;
		for (uint64_t j = 0; j < 9; j++) {
			uint64_t *middle = talloc(top, uint64_t);

			if (middle == NULL) {
				abort();
			}
			*middle = j;
			for (uint64_t k = 0; k < 10; k++) {
				uint64_t *leaf = talloc(middle, uint64_t);

				if (leaf == NULL) {
					abort();
				}
				*leaf = k;
			}
		}
	}
	used(tree);
	talloc_free(tree);
}

void speed_pool(TALLOC_CTX *ctx)
{
	TALLOC_CTX *pool = made(talloc_pool(ctx, 4096));

	for (uint64_t i = 0; i < 10; i++) {
		uint64_t *object = talloc(pool, uint64_t);

		if (object == NULL) {
			abort();
		}
		*object = i;
	}
	used(pool);
	talloc_free(pool);
}

void speed_references(TALLOC_CTX *ctx)
{
	TALLOC_CTX *holder = made(talloc_new(ctx));
	uint64_t *object = talloc(ctx, uint64_t);

	if (object == NULL) {
		abort();
	}
	*object = 7;
	for (int i = 0; i < 100; i++) {
		made(talloc_reference(holder, object));
		talloc_unlink(holder, object);
	}
	talloc_free(object);
	talloc_free(holder);
}

/* Each reference below a context of its own, which is released without a search. */
void speed_claims(TALLOC_CTX *ctx)
{
	TALLOC_CTX *holder = made(talloc_new(ctx));
	uint64_t *object = talloc(ctx, uint64_t);

	if (object == NULL) {
		abort();
	}
	*object = 7;
	for (int i = 0; i < 100; i++) {
		TALLOC_CTX *claim = made(talloc_new(holder));

		made(talloc_reference(claim, object));
		talloc_free(claim);
	}
	talloc_free(object);
	talloc_free(holder);
}

/* A shared object that hooks itself into trees of the program: by destructors, and by names. */

#include <stddef.h>
#include <talloc.h>

struct plugin_state {
	int *calls;
};

static int plugin_done(struct plugin_state *state)
{
	(*state->calls)++;
	return 0;
}

/* Its type's name is a constant of the shared object, its destructor a function of it. */
void *plugin_new(TALLOC_CTX *ctx, int *calls)
{
	struct plugin_state *state = talloc(ctx, struct plugin_state);

	if (state != NULL) {
		state->calls = calls;
		talloc_set_destructor(state, plugin_done);
	}
	return state;
}

/* Without a destructor. */
void *plugin_object(TALLOC_CTX *ctx)
{
	return talloc_named_const(ctx, 100, "object of the plugin");
}

/* What a plugin does before it goes: takes its destructor off and gives a name that stays. */
int plugin_release(void *ptr)
{
	talloc_set_destructor((struct plugin_state *)ptr, NULL);
	return talloc_set_name(ptr, "%s", "left by the plugin") != NULL ? 0 : -1;
}

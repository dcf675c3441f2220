/* The C side of the example: plain libtalloc code. */

#include <stdint.h>
#include <talloc.h>

struct user {
	char *name;
	char *shell; /* NULL: no login */
	uint32_t *groups; /* talloc_array_length() of them */
};

struct login {
	uint64_t when;
	uint32_t tries;
};

/* Written in Rust. */
struct user *user_parse(TALLOC_CTX *ctx, const char *line);

/* NULL if the object is no struct user. */
char *user_describe(TALLOC_CTX *ctx, const void *object)
{
	struct user *user = talloc_get_type(object, struct user);
	const char *shell;
	char *text;
	size_t i;

	if (user == NULL) {
		return NULL;
	}
	shell = user->shell != NULL ? user->shell : "no shell";
	text = talloc_asprintf(ctx, "%s, %s, groups", user->name, shell);
	for (i = 0; text != NULL && i < talloc_array_length(user->groups); i++) {
		text = talloc_asprintf_append(text, " %u", (unsigned)user->groups[i]);
	}
	return text;
}

struct user *user_create(TALLOC_CTX *ctx, const char *name)
{
	struct user *user = talloc_zero(ctx, struct user);

	if (user == NULL) {
		return NULL;
	}
	user->name = talloc_strdup(user, name);
	user->groups = talloc_zero_array(user, uint32_t, 2);
	if (user->name == NULL || user->groups == NULL) {
		talloc_free(user);
		return NULL;
	}
	user->groups[1] = 65534;
	return user;
}

struct login *login_create(TALLOC_CTX *ctx)
{
	struct login *login = talloc_zero(ctx, struct login);

	if (login != NULL) {
		login->when = 1763800000;
		login->tries = 3;
	}
	return login;
}

/* Takes the user over, and frees it with what else is in the trash. */
size_t user_discard(struct user *user)
{
	TALLOC_CTX *trash = talloc_new(NULL);
	size_t blocks;

	talloc_steal(trash, user);
	blocks = talloc_total_blocks(user);
	talloc_free(trash);
	return blocks;
}

/* The length of a name that Rust found in the line, 0 if it found none. */
size_t name_length(const char *line)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct user *user = user_parse(ctx, line);
	size_t length = user != NULL ? talloc_array_length(user->name) - 1 : 0;

	talloc_free(ctx); /* with the user, if there is one */
	return length;
}

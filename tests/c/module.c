/* A module as it is written in C, beside the same in Rust in tests/interop/same_report.rs. */

#include <stdint.h>
#include <talloc.h>

struct address {
	char *host;
	uint16_t port;
};

struct session {
	char *user;
	char *greeting;
	uint32_t *groups;
	char **words;
	struct address *address;
};

/* The session on ctx; NULL without memory. */
struct session *tt_session(TALLOC_CTX *ctx, const char *user)
{
	static const char *const words[] = { "to", "be" };
	struct session *session = talloc_zero(ctx, struct session);

	if (session == NULL) return NULL;
	session->user = talloc_strdup(session, user);
	session->greeting = talloc_asprintf(session, "Hello, %s! You are number %d.", user, 7);
	session->groups = talloc_array(session, uint32_t, 3);
	if (session->greeting == NULL || session->groups == NULL) goto failed;
	for (uint32_t i = 0; i < 3; i++) session->groups[i] = 100 + i;
	session->words = talloc_array(session, char *, 3);
	if (session->words == NULL) goto failed;
	for (int i = 0; i < 2; i++) session->words[i] = talloc_strdup(session->words, words[i]);
	session->words[2] = NULL;
	session->address = talloc_zero(session, struct address);
	if (session->address == NULL) goto failed;
	session->address->host = talloc_strndup(session->address, "localhost:80", 9);
	session->address->port = 80;
	talloc_array(session, char, 20);
	return session;
failed:
	talloc_free(session);
	return NULL;
}

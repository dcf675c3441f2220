/* A list as Samba's are: "prev" of the first element is the last one, "next" of the last is NULL. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <talloc.h>

struct session {
	struct session *prev, *next;
	uint64_t id;
	char *user;
};

struct server {
	unsigned port;
	struct session *sessions;
};

struct server *tt_server_new(TALLOC_CTX *ctx, unsigned port)
{
	struct server *server = talloc_zero(ctx, struct server);

	if (server != NULL) {
		server->port = port;
	}
	return server;
}

static struct session *last(const struct server *server)
{
	return server->sessions != NULL ? server->sessions->prev : NULL;
}

/* At the end. */
bool tt_session_add(struct server *server, uint64_t id, const char *user)
{
	struct session *session = talloc_zero(server, struct session);

	if (session == NULL) {
		return false;
	}
	session->id = id;
	session->user = talloc_strdup(session, user);
	if (server->sessions == NULL) {
		server->sessions = session;
	} else {
		session->prev = last(server);
		session->prev->next = session;
	}
	server->sessions->prev = session;
	return true;
}

bool tt_session_remove(struct server *server, uint64_t id)
{
	struct session *session = server->sessions;

	while (session != NULL && session->id != id) {
		session = session->next;
	}
	if (session == NULL) {
		return false;
	}
	if (session->next != NULL) {
		session->next->prev = session->prev;
	} else {
		server->sessions->prev = session->prev;
	}
	if (session == server->sessions) {
		server->sessions = session->next;
	} else {
		session->prev->next = session->next;
	}
	talloc_free(session);
	return true;
}

/* "1:anna 2:bob ", or -1 if that is no list of children of the server, the same both ways. */
int tt_sessions_describe(const struct server *server, char *text, size_t size)
{
	const struct session *before = last(server);
	size_t used = 0, count = 0;

	text[0] = '\0';
	for (const struct session *s = server->sessions; s != NULL; s = s->next) {
		if (talloc_get_type(s, struct session) != s || talloc_parent(s) != server ||
		    talloc_parent(s->user) != s || s->prev != before) {
			return -1;
		}
		before = s;
		count++;
		used += (size_t)snprintf(text + used, size - used, "%u:%s ", (unsigned)s->id,
					 s->user);
	}
	return before == last(server) && used < size ? (int)count : -1;
}

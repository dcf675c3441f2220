/* Objects with something to be done at the end: here a counter is told. */
#include "speed.h"

struct session {
	uint64_t id;
	size_t *open;
	uint64_t since;
};

static struct session *session_new(TALLOC_CTX *ctx, size_t *open)
{
	struct session *session = talloc(ctx, struct session);

	if (session == NULL) {
		abort();
	}
	*session = (struct session){ .id = 7, .open = open, .since = 9 };
	*open += 1;
	used(session);
	return session;
}

static int session_close(struct session *session)
{
	*session->open -= 1;
	return 0;
}

void speed_drop_by_handle(TALLOC_CTX *ctx)
{
	size_t open = 0;
	struct session *session = session_new(ctx, &open);

	session_close(session);
	talloc_free(session);
	used(&open);
}

void speed_drop_keep(TALLOC_CTX *ctx)
{
	static size_t open;
	TALLOC_CTX *parent = made(talloc_new(ctx));
	struct session *session = session_new(parent, &open);

	talloc_set_destructor(session, session_close);
	talloc_free(parent);
}

void speed_drop_leak(TALLOC_CTX *ctx)
{
	size_t open = 0;
	TALLOC_CTX *parent = made(talloc_new(ctx));

	session_new(parent, &open);
	talloc_free(parent);
	used(&open);
}

/* What Rust's Rc is: two counts, and the number. */
struct counted {
	size_t strong;
	size_t weak;
	int number;
};

void speed_rc(TALLOC_CTX *ctx)
{
	struct counted *counted = malloc(sizeof(*counted));
	struct counted **object;

	if (counted == NULL) {
		abort();
	}
	*counted = (struct counted){ .strong = 1, .weak = 1, .number = speed_number };
	object = talloc(ctx, struct counted *);
	if (object == NULL) {
		abort();
	}
	*object = counted;
	used(object);
	counted = *object;
	talloc_free(object);
	if (--counted->strong == 0 && --counted->weak == 0) {
		free(counted);
	}
}

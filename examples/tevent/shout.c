/* A C program that calls the asynchronous function of Rust. */

#include <errno.h>
#include <string.h>
#include "shout.h"

static void shout_seen(struct tevent_req *req)
{
	size_t *length = tevent_req_callback_data(req, size_t);
	struct shout_state *state = tevent_req_data(req, struct shout_state);

	*length = strlen(state->text);
}

/* Waits for the answer, in a loop of its own. *length is what the callback has seen in the state. */
int shout_and_wait(TALLOC_CTX *ctx, const char *text, char **answer, size_t *length)
{
	struct tevent_context *ev = tevent_context_init(ctx);
	size_t *seen = talloc_zero(ev, size_t);
	struct tevent_req *req;
	int status = EIO;

	if (ev == NULL || seen == NULL) {
		return ENOMEM;
	}
	req = shout_send(ev, ev, text);
	if (req != NULL) {
		tevent_req_set_callback(req, shout_seen, seen);
		if (tevent_req_poll(req, ev)) {
			status = shout_recv(req, ctx, answer);
		}
		*length = *seen;
	}
	talloc_free(ev);
	return status;
}

/* Gives the request up before it is done, and lets the loop run on. */
bool shout_and_give_up(TALLOC_CTX *ctx)
{
	struct tevent_context *ev = tevent_context_init(ctx);
	TALLOC_CTX *owner = talloc_new(ctx);
	bool sent = shout_send(owner, ev, "nobody listens") != NULL;

	talloc_free(owner);
	sent = sent && tevent_loop_wait(ev) == 0;
	talloc_free(ev);
	return sent;
}

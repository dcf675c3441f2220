/* lookup_send and lookup_recv: what is found after some turns of the loop. */

#include <errno.h>
#include "lookup.h"

static void lookup_tried(struct tevent_req *subreq);

static bool lookup_try(struct tevent_req *req, struct lookup_state *state)
{
	struct tevent_req *subreq = tevent_wakeup_send(state, state->ev, tevent_timeval_zero());

	if (tevent_req_nomem(subreq, req)) {
		return false;
	}
	tevent_req_set_callback(subreq, lookup_tried, req);
	return true;
}

struct tevent_req *lookup_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			       const char *name)
{
	struct lookup_state *state;
	struct tevent_req *req = tevent_req_create(mem_ctx, &state, struct lookup_state);

	if (req == NULL) {
		return NULL;
	}
	state->ev = ev;
	state->name = talloc_strdup(state, name);
	if (tevent_req_nomem(state->name, req)) {
		return tevent_req_post(req, ev);
	}
	if (name[0] == '\0') {
		tevent_req_error(req, EINVAL);
		return tevent_req_post(req, ev);
	}
	if (!lookup_try(req, state)) {
		return tevent_req_post(req, ev);
	}
	return req;
}

static void lookup_tried(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq, struct tevent_req);
	struct lookup_state *state = tevent_req_data(req, struct lookup_state);
	bool ok = tevent_wakeup_recv(subreq);

	TALLOC_FREE(subreq);
	if (!ok) {
		tevent_req_error(req, EIO);
		return;
	}
	state->tries++;
	if (state->tries < 3) {
		lookup_try(req, state);
		return;
	}
	state->address = talloc_asprintf(state, "%s.example", state->name);
	if (tevent_req_nomem(state->address, req)) {
		return;
	}
	tevent_req_done(req);
}

int lookup_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx, char **address)
{
	struct lookup_state *state = tevent_req_data(req, struct lookup_state);
	enum tevent_req_state end;
	uint64_t error;

	if (tevent_req_is_error(req, &end, &error)) {
		tevent_req_received(req);
		return end == TEVENT_REQ_USER_ERROR ? (int)error : ENOMEM;
	}
	*address = talloc_move(mem_ctx, &state->address);
	tevent_req_received(req);
	return 0;
}

/* An asynchronous function of Rust (shout.rs), as C sees it. */

#ifndef TALLOC_EXAMPLE_SHOUT_H
#define TALLOC_EXAMPLE_SHOUT_H

#include <stdint.h>
#include <stdbool.h>
#include <sys/time.h>
#include <talloc.h>
#include <tevent.h>

struct shout_state {
	char *text;
};

struct tevent_req *shout_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev, const char *text);

/* 0, or an errno; *text is on mem_ctx, or NULL. */
int shout_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx, char **text);

#endif

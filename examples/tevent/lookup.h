/* An asynchronous function as those of Samba are: foo_send and foo_recv. */

#ifndef TALLOC_EXAMPLE_LOOKUP_H
#define TALLOC_EXAMPLE_LOOKUP_H

#include <stdint.h>
#include <stdbool.h>
#include <sys/time.h>
#include <talloc.h>
#include <tevent.h>

struct lookup_state {
	struct tevent_context *ev;
	char *name;
	char *address; /* NULL until it is found */
	unsigned tries;
};

struct tevent_req *lookup_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			       const char *name);

/* 0, or an errno; *address is on mem_ctx. */
int lookup_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx, char **address);

#endif

/* A conversation: what was said, and what could not be understood. */

#ifndef SESSION_H
#define SESSION_H

#include "res.h"

typedef struct session_t {
    char *name;
    chat_cfg_t *cfg;
    chat_scrollback_t *scrollback;
    size_t refused; /* messages that were no messages */
} session_t;

/* A session on ctx, which the caller owns. An error is on ctx. */
res_t session_create(TALLOC_CTX *ctx, const char *name, const char *cfg_path);

/* Takes one message in. Returns NULL; an error is on ctx. */
res_t session_receive(TALLOC_CTX *ctx, session_t *session, chat_bytes_t text);

#endif

#include "session.h"

#include <inttypes.h>

/* Pattern 3: what a struct points to are its children, also what Rust makes. */
res_t session_create(TALLOC_CTX *ctx, const char *name, const char *cfg_path)
{
    session_t *session = talloc_zero(ctx, session_t);
    res_t res;

    if (session == NULL) PANIC("Out of memory");
    session->name = talloc_strdup(session, name);
    if (session->name == NULL) PANIC("Out of memory");

    res = chat_cfg_load(session, cfg_path);
    if (is_ok(&res)) {
        session->cfg = res.ok;
        res = chat_scrollback_create(session, session->cfg->history);
    }
    if (is_err(&res)) {
        talloc_steal(ctx, res.err); /* it would go with the session */
        talloc_free(session);
        return res;
    }
    session->scrollback = res.ok;
    return OK(session);
}

static res_t append_tool_call(TALLOC_CTX *ctx, session_t *session, const chat_tool_call_t *call)
{
    TALLOC_CTX *tmp = talloc_new(ctx);
    char *line = talloc_asprintf(tmp, "%s(", call->name);
    res_t res;

    for (char **argument = call->arguments; line != NULL && *argument != NULL; argument++) {
        line = talloc_asprintf_append(line, argument[1] ? "%s, " : "%s", *argument);
    }
    if (line != NULL) line = talloc_strdup_append(line, ")");
    if (line == NULL) PANIC("Out of memory");
    res = chat_scrollback_append(ctx, session->scrollback, "tool", line);
    talloc_free(tmp);
    return res;
}

static res_t append(TALLOC_CTX *ctx, session_t *session, const chat_msg_t *msg)
{
    const char *speaker = msg->role == CHAT_ROLE_USER ? "user" : session->cfg->model;
    size_t calls = msg->tool_calls ? talloc_array_length(msg->tool_calls) : 0;
    res_t res = chat_scrollback_append(ctx, session->scrollback, speaker, msg->content);

    for (size_t i = 0; is_ok(&res) && i < calls; i++) {
        res = append_tool_call(ctx, session, &msg->tool_calls[i]);
    }
    return res;
}

/* Pattern 1: all that one request needs is on a context of its own. */
res_t session_receive(TALLOC_CTX *ctx, session_t *session, chat_bytes_t text)
{
    TALLOC_CTX *request = talloc_new(ctx);
    res_t res;

    if (request == NULL) PANIC("Out of memory");
    res = chat_msg_parse(request, text);
    if (is_ok(&res)) {
        res = append(ctx, session, res.ok);
    } else {
        session->refused++;
        talloc_steal(ctx, res.err); /* it would go with the request */
    }
    talloc_free(request);
    return res;
}

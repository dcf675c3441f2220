#include "check.h"
#include "session.h"

static void receives(TALLOC_CTX *ctx)
{
    char *path = data_file(ctx, "config.json");
    session_t *session = must(session_create(ctx, "test", path));
    res_t res;

    SAY("A struct of C's owns structs of Rust's");
    CHECK(talloc_parent(session->cfg) == session);
    CHECK(talloc_parent(session->scrollback) == session);
    must(session_receive(ctx, session, bytes("{\"role\": \"user\", \"content\": \"hello\"}")));
    CHECK_TEXT(chat_scrollback_line(session->scrollback, 0), "user: hello");

    res = session_receive(ctx, session, bytes("{"));
    SAY("An error outlives the request that it comes from: %s", res.err->msg);
    CHECK(is_err(&res) && session->refused == 1);
    CHECK(talloc_parent(res.err) == ctx);
    talloc_free(res.err);
    talloc_free(session);
    talloc_free(path);
}

static void fails(TALLOC_CTX *ctx)
{
    char *path = data_file(ctx, "bad_port.json");
    res_t res = session_create(ctx, "test", path);

    SAY("Half a session is freed, its error is not");
    CHECK(is_err(&res) && res.err->code == ERR_CODE_PARSE);
    CHECK(talloc_parent(res.err) == ctx);
    talloc_free(res.err);
    talloc_free(path);
}

void test_session(TALLOC_CTX *ctx)
{
    receives(ctx);
    fails(ctx);
}

#include "check.h"

static int calls;
static int refusals;

/* Uses the object, which is whole as long as its destructor runs. */
static int on_free_scrollback(chat_scrollback_t *scrollback)
{
    CHECK_TEXT(chat_scrollback_line(scrollback, 0), "text");
    calls++;
    if (refusals > 0) {
        refusals--;
        return -1;
    }
    return 0;
}

static int on_free_cfg(chat_cfg_t *cfg)
{
    CHECK_TEXT(cfg->model, "gpt-4o-mini");
    calls++;
    return 0;
}

static chat_scrollback_t *guarded(TALLOC_CTX *ctx, int refuse)
{
    chat_scrollback_t *scrollback = must(chat_scrollback_create(ctx, 10));

    must(chat_scrollback_append(ctx, scrollback, NULL, "text"));
    talloc_set_destructor(scrollback, on_free_scrollback);
    calls = 0;
    refusals = refuse;
    return scrollback;
}

static void agrees(TALLOC_CTX *ctx)
{
    chat_scrollback_t *scrollback = guarded(ctx, 0);

    SAY("C's destructor runs, then Rust drops what is inside");
    CHECK(talloc_free(scrollback) == 0);
    CHECK(calls == 1);
    CHECK(chat_live_values() == 0);
}

static void refuses_once(TALLOC_CTX *ctx)
{
    chat_scrollback_t *scrollback = guarded(ctx, 1);

    SAY("C's destructor refuses: nothing is dropped, and the object is of use");
    CHECK(talloc_free(scrollback) == -1);
    CHECK(chat_live_values() == 1);
    must(chat_scrollback_append(ctx, scrollback, NULL, "more"));
    CHECK(chat_scrollback_length(scrollback) == 2);

    SAY("The second time it agrees");
    CHECK(talloc_free(scrollback) == 0);
    CHECK(calls == 2);
    CHECK(chat_live_values() == 0);
}

static void refuses_when_the_parent_goes(TALLOC_CTX *ctx)
{
    TALLOC_CTX *request = talloc_new(ctx);
    chat_scrollback_t *scrollback = guarded(request, 1);

    SAY("It refuses when its parent is freed, and moves to the grandparent");
    talloc_free(request);
    CHECK(talloc_parent(scrollback) == ctx);
    CHECK(chat_live_values() == 1);
    CHECK(talloc_free(scrollback) == 0);
    CHECK(chat_live_values() == 0);
}

static void taken_off(TALLOC_CTX *ctx)
{
    chat_scrollback_t *scrollback = guarded(ctx, 1);

    SAY("C takes its destructor off again: the value is dropped all the same");
    talloc_set_destructor(scrollback, NULL);
    CHECK(talloc_free(scrollback) == 0);
    CHECK(calls == 0);
    CHECK(chat_live_values() == 0);
}

static void on_a_struct(TALLOC_CTX *ctx)
{
    char *path = data_file(ctx, "config.json");
    chat_cfg_t *cfg = must(chat_cfg_load(ctx, path));

    SAY("C sets a destructor on a struct; its fields are there when it runs");
    talloc_set_destructor(cfg, on_free_cfg);
    calls = 0;
    CHECK(talloc_free(cfg) == 0);
    CHECK(calls == 1);
    talloc_free(path);
}

void test_destructors(TALLOC_CTX *ctx)
{
    agrees(ctx);
    refuses_once(ctx);
    refuses_when_the_parent_goes(ctx);
    taken_off(ctx);
    on_a_struct(ctx);
}

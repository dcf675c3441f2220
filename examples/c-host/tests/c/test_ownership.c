#include "check.h"

static chat_scrollback_t *new_scrollback(TALLOC_CTX *ctx)
{
    chat_scrollback_t *scrollback = must(chat_scrollback_create(ctx, 10));

    must(chat_scrollback_append(ctx, scrollback, NULL, "text"));
    CHECK(chat_live_values() == 1);
    return scrollback;
}

static void freed(TALLOC_CTX *ctx)
{
    chat_scrollback_t *scrollback = new_scrollback(ctx);

    SAY("C frees what Rust made, and Rust drops what is inside");
    CHECK(talloc_free(scrollback) == 0);
    CHECK(chat_live_values() == 0);
}

static void freed_with_its_parent(TALLOC_CTX *ctx)
{
    TALLOC_CTX *request = talloc_new(ctx);

    new_scrollback(request);
    SAY("The same with the parent");
    talloc_free(request);
    CHECK(chat_live_values() == 0);
}

static void stolen(TALLOC_CTX *ctx)
{
    TALLOC_CTX *request = talloc_new(ctx);
    chat_scrollback_t *scrollback = new_scrollback(request);
    chat_msg_t *msg = must(chat_msg_parse(request, bytes("{\"role\":\"user\",\"content\":\"a\"}")));

    SAY("C steals them from a request that it frees");
    talloc_steal(ctx, scrollback);
    msg = talloc_move(ctx, &msg);
    talloc_free(request);
    CHECK(talloc_parent(scrollback) == ctx);
    CHECK(chat_live_values() == 1);
    CHECK_TEXT(chat_scrollback_line(scrollback, 0), "text");
    CHECK_TEXT(msg->content, "a");
    talloc_free(scrollback);
    talloc_free(msg);
}

static void reparented(TALLOC_CTX *ctx)
{
    TALLOC_CTX *first = talloc_new(ctx);
    TALLOC_CTX *second = talloc_new(ctx);
    chat_scrollback_t *scrollback = new_scrollback(first);

    SAY("C names the old parent and the new one");
    CHECK(talloc_reparent(first, second, scrollback) == scrollback);
    talloc_free(first);
    CHECK(chat_live_values() == 1);
    talloc_free(second);
    CHECK(chat_live_values() == 0);
}

static void referenced(TALLOC_CTX *ctx)
{
    TALLOC_CTX *owner = talloc_new(ctx);
    TALLOC_CTX *reader = talloc_new(ctx);
    chat_scrollback_t *scrollback = new_scrollback(owner);

    SAY("C refers to it: it goes with the last of its parents");
    talloc_reference(reader, scrollback);
    talloc_free(owner);
    CHECK(chat_live_values() == 1);
    CHECK_TEXT(chat_scrollback_line(scrollback, 0), "text");
    talloc_free(reader);
    CHECK(chat_live_values() == 0);
}

static void unlinked(TALLOC_CTX *ctx)
{
    TALLOC_CTX *reader = talloc_new(ctx);
    chat_scrollback_t *scrollback = new_scrollback(ctx);

    SAY("C gives up one parent after the other");
    talloc_reference(reader, scrollback);
    CHECK(talloc_unlink(reader, scrollback) == 0);
    CHECK(chat_live_values() == 1);
    CHECK(talloc_unlink(ctx, scrollback) == 0);
    CHECK(chat_live_values() == 0);
    talloc_free(reader);
}

static void changed(TALLOC_CTX *ctx)
{
    char *path = data_file(ctx, "config.json");
    chat_cfg_t *cfg = must(chat_cfg_load(ctx, path));

    SAY("C puts a string of its own into the struct");
    talloc_free(cfg->model);
    cfg->model = talloc_strdup(cfg, "another");
    CHECK(talloc_total_blocks(cfg) == 4);
    talloc_free(cfg);
    talloc_free(path);
}

static void a_parent_of_cs_objects(TALLOC_CTX *ctx)
{
    chat_scrollback_t *scrollback = new_scrollback(ctx);
    char *title = talloc_strdup(scrollback, "title");

    SAY("C hangs an object of its own below it");
    CHECK(talloc_parent(title) == scrollback);
    talloc_free(scrollback);
    CHECK(talloc_total_blocks(ctx) == 1);
}

void test_ownership(TALLOC_CTX *ctx)
{
    freed(ctx);
    freed_with_its_parent(ctx);
    stolen(ctx);
    reparented(ctx);
    referenced(ctx);
    unlinked(ctx);
    changed(ctx);
    a_parent_of_cs_objects(ctx);
}

#include "check.h"

static void grows(TALLOC_CTX *ctx)
{
    chat_scrollback_t *scrollback = must(chat_scrollback_create(ctx, 1000));

    for (int i = 0; i < 10000; i++) {
        char *line = talloc_asprintf(ctx, "line %d", i);

        must(chat_scrollback_append(ctx, scrollback, NULL, line));
        talloc_free(line);
    }
    SAY("10000 lines came, the last %zu are there", chat_scrollback_length(scrollback));
    CHECK(chat_scrollback_length(scrollback) == 1000);
    CHECK_TEXT(chat_scrollback_line(scrollback, 0), "line 9000");
    CHECK_TEXT(chat_scrollback_line(scrollback, 999), "line 9999");
    CHECK(chat_scrollback_line(scrollback, 1000) == NULL);
    talloc_free(scrollback);
}

static void pages(TALLOC_CTX *ctx)
{
    chat_scrollback_t *scrollback = must(chat_scrollback_create(ctx, 10));
    char **page;

    must(chat_scrollback_append(ctx, scrollback, "anna", "one\ntwo\nthree"));
    page = must(chat_scrollback_page(ctx, scrollback, 0, 2));
    SAY("A page: \"%s\", \"%s\"", page[0], page[1]);
    CHECK_TEXT(page[0], "anna: one");
    CHECK_TEXT(page[1], "two");
    CHECK(page[2] == NULL);
    talloc_free(scrollback);
    CHECK_TEXT(page[0], "anna: one"); /* a copy */
    talloc_free(page);
}

static void finds(TALLOC_CTX *ctx)
{
    chat_scrollback_t *scrollback = must(chat_scrollback_create(ctx, 10));
    chat_line_t *line;

    must(chat_scrollback_append(ctx, scrollback, NULL, "one\ntwo\nten"));
    CHECK(chat_scrollback_find(ctx, scrollback, "eleven") == NULL);
    line = chat_scrollback_find(ctx, scrollback, "t");
    talloc_free(scrollback);
    SAY("A struct or NULL: line %zu, \"%s\"", line->index, line->text);
    CHECK(talloc_get_type(line, chat_line_t) == line);
    CHECK(talloc_parent(line) == ctx);
    CHECK(line->index == 1);
    CHECK_TEXT(line->text, "two");
    talloc_free(line);
}

static void a_panic_is_an_error(TALLOC_CTX *ctx)
{
    chat_scrollback_t *scrollback = must(chat_scrollback_create(ctx, 10));
    res_t res;

    must(chat_scrollback_append(ctx, scrollback, NULL, "one"));
    SAY("A page beyond the end: Rust panics, and says so on the standard error");
    res = chat_scrollback_page(ctx, scrollback, 1, 5);
    CHECK(is_err(&res));
    SAY("C gets an error: %s [%s:%u]", res.err->msg, res.err->file, (unsigned)res.err->line);
    CHECK(res.err->code == ERR_CODE_PANIC);
    CHECK_TEXT(res.err->msg, "panic: 5 lines from 1 of 1");
    CHECK(strstr(res.err->file, "scrollback.rs") != NULL && res.err->line > 0);
    CHECK(talloc_get_type(res.err, err_t) == res.err);
    talloc_free(res.err);

    CHECK(chat_scrollback_length(scrollback) == 1);
    must(chat_scrollback_append(ctx, scrollback, NULL, "two"));
    CHECK(chat_scrollback_length(scrollback) == 2);
    talloc_free(scrollback);
}

static void nothing_to_keep(TALLOC_CTX *ctx)
{
    res_t res = chat_scrollback_create(ctx, 0);

    CHECK(is_err(&res) && res.err->code == ERR_CODE_INVALID);
    talloc_free(res.err);
}

void test_scrollback(TALLOC_CTX *ctx)
{
    grows(ctx);
    pages(ctx);
    finds(ctx);
    a_panic_is_an_error(ctx);
    nothing_to_keep(ctx);
}

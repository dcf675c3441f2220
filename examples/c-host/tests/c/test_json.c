#include "check.h"
#include "json.h"

static void counts(TALLOC_CTX *ctx)
{
    json_count_t *count = must(json_count_create(ctx));

    must(json_count_feed(ctx, count, bytes("{\"a\": [1, tr")));
    SAY("yajl has %zu blocks below the parse", talloc_total_blocks(count) - 1);
    CHECK(talloc_total_blocks(count) > 1);
    must(json_count_feed(ctx, count, bytes("ue, null], \"b\": \"c\"}")));
    must(json_count_finish(ctx, count));
    CHECK(count->values == 6);

    yajl_free(count->parser);
    SAY("yajl_free frees them all");
    CHECK(talloc_total_blocks(count) == 1);
    talloc_free(count);
}

static void unfinished(TALLOC_CTX *ctx)
{
    TALLOC_CTX *request = talloc_new(ctx);
    json_count_t *count = must(json_count_create(request));

    must(json_count_feed(ctx, count, bytes("[[[[\"a long string that is not complete")));
    SAY("A request is freed while yajl is in the middle of a string, with %zu blocks",
        talloc_total_blocks(count) - 1);
    CHECK(talloc_total_blocks(count) > 2);
    talloc_free(request);
    CHECK(talloc_total_blocks(ctx) == 1);
}

static void grows(TALLOC_CTX *ctx)
{
    json_count_t *count = must(json_count_create(ctx));

    for (int i = 0; i < 10000; i++) {
        must(json_count_feed(ctx, count, bytes("[")));
    }
    SAY("yajl's stack grew to %zu bytes, by realloc", talloc_total_size(count));
    CHECK(talloc_total_size(count) > 10000);
    CHECK(count->values == 10000);
    talloc_free(count);
}

static void fails(TALLOC_CTX *ctx)
{
    json_count_t *count = must(json_count_create(ctx));
    res_t res = json_count_feed(ctx, count, bytes("{\"a\" 1}"));

    CHECK(is_err(&res));
    SAY("An error of C's: %.*s", (int)strcspn(res.err->msg, "\n"), res.err->msg);
    CHECK(res.err->code == ERR_CODE_PARSE);
    talloc_free(res.err);
    talloc_free(count);
}

void test_json(TALLOC_CTX *ctx)
{
    counts(ctx);
    unfinished(ctx);
    grows(ctx);
    fails(ctx);
}

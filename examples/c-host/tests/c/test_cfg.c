#include "check.h"

static void reads_fields(TALLOC_CTX *ctx)
{
    char *path = data_file(ctx, "config.json");
    chat_cfg_t *cfg = must(chat_cfg_load(ctx, path));

    SAY("C reads the struct that Rust made: [%s]:%d", cfg->listen_address, cfg->listen_port);
    CHECK_TEXT(cfg->listen_address, "::1");
    CHECK(cfg->listen_port == 1984);
    CHECK(cfg->temperature == 0.7);
    CHECK_TEXT(cfg->system_message, "You are terse.");
    CHECK(cfg->history == 100);

    CHECK(talloc_get_type(cfg, chat_cfg_t) == cfg);
    CHECK(talloc_parent(cfg) == ctx);
    CHECK(talloc_parent(cfg->model) == cfg);
    CHECK(talloc_array_length(cfg->model) == strlen("gpt-4o-mini") + 1);
    CHECK(talloc_total_blocks(cfg) == 4);
    talloc_free(cfg);
    talloc_free(path);
}

static void null_where_there_is_nothing(TALLOC_CTX *ctx)
{
    char *path = data_file(ctx, "no_system_message.json");
    chat_cfg_t *cfg = must(chat_cfg_load(ctx, path));

    SAY("A string that is not there is NULL");
    CHECK(cfg->system_message == NULL);
    talloc_free(cfg);
    talloc_free(path);
}

static void fails(TALLOC_CTX *ctx, const char *name, err_code code, const char *why)
{
    char *path = data_file(ctx, name);
    res_t res = chat_cfg_load(ctx, path);

    CHECK(is_err(&res));
    SAY("An error: %s [%s:%u]", res.err->msg, res.err->file, (unsigned)res.err->line);
    CHECK(res.err->code == code);
    CHECK(strstr(res.err->msg, why) != NULL);
    CHECK(strstr(res.err->file, "cfg.rs") != NULL && res.err->line > 0);

    CHECK(talloc_get_type(res.err, err_t) == res.err);
    CHECK(talloc_parent(res.err) == ctx);
    CHECK(talloc_parent(res.err->msg) == res.err);
    talloc_free(res.err);
    talloc_free(path);
    CHECK(talloc_total_blocks(ctx) == 1);
}

static void in_a_pool(TALLOC_CTX *ctx)
{
    char *path = data_file(ctx, "config.json");
    TALLOC_CTX *pool = talloc_pool(ctx, 4096);
    chat_cfg_t *cfg = must(chat_cfg_load(pool, path));

    SAY("Rust allocates in a pool of C's");
    CHECK((char *)cfg > (char *)pool && (char *)cfg < (char *)pool + 4096);
    talloc_free(pool);
    talloc_free(path);
}

void test_cfg(TALLOC_CTX *ctx)
{
    reads_fields(ctx);
    null_where_there_is_nothing(ctx);
    fails(ctx, "nowhere.json", ERR_CODE_IO, "No such file");
    fails(ctx, "bad_port.json", ERR_CODE_PARSE, "65536");
    fails(ctx, "bad_address.json", ERR_CODE_INVALID, "is no IP address");
    fails(ctx, "nul_in_model.json", ERR_CODE_INVALID, "NUL byte at position 1");
    in_a_pool(ctx);
}

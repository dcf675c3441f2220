#include "check.h"
#include "lines.h"
#include "wrapper.h"

/* A tool in C: one line for each word. */
static res_t words(TALLOC_CTX *ctx, const char *arguments)
{
    chat_lines_t *lines = lines_create(ctx);
    char *copy = talloc_strdup(ctx, arguments);
    char *rest = NULL;

    if (strlen(arguments) == 0) return ERR(ctx, ERR_CODE_INVALID, "no words in '%s'", arguments);
    for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        lines_add(lines, word);
    }
    return OK(lines);
}

static res_t nothing(TALLOC_CTX *ctx, const char *arguments)
{
    (void)ctx, (void)arguments;
    return OK(NULL);
}

static res_t another(TALLOC_CTX *ctx, const char *arguments)
{
    return OK(talloc_strdup(ctx, arguments));
}

/* A code that this version does not know. */
static res_t unknown(TALLOC_CTX *ctx, const char *arguments)
{
    return ERR(ctx, (err_code)77, "%s", arguments);
}

static void results(TALLOC_CTX *ctx)
{
    char *text = must(chat_tool_run(ctx, words, "to be or not to be"));

    SAY("Rust reads an array that C has made: %.5s ...", text);
    CHECK_TEXT(text, "to\nbe\nor\nnot\nto\nbe");
    CHECK(talloc_parent(text) == ctx);
    CHECK(strcmp(talloc_get_name(text), text) == 0);
    talloc_free(text);

    text = must(chat_tool_run(ctx, words, " "));
    CHECK_TEXT(text, "");
    talloc_free(text);
}

static void errors(TALLOC_CTX *ctx)
{
    res_t res = chat_tool_run(ctx, words, "");

    CHECK(is_err(&res));
    SAY("An error of C's goes through Rust with its place: %s [%s:%u]", res.err->msg, res.err->file,
        (unsigned)res.err->line);
    CHECK(res.err->code == ERR_CODE_INVALID);
    CHECK_TEXT(res.err->msg, "no words in ''");
    CHECK(strstr(res.err->file, "test_tool.c") != NULL);
    CHECK(talloc_parent(res.err) == ctx);
    CHECK(talloc_total_blocks(ctx) == 4);
    talloc_free(res.err);

    res = chat_tool_run(ctx, unknown, "what is it?");
    CHECK(is_err(&res));
    CHECK(res.err->code == ERR_CODE_INVALID);
    CHECK_TEXT(res.err->msg, "what is it? (code 77)");
    talloc_free(res.err);
}

static void broken_promises(TALLOC_CTX *ctx)
{
    res_t res = chat_tool_run(ctx, nothing, "");

    SAY("NULL, or an object of another size, is an error that says so");
    CHECK(is_err(&res));
    CHECK(strstr(res.err->msg, "null") != NULL);
    talloc_free(res.err);

    res = chat_tool_run(ctx, another, "text");
    CHECK(is_err(&res));
    CHECK(strstr(res.err->msg, "bytes") != NULL);
    talloc_free(res.err);
}

void test_tool(TALLOC_CTX *ctx)
{
    results(ctx);
    errors(ctx);
    broken_promises(ctx);
}

#include "check.h"

static const char with_tools[] =
    "{\"role\": \"assistant\", \"content\": \"I will look.\", \"tool_calls\": ["
    "{\"name\": \"weather\", \"arguments\": {\"city\": \"Bern\", \"unit\": \"C\"}},"
    "{\"name\": \"time\", \"arguments\": {}}]}";

static void reads_arrays(TALLOC_CTX *ctx)
{
    chat_msg_t *msg = must(chat_msg_parse(ctx, bytes(with_tools)));

    SAY("C reads an array of structs, as long as talloc_array_length says, and lists in it");
    CHECK(talloc_get_type(msg, chat_msg_t) == msg);
    CHECK(msg->role == CHAT_ROLE_ASSISTANT);
    CHECK_TEXT(msg->content, "I will look.");
    CHECK(talloc_array_length(msg->tool_calls) == 2);
    CHECK_TEXT(msg->tool_calls[0].name, "weather");
    CHECK_TEXT(msg->tool_calls[0].arguments[0], "city=Bern");
    CHECK_TEXT(msg->tool_calls[0].arguments[1], "unit=C");
    CHECK(msg->tool_calls[0].arguments[2] == NULL);
    CHECK(msg->tool_calls[1].arguments[0] == NULL);
    talloc_free(msg);
}

static void bytes_without_nul(TALLOC_CTX *ctx)
{
    const char two[] = "{\"role\": \"user\", \"content\": \"a\"}{\"role\": ...";
    chat_bytes_t first = {(uint8_t *)two, (size_t)(strstr(two, "{\"role\": ...") - two)};
    chat_msg_t *msg = must(chat_msg_parse(ctx, first));

    SAY("A message is bytes and a length, no NUL needed");
    CHECK_TEXT(msg->content, "a");
    CHECK(msg->tool_calls == NULL);
    talloc_free(msg);
}

static void fails(TALLOC_CTX *ctx, chat_bytes_t text, err_code code)
{
    res_t res = chat_msg_parse(ctx, text);

    CHECK(is_err(&res));
    SAY("An error: %s", res.err->msg);
    CHECK(res.err->code == code);
    talloc_free(res.err);
    CHECK(talloc_total_blocks(ctx) == 1); /* nothing half made */
}

static void set_by_an_out_parameter(TALLOC_CTX *ctx)
{
    chat_msg_t *msg; /* not set */
    res_t res = chat_msg_init(ctx, CHAT_ROLE_ASSISTANT, "a", &msg);

    SAY("An out-parameter is only written: it may be anything before");
    CHECK(must(res) == msg);
    CHECK(talloc_get_type(msg, chat_msg_t) == msg);
    CHECK(talloc_parent(msg) == ctx);
    CHECK(msg->role == CHAT_ROLE_ASSISTANT && msg->tool_calls == NULL);
    CHECK_TEXT(msg->content, "a");
    talloc_free(msg);

    must(chat_msg_init(ctx, CHAT_ROLE_USER, "b", &msg)); /* it was freed */
    CHECK(msg->role == CHAT_ROLE_USER);
    CHECK_TEXT(msg->content, "b");
    talloc_free(msg);

    res = chat_msg_init(ctx, 7, "c", &msg);
    CHECK(is_err(&res) && msg == NULL);
    SAY("A number that is no value of an enum: %s", res.err->msg);
    CHECK(res.err->code == ERR_CODE_INVALID);
    CHECK_TEXT(res.err->msg, "7 is no role");
    talloc_free(res.err);
}

void test_msg(TALLOC_CTX *ctx)
{
    chat_bytes_t nothing = {NULL, 0};

    reads_arrays(ctx);
    bytes_without_nul(ctx);
    set_by_an_out_parameter(ctx);
    fails(ctx, nothing, ERR_CODE_PARSE);
    fails(ctx, bytes("{\"role\": \"user\"}"), ERR_CODE_PARSE);
    fails(ctx, bytes("{\"role\": \"user\", \"content\": \"\xff\"}"), ERR_CODE_PARSE);
    fails(ctx, bytes("{\"role\": \"user\", \"content\": \"a\\u0000b\"}"), ERR_CODE_INVALID);
}

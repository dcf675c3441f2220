#include "json.h"

static int count_value(json_count_t *count)
{
    count->values++;
    return 1;
}

static int on_null(void *count) { return count_value(count); }
static int on_boolean(void *count, int value) { (void)value; return count_value(count); }
static int on_map(void *count) { return count_value(count); }
static int on_array(void *count) { return count_value(count); }

static int on_number(void *count, const char *text, size_t length)
{
    (void)text, (void)length;
    return count_value(count);
}

static int on_string(void *count, const unsigned char *text, size_t length)
{
    (void)text, (void)length;
    return count_value(count);
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_map,
    .yajl_start_array = on_array,
};

/* yajl keeps a copy of the functions, and their context is the object itself. */
res_t json_count_create(TALLOC_CTX *ctx)
{
    json_count_t *count = talloc_zero(ctx, json_count_t);
    chat_alloc_funcs_t rust;
    yajl_alloc_funcs funcs;

    if (count == NULL) PANIC("Out of memory");
    rust = chat_alloc_funcs(count);
    funcs = (yajl_alloc_funcs) {rust.malloc, rust.realloc, rust.free, rust.ctx};
    count->parser = yajl_alloc(&callbacks, &funcs, count);
    if (count->parser == NULL) PANIC("Out of memory");
    return OK(count);
}

static res_t result(TALLOC_CTX *ctx, json_count_t *count, yajl_status status, chat_bytes_t text)
{
    unsigned char *why;
    res_t res;

    if (status == yajl_status_ok) return OK(NULL);
    why = yajl_get_error(count->parser, 0, text.data, text.length);
    res = ERR(ctx, ERR_CODE_PARSE, "%s", (char *)why);
    yajl_free_error(count->parser, why);
    return res;
}

res_t json_count_feed(TALLOC_CTX *ctx, json_count_t *count, chat_bytes_t text)
{
    return result(ctx, count, yajl_parse(count->parser, text.data, text.length), text);
}

res_t json_count_finish(TALLOC_CTX *ctx, json_count_t *count)
{
    chat_bytes_t nothing = {NULL, 0};

    return result(ctx, count, yajl_complete_parse(count->parser), nothing);
}

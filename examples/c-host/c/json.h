/* JSON by the C library yajl, with its memory below a context. */

#ifndef JSON_H
#define JSON_H

#include "res.h"
#include <yajl/yajl_parse.h>

/* A parse that counts the values; freeing it, or what it is on, frees all of it. */
typedef struct json_count_t {
    size_t values;
    yajl_handle parser;
} json_count_t;

/* A parse on ctx, which the caller owns. An error is on ctx. */
res_t json_count_create(TALLOC_CTX *ctx);

/* Takes a part of the text. Returns NULL; an error is on ctx. */
res_t json_count_feed(TALLOC_CTX *ctx, json_count_t *count, chat_bytes_t text);

/* Says that the text is complete. Returns NULL; an error is on ctx. */
res_t json_count_finish(TALLOC_CTX *ctx, json_count_t *count);

#endif

/* What the C side does with results. The types are in chatcore.h. */

#ifndef RES_H
#define RES_H

#include <chatcore.h>
#include <stdio.h>
#include <stdlib.h>

#define PANIC(msg) (fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, msg), abort())

/* An error on ctx: `return ERR(ctx, ERR_CODE_INVALID, "%d is odd", number);` */
#define ERR(ctx, code, ...) err_create(ctx, code, __FILE__, __LINE__, __VA_ARGS__)

static inline res_t OK(void *value)
{
    return (res_t) {.is_err = false, .ok = value};
}

static inline bool is_ok(const res_t *res)
{
    return !res->is_err;
}

static inline bool is_err(const res_t *res)
{
    return res->is_err;
}

res_t err_create(TALLOC_CTX *ctx, err_code code, const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

#endif

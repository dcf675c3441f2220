#include "res.h"
#include "wrapper.h"

#include <stdarg.h>

res_t err_create(TALLOC_CTX *ctx, err_code code, const char *file, int line, const char *fmt, ...)
{
    err_t *err = talloc_zero_(ctx, sizeof(err_t));
    va_list args;

    if (err == NULL) PANIC("Out of memory");
    err->code = code;
    err->line = (uint32_t)line;
    err->file = talloc_strdup(err, file);
    va_start(args, fmt);
    err->msg = talloc_vasprintf(err, fmt, args);
    va_end(args);
    if (err->file == NULL || err->msg == NULL) PANIC("Out of memory");
    return (res_t) {.is_err = true, .err = err};
}

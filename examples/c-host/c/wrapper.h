/* ikigai's wrappers: functions that a test can replace, and zeroed memory. */

#ifndef WRAPPER_H
#define WRAPPER_H

#include <talloc.h>

void *talloc_zero_(TALLOC_CTX *ctx, size_t size);
void *talloc_realloc_(TALLOC_CTX *ctx, void *ptr, size_t size);

#endif

/* What the code of docs/from-c.md is compiled with. */
#ifndef TALLOC_TESTS_FROM_C_H
#define TALLOC_TESTS_FROM_C_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

/* talloc_report_full, to the test. */
void tree(const void *ctx);

#endif

/*
 * The input of bindgen: talloc.h with the two types whose layout depends on
 * the C library replaced by portable ones. The system headers come first, so
 * that they still see the real types; talloc.h includes them again to no effect.
 * The Rust side of both types is src/types.rs.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct talloc_sys_FILE talloc_sys_FILE;
typedef struct talloc_sys_va_list_target *talloc_sys_va_list;

#undef FILE
#undef va_list
#define FILE talloc_sys_FILE
#define va_list talloc_sys_va_list

#include <talloc.h>

/*
 * What talloc.c expects of the header of this name that Samba's libraries have: the
 * C library's headers, and the answers that its configuration would give on a system
 * with a recent C library.
 */
#ifndef TT_REPLACE_H
#define TT_REPLACE_H

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

/* talloc.h beside talloc.c says it. */
#define TALLOC_BUILD_VERSION_MAJOR TALLOC_VERSION_MAJOR
#define TALLOC_BUILD_VERSION_MINOR TALLOC_VERSION_MINOR
#define TALLOC_BUILD_VERSION_RELEASE 0

#define HAVE_CONSTRUCTOR_ATTRIBUTE 1
#define HAVE_INTPTR_T 1
#define HAVE_VA_COPY 1
#ifdef __linux__
#define HAVE_GETAUXVAL 1
#define HAVE_SYS_AUXV_H 1
#endif

#ifndef MIN
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#endif

/* Nothing here is a secret. */
#define memset_explicit(to, byte, size) memset(to, byte, size)
#define memset_s(to, room, byte, size) memset(to, byte, size)

#define _PUBLIC_ __attribute__((visibility("default")))

#endif

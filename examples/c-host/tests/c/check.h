/* Tests say what they do, and stop at the first thing that is not as it should be. */

#ifndef CHECK_H
#define CHECK_H

#include "res.h"

#include <string.h>

#define SAY(...) (printf("   "), printf(__VA_ARGS__), printf("\n"))

#define CHECK(condition)                                                             \
    do {                                                                             \
        if (!(condition)) {                                                          \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
            exit(EXIT_FAILURE);                                                      \
        }                                                                            \
    } while (0)

#define CHECK_TEXT(text, expected) CHECK(strcmp(text, expected) == 0)

/* The value of a result that must be one. */
static inline void *must(res_t res)
{
    if (is_err(&res)) {
        fprintf(stderr, "%s [%s:%u]\n", res.err->msg, res.err->file, (unsigned)res.err->line);
        exit(EXIT_FAILURE);
    }
    return res.ok;
}

static inline chat_bytes_t bytes(const char *text)
{
    return (chat_bytes_t) {(uint8_t *)text, strlen(text)};
}

/* A file of the folder data, as a path on ctx. */
char *data_file(TALLOC_CTX *ctx, const char *name);

/* The path of this program. */
extern const char *program;

/* Finds no memory, in a process of its own. */
int exhausted(void);

/* Each gets an empty context, and has to leave it empty. */
void test_cfg(TALLOC_CTX *ctx);
void test_msg(TALLOC_CTX *ctx);
void test_scrollback(TALLOC_CTX *ctx);
void test_ownership(TALLOC_CTX *ctx);
void test_destructors(TALLOC_CTX *ctx);
void test_json(TALLOC_CTX *ctx);
void test_session(TALLOC_CTX *ctx);
void test_tool(TALLOC_CTX *ctx);
void test_memory(TALLOC_CTX *ctx);

#endif

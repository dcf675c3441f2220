/* check DATA_FOLDER: runs all tests. */

#include "check.h"

static const struct {
    const char *name;
    void (*run)(TALLOC_CTX *ctx);
} tests[] = {
    {"configuration", test_cfg},
    {"messages", test_msg},
    {"scrollback", test_scrollback},
    {"who owns what", test_ownership},
    {"destructors", test_destructors},
    {"a JSON library's memory", test_json},
    {"a session", test_session},
    {"tools in C", test_tool},
    {"exhausted memory", test_memory},
};

static const char *data_folder;
const char *program;

char *data_file(TALLOC_CTX *ctx, const char *name)
{
    char *path = talloc_asprintf(ctx, "%s/%s", data_folder, name);

    if (path == NULL) PANIC("Out of memory");
    return path;
}

int main(int argc, char **argv)
{
    size_t count = sizeof(tests) / sizeof(tests[0]);

    if (argc != 2) {
        fprintf(stderr, "usage: check DATA_FOLDER\n");
        return 2;
    }
    program = argv[0];
    if (strcmp(argv[1], "exhausted") == 0) return exhausted();
    data_folder = argv[1];
    setvbuf(stdout, NULL, _IOLBF, 0);
    talloc_enable_null_tracking();
    for (size_t i = 0; i < count; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);

        printf("%s\n", tests[i].name);
        tests[i].run(ctx);
        CHECK(talloc_total_blocks(ctx) == 1);
        CHECK(chat_live_values() == 0);
        talloc_free(ctx);
    }
    CHECK(talloc_total_blocks(NULL) == 1); /* the root of all roots */
    talloc_disable_null_tracking();
    printf("%zu passed, 0 failed\n", count);
    return EXIT_SUCCESS;
}

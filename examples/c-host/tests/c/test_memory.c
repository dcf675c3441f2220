#include "check.h"

#include <sys/wait.h>
#include <unistd.h>

/* The host's PANIC: it would give the terminal back. */
static void panic(const char *text)
{
    _exit(strcmp(text, "Out of memory") == 0 ? 7 : 1);
}

/* There is no memory for the error, either. */
int exhausted(void)
{
    TALLOC_CTX *ctx = talloc_new(NULL);

    chat_set_panic(panic);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    talloc_set_memlimit(ctx, 1);
#pragma GCC diagnostic pop
    chat_cfg_load(ctx, "/no/such/file");
    return EXIT_FAILURE;
}

void test_memory(TALLOC_CTX *ctx)
{
    int status = 0;
    pid_t child;

    (void)ctx;
    fflush(stdout);
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        /* A program of its own: what this one has is none of its business. */
        execl(program, program, "exhausted", (char *)NULL);
        _exit(127);
    }
    CHECK(waitpid(child, &status, 0) == child);
    SAY("Without memory for an error, the host's PANIC ends the process");
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

#include <stdio.h>
#include <talloc.h>

struct words { size_t count; char **list; };
struct words *words(TALLOC_CTX *ctx, const char *text);

int main(void)
{
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct words *found = words(ctx, "to be or not to be");

    if (found == NULL) return 1;
    printf("%zu words, the last: %s\n", found->count, found->list[found->count - 1]);
    return talloc_free(ctx);
}

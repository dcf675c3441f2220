#include "lines.h"
#include "wrapper.h"

#include <string.h>

chat_lines_t *lines_create(TALLOC_CTX *ctx)
{
    chat_lines_t *lines = talloc_zero_(ctx, sizeof(chat_lines_t));

    if (lines == NULL) PANIC("Out of memory");
    return lines;
}

static void grow(chat_lines_t *lines)
{
    size_t capacity = lines->capacity > 0 ? 2 * lines->capacity : 2;
    char **data = talloc_realloc_(lines, lines->data, capacity * sizeof(char *));

    if (data == NULL) PANIC("Out of memory");
    memset(data + lines->capacity, 0, (capacity - lines->capacity) * sizeof(char *));
    lines->data = data;
    lines->capacity = capacity;
}

/* The strings are children of the array, not of its data. */
void lines_add(chat_lines_t *lines, const char *text)
{
    if (lines->size == lines->capacity) grow(lines);
    lines->data[lines->size] = talloc_strdup(lines, text);
    if (lines->data[lines->size] == NULL) PANIC("Out of memory");
    lines->size++;
}

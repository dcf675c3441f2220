/* Lists of strings and blobs, made and changed as C does by Samba's str_list_* and data_blob_*. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>

static size_t list_length(char *const *list)
{
	size_t length = 0;

	while (list != NULL && list[length] != NULL) {
		length++;
	}
	return length;
}

/* str_list_add: the list may move. */
char **tt_list_add(char **list, const char *text)
{
	size_t length = list_length(list);
	char **longer = talloc_realloc(NULL, list, char *, (unsigned)length + 2);

	if (longer != NULL) {
		longer[length] = talloc_strdup(longer, text);
		longer[length + 1] = NULL;
	}
	return longer;
}

/* str_list_make, without its quotes. */
char **tt_list_make(TALLOC_CTX *ctx, const char *text, const char *separators)
{
	char **list = talloc_zero_array(ctx, char *, 1);

	while (list != NULL && *(text += strspn(text, separators)) != '\0') {
		char *word = talloc_strndup(list, text, strcspn(text, separators));

		list = tt_list_add(list, word);
		talloc_free(word);
		text += strcspn(text, separators);
	}
	return list;
}

/* str_list_append */
char **tt_list_append(char **list, char *const *others)
{
	for (; list != NULL && *others != NULL; others++) {
		list = tt_list_add(list, *others);
	}
	return list;
}

/* str_list_remove: the first one, whose text stays below the list. */
void tt_list_remove(char **list, const char *text)
{
	while (*list != NULL && strcmp(*list, text) != 0) {
		list++;
	}
	for (; *list != NULL; list++) {
		list[0] = list[1];
	}
}

/* str_list_equal */
bool tt_list_equal(char *const *a, char *const *b)
{
	size_t length = list_length(a);

	if (length != list_length(b)) {
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		if (strcmp(a[i], b[i]) != 0) {
			return false;
		}
	}
	return true;
}

/* str_list_join */
char *tt_list_join(TALLOC_CTX *ctx, char *const *list, char separator)
{
	char *text = talloc_strdup(ctx, list[0] != NULL ? list[0] : "");

	for (size_t i = 1; i < list_length(list); i++) {
		text = talloc_asprintf_append_buffer(text, "%c%s", separator, list[i]);
	}
	return text;
}

typedef struct {
	uint8_t *data;
	size_t length;
} blob;

/* data_blob_talloc */
blob tt_blob_make(TALLOC_CTX *ctx, const void *bytes, size_t length)
{
	blob made = {NULL, length};

	if (length > 0) {
		made.data = talloc_memdup(ctx, bytes, length);
	}
	return made;
}

/* data_blob_append */
bool tt_blob_append(TALLOC_CTX *ctx, blob *b, const void *bytes, size_t length)
{
	uint8_t *data = talloc_realloc(ctx, b->data, uint8_t, (unsigned)(b->length + length));

	if (data == NULL) {
		return false;
	}
	memcpy(data + b->length, bytes, length);
	b->data = data;
	b->length += length;
	return true;
}

/* data_blob_pad */
bool tt_blob_pad(TALLOC_CTX *ctx, blob *b, size_t multiple)
{
	const uint8_t zeros[64] = {0};
	size_t missing = (multiple - b->length % multiple) % multiple;

	return missing == 0 || tt_blob_append(ctx, b, zeros, missing);
}

/* data_blob_cmp */
int tt_blob_cmp(blob a, blob b)
{
	size_t common = a.length < b.length ? a.length : b.length;
	int order = common > 0 ? memcmp(a.data, b.data, common) : 0;

	return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

/* Functions of libsamba-util that have no header in Samba's packages, and the macros of its lists. */
#ifndef TALLOC_TESTS_FROM_C_SAMBA_H
#define TALLOC_TESTS_FROM_C_SAMBA_H

#include "page.h"
#include <tevent.h>
#include <util/data_blob.h>

TALLOC_CTX *_talloc_stackframe(const char *location);
TALLOC_CTX *_talloc_tos(const char *location);
#define talloc_stackframe() _talloc_stackframe(__location__)
#define talloc_tos() _talloc_tos(__location__)

void _talloc_keep_secret(void *ptr, const char *name);
#define talloc_keep_secret(ptr) _talloc_keep_secret(ptr, #ptr)

char **str_list_make(TALLOC_CTX *ctx, const char *text, const char *separators);
const char **str_list_add(const char **list, const char *text);
void str_list_remove(const char **list, const char *text);
size_t str_list_length(const char *const *list);
bool str_list_check(const char **list, const char *text);
char *str_list_join(TALLOC_CTX *ctx, const char **list, char separator);

/* The first element's prev is the last one. */
#define DLIST_ADD(list, p) do { \
	(p)->next = (list); \
	(p)->prev = (list) != NULL ? (list)->prev : (p); \
	if ((list) != NULL) (list)->prev = (p); \
	(list) = (p); \
} while (0)

#define DLIST_REMOVE(list, p) do { \
	if ((p) == (list)) { \
		(list) = (p)->next; \
		if ((list) != NULL) (list)->prev = (p)->prev; \
	} else { \
		(p)->prev->next = (p)->next; \
		if ((p)->next != NULL) (p)->next->prev = (p)->prev; \
		else (list)->prev = (p)->prev; \
	} \
	(p)->next = (p)->prev = NULL; \
} while (0)

#endif

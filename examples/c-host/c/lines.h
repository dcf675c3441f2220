/* Growing arrays of strings, as ikigai has arrays: an object, its data, and its elements. */

#ifndef LINES_H
#define LINES_H

#include "res.h"

chat_lines_t *lines_create(TALLOC_CTX *ctx);
void lines_add(chat_lines_t *lines, const char *text);

#endif

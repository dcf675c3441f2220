/* What the bindings in sys.rs say about ldb.h, told by the compiler of C. */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <talloc.h>
#include <tevent.h>
#include <ldb.h>

const size_t ldb_layout[] = {
	LDB_SCOPE_SUBTREE,
	LDB_FLAG_MOD_REPLACE,
	sizeof(struct ldb_val),
	offsetof(struct ldb_val, data),
	offsetof(struct ldb_val, length),
	sizeof(struct ldb_message_element),
	offsetof(struct ldb_message_element, flags),
	offsetof(struct ldb_message_element, name),
	offsetof(struct ldb_message_element, num_values),
	offsetof(struct ldb_message_element, values),
	sizeof(struct ldb_message),
	offsetof(struct ldb_message, dn),
	offsetof(struct ldb_message, num_elements),
	offsetof(struct ldb_message, elements),
	sizeof(struct ldb_result),
	offsetof(struct ldb_result, count),
	offsetof(struct ldb_result, msgs),
	offsetof(struct ldb_result, extended),
	offsetof(struct ldb_result, controls),
	offsetof(struct ldb_result, refs),
};

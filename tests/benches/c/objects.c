#include "speed.h"

struct record {
	uint64_t fields[8];
};

struct bytes16 {
	uint8_t bytes[16];
};

struct bytes64 {
	uint8_t bytes[64];
};

struct bytes4096 {
	uint8_t bytes[4096];
};

/* A size that GCC does not know makes it call memset, as Rust does. In its place it would put
 * an instruction that callgrind counts once for each eight bytes, while the one within memset is
 * counted for each byte; neither says how long it takes. */
#define FILL_16(bytes) memset(bytes, 7, 16)
#define FILL_64(bytes) memset(bytes, 7, 64)
#define FILL_4096(bytes) memset(bytes, 7, speed_4096)

void speed_zeroed(TALLOC_CTX *ctx)
{
	struct record *record = made(talloc_zero(ctx, struct record));

	talloc_free(record);
}

#define INITIALISED(size)                                                  \
	void speed_bytes##size(TALLOC_CTX *ctx)                            \
	{                                                                  \
		struct bytes##size *object = talloc(ctx, struct bytes##size); \
		if (object == NULL) {                                      \
			abort();                                           \
		}                                                          \
		FILL_##size(object->bytes);                                \
		used(object);                                              \
		talloc_free(object);                                       \
	}

INITIALISED(16)
INITIALISED(64)
INITIALISED(4096)

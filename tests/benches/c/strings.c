#include "speed.h"

void speed_strdup_8(TALLOC_CTX *ctx)
{
	talloc_free(made(talloc_strdup(ctx, speed_text_8)));
}

void speed_strdup_200(TALLOC_CTX *ctx)
{
	talloc_free(made(talloc_strdup(ctx, speed_text_200)));
}

void speed_format(TALLOC_CTX *ctx)
{
	talloc_free(made(talloc_asprintf(ctx, "%s:%d", speed_text_8, speed_number)));
}

enum { APPENDS = 20000 };

void speed_append(TALLOC_CTX *ctx)
{
	char *text = made(talloc_strdup(ctx, ""));

	for (int i = 0; i < APPENDS; i++) {
		text = made(talloc_asprintf_append(text, "%s", speed_text_8));
	}
	talloc_free(text);
}

void speed_append_buffer(TALLOC_CTX *ctx)
{
	char *text = made(talloc_strdup(ctx, ""));

	for (int i = 0; i < APPENDS; i++) {
		text = made(talloc_asprintf_append_buffer(text, "%s", speed_text_8));
	}
	talloc_free(text);
}

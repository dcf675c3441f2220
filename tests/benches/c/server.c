/* A server: requests one after the other, each with a context of its own. */
#include "speed.h"

enum { REQUESTS = 100000, HEADERS = 8 };

struct header {
	char *name;
	char *value;
};

struct request {
	char *method;
	char *path;
	struct header *headers;
	size_t count;
};

static char *copy(TALLOC_CTX *ctx, const char *start, const char *end)
{
	return made(talloc_strndup(ctx, start, end - start));
}

static struct request *parse(TALLOC_CTX *ctx, const char *text)
{
	struct request *request = made(talloc_zero(ctx, struct request));
	const char *end = strchr(text, ' ');
	const char *line;

	if (end == NULL) {
		return NULL;
	}
	request->method = copy(request, text, end);
	text = end + 1;
	end = strchr(text, ' ');
	if (end == NULL) {
		return NULL;
	}
	request->path = copy(request, text, end);
	request->headers = made(talloc_array(request, struct header, HEADERS));
	line = strchr(end, '\n');
	while (line != NULL && line[1] != '\r') {
		const char *colon = strchr(line, ':');
		struct header *header = &request->headers[request->count];

		end = strchr(line + 1, '\n');
		if (colon == NULL || end == NULL || request->count == HEADERS) {
			return NULL;
		}
		header->name = copy(request->headers, line + 1, colon);
		header->value = copy(request->headers, colon + 2, end - 1);
		request->count++;
		line = end;
	}
	return request;
}

static size_t serve(TALLOC_CTX *server, const char *text)
{
	TALLOC_CTX *ctx = made(talloc_new(server));
	struct request *request = made(parse(ctx, text));
	char *answer = made(talloc_asprintf(ctx, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s %s",
					    request->count, request->method, request->path));
	size_t length = strlen(answer);

	talloc_free(ctx);
	return length;
}

void speed_server(TALLOC_CTX *ctx)
{
	size_t sent = 0;

	for (int i = 0; i < REQUESTS; i++) {
		sent += serve(ctx, speed_http);
	}
	used(sent);
}

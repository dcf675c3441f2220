/* A whole request: a configuration from memory, and 50 strings in 10 temporary contexts. */
#include "speed.h"

struct config {
	char *address;
	char *user;
	char *root;
	char *log;
	uint16_t port;
	uint32_t timeout;
	uint32_t level;
};

struct slice {
	const char *start;
	size_t length;
};

static struct slice trimmed(const char *start, const char *end)
{
	while (start < end && (*start == ' ' || *start == '\t')) {
		start++;
	}
	while (start < end && (end[-1] == ' ' || end[-1] == '\t')) {
		end--;
	}
	return (struct slice){ start, end - start };
}

static int is(struct slice key, const char *name)
{
	return strlen(name) == key.length && memcmp(key.start, name, key.length) == 0;
}

static int text(struct config *config, char **field, struct slice value)
{
	if (value.length == 0 || *field != NULL) {
		return -1;
	}
	*field = made(talloc_strndup(config, value.start, value.length));
	return 0;
}

static int number(struct slice value, uint32_t most, uint32_t *field)
{
	uint64_t result = 0;

	if (value.length == 0 || value.length > 10) {
		return -1;
	}
	for (size_t i = 0; i < value.length; i++) {
		unsigned digit = (unsigned char)value.start[i] - '0';

		if (digit > 9) {
			return -1;
		}
		result = result * 10 + digit;
	}
	if (result > most) {
		return -1;
	}
	*field = result;
	return 0;
}

static int set(struct config *config, struct slice key, struct slice value)
{
	uint32_t port;

	if (is(key, "address")) {
		return text(config, &config->address, value);
	}
	if (is(key, "user")) {
		return text(config, &config->user, value);
	}
	if (is(key, "root")) {
		return text(config, &config->root, value);
	}
	if (is(key, "log")) {
		return text(config, &config->log, value);
	}
	if (is(key, "port")) {
		if (number(value, UINT16_MAX, &port) != 0) {
			return -1;
		}
		config->port = port;
		return 0;
	}
	if (is(key, "timeout")) {
		return number(value, 3600, &config->timeout);
	}
	if (is(key, "level")) {
		return number(value, 9, &config->level);
	}
	return -1;
}

static struct config *load(TALLOC_CTX *ctx, const char *source)
{
	struct config *config = made(talloc_zero(ctx, struct config));
	const char *line = source;

	while (*line != '\0') {
		const char *end = strchr(line, '\n');
		struct slice content;

		if (end == NULL) {
			end = line + strlen(line);
		}
		content = trimmed(line, end);
		if (content.length != 0 && content.start[0] != '#') {
			const char *sign = memchr(content.start, '=', content.length);

			if (sign == NULL ||
			    set(config, trimmed(content.start, sign),
				trimmed(sign + 1, content.start + content.length)) != 0) {
				talloc_free(config);
				return NULL;
			}
		}
		line = *end == '\0' ? end : end + 1;
	}
	if (config->address == NULL || config->root == NULL || config->port == 0) {
		talloc_free(config);
		return NULL;
	}
	return config;
}

static void work(TALLOC_CTX *tmp, const struct config *config, int round)
{
	made(talloc_strdup(tmp, config->address));
	made(talloc_strdup(tmp, config->root));
	made(talloc_strdup(tmp, config->log));
	made(talloc_asprintf(tmp, "%s:%u", config->address, (unsigned)config->port));
	made(talloc_asprintf(tmp, "%s/%d.html", config->root, round));
}

void speed_request(TALLOC_CTX *ctx)
{
	TALLOC_CTX *request = made(talloc_new(ctx));
	struct config *config = made(load(request, speed_config));

	for (int round = 0; round < 10; round++) {
		TALLOC_CTX *tmp = made(talloc_new(request));

		work(tmp, config, round);
		talloc_free(tmp);
	}
	talloc_free(request);
}

/* The configuration alone. */
void speed_load(TALLOC_CTX *ctx)
{
	talloc_free(made(load(ctx, speed_config)));
}

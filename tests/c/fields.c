/* How C reads and changes the fields that Rust grows. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

/* The nodes that Rust declares with these names. */
struct route {
	char *target;
	uint16_t port;
};

struct packet {
	struct {
		uint8_t *data;
		size_t length;
	} body;
};

uint32_t tt_ports_sum(const uint16_t *ports)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < talloc_array_length(ports); i++) {
		sum += ports[i];
	}
	return sum;
}

size_t tt_ports_length(const uint16_t *ports)
{
	return talloc_array_length(ports);
}

uint32_t tt_routes_sum(struct route *const *routes)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < talloc_array_length(routes); i++) {
		const struct route *route = talloc_get_type(routes[i], struct route);

		sum += route != NULL ? route->port : 100000;
	}
	return sum;
}

int tt_list_describe(char *const *list, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (; *list != NULL; list++) {
		if (talloc_get_size(*list) != strlen(*list) + 1) {
			return -1;
		}
		used += (size_t)snprintf(text + used, size - used, "%s,", *list);
	}
	return used < size ? 0 : -1;
}

char **tt_list_with_room(TALLOC_CTX *ctx, unsigned room)
{
	char **list = talloc_array(ctx, char *, room);

	if (list != NULL) {
		list[0] = talloc_strdup(list, "from C");
		list[1] = NULL;
	}
	return list;
}

bool tt_packet_append(struct packet *packet, uint8_t byte)
{
	uint8_t *data = talloc_realloc(packet, packet->body.data, uint8_t,
				       (unsigned)packet->body.length + 1);

	if (data == NULL) {
		return false;
	}
	data[packet->body.length] = byte;
	packet->body.data = data;
	packet->body.length++;
	return true;
}

long tt_packet_sum(const struct packet *packet)
{
	long sum = 0;

	if (packet->body.data != NULL && talloc_parent(packet->body.data) != packet) {
		return -1;
	}
	for (size_t i = 0; i < packet->body.length; i++) {
		sum += packet->body.data[i];
	}
	return sum;
}

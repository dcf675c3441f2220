#ifndef TALLOC_TESTS_HELPERS_H
#define TALLOC_TESTS_HELPERS_H

#include <stdint.h>

#define LOG_SIZE 512

/* The struct that Rust declares as a node with the same name. */
struct user {
	char *name;
	uint32_t *groups;
	char **hosts;
	struct user *friend_of;
	int32_t id;
};

/* The plain struct that Rust declares by c_type. */
struct point {
	int32_t x;
	int32_t y;
};

#endif

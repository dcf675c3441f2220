/* What the C side of the benchmark shares. */
#ifndef SPEED_H
#define SPEED_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

/* Keeps the compiler from leaving out what leads to the object. Costs no instruction. */
#define used(object) __asm__ volatile("" : : "r"(object) : "memory")

/* An object that was just made: looks for NULL, as C programs do. */
static inline void *made(void *object)
{
	if (object == NULL) {
		abort();
	}
	used(object);
	return object;
}

/* Texts whose length and content the compiler does not know: see inputs.c. */
extern const char *speed_text_8;
extern const char *speed_text_200;
extern const char *speed_config;
extern const char *speed_http;
extern int speed_number;
extern size_t speed_4096;
extern size_t speed_step;

#endif

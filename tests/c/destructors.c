/* Destructors that C code sets, and what they see. */

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "helpers.h"

static _Thread_local int refusals;
static _Thread_local int calls;
static _Thread_local void *log_chunks[LOG_SIZE];
static _Thread_local uintptr_t log_stack[LOG_SIZE];
static _Thread_local size_t log_children[LOG_SIZE];
static _Thread_local size_t log_length;

static int refuse(void *ptr)
{
	(void)ptr;
	calls++;
	if (refusals > 0) {
		refusals--;
		return -1;
	}
	return 0;
}

void tt_set_refusing(void *ptr, int how_often)
{
	calls = 0;
	refusals = how_often;
	talloc_set_destructor(ptr, refuse);
}

int tt_destructor_calls(void)
{
	return calls;
}

static int record(void *ptr)
{
	if (log_length < LOG_SIZE) {
		log_chunks[log_length] = ptr;
		log_stack[log_length] = (uintptr_t)__builtin_frame_address(0);
		log_children[log_length] = talloc_total_blocks(ptr) - 1;
		log_length++;
	}
	return 0;
}

void tt_set_recording(void *ptr)
{
	talloc_set_destructor(ptr, record);
}

void tt_log_clear(void)
{
	log_length = 0;
}

size_t tt_log_length(void)
{
	return log_length;
}

void *tt_log_chunk(size_t index)
{
	return log_chunks[index];
}

uintptr_t tt_log_stack(size_t index)
{
	return log_stack[index];
}

size_t tt_log_children(size_t index)
{
	return log_children[index];
}

static _Thread_local int second_free;

static int free_again(void *ptr)
{
	second_free = talloc_free(ptr);
	return 0;
}

int tt_free_within_destructor(const void *parent)
{
	void *chunk = talloc_new(parent);

	second_free = 1;
	talloc_set_destructor(chunk, free_again);
	if (talloc_free(chunk) != 0) {
		return 1;
	}
	return second_free;
}

static int free_children_and_refuse(void *ptr)
{
	talloc_free_children(ptr);
	calls++;
	if (refusals > 0) {
		refusals--;
		return -1;
	}
	return 0;
}

void tt_set_freeing_children(void *ptr, int refuse_how_often)
{
	calls = 0;
	refusals = refuse_how_often;
	talloc_set_destructor(ptr, free_children_and_refuse);
}

static int add_children(void *ptr)
{
	calls++;
	for (int i = 0; i < 3; i++) {
		void *late = talloc_strdup(ptr, "late");

		talloc_set_destructor(late, record);
	}
	return 0;
}

void tt_set_adding_children(void *ptr)
{
	calls = 0;
	talloc_set_destructor(ptr, add_children);
}

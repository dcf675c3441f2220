/* What C does with an object that Rust has given away for good. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>

static _Thread_local void *refuge;

/* A destructor that saves its chunk: it moves it away and refuses. */
static int move_to_refuge(void *ptr)
{
	void *to = refuge;

	if (to == NULL) {
		return 0;
	}
	refuge = NULL;
	talloc_steal(to, ptr);
	return -1;
}

void tt_set_fleeing(void *ptr, void *to)
{
	refuge = to;
	talloc_set_destructor(ptr, move_to_refuge);
}

void *tt_enlarge(void *ptr, size_t size)
{
	return talloc_realloc_size(NULL, ptr, size);
}

void *tt_reparent(const void *from, const void *to, void *ptr)
{
	return talloc_reparent(from, to, ptr);
}

void *tt_move(const void *to, void **ptr)
{
	return talloc_move(to, ptr);
}

int tt_unlink(const void *holder, void *ptr)
{
	return talloc_unlink(holder, ptr);
}

/* Children as C hangs them below an object that it has. */
void tt_hang_children(void *ptr)
{
	char *text = talloc_strdup(ptr, "C's own");
	void *child = talloc_new(ptr);

	talloc_reference(child, text);
}

/* A child that refers to the object which it is below. */
void tt_hang_loop(void *ptr)
{
	talloc_reference(talloc_new(ptr), ptr);
}

/* The first pointer of a struct is a string that C replaces. */
int tt_replace_text(void *ptr, const char *text)
{
	char **field = ptr;

	talloc_free(*field);
	*field = talloc_strdup(ptr, text);
	return *field != NULL ? 0 : -1;
}

/* Lets a context go as C functions do at their end, with all that it holds. */
int tt_scope(void *(*callback)(TALLOC_CTX *ctx))
{
	TALLOC_CTX *frame = talloc_new(NULL);
	void *made = callback(frame);
	int found = made != NULL && talloc_parent(made) == frame ? 0 : -1;

	TALLOC_FREE(frame);
	return found;
}

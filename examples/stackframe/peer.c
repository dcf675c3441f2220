/* C code as there is in Samba: it takes no context and allocates on the stack of frames. */

#include <stdbool.h>
#include <talloc.h>

/* As in Samba's talloc_stack.h, which its packages leave out. */
TALLOC_CTX *_talloc_stackframe(const char *location);
TALLOC_CTX *_talloc_tos(const char *location);
#define talloc_stackframe() _talloc_stackframe(__location__)
#define talloc_tos() _talloc_tos(__location__)

char *peer_greeting(const char *name)
{
	return talloc_asprintf(talloc_tos(), "hello, %s", name);
}

/* A frame of its own, which is gone when it returns; or stays open, by mistake. */
size_t peer_length(const char *name, bool forgets)
{
	TALLOC_CTX *frame = talloc_stackframe();
	size_t length = talloc_array_length(peer_greeting(name)) - 1;

	if (!forgets) {
		TALLOC_FREE(frame);
	}
	return length;
}

/* A frame of C's, in which Rust is called. */
size_t peer_call(size_t (*function)(void))
{
	TALLOC_CTX *frame = talloc_stackframe();
	size_t blocks = function() + talloc_total_blocks(frame);

	TALLOC_FREE(frame);
	return blocks;
}

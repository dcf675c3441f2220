/* What is in this test program: see touch.c, and the folder source. */
#include <stdbool.h>

/* Whether the C side is compiled for ThreadSanitizer. */
bool tt_has_tsan(void)
{
#ifdef __SANITIZE_THREAD__
	return true;
#else
	return false;
#endif
}

/* Whether libtalloc itself is. */
bool tt_has_source(void)
{
#ifdef TT_SOURCE
	return true;
#else
	return false;
#endif
}

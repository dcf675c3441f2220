/* What the bindings in sys.rs say about tevent.h, told by the compiler of C. */

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <sys/time.h>
#include <talloc.h>
#include <tevent.h>

const size_t tevent_layout[] = {
	TEVENT_FD_READ,
	sizeof(struct timeval),
	offsetof(struct timeval, tv_sec),
	offsetof(struct timeval, tv_usec),
};

/* What the bindings in sys.rs, request.rs and lookup.rs say about headers, told by the compiler of C. */

#include <stddef.h>
#include "lookup.h"
#include "shout.h"

const size_t tevent_layout[] = {
	TEVENT_FD_READ,
	sizeof(struct timeval),
	offsetof(struct timeval, tv_sec),
	offsetof(struct timeval, tv_usec),
	TEVENT_REQ_USER_ERROR,
	sizeof(enum tevent_req_state),
};

const size_t lookup_layout[] = {
	sizeof(struct lookup_state),
	offsetof(struct lookup_state, name),
	offsetof(struct lookup_state, address),
	offsetof(struct lookup_state, tries),
};

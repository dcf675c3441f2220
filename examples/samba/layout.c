/* What the bindings in sys.rs say about Samba's headers, told by the compiler of C. */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <talloc.h>
#include <param.h>
#include <util/data_blob.h>

const size_t samba_layout[] = {
	sizeof(DATA_BLOB),
	offsetof(DATA_BLOB, data),
	offsetof(DATA_BLOB, length),
	sizeof(bool),
};

/* Declared again as sys.rs has them: a function of another type is an error. */
typedef struct loadparm_context lp;
typedef struct loadparm_service service;
lp *loadparm_init(TALLOC_CTX *);
const char *lpcfg_netbios_name(lp *);
const char **lpcfg_interfaces(lp *);
char *lpcfg_private_path(TALLOC_CTX *, lp *, const char *);
const char *lpcfg_parm_string(lp *, service *, const char *, const char *);
const char **lpcfg_parm_string_list(TALLOC_CTX *, lp *, service *, const char *, const char *,
				    const char *);
int lpcfg_parm_int(lp *, service *, const char *, const char *, int);
int lpcfg_numservices(lp *);
service *lpcfg_servicebynum(lp *, int);
service *lpcfg_service(lp *, const char *);
service *lpcfg_default_service(lp *);
const char *lpcfg_servicename(const service *);
DATA_BLOB data_blob_talloc_named(TALLOC_CTX *, const void *, size_t, const char *);
char *data_blob_hex_string_lower(TALLOC_CTX *, const DATA_BLOB *);

/* In a file of its own, so that no operation is compiled with its input known. */
#include "speed.h"

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN

/* Where the C library's functions, which look at the address, take the same steps in each program. */
#define ALIGNED __attribute__((aligned(64)))
static const char text_8[] ALIGNED = "8 bytes.";
static const char text_200[] ALIGNED = FIFTY FIFTY FIFTY FIFTY;

const char *speed_text_8 = text_8;
const char *speed_text_200 = text_200;
int speed_number = 8080;
size_t speed_4096 = 4096;
size_t speed_step = 100;

const char *speed_config = "# the server\n"
			   "address = 192.0.2.17\n"
			   "port = 8443\n"
			   "timeout = 30\n"
			   "user = daemon\n"
			   "\n"
			   "# the files\n"
			   "root = /srv/www/example.org\n"
			   "log = /var/log/example.org/access.log\n"
			   "level = 3\n";

const char *speed_http = "GET /search?q=talloc HTTP/1.1\r\nHost: example.org\r\n"
			 "User-Agent: test/1.0\r\nAccept: */*\r\n\r\n";

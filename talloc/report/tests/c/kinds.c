/* A program with every kind of chunk. Its first argument says what it makes, its second one where
 * it writes libtalloc's own report of that. Then it prints a line and waits for the end of its
 * standard input. */

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>
/* Limits are deprecated, and are there all the same. */
#define _DEPRECATED_
#include <talloc.h>

/* What libtalloc keeps before each object. */
struct header {
	unsigned flags;
	struct header *next, *prev, *parent, *child;
	void *refs;
	void *destructor;
	const char *name;
	size_t size;
	void *limit, *pool;
	char filler[8];
};

static struct header *header_of(void *object)
{
	return (struct header *)object - 1;
}

int close_connection(void *object)
{
	(void)object;
	return 0;
}

static int hidden_destructor(void *object)
{
	(void)object;
	return 0;
}

static int destroy_string(char *string)
{
	(void)string;
	return 0;
}

static void *named(void *parent, size_t size, const char *name)
{
	return talloc_named_const(parent, size, name);
}

static void pools(void *root)
{
	void *pool = talloc_pool(root, 4000);
	void *first = named(pool, 100, "first member"), *second;
	void *inner, *pooled, *empty, *outer, *survivor;

	second = named(first, 200, "second member");
	talloc_set_destructor(second, close_connection);
	/* A pool in a pool, and one that has no room for what is asked of it. */
	inner = talloc_pool(pool, 500);
	named(inner, 50, "member of the inner pool");
	named(inner, 5000, "no member: too large");
	/* A member that moved out of the subtree of its pool. */
	talloc_steal(root, named(pool, 10, "member elsewhere"));
	/* Freed members: one at the end, whose room is used again, and one before it. */
	first = named(pool, 33, "freed, in the middle");
	second = named(pool, 44, "freed, at the end");
	talloc_free(second);
	named(pool, 22, "in the room of the one at the end");
	talloc_free(first);
	pooled = talloc_pooled_object(root, struct header, 3, 100);
	talloc_strdup(pooled, "in an object with a pool");
	empty = talloc_pool(root, 1000);
	talloc_free(named(empty, 10, "gone"));
	/* A pool that is gone, and lives on for a member. */
	outer = talloc_pool(root, 2000);
	survivor = talloc_steal(root, named(outer, 60, "survivor of its pool"));
	talloc_free(outer);
	named(survivor, 5, "below the survivor");
	/* A member that grew out of its pool. */
	first = named(pool, 16, "grown member");
	talloc_realloc_size(pool, first, 8000);
}

static void references(void *root)
{
	void *holder = named(root, 8, "holder"), *other = named(root, 9, "other holder");
	void *shared = named(root, 77, "shared"), *twin = named(holder, 78, "shared");
	void *freed = named(root, 5, "freed");

	talloc_reference(holder, shared);
	talloc_reference(other, shared);
	talloc_reference(holder, shared);
	talloc_reference(other, twin);
	/* One that went before the others. */
	talloc_unlink(other, talloc_reference(other, shared));
	/* An object whose first owner went: it is where its reference was. */
	talloc_reference(other, freed);
	talloc_unlink(root, freed);
	/* From below itself. */
	talloc_reference(shared, named(shared, 3, "below shared"));
}

static void names(void *root)
{
	char *large = malloc(30000);
	int i;

	memset(large, 'x', 29999);
	large[29999] = 0;
	talloc_set_destructor(talloc_strdup(root, large), destroy_string);
	memset(large, 'y', 5000);
	talloc_set_name(named(root, 4, "renamed"), "%s of a format", "name");
	named(root, 1, "");
	named(root, 2, "\xff\xfe not UTF-8 \x80");
	named(root, 3, "\x1b[31mred\x1b[0m\ttab");
	named(root, 4, "t\xc3\xa4lloc \xe2\x82\xac");
	named(root, 5, "struct a contains      1 bytes in   1 blocks");
	named(root, 6, "UNNAMED");
	talloc_set_name_const(named(root, 7, "x"), NULL);
	named(root, 0, "nothing in it");
	for (i = 0; i < 300; i++) {
		talloc_asprintf(root, "string %d of many", i);
	}
	free(large);
}

static void limits(void *root)
{
	void *limited = named(root, 100, "limited");

	talloc_set_memlimit(limited, 100000);
	named(named(limited, 1000, "below a limit"), 2000, "and below that");
	talloc_pool(limited, 3000);
}

static void resized(void *root)
{
	char *text = talloc_strdup(root, "a");
	void *array = talloc_array(root, int, 10), *moved = named(root, 10, "moved");
	int i;

	for (i = 0; i < 200; i++) {
		text = talloc_asprintf_append_buffer(text, "%d,", i);
		array = talloc_realloc(root, array, int, 10 + 100 * i);
	}
	talloc_steal(array, moved);
	/* Beyond what is taken from the heap. */
	named(root, 10 << 20, "large");
	for (i = 0; i < 100; i++) {
		talloc_free(named(root, 50 + i, "freed"));
	}
}

static void kinds(void *root)
{
	void *destroyed = named(root, 1, "with a destructor");

	talloc_set_destructor(destroyed, close_connection);
	destroyed = named(root, 2, "with a destructor of no name");
	talloc_set_destructor(destroyed, hidden_destructor);
	pools(root);
	references(root);
	names(root);
	limits(root);
	resized(root);
}

static void deep(void *root)
{
	int i;

	for (i = 0; i < 10000; i++) {
		root = named(root, 1, "level");
	}
}

static void many(void *root, int clients)
{
	int client, file;

	for (client = 0; client < clients; client++) {
		void *connection = talloc_asprintf(root, "client %d", client);

		for (file = 0; file < 999; file++) {
			named(connection, 40, "struct file");
		}
	}
}

/* Links that do not agree, each in a tree of its own. */
static void broken(void *root)
{
	void *first, *second, *third;

	first = named(root, 1, "good");
	second = named(root, 10, "parent of a stranger");
	third = named(second, 20, "child that does not know its parent");
	named(third, 21, "below a child that does not know its parent");
	header_of(third)->parent = NULL;
	header_of(third)->prev = header_of(first);
	second = named(root, 30, "parent of a ring");
	third = named(second, 40, "in the ring");
	named(second, 41, "in the ring, too");
	header_of(third)->next = header_of(third)->prev;
	header_of(third)->prev->prev = header_of(third);
	header_of(third)->prev->parent = NULL;
	header_of(second)->child = NULL;
	/* Copies of a header, as in memory that was not used again. */
	memcpy(malloc(sizeof(struct header)), header_of(first), sizeof(struct header));
}

static void unreadable(void *root)
{
	talloc_set_name_const(named(root, 1, "x"), (const char *)2);
	talloc_set_name_const(named(root, 2, "x"), (const char *)(~(size_t)0 - 3));
	talloc_set_name_const(named(root, 3, "x"), (const char *)0x123456789000);
	named(root, 4, "good");
}

static void report_roots(void **list, int count, FILE *report)
{
	int i, j;

	for (i = 0; i < count; i++) {
		for (j = i + 1; j < count; j++) {
			if (list[j] < list[i]) {
				void *other = list[i];

				list[i] = list[j];
				list[j] = other;
			}
		}
		talloc_report_full(list[i], report);
	}
}

/* Roots without a context that has all of them. */
static void roots(FILE *report)
{
	void *list[5];
	int i;

	for (i = 0; i < 3; i++) {
		list[i] = named(NULL, 10 * i, "root");
		talloc_asprintf(list[i], "below root %d", i);
	}
	/* Those that no other header knows. */
	list[3] = named(NULL, 0, "alone");
	list[4] = talloc_pool(NULL, 100);
	report_roots(list, 5, report);
}

static void copy(void *object, char *to)
{
	/* What is before the header of a pool. */
	size_t before = header_of(object)->flags & 4 ? 32 : 0;

	memcpy(to, (char *)header_of(object) - before, before + sizeof(struct header));
}

/* All bytes of roots without relatives, once more where no object can be. */
static void copies(FILE *report)
{
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *pool = talloc_pool(NULL, 1000), *list[7];
	int i;

	list[0] = named(NULL, 1, "above");
	list[1] = named(list[0], 500, "below");
	list[2] = named(NULL, 40, "alone");
	list[3] = named(NULL, 7, "referred to");
	talloc_reference(list[1], list[3]);
	list[4] = talloc_pool(NULL, 100);
	list[5] = talloc_steal(NULL, named(pool, 10, "member"));
	list[6] = pool;
	for (i = 2; i < 7; i++) {
		copy(list[i], pages + 512 * i);
		copy(list[i], (char *)malloc(2048) + 512);
	}
	copy(list[2], list[1]);
	list[1] = list[6];
	report_roots(list, 6, report);
}

/* What the compiler must not leave out. */
void *kept;

/* A root without relatives, and a block that is the same to the last byte. */
static void twins(FILE *report)
{
	void *above = named(NULL, 1, "above"), *root = named(NULL, 40, "twin");
	size_t size = sizeof(struct header) + 40;

	named(above, 2, "below");
	kept = memcpy(malloc(size), header_of(root), size);
	talloc_report_full(root, report);
}

/* Changes all the time. */
static void run(void *root)
{
	for (;;) {
		talloc_free(talloc_strdup(named(root, 100, "new"), "below it"));
		if (talloc_total_blocks(root) > 1000) {
			talloc_free_children(root);
		}
	}
}

/* By a child that has the memory of its parent, which waits for it. */
static void run_as_child(void *root)
{
	if (vfork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		run(root);
	}
}

int main(int argc, char **argv)
{
	static const char *const rootless[] = { "roots", "copies", "twins", "none" };
	const char *what = argc == 3 ? argv[1] : "";
	bool has_root = true;
	FILE *report = argc == 3 ? fopen(argv[2], "w") : NULL;
	void *root = NULL;
	size_t i;
	char byte;

	if (report == NULL) {
		return 2;
	}
	for (i = 0; i < sizeof(rootless) / sizeof(*rootless); i++) {
		has_root = has_root && strcmp(what, rootless[i]) != 0;
	}
	/* Whoever runs the tests may read it. */
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
	if (has_root) {
		talloc_enable_null_tracking();
		root = named(NULL, 3, "root");
	}
	if (strcmp(what, "kinds") == 0 || strcmp(what, "abort") == 0) kinds(root);
	if (strcmp(what, "deep") == 0) deep(root);
	if (strcmp(what, "many") == 0) many(root, 50);
	if (strcmp(what, "million") == 0) many(root, 1000);
	/* Much more than there is, of which nothing is used. */
	if (strcmp(what, "reserved") == 0) {
		if (mmap(NULL, (size_t)64 << 30, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) == MAP_FAILED) {
			return 3;
		}
	}
	if (strcmp(what, "grows") == 0) named(root, 1000, "before");
	if (strcmp(what, "broken") == 0) broken(root);
	else if (strcmp(what, "unreadable") == 0) unreadable(root);
	else if (strcmp(what, "roots") == 0) roots(report);
	else if (strcmp(what, "copies") == 0) copies(report);
	else if (strcmp(what, "twins") == 0) twins(report);
	else if (has_root) talloc_report_full(NULL, report);
	fclose(report);
	puts("ready");
	fflush(stdout);
	if (strcmp(what, "runs") == 0) {
		run(root);
	}
	if (strcmp(what, "vforks") == 0) {
		run_as_child(root);
	}
	/* One byte for each step, until the end. */
	while (read(0, &byte, 1) == 1) {
		named(root, 100000, "grown");
		puts("grown");
		fflush(stdout);
	}
	if (strcmp(what, "abort") == 0) {
		abort();
	}
	return 0;
}

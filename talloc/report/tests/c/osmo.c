/* A program with the command of Osmocom that shows the trees of talloc. Each argument is a
 * command line, whose output goes to the standard output. */

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include <osmocom/core/application.h>
#include <osmocom/vty/command.h>
#include <osmocom/vty/misc.h>
#include <osmocom/vty/vty.h>

static struct vty_app_info app = { .name = "osmo-test", .version = "1" };

int main(int argc, char **argv)
{
	void *root = talloc_named_const(NULL, 0, "osmo_test");
	void *net = talloc_named_const(root, 100, "struct net");
	int i;

	app.tall_ctx = root;
	for (i = 0; i < 3; i++) {
		char *sub = talloc_named_const(net, 50 + i, "struct sub");
		talloc_strdup(sub, "a string of it");
		talloc_named_const(sub, 10, "name");
	}
	talloc_reference(net, talloc_named_const(root, 40, "logging"));
	vty_init(&app);
	osmo_talloc_vty_add_cmds();
	for (i = 1; i < argc; i++) {
		struct vty *vty = vty_new();
		vector line = cmd_make_strvec(argv[i]);
		int result;

		vty->type = VTY_SHELL;
		vty->node = VIEW_NODE;
		result = cmd_execute_command(line, vty, NULL, 0);
		fflush(stdout);
		cmd_free_strvec(line);
		if (result != CMD_SUCCESS) {
			fprintf(stderr, "%s: %d\n", argv[i], result);
			return 1;
		}
	}
	return 0;
}

/* chat CONFIG TRANSCRIPT: replays a conversation, one JSON message in each line. */

#include "session.h"

#include <string.h>

static void report(const err_t *err)
{
    fprintf(stderr, "error %d: %s [%s:%u]\n", err->code, err->msg, err->file, (unsigned)err->line);
}

/* Pattern 4: the lines are temporary, and so are the errors once they are shown. */
static void replay(session_t *session, FILE *transcript)
{
    TALLOC_CTX *tmp = talloc_new(session);
    char *line = NULL;
    size_t room = 0;
    ssize_t length;

    while ((length = getline(&line, &room, transcript)) > 0) {
        chat_bytes_t text = {(uint8_t *)line, (size_t)length};
        res_t res = session_receive(tmp, session, text);
        if (is_err(&res)) report(res.err);
        talloc_free_children(tmp);
    }
    free(line);
    talloc_free(tmp);
}

static void show(session_t *session)
{
    chat_line_t *call = chat_scrollback_find(session, session->scrollback, "tool: ");

    for (size_t i = 0; i < chat_scrollback_length(session->scrollback); i++) {
        printf("%s\n", chat_scrollback_line(session->scrollback, i));
    }
    printf("-- %s: %zu lines, %zu messages refused\n", session->name,
           chat_scrollback_length(session->scrollback), session->refused);
    if (call != NULL) printf("-- the first tool call is line %zu: %s\n", call->index, call->text);
    talloc_free(call);
}

static res_t run(TALLOC_CTX *ctx, const char *cfg_path, const char *transcript_path)
{
    res_t res = session_create(ctx, "replay", cfg_path);
    FILE *transcript;

    if (is_err(&res)) return res;
    transcript = fopen(transcript_path, "r");
    if (transcript == NULL) return ERR(ctx, ERR_CODE_IO, "%s", transcript_path);
    replay(res.ok, transcript);
    fclose(transcript);
    show(res.ok);
    return res;
}

int main(int argc, char **argv)
{
    TALLOC_CTX *ctx = talloc_new(NULL);
    int status = EXIT_SUCCESS;
    res_t res;

    if (argc != 3) {
        fprintf(stderr, "usage: chat CONFIG TRANSCRIPT\n");
        talloc_free(ctx);
        return 2;
    }
    res = run(ctx, argv[1], argv[2]);
    if (is_err(&res)) {
        report(res.err);
        status = EXIT_FAILURE;
    }
    talloc_free(ctx);
    return chat_live_values() == 0 ? status : EXIT_FAILURE;
}

/* The Rust library of the chat program. Made by cbindgen: change the sources in src/. */

#ifndef CHATCORE_H
#define CHATCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

typedef struct err_t err_t;

/**
 * Bytes that belong to somebody else.
 */
typedef struct chat_bytes_t {
    uint8_t *data;
    size_t length;
} chat_bytes_t;

/**
 * Who says it.
 */
typedef enum chat_role {
    /**
     * The person.
     */
    CHAT_ROLE_USER,
    /**
     * The model.
     */
    CHAT_ROLE_ASSISTANT,
} chat_role;

/**
 * What kind of error it is.
 */
typedef enum err_code {
    /**
     * A file cannot be read.
     */
    ERR_CODE_IO = 1,
    /**
     * The text is not JSON, or not of the form that is asked for.
     */
    ERR_CODE_PARSE = 2,
    /**
     * A value means nothing.
     */
    ERR_CODE_INVALID = 3,
    /**
     * There is no memory, or a size is over libtalloc's limit.
     */
    ERR_CODE_MEMORY = 4,
    /**
     * A mistake in the program: Rust code panicked. What it was called to change may be
     * half changed, what was made is freed.
     */
    ERR_CODE_PANIC = 5,
} err_code;

/**
 * The last lines of a conversation.
 *
 * A talloc object with Rust's memory inside, which goes with it: free it, steal it, refer to
 * it, set a destructor on it, as with any other. Do not free its children alone.
 */
typedef struct chat_scrollback_t chat_scrollback_t;

/**
 * What a library asks for: functions, and the pointer that it passes to them.
 */
typedef struct chat_alloc_funcs_t {
    /**
     * A block below `ctx`, not initialised; NULL without memory.
     */
    void *(*malloc)(void *ctx, size_t size);
    /**
     * Resizes a block, or makes one for NULL; NULL without memory, and the block stays.
     */
    void *(*realloc)(void *ctx, void *block, size_t size);
    /**
     * Frees a block; NULL is ignored.
     */
    void (*free)(void *ctx, void *block);
    /**
     * The context.
     */
    void *ctx;
} chat_alloc_funcs_t;

/**
 * A value, or the error that there is instead: `ok` may be read if `is_err` is false, `err`
 * if it is true. Each function says what `ok` points to. An error is on the context that was
 * the first argument, and the caller's to free.
 */
typedef struct res_t {
    bool is_err;
    union { void *ok; err_t *err; };
} res_t;

/**
 * Puts right what the host has to put right, and ends the process.
 */
typedef void (*chat_panic_fn)(const char *text);

/**
 * Takes the arguments of the model. Returns a `chat_lines_t` on `ctx`, or an error on `ctx`.
 */
typedef res_t (*chat_tool_fn)(TALLOC_CTX *ctx, const char *arguments);

/**
 * Why something failed, and where in the source. It owns its strings.
 */
typedef struct err_t {
    /**
     * What kind of error it is.
     */
    err_code code;
    /**
     * The line in `file`, from 1.
     */
    uint32_t line;
    /**
     * The source file.
     */
    char *file;
    /**
     * For a person to read.
     */
    char *msg;
} err_t;

/**
 * The configuration of the program. It owns its strings.
 */
typedef struct chat_cfg_t {
    /**
     * A numeric IP address.
     */
    char *listen_address;
    /**
     * Not 0.
     */
    uint16_t listen_port;
    /**
     * The name of the model to talk to.
     */
    char *model;
    /**
     * From 0 to 2.
     */
    double temperature;
    /**
     * NULL without one.
     */
    char *system_message;
    /**
     * How many lines the scrollback keeps; not 0.
     */
    size_t history;
} chat_cfg_t;

/**
 * A tool that the model asks for.
 */
typedef struct chat_tool_call_t {
    /**
     * The name of the tool.
     */
    char *name;
    /**
     * `name=value` each, and NULL at the end.
     */
    char **arguments;
} chat_tool_call_t;

/**
 * One message. It owns all that it points to.
 */
typedef struct chat_msg_t {
    /**
     * Who says it.
     */
    chat_role role;
    /**
     * What is said.
     */
    char *content;
    /**
     * As many as `talloc_array_length` says; NULL if the message has none.
     */
    chat_tool_call_t *tool_calls;
} chat_msg_t;

/**
 * A copy of a line. It owns its text.
 */
typedef struct chat_line_t {
    /**
     * Where it was, from 0 for the oldest.
     */
    size_t index;
    /**
     * The line.
     */
    char *text;
} chat_line_t;

/**
 * A growing array of strings, made by C's `lines_create`. It owns its strings.
 */
typedef struct chat_lines_t {
    /**
     * `capacity` pointers, those behind the first `size` NULL; NULL itself without room.
     */
    char **data;
    /**
     * How many strings there are.
     */
    size_t size;
    /**
     * How many there is room for.
     */
    size_t capacity;
} chat_lines_t;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * How many Rust values there are in objects that C holds. 0 at the end, or something was leaked.
 */
size_t chat_live_values(void);

/**
 * Functions that allocate below `ctx`: what the library has not freed is freed with it.
 *
 * `ctx` is still the caller's, and has to live as long as the library uses the functions.
 */
chat_alloc_funcs_t chat_alloc_funcs(TALLOC_CTX *ctx);

/**
 * Loads the configuration from a JSON file.
 *
 * Returns a `chat_cfg_t *` on `ctx`, which the caller owns; or an error on `ctx`, and then
 * nothing else is left there.
 */
res_t chat_cfg_load(TALLOC_CTX *ctx, const char *path);

/**
 * Parses one message, a JSON object. The text need not end with a NUL.
 *
 * Returns a `chat_msg_t *` on `ctx`, which the caller owns and which does not refer to
 * `text`; or an error on `ctx`, and then nothing else is left there.
 */
res_t chat_msg_parse(TALLOC_CTX *ctx, chat_bytes_t text);

/**
 * Makes a message without tool calls. `role` is a `chat_role`.
 *
 * Sets `*out`, which need not be set before, to a `chat_msg_t *` on `ctx`, which the caller
 * owns, and returns the same; or sets it to NULL, and returns an error on `ctx`.
 */
res_t chat_msg_init(TALLOC_CTX *ctx, int role, const char *content, chat_msg_t **out);

/**
 * Lets `panic` end the process where Rust finds memory exhausted and has no error to return,
 * as the host does where C finds it. It must not come back.
 */
void chat_set_panic(chat_panic_fn panic);

/**
 * Makes an empty scrollback that keeps the last `limit` lines, at least one.
 *
 * Returns a `chat_scrollback_t *` on `ctx`, which the caller owns; or an error on `ctx`.
 */
res_t chat_scrollback_create(TALLOC_CTX *ctx, size_t limit);

/**
 * Adds a text, line by line, and drops the oldest lines that are over the limit. The name of
 * the speaker, if it is not NULL, goes in front. Pointers from `chat_scrollback_line` end here.
 *
 * Returns NULL; or an error on `ctx`.
 */
res_t chat_scrollback_append(TALLOC_CTX *ctx, chat_scrollback_t *scrollback, const char *speaker, const char *text);

/**
 * How many lines there are.
 */
size_t chat_scrollback_length(const chat_scrollback_t *scrollback);

/**
 * One line, from 0 for the oldest; NULL if there is none.
 *
 * It belongs to the scrollback, until something is appended.
 */
const char *chat_scrollback_line(const chat_scrollback_t *scrollback, size_t index);

/**
 * A copy of the oldest line with `text` in it, on `ctx`, which the caller owns; NULL if there
 * is none.
 */
chat_line_t *chat_scrollback_find(TALLOC_CTX *ctx, const chat_scrollback_t *scrollback, const char *text);

/**
 * Copies of `count` lines, from `first` on. To ask for lines that are not there is a mistake
 * of the caller, and is answered by ERR_CODE_PANIC.
 *
 * Returns a `char **` on `ctx` that ends with NULL, which the caller owns; or an error on `ctx`.
 */
res_t chat_scrollback_page(TALLOC_CTX *ctx, const chat_scrollback_t *scrollback, size_t first, size_t count);

/**
 * Lets a tool run, and puts its lines together.
 *
 * Returns a `char *` on `ctx`, which the caller owns; or an error on `ctx`, with the code and the
 * place of that of the tool.
 */
res_t chat_tool_run(TALLOC_CTX *ctx, chat_tool_fn tool, const char *arguments);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* CHATCORE_H */

#include "ledger/heads.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/files.h"
#include "ledger/gate.h"

/* Nobody is inside for longer than it takes to write a page; but the act waits for this, and it is done. */
static const int64_t wait_ms = 2000;

/* The first line is the size in decimal digits; the note follows. */
enum { FIRST_LINE_SIZE = 21, FILE_LIMIT = FIRST_LINE_SIZE + HEAD_NOTE_LIMIT };

/* ---- names */

/* Where this account's programs keep their state (XDG Base Directory Specification: a relative path in
 * the variable is to be ignored). */
static bool state_directory(char path[static PATH_MAX])
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int size = -1;

    if (state != NULL && state[0] == '/')
        size = snprintf(path, PATH_MAX, "%s/phial/heads", state);
    else if (home != NULL && home[0] == '/')
        size = snprintf(path, PATH_MAX, "%s/.local/state/phial/heads", home);
    if (size > 0 && size < PATH_MAX)
        return true;
    errno = size < 0 ? ENOENT : ENAMETOOLONG;
    return false;
}

/* "directory/ledger", with an ending for the files beside it. */
static bool path_of(const char *ledger_hex, const char *ending, char path[static PATH_MAX])
{
    char directory[PATH_MAX];
    int size;

    assert(strspn(ledger_hex, "0123456789abcdef") == HEAD_LEDGER_HEX_SIZE);
    assert(ledger_hex[HEAD_LEDGER_HEX_SIZE] == '\0');
    if (!state_directory(directory))
        return false;
    size = snprintf(path, PATH_MAX, "%s/%s%s", directory, ledger_hex, ending);
    if (size > 0 && size < PATH_MAX)
        return true;
    errno = ENAMETOOLONG;
    return false;
}

/* ---- reading */

/* Read the size in front: decimal, without a needless zero, ended by a newline. Returns its length. */
static size_t read_size(const char *text, size_t length, uint64_t *size)
{
    size_t i = 0;

    for (*size = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++) {
        if (__builtin_mul_overflow(*size, 10, size)
            || __builtin_add_overflow(*size, (uint64_t)(text[i] - '0'), size))
            return 0;
    }
    if (i == 0 || i == length || text[i] != '\n' || (text[0] == '0' && i > 1))
        return 0;
    return i + 1;
}

/* Read up to `capacity` bytes; -1 with errno. */
static ssize_t read_file(const char *path, char *text, size_t capacity)
{
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    size_t size = 0;
    ssize_t got = 1;
    int error;

    if (file < 0)
        return -1;
    while (got != 0 && size < capacity) {
        got = read(file, text + size, capacity - size);
        if (got < 0 && errno != EINTR)
            break;
        size += got > 0 ? (size_t)got : 0;
    }
    error = errno;
    close(file);
    errno = error;
    return got < 0 ? -1 : (ssize_t)size;
}

static enum heads_status parse(const char *text, size_t size, struct head_file *head)
{
    size_t line_size = read_size(text, size, &head->size);

    if (line_size == 0 || size - line_size > HEAD_NOTE_LIMIT)
        return HEADS_DAMAGED;
    head->note_size = size - line_size;
    memcpy(head->note, text + line_size, head->note_size);
    return HEADS_OK;
}

static enum heads_status read_head(const char *path, struct head_file *head)
{
    char *text = malloc(FILE_LIMIT + 1);
    enum heads_status status = HEADS_NO_PLACE;
    ssize_t size = -1;

    if (text != NULL)
        size = read_file(path, text, FILE_LIMIT + 1);
    if (size >= 0)
        status = parse(text, (size_t)size, head);
    else if (errno == ENOENT || errno == ENOTDIR)
        status = HEADS_NONE;
    else if (errno == ELOOP || errno == EISDIR || errno == ENXIO)
        status = HEADS_DAMAGED;
    free(text);
    return status;
}

enum heads_status heads_read(const char *ledger_hex, struct head_file *head)
{
    char path[PATH_MAX];

    *head = (struct head_file){ 0 };
    return path_of(ledger_hex, "", path) ? read_head(path, head) : HEADS_NO_PLACE;
}

/* ---- writing */

/* Write the file beside its place, whole and durable, so that a rename can put it there. */
static bool write_beside(const char *path, uint64_t size, struct bytes note)
{
    char line[FIRST_LINE_SIZE + 1];
    int length = snprintf(line, sizeof line, "%" PRIu64 "\n", size);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    bool done;
    int error;

    assert(length > 0 && (size_t)length < sizeof line);
    if (file < 0)
        return false;
    done = file_write_all(file, line, (size_t)length) && file_write_all(file, note.data, note.size) && fsync(file) == 0;
    error = errno;
    if (close(file) != 0 && done) {
        error = errno;
        done = false;
    }
    errno = error;
    return done;
}

static enum heads_status replace(const char *ledger_hex, uint64_t size, struct bytes note)
{
    char path[PATH_MAX], beside[PATH_MAX];
    int error;

    if (!path_of(ledger_hex, "", path) || !path_of(ledger_hex, ".new", beside))
        return HEADS_NO_PLACE;
    if (write_beside(beside, size, note) && rename(beside, path) == 0 && file_sync_name(path))
        return HEADS_OK;
    error = errno;
    unlink(beside);
    errno = error;
    return HEADS_NO_PLACE;
}

/* Inside the gate: compare with what is remembered, and replace it when this is more. */
static enum heads_status advance(const char *ledger_hex, const char *path, uint64_t size, struct bytes note)
{
    struct head_file *head = malloc(sizeof *head);
    enum heads_status status = head == NULL ? HEADS_NO_PLACE : read_head(path, head);

    if (status == HEADS_NONE || (status == HEADS_OK && head->size < size))
        status = replace(ledger_hex, size, note);
    free(head);
    return status;
}

enum heads_status heads_advance(const char *ledger_hex, uint64_t size, struct bytes note)
{
    char path[PATH_MAX], lock[PATH_MAX];
    enum heads_status status = HEADS_NO_PLACE;
    struct gate gate = GATE_NONE;
    int error;

    assert(note.size <= HEAD_NOTE_LIMIT);
    if (!path_of(ledger_hex, "", path) || !path_of(ledger_hex, ".lock", lock))
        return status;
    if (file_make_directories(lock) && gate_open(&gate, lock) && gate_enter(&gate, wait_ms))
        status = advance(ledger_hex, path, size, note);
    error = errno;
    gate_close(&gate);
    errno = error;
    return status;
}

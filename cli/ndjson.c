#include "cli/ndjson.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the file */

/* All of it, as long as that is within the limit. */
static enum ledger_status read_all(struct ndjson *file, int descriptor, const char *path, struct error *error)
{
    size_t capacity = 0;

    for (;;) {
        ssize_t got;

        if (file->size == capacity) {
            size_t more = capacity == 0 ? 1 << 16 : capacity * 2;
            char *text = realloc(file->text, more);

            if (text == NULL)
                return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory for %s", path);
            file->text = text;
            capacity = more;
        }
        got = read(descriptor, file->text + file->size, capacity - file->size);
        if (got == 0)
            return LEDGER_OK;
        if (got < 0 && errno != EINTR)
            return error_set(error, REFUSAL_IO, "%s: %s", path, strerror(errno));
        file->size += got > 0 ? (size_t)got : 0;
        if (file->size > NDJSON_FILE_LIMIT)
            return error_set(error, REFUSAL_TOO_LONG, "%s is larger than %d MiB: cut it, and import the parts in turn", path,
                             NDJSON_FILE_LIMIT >> 20);
    }
}

static enum ledger_status refuse_line(uint32_t number, const char *why, const char *next, struct error *error)
{
    error_set(error, REFUSAL_BAD_LINE, "line %u %s", (unsigned)number, why);
    if (next != NULL)
        error_next(error, "%s", next);
    return error->status;
}

static bool has_mark(const struct ndjson *file)
{
    static const char *const marks[] = { "\xef\xbb\xbf", "\xff\xfe", "\xfe\xff" };

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (file->size >= strlen(marks[i]) && memcmp(file->text, marks[i], strlen(marks[i])) == 0)
            return true;
    return false;
}

/* What can be seen of a line without reading it as JSON. */
static enum ledger_status check_line(const struct ndjson_line *line, struct error *error)
{
    if (line->size == 0)
        return refuse_line(line->number, "is empty", NULL, error);
    if (line->size > NDJSON_LINE_LIMIT)
        return refuse_line(line->number, "is longer than 65536 bytes", NULL, error);
    if (memchr(line->text, '\0', line->size) != NULL)
        return refuse_line(line->number, "holds a NUL, which no text file does",
                           "write the file again; it may be in UTF-16, or damaged", error);
    if (memchr(line->text, '\r', line->size) != NULL)
        return refuse_line(line->number, "holds a carriage return: its lines end as on Windows",
                           "write it with line feeds alone: sed 's/\\r$//' FILE > NEW", error);
    return LEDGER_OK;
}

static enum ledger_status check_file(const struct ndjson *file, const char *path, struct error *error)
{
    struct ndjson_line line = { 0 };
    enum ledger_status status = LEDGER_OK;

    if (file->size == 0)
        return error_set(error, REFUSAL_BAD_LINE, "%s is empty", path);
    if (has_mark(file))
        return refuse_line(1, "begins with a byte order mark",
                           "write it in UTF-8 without one: sed '1s/^\\xEF\\xBB\\xBF//' FILE > NEW", error);
    while (status == LEDGER_OK && ndjson_next_line(file, &line))
        status = check_line(&line, error);
    return status;
}

enum ledger_status ndjson_open(struct ndjson *file, const char *path, struct error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    enum ledger_status status;

    *file = NDJSON_NONE;
    if (descriptor < 0)
        return error_set(error, REFUSAL_IO, "%s: %s", path, strerror(errno));
    status = read_all(file, descriptor, path, error);
    close(descriptor);
    return status == LEDGER_OK ? check_file(file, path, error) : status;
}

void ndjson_close(struct ndjson *file)
{
    free(file->text);
    *file = NDJSON_NONE;
}

bool ndjson_next_line(const struct ndjson *file, struct ndjson_line *line)
{
    const char *begin = line->text != NULL ? line->text + line->size + 1 : file->text, *end = file->text + file->size, *feed;

    if (begin >= end)
        return false;
    feed = memchr(begin, '\n', (size_t)(end - begin));
    line->text = begin;
    line->size = (size_t)((feed != NULL ? feed : end) - begin);
    line->number++;
    return true;
}

/* ---- the object of a line */

enum ledger_status ndjson_read(const struct ndjson_line *line, struct ndjson_object *object, struct error *error)
{
    json_error_t why;
    json_t *root = json_loadb(line->text, line->size, JSON_REJECT_DUPLICATES, &why);

    *object = (struct ndjson_object){ root, NULL };
    if (root == NULL)
        return error_set(error, REFUSAL_BAD_LINE, "line %u, column %d: %s", (unsigned)line->number, why.column, why.text);
    if (!json_is_object(root))
        return refuse_line(line->number, "is no JSON object: { \"command\": … }", NULL, error);
    object->place = json_object_iter(root);
    return LEDGER_OK;
}

void ndjson_release(struct ndjson_object *object)
{
    json_decref(object->root);
    *object = (struct ndjson_object){ NULL, NULL };
}

enum ledger_status ndjson_text(const struct ndjson_object *object, const char *name, const char **text, struct error *error)
{
    const json_t *value = json_object_get(object->root, name);

    *text = json_string_value(value);
    if (value == NULL || *text != NULL)
        return LEDGER_OK;
    return error_set(error, REFUSAL_BAD_LINE, "`%s` is no text", name);
}

/* ---- members */

static enum ledger_status refuse_value(const char *name, const json_t *value, struct error *error)
{
    if (json_is_real(value))
        error_set(error, REFUSAL_BAD_LINE, "`%.64s` is a number with a point, which programs round", name);
    else if (json_is_null(value))
        error_set(error, REFUSAL_BAD_LINE, "`%.64s` is null", name);
    else
        error_set(error, REFUSAL_BAD_LINE, "`%.64s` holds what is no text, whole number or list of them", name);
    error_next(error, json_is_real(value)   ? "write it as a text with its unit: \"0.3mL\""
                      : json_is_null(value) ? "leave out what is not there"
                                            : "write it as it would be typed, in a text");
    return error->status;
}

/* One text more: as it stands, or a whole number in digits. */
static bool take(struct ndjson_member *member, const json_t *value)
{
    size_t at = member->count;

    if (at == NDJSON_VALUES_LIMIT || (!json_is_string(value) && !json_is_integer(value)))
        return false;
    member->texts[at] = json_string_value(value);
    if (json_is_integer(value)) {
        snprintf(member->numbers[at], sizeof member->numbers[at], "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        member->texts[at] = member->numbers[at];
        member->has_number = true;
    }
    member->count++;
    return true;
}

static enum ledger_status take_list(struct ndjson_member *member, const json_t *list, struct error *error)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (member->count == NDJSON_VALUES_LIMIT)
            return error_set(error, REFUSAL_BAD_LINE, "`%.64s` has more than %d values", member->name, NDJSON_VALUES_LIMIT);
        if (!take(member, json_array_get(list, i)))
            return refuse_value(member->name, json_array_get(list, i), error);
    }
    return LEDGER_OK;
}

enum ledger_status ndjson_next(struct ndjson_object *object, struct ndjson_member *member, bool *found, struct error *error)
{
    const json_t *value;

    *found = object->place != NULL;
    if (!*found)
        return LEDGER_OK;
    member->name = json_object_iter_key(object->place);
    member->form = NDJSON_TEXTS;
    member->has_number = false;
    member->count = 0;
    value = json_object_iter_value(object->place);
    object->place = json_object_iter_next(object->root, object->place);
    if (json_is_boolean(value)) {
        member->form = json_is_true(value) ? NDJSON_YES : NDJSON_NO;
        return LEDGER_OK;
    }
    if (json_is_array(value))
        return take_list(member, value, error);
    return take(member, value) ? LEDGER_OK : refuse_value(member->name, value, error);
}

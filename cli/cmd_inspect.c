/* phial inspect FILE: what is this file? Read in a child, since it may come from anybody. */
#include "cli/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/answer.h"
#include "cli/keyfile.h"
#include "cli/lines.h"
#include "cli/terminal.h"
#include "crypto/note.h"
#include "ledger/child.h"
#include "ledger/export.h"
#include "ledger/export_format.h"
#include "ledger/verify.h"
#include "schema/cbor.h"
#include "schema/ident.h"
#include "schema/text.h"

enum { FIRST_BYTES = 16384, TEXT_LIMIT = 160 };

/* What the child found; both sides are the same program, so it goes as it is. */
struct finding_of_file {
    enum file_sort sort;
    char ledger[2 * DIGEST_SIZE + 8]; /* or the name of a key */
    char registrations[TEXT_LIMIT], purpose[TEXT_LIMIT], recipient[TEXT_LIMIT];
    char mark[KEY_MARK_SIZE];
    uint64_t first, last; /* entries; of a checkpoint, its size */
    bool is_training;
    bool is_sound;        /* as far as one look at its beginning tells */
};

struct look {
    int file;
};

/* ---- in the child */

/* A text that may be shown; other bytes than those of plain text become nothing. */
static void take_text(struct bytes text, char out[static TEXT_LIMIT])
{
    size_t size = text.size < TEXT_LIMIT ? text.size : TEXT_LIMIT - 1;

    out[0] = '\0';
    if (text_check(text, TEXT_LIMIT) != TEXT_OK)
        return;
    memcpy(out, text.data, size);
    out[size] = '\0';
}

static bool take_registrations(struct reader *reader, struct finding_of_file *found)
{
    uint64_t count = 0;
    size_t used = 0;

    if (!read_array(reader, 1, 8, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        struct bytes text;
        char one[TEXT_LIMIT];

        if (!read_text(reader, 128, &text))
            return false;
        take_text(text, one);
        if (used + strlen(one) + 3 < sizeof found->registrations)
            used += (size_t)snprintf(found->registrations + used, sizeof found->registrations - used, "%s%s",
                                     used > 0 ? ", " : "", one);
    }
    return read_array_end(reader);
}

static bool take_head_key(struct reader *reader, uint64_t key, struct finding_of_file *found)
{
    struct bytes bytes;

    switch (key) {
    case HEAD_LEDGER:
        if (!read_bytes(reader, DIGEST_SIZE, DIGEST_SIZE, &bytes))
            return false;
        hex_encode(bytes, found->ledger);
        return true;
    case HEAD_REGISTRATIONS:
        return take_registrations(reader, found);
    case HEAD_RANGE:
        return read_array(reader, 2, 2, NULL) && read_uint(reader, UINT32_MAX, &found->first) &&
               read_uint(reader, UINT32_MAX, &found->last) && read_array_end(reader);
    case HEAD_PURPOSE:
    case HEAD_RECIPIENT:
        if (!read_text(reader, 128, &bytes))
            return false;
        take_text(bytes, key == HEAD_PURPOSE ? found->purpose : found->recipient);
        return true;
    case HEAD_TRAINING:
        found->is_training = true;
        return read_item(reader, &bytes);
    default:
        return read_item(reader, &bytes);
    }
}

static void look_at_export(struct bytes bytes, struct finding_of_file *found)
{
    struct reader reader;
    struct bytes magic;
    uint64_t format = 0, count = 0, key = 0;
    bool good;

    reader_init(&reader, bytes, EXPORT_DEPTH);
    good = read_array(&reader, 3, 3, NULL) && read_text(&reader, 32, &magic) && read_uint(&reader, UINT32_MAX, &format) &&
           format == EXPORT_FORMAT && read_map(&reader, 16, &count);
    for (uint64_t i = 0; i < count && good; i++)
        good = read_key(&reader, &key) && take_head_key(&reader, key, found);
    found->is_sound = good && read_map_end(&reader);
}

/* The three lines before the blank one. */
static void look_at_note(struct bytes bytes, struct finding_of_file *found)
{
    const uint8_t *blank = memmem(bytes.data, bytes.size, "\n\n", 2), *origin;
    size_t origin_size;
    struct digest root;

    if (blank == NULL || checkpoint_parse(bytes.data, (size_t)(blank - bytes.data) + 1, &origin, &origin_size, &found->last,
                                          &root) != CRYPT_OK)
        return;
    found->is_sound = text_check(bytes_of(origin, origin_size), TEXT_LIMIT) == TEXT_OK && origin_size < sizeof found->ledger;
    if (found->is_sound)
        snprintf(found->ledger, sizeof found->ledger, "%.*s", (int)origin_size, (const char *)origin);
}

static void look_at_key(struct bytes bytes, struct finding_of_file *found)
{
    char text[KEY_LINE_SIZE];
    struct key_line line;

    if (bytes.size >= sizeof text)
        return;
    memcpy(text, bytes.data, bytes.size);
    text[bytes.size] = '\0';
    found->is_sound = key_line_parse(text, &line);
    if (!found->is_sound)
        return;
    snprintf(found->ledger, sizeof found->ledger, "%s", line.name);
    key_mark(&line.key, found->mark);
}

static void look_at_vkey(struct bytes bytes, struct finding_of_file *found)
{
    struct vkey vkey;

    while (bytes.size > 0 && (bytes.data[bytes.size - 1] == '\n' || bytes.data[bytes.size - 1] == '\r'))
        bytes.size--;
    found->is_sound = vkey_parse((const char *)bytes.data, bytes.size, &vkey) == CRYPT_OK &&
                      text_check(bytes_of_text(vkey.name), TEXT_LIMIT) == TEXT_OK;
    if (found->is_sound)
        snprintf(found->ledger, sizeof found->ledger, "%.70s", vkey.name);
}

static int look_in_child(void *context, struct child_pipe *pipe)
{
    static uint8_t first[FIRST_BYTES];
    struct finding_of_file found = { .sort = FILE_EMPTY };
    const struct look *look = context;
    ssize_t size = read(look->file, first, sizeof first);
    struct bytes bytes = bytes_of(first, size > 0 ? (size_t)size : 0);

    found.sort = export_sniff(bytes.data, bytes.size);
    if (found.sort == FILE_EXPORT)
        look_at_export(bytes, &found);
    if (found.sort == FILE_NOTE || found.sort == FILE_VKEY) {
        look_at_vkey(bytes, &found);
        found.sort = found.is_sound ? FILE_VKEY : FILE_NOTE;
        if (!found.is_sound)
            look_at_note(bytes, &found);
    }
    if (found.sort == FILE_KEY)
        look_at_key(bytes, &found);
    return child_send(pipe, bytes_of(&found, sizeof found)) ? 0 : 1;
}

/* ---- in the parent */

static void hear(void *context, struct bytes frame)
{
    if (frame.size == sizeof(struct finding_of_file))
        memcpy(context, frame.data, frame.size);
}

static const char *sort_name(enum file_sort sort)
{
    static const char *const names[] = { [FILE_EMPTY] = "empty", [FILE_EXPORT] = "export", [FILE_NOTE] = "checkpoint",
                                         [FILE_VKEY] = "site-key", [FILE_KEY] = "public-key", [FILE_STATEMENT] = "statement", [FILE_OTHER] = "other" };

    return names[sort];
}

static void print_export(const struct finding_of_file *found, const char *path)
{
    say("  %-14s %s\n  %-14s %s\n  %-14s 1\u2013%" PRIu64 "\n  %-14s %s, for %s\n", "ledger", found->ledger, "registrations",
        found->registrations, "entries", found->last, "purpose", found->purpose, found->recipient);
    say("This is an export of a %sledger; nothing of it is checked yet: phial verify %s --key SITE.pub\n",
        found->is_training ? "TRAINING " : "", path);
}

static void print_found(const struct finding_of_file *found, const char *path)
{
    switch (found->sort) {
    case FILE_EXPORT:
        print_export(found, path);
        break;
    case FILE_NOTE:
        say("  %-14s %s\n", "origin", found->ledger);
        say("This is a checkpoint of %" PRIu64 " entries; its signature is not checked yet.\n", found->last);
        break;
    case FILE_VKEY:
        say("This is the public key of the site %s.\n", found->ledger);
        break;
    case FILE_KEY:
        say("This is the public key of %s, %s.\n", found->ledger, found->mark);
        break;
    default:
        break;
    }
}

static enum ledger_status answer_found(const struct finding_of_file *found, struct error *error)
{
    struct answer *answer = answer_new();

    answer_text(answer, "sort", sort_name(found->sort));
    answer_text(answer, "name", found->ledger);
    if (found->sort == FILE_EXPORT || found->sort == FILE_NOTE)
        answer_number(answer, "entries", (int64_t)found->last);
    if (found->sort == FILE_EXPORT) {
        answer_text(answer, "registrations", found->registrations);
        answer_text(answer, "purpose", found->purpose);
        answer_text(answer, "recipient", found->recipient);
        answer_yes(answer, "training", found->is_training);
    }
    if (found->sort == FILE_KEY)
        answer_text(answer, "mark", found->mark);
    return answer_print(answer, stdout, error);
}

static enum ledger_status look_at(const char *path, struct finding_of_file *found, struct error *error)
{
    struct look look = { .file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) };
    struct child_limits limits = { .wall_ms = 10000, .cpu_s = 10, .memory_size = 64 * 1024 * 1024,
                                   .output_size = 65536, .input = look.file };
    struct child_report child;

    struct stat about;

    *found = (struct finding_of_file){ .sort = FILE_EMPTY };
    if (look.file < 0 || fstat(look.file, &about) != 0) {
        error_set(error, REFUSAL_IO, "%s: %s", path, strerror(errno));
        error_next(error, "phial inspect FILE of a file that is there and may be read");
        return error->status;
    }
    if (S_ISDIR(about.st_mode)) {
        close(look.file);
        error_set(error, REFUSAL_IO, "%s is a directory", path);
        error_next(error, "phial inspect FILE\na ledger's directory: phial verify %s", path);
        return error->status;
    }
    child_run(&limits, look_in_child, &look, &(struct child_listener){ .frame = hear, .context = found }, &child);
    close(look.file);
    if (child.end == CHILD_INTERRUPTED)
        return error_set(error, REFUSAL_INTERRUPTED, "interrupted");
    if (child.end != CHILD_RETURNED)
        return error_set(error, REFUSAL_CHILD_DIED, "the process that read %s died of it", path);
    return LEDGER_OK;
}

/* A statement is read whole: its words are what it is. */
static enum ledger_status inspect_statement(const struct call *call, const char *path, struct error *error)
{
    static struct statement_report found; /* too large for a stack */
    struct verify_options options = { .key = NULL };
    enum ledger_status status = verify_statement(path, &options, &found, error);
    struct answer *answer;

    if (status != LEDGER_OK)
        return status;
    if (!found.is_read)
        return error_set(error, (enum refusal_code)found.finding.code, "%s: %s", path, found.finding.text);
    if (!call_flag(call, "json")) {
        lines_say(&found.statement);
        say("This is a statement of a %sledger; who signed it is not checked yet: phial verify %s --key SITE.pub\n",
            found.statement.is_training ? "TRAINING " : "", path);
        return LEDGER_OK;
    }
    answer = answer_new();
    answer_text(answer, "sort", sort_name(FILE_STATEMENT));
    lines_answer(&found.statement, answer_object(answer, "statement"));
    return answer_print(answer, stdout, error);
}

enum ledger_status cmd_inspect(struct call *call, struct error *error)
{
    struct finding_of_file found;
    size_t place = 0;
    const char *path = call_next(call, NULL, &place);
    enum ledger_status status;

    if (path == NULL)
        return error_set(error, REFUSAL_MISSING_ARGUMENT, "which file? phial inspect FILE");
    status = look_at(path, &found, error);
    if (status != LEDGER_OK)
        return status;
    if (found.sort == FILE_STATEMENT)
        return inspect_statement(call, path, error);
    if (!found.is_sound) {
        error_set(error, REFUSAL_EXPORT_FORM, "%s is %s", path,
                  found.sort == FILE_EMPTY   ? "empty"
                  : found.sort == FILE_OTHER ? "nothing that phial makes"
                                             : "a damaged file of phial's");
        return error->status;
    }
    if (call_flag(call, "json"))
        return answer_found(&found, error);
    print_found(&found, path);
    return LEDGER_OK;
}

/* phial init DIR: a new ledger, with its first officers and the rules it begins with. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/keyfile.h"
#include "cli/terminal.h"
#include "ledger/policy.h"

const struct option init_options[] = {
    { "registration", 0, "SCHEME:VALUE", true, "a registration of the site, as dea:AB1234563" },
    { "recovery", 0, "FILE.pub", true, "a recovery key, made with phial key recovery" },
    { "offset", 0, "-05:00", true, "an offset from UTC the site uses, where the zone does not tell" },
    { .name = NULL },
};

enum { OFFICERS_LIMIT = 4, RECOVERY_LIMIT = 8, ROWS_ROOM = 4096, LICENCE_LIMIT = 64 };

/* ---- rows of people */

static void put_rows(struct recording *recording, const struct field *field, struct facts *rows, size_t count)
{
    struct word_room *room = &recording->words.room;
    struct value *value = facts_put(&recording->act->event.facts, field->key);
    struct writer writer;

    writer_init(&writer, room->data + room->used, room->capacity - room->used);
    write_array(&writer, count);
    for (size_t i = 0; i < count; i++)
        row_encode(&rows[i], &writer);
    value->number = (int64_t)count;
    value->bytes = writer_bytes(&writer);
    room->used += value->bytes.size;
}

/* The first `size` bytes of a text, or as many as fit: what is too long is refused as what it then is. */
static void copy_part(const char *text, size_t size, char *out, size_t capacity)
{
    size = size < capacity ? size : capacity - 1;
    memcpy(out, text, size);
    out[size] = '\0';
}

/* HANDLE, HANDLE:ROLES or HANDLE:ROLES:LICENCE; the key is that of HANDLE's file. */
static enum ledger_status read_officer(struct recording *recording, const char *text, size_t index, struct facts *row,
                                       struct error *error)
{
    struct signatory *signatory = &recording->signatories[index];
    size_t size = strcspn(text, ":"), roles_size = text[size] == ':' ? strcspn(text + size + 1, ":") : 0;
    char path[KEY_PATH_SIZE], public_path[KEY_PATH_SIZE], roles[128] = "none";
    const char *licence = text[size] == ':' && text[size + 1 + roles_size] == ':' ? text + size + roles_size + 2 : NULL;
    struct key_line line;
    enum ledger_status status;

    *signatory = (struct signatory){ .person = (int64_t)index + 1, .meaning = MEANING_APPROVED, .is_actor = index == 0 };
    copy_part(text, size, signatory->handle, sizeof signatory->handle);
    if (roles_size > 0)
        copy_part(text + size + 1, roles_size, roles, sizeof roles);
    status = words_read(&recording->words, &row->fields[ROW_OFFICER_HANDLE], signatory->handle, facts_put(row, ROW_OFFICER_HANDLE), error);
    if (status == LEDGER_OK)
        status = words_read(&recording->words, &row->fields[ROW_OFFICER_ROLES], roles, facts_put(row, ROW_OFFICER_ROLES), error);
    if (status == LEDGER_OK && licence != NULL)
        status = words_read(&recording->words, &row->fields[ROW_OFFICER_LICENCE], licence, facts_put(row, ROW_OFFICER_LICENCE), error);
    if (status == LEDGER_OK)
        status = key_path(recording->call, signatory->handle, index == 0, path, error);
    if (status == LEDGER_OK)
        status = key_public_path(path, public_path, error);
    if (status == LEDGER_OK)
        status = key_line_read(public_path, &line, error);
    if (status == LEDGER_OK)
        gather_put_key(recording, row, ROW_OFFICER_KEY, &line.key);
    return status;
}

static enum ledger_status take_officers(struct recording *recording, struct error *error)
{
    const struct field *field = field_named(recording->kind->fields, "officers");
    struct facts rows[OFFICERS_LIMIT];
    size_t place = 0, count = 0;
    const char *text;
    enum ledger_status status = LEDGER_OK;

    while (status == LEDGER_OK && (text = call_next(recording->call, "officer", &place)) != NULL) {
        if (count == OFFICERS_LIMIT)
            return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "a ledger begins with at most %d officers", OFFICERS_LIMIT);
        facts_init(&rows[count], field->row);
        status = read_officer(recording, text, count, &rows[count], error);
        count++;
    }
    if (status == LEDGER_OK && count < 2) {
        error_set(error, REFUSAL_MISSING_ARGUMENT, "a ledger begins with two officers at least, and %zu is named", count);
        error_next(error, "--officer HANDLE --officer HANDLE; their keys: phial key new HANDLE");
        return error->status;
    }
    if (status != LEDGER_OK)
        return status;
    recording->signatory_count = count;
    put_rows(recording, field, rows, count);
    return LEDGER_OK;
}

static enum ledger_status take_recovery(struct recording *recording, struct error *error)
{
    const struct field *field = field_named(recording->kind->fields, "recovery");
    const struct field *needed = field_named(recording->kind->fields, "recovery-needed");
    struct facts rows[RECOVERY_LIMIT];
    struct key_line line;
    size_t place = 0, count = 0;
    const char *path;
    enum ledger_status status = LEDGER_OK;

    while (status == LEDGER_OK && (path = call_next(recording->call, "recovery", &place)) != NULL) {
        if (count == RECOVERY_LIMIT)
            return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "a ledger has at most %d recovery keys", RECOVERY_LIMIT);
        facts_init(&rows[count], field->row);
        status = key_line_read(path, &line, error);
        if (status == LEDGER_OK)
            status = words_read(&recording->words, &field->row[ROW_RECOVERY_HANDLE], line.name,
                                facts_put(&rows[count], ROW_RECOVERY_HANDLE), error);
        if (status == LEDGER_OK)
            gather_put_key(recording, &rows[count++], ROW_RECOVERY_KEY, &line.key);
    }
    if (status == LEDGER_OK && count == 0) {
        error_set(error, REFUSAL_MISSING_ARGUMENT, "no recovery key is named: without one a lost key could end the book");
        error_next(error, "phial key recovery safe, then --recovery safe.pub");
        return error->status;
    }
    if (status != LEDGER_OK)
        return status;
    put_rows(recording, field, rows, count);
    if (call_value(recording->call, needed->name) == NULL)
        facts_put_number(&recording->act->event.facts, needed->key, count == 1 ? 1 : 2);
    return LEDGER_OK;
}

/* ---- zone and offsets */

/* "-05:00" in minutes. */
static bool parse_offset(const char *text, int32_t *offset_min)
{
    char moment[CIVIL_TEXT_SIZE];
    struct at at;

    if (snprintf(moment, sizeof moment, "2000-01-01T12:00:00%s", text) >= (int)sizeof moment ||
        civil_parse_rfc3339(moment, &at) != CIVIL_OK)
        return false;
    *offset_min = at.offset_min;
    return true;
}

static enum ledger_status ask_zone(struct recording *recording, const char **zone, struct error *error)
{
    char line[LINE_SIZE];
    enum ledger_status status;

    *zone = call_value(recording->call, "zone");
    if (*zone != NULL)
        return LEDGER_OK;
    if (!terminal_can_ask())
        return error_set(error, REFUSAL_MISSING_ARGUMENT, "--zone is missing: the site's time zone, as America/New_York");
    status = terminal_ask(" the site's time zone, as America/New_York: ", line, error);
    if (status == LEDGER_OK)
        status = call_add(recording->call, "zone", line, error);
    *zone = call_value(recording->call, "zone");
    return status;
}

static enum ledger_status find_offsets(struct recording *recording, int32_t offsets[static ZONE_OFFSETS_LIMIT],
                                       size_t *count, struct error *error)
{
    struct book *book = &recording->book;
    const char *zone = NULL, *text;
    size_t place = 0;

    *count = 0;
    if (ask_zone(recording, &zone, error) != LEDGER_OK)
        return error->status;
    while ((text = call_next(recording->call, "offset", &place)) != NULL)
        if (*count == ZONE_OFFSETS_LIMIT || !parse_offset(text, &offsets[(*count)++]))
            return error_set(error, REFUSAL_BAD_VALUE, "--offset is written as -05:00, at most %d times, not `%s`",
                             ZONE_OFFSETS_LIMIT, text);
    if (!zone_open(&book->zone, zone, *count > 0 ? offsets[0] : 0) && *count == 0) {
        error_set(error, REFUSAL_BAD_VALUE, "this computer does not know the time zone `%s`", zone);
        error_next(error, "write it as America/New_York, or give its offsets: --offset -05:00 --offset -04:00");
        return error->status;
    }
    book->is_training = call_flag(recording->call, "training");
    if (book_set_clock(book, recording->call, error) != LEDGER_OK)
        return error->status;
    if (*count == 0)
        *count = zone_offsets(&book->zone, book_now_ms(book), offsets);
    return LEDGER_OK;
}

/* ---- the two acts */

static enum ledger_status fill_genesis(struct recording *recording, struct at now, struct error *error)
{
    const struct field *registrations = field_named(kind_find(KIND_GENESIS)->fields, "registrations");
    const char *texts[RECOVERY_LIMIT];
    size_t place = 0, count = 0;
    struct public_key seal = ledger_seal(recording->book.ledger);
    enum ledger_status status;

    record_turn(recording, 0);
    recording->kind = kind_find(KIND_GENESIS);
    act_begin(recording->act, recording->kind, now);
    gather_put_key(recording, &recording->act->event.facts, field_named(recording->kind->fields, "seal")->key, &seal);
    while (count < RECOVERY_LIMIT && (texts[count] = call_next(recording->call, "registration", &place)) != NULL)
        count++;
    status = count > 0 ? gather_put(recording, registrations, texts, count, error) : LEDGER_OK;
    if (status == LEDGER_OK)
        status = take_officers(recording, error);
    if (status == LEDGER_OK)
        status = take_recovery(recording, error);
    if (status == LEDGER_OK)
        status = gather(recording, error);
    return status == LEDGER_OK ? ask_missing(recording, error) : status;
}

/* What no option says is as the law and common practice have it. */
static enum ledger_status fill_policy(struct recording *recording, struct at now, const int32_t *offsets,
                                      size_t offset_count, struct error *error)
{
    const struct field *field = field_named(kind_find(KIND_POLICY)->fields, "offsets");
    char numbers[ZONE_OFFSETS_LIMIT][16];
    const char *texts[ZONE_OFFSETS_LIMIT];
    struct facts defaults, *facts;
    enum ledger_status status;

    record_turn(recording, 1);
    recording->kind = kind_find(KIND_POLICY);
    act_begin(recording->act, recording->kind, now);
    facts = &recording->act->event.facts;
    for (size_t i = 0; i < offset_count; i++) {
        snprintf(numbers[i], sizeof numbers[i], "%" PRId32, offsets[i]);
        texts[i] = numbers[i];
    }
    status = gather_put(recording, field, texts, offset_count, error);
    if (status == LEDGER_OK)
        status = gather(recording, error);
    facts_init(&defaults, recording->kind->fields);
    policy_defaults((enum profile)facts_number(facts, POLICY_PROFILE, PROFILE_US_FEDERAL), &defaults);
    for (size_t i = 0; facts->fields[i].name != NULL; i++)
        if (!facts->values[i].present)
            facts->values[i] = defaults.values[i];
    return status;
}

static enum ledger_status fill(struct recording *recording, struct error *error)
{
    int32_t offsets[ZONE_OFFSETS_LIMIT];
    size_t count = 0;
    enum ledger_status status = find_offsets(recording, offsets, &count, error);
    struct at now = book_now(&recording->book); /* of both: nobody approves a policy before he is an officer */

    record_take_words(recording);
    if (status == LEDGER_OK)
        status = fill_policy(recording, now, offsets, count, error);
    if (status == LEDGER_OK)
        status = fill_genesis(recording, now, error);
    for (size_t i = 0; i < recording->signatory_count && status == LEDGER_OK; i++)
        for (size_t j = 0; j < recording->list->count; j++)
            act_sign_as(&recording->list->acts[j], recording->signatories[i].person, MEANING_APPROVED);
    return status;
}

/* ---- */

/* The first act of a book happens now and is nobody's report: some options of acts have no part in it. */
static enum ledger_status refuse_options(const struct call *call, struct error *error)
{
    static const char *const foreign[] = { "witness", "at", "reason", "irregular", "performed-by", "with", "source",
                                           "source-number", "remark", "outsider" };

    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        if (call_flag(call, foreign[i]))
            return error_set(error, REFUSAL_UNKNOWN_OPTION, "--%s has no part in phial init", foreign[i]);
    return LEDGER_OK;
}

static void say_ledger(struct recording *recording, const char *directory)
{
    if (call_flag(recording->call, "json"))
        return;
    say("The ledger in %s is %.8s%s.\n", directory, ledger_id_hex(recording->book.ledger),
        recording->book.is_training ? ", a TRAINING ledger" : "");
    remark(" Now: export PHIAL_LEDGER=%s, then phial person add, place add, product add, party add.\n", directory);
}

/* The disk failed: before the ledger was there it has been taken away again, and after that nobody knows yet. */
static enum ledger_status explain_uncertain(bool is_made, const char *directory, struct error *error)
{
    if (!is_made)
        return error_set(error, REFUSAL_IO, "the disk failed while %s was made, and nothing is left of it", directory);
    error_next(error, "phial verify %s: with PASS the ledger is begun, and nothing is left to do\n"
                      "else nobody has recorded anything in it: put it away and begin again, on a disk that is sound", directory);
    return LEDGER_UNCERTAIN;
}

enum ledger_status cmd_init(struct call *call, struct error *error)
{
    struct recording *recording = record_begin(call, 2);
    const char *directory;
    bool is_made;
    enum ledger_status status;

    if (recording == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    directory = gather_take_word(recording);
    if (directory == NULL)
        directory = call_value(call, "ledger");
    book_name_terminal(recording->book.terminal);
    status = refuse_options(call, error);
    if (status == LEDGER_OK && directory == NULL)
        status = error_set(error, REFUSAL_MISSING_ARGUMENT, "where? phial init DIR");
    if (status == LEDGER_OK)
        status = ledger_create(directory, &recording->book.ledger, error);
    is_made = status == LEDGER_OK;
    if (status == LEDGER_OK)
        status = book_look(&recording->book, error);
    if (status == LEDGER_OK)
        status = fill(recording, error);
    if (status == LEDGER_OK)
        status = sign_and_commit(recording, error);
    if (status == LEDGER_OK && call->was_recorded)
        say_ledger(recording, directory);
    if (status == LEDGER_UNCERTAIN)
        status = explain_uncertain(is_made, directory, error);
    book_rest(&recording->book);
    if (!call->was_recorded && status != LEDGER_UNCERTAIN && recording->book.ledger != NULL) {
        ledger_discard(recording->book.ledger);
        recording->book.ledger = NULL;
    }
    record_end(recording);
    return status;
}

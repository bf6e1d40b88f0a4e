/* All of one entry: what `show ENTRY` says of it. */
#include "cli/show.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/describe.h"
#include "cli/entries.h"
#include "cli/keyfile.h"
#include "cli/screen.h"
#include "cli/terminal.h"
#include "cli/values.h"
#include "ledger/sentence.h"
#include "schema/ident.h"

enum { PRIVATE_SIZE = 4200, PART_SIZE = 512 };

/* ---- in words */

/* A part made of several. */
static void say_parts(const char *label, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say_parts(const char *label, const char *format, ...)
{
    char text[PART_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    screen_say_part(label, text);
}

static void say_times(const struct entry_row *row)
{
    char text[CIVIL_TEXT_SIZE];
    struct at recorded = { row->entry.header.recorded_ms, row->event.occurred.offset_min };

    screen_say_part("happened", civil_format_local(row->event.occurred, text));
    say_parts("recorded", "%s%s", civil_format_local(recorded, text), row->late_min > 0 ? "  LATE" : "");
}

static void say_facts(struct book *book, const struct event *event)
{
    char text[VALUE_TEXT_SIZE];

    for (size_t i = 0; event->facts.fields[i].name != NULL; i++)
        if (event->facts.values[i].present)
            screen_say_part(event->facts.fields[i].name, value_text(book, &event->facts.fields[i], &event->facts.values[i], text));
}

/* Why there are no words to show. */
static void tell_sealed(struct book *book, uint32_t number, uint8_t field, char *out, size_t size)
{
    uint32_t erasure = view_erased(book->reading.view, number, field);

    if (erasure != 0)
        snprintf(out, size, "(erased #%" PRIu32 ")", erasure);
    else
        snprintf(out, size, "(sealed: not kept here)");
}

static void say_privates(struct book *book, const struct entry_row *row)
{
    char text[PRIVATE_SIZE];

    for (size_t i = 0; i < row->event.private_count; i++) {
        const struct field *field = private_field(row->event.kind, row->event.privates[i].key);

        if (field == NULL)
            continue;
        if (!private_text(book, row->number, field->key, text, sizeof text))
            tell_sealed(book, row->number, field->key, text, sizeof text);
        screen_say_part(field->name, text);
    }
}

static void say_signers(struct book *book, const struct entry_row *row)
{
    const struct event *event = &row->event;
    char name[NAME_TEXT_SIZE], when[CIVIL_TEXT_SIZE], mark[KEY_MARK_SIZE];

    for (size_t i = 0; i < event->performed_count; i++)
        say_parts(choice_name(choices_meaning, event->performed[i].meaning), "%s, who does not sign",
                  name_of_person(book->reading.view, event->performed[i].person, name));
    for (size_t i = 0; i < event->signer_count && i < row->entry.message.signer_count; i++) {
        const struct cose_signer *signer = &row->entry.message.signers[i];
        struct at at = { signer->signed_at_ms, event->occurred.offset_min };

        say_parts(choice_name(choices_meaning, event->signers[i].meaning), "%s, signed %s, unlocked by %s, key %s",
                  name_of_person(book->reading.view, event->signers[i].person, name), civil_format_local(at, when),
                  choice_name(choices_unlocked, signer->unlocked_by),
                  hex_encode(bytes_of(signer->kid, (KEY_MARK_SIZE - 1) / 2), mark));
    }
}

static void say_irregular(const struct event *event)
{
    char words[128];

    if (event->reason != 0)
        screen_say_part("reason", choice_name(choices_reason, event->reason));
    for (size_t i = 0; i < event->irregular_count; i++) {
        refusal_words(event->irregular[i], words, sizeof words);
        say_parts("IRREGULAR", "PH%04u %s", event->irregular[i], words);
    }
}

static void say_touches(struct book *book, const struct entry_row *row)
{
    struct touch_cursor cursor;
    struct touch touch;
    char name[NAME_TEXT_SIZE], last[NAME_TEXT_SIZE];

    touches_begin(&cursor, &row->entry.header);
    while (touches_next(&cursor, &touch)) {
        name_of_subject(book->reading.view, (enum subject)touch.subject, touch.id, name);
        name_of_subject(book->reading.view, (enum subject)touch.subject, touch.id + touch.count - 1, last);
        say_parts("touches", "%s %s%s%s, its entry %" PRIu32, subject_name((enum subject)touch.subject), name,
                  touch.count > 1 ? " to " : "", touch.count > 1 ? last : "", touch.n);
    }
}

static void say_hashes(struct book *book, const struct entry_row *row)
{
    char hex[2 * DIGEST_SIZE + 1];
    struct digest hash;

    if (row->event.has_seen)
        say_parts("seen", "#%" PRIu32 ", under the policy of #%" PRIu32, row->event.seen_number, row->event.policy);
    say_parts("written by", "%.*s, %.*s", (int)row->entry.header.terminal.size,
        (const char *)row->entry.header.terminal.data, (int)row->entry.header.program.size,
        (const char *)row->entry.header.program.data);
    if (view_entry_hash(book->reading.view, row->number, &hash))
        screen_say_part("hash", hex_encode(bytes_of(hash.bytes, DIGEST_SIZE), hex));
    screen_say_part("previous", hex_encode(bytes_of(row->entry.header.previous, DIGEST_SIZE), hex));
}

static void say_due(struct book *book, const struct entry_row *row)
{
    const struct leaf *due = view_leaf(book->reading.view, LEAF_TABLE_DUE, row->number);
    char when[CIVIL_TEXT_SIZE];

    if (due == NULL)
        return;
    for (const struct choice *choice = choices_due; choice->number != 0; choice++)
        if ((due->state[DUE_ALL] & choice->number) != 0)
            say_parts("due", "%s, %s %s", choice->name,
                      (due->state[DUE_WHAT] & choice->number) != 0 ? "by" : "given; it was due by",
                      book_time(book, due->state[DUE_BY], when));
}

/* What became of it; where it says something else since, that in whole. */
static void say_fate(struct book *book, const struct entry_row *row)
{
    static const char *const words[] = { [FATE_AGAIN] = "stands as it was entered, by",
                                         [FATE_ADDED_TO] = "something was forgotten, and added by",
                                         [FATE_CHANGED] = "something was wrong, and is put right by",
                                         [FATE_VOID] = "taken back by" };
    char now[ENTRY_SENTENCE_SIZE];

    if (row->fate == FATE_STANDS)
        return;
    say_parts(fate_name(row->fate), "%s #%" PRIu32, words[row->fate], row->corrected_by);
    if (entry_sentence_now(book, row, now)[0] != '\0')
        screen_say_part("now", now);
}

static void say_entry(struct book *book, const struct entry_row *row)
{
    char sentence[ENTRY_SENTENCE_SIZE];

    say("%s#%" PRIu32 "  %s%s\n", style_out(STYLE_LOUD), row->number, row->event.kind->name, style_out(STYLE_PLAIN));
    say("  \"");
    screen_say_words(entry_sentence(book, row, sentence), 3, 3, terminal_columns() - 1);
    say("\"\n");
    say_times(row);
    say_fate(book, row);
    say_facts(book, &row->event);
    say_privates(book, row);
    say_irregular(&row->event);
    say_signers(book, row);
    say_due(book, row);
    say_touches(book, row);
    say_hashes(book, row);
    say("This is entry #%" PRIu32 " of %" PRIu32 ".\n", row->number, view_entries_before(book->reading.view));
}

/* ---- in JSON */

static void answer_privates(struct book *book, const struct entry_row *row, struct answer *answer)
{
    struct answer *in = answer_object(answer, "private");
    char text[PRIVATE_SIZE];

    for (size_t i = 0; i < row->event.private_count; i++) {
        const struct field *field = private_field(row->event.kind, row->event.privates[i].key);

        if (field == NULL)
            continue;
        if (private_text(book, row->number, field->key, text, sizeof text))
            answer_text(in, field->name, text);
        else
            answer_null(in, field->name);
    }
}

static void answer_signatures(struct book *book, const struct entry_row *row, struct answer *answer)
{
    struct answer *list = answer_list(answer, "signatures");
    char name[NAME_TEXT_SIZE];

    for (size_t i = 0; i < row->event.signer_count && i < row->entry.message.signer_count; i++) {
        const struct cose_signer *signer = &row->entry.message.signers[i];
        struct answer *one = answer_object(list, NULL);

        answer_number(one, "person", row->event.signers[i].person);
        answer_text(one, "handle", name_of_person(book->reading.view, row->event.signers[i].person, name));
        answer_text(one, "meaning", choice_name(choices_meaning, row->event.signers[i].meaning));
        answer_time(one, "signed", signer->signed_at_ms);
        answer_text(one, "unlocked_by", choice_name(choices_unlocked, signer->unlocked_by));
        answer_hex(one, "key", bytes_of(signer->kid, (KEY_MARK_SIZE - 1) / 2));
    }
}

static void answer_touches(const struct entry_row *row, struct answer *answer)
{
    struct answer *list = answer_list(answer, "touches");
    struct touch_cursor cursor;
    struct touch touch;

    touches_begin(&cursor, &row->entry.header);
    while (touches_next(&cursor, &touch)) {
        struct answer *one = answer_object(list, NULL);

        answer_text(one, "subject", subject_name((enum subject)touch.subject));
        answer_number(one, "id", touch.id);
        answer_number(one, "n", touch.n);
        answer_number(one, "count", touch.count);
    }
}

static enum ledger_status show_entry_in_json(struct book *book, const struct entry_row *entry, struct error *error)
{
    static struct row row;
    struct answer *answer = answer_new();
    char now[ENTRY_SENTENCE_SIZE];
    struct digest hash;

    row_begin(&row, log_columns);
    entry_put(book, entry, &row);
    row_answer(&row, answer);
    if (entry->fate == FATE_VOID)
        answer_number(answer, "void_by", entry->corrected_by);
    else if (entry->fate != FATE_STANDS)
        answer_number(answer, "corrected_by", entry->corrected_by);
    if (entry_sentence_now(book, entry, now)[0] != '\0')
        answer_text(answer, "now", now);
    answer_facts(answer_object(answer, "facts"), &entry->event.facts);
    answer_privates(book, entry, answer);
    if (entry->event.reason != 0)
        answer_text(answer, "reason", choice_name(choices_reason, entry->event.reason));
    answer_signatures(book, entry, answer);
    answer_touches(entry, answer);
    answer_hex(answer, "act", bytes_of(entry->event.act, ACT_SIZE));
    if (view_entry_hash(book->reading.view, entry->number, &hash))
        answer_hex(answer, "hash", bytes_of(hash.bytes, DIGEST_SIZE));
    answer_hex(answer, "previous", bytes_of(entry->entry.header.previous, DIGEST_SIZE));
    return answer_print(answer, stdout, error);
}

enum ledger_status show_entry(struct book *book, const struct call *call, uint32_t number, struct error *error)
{
    struct entry_row row;

    if (number > view_entries_before(book->reading.view)) {
        error_set(error, REFUSAL_UNKNOWN_ID, "there is no entry %" PRIu32 ": the newest is %" PRIu32, number,
                  view_entries_before(book->reading.view));
        error_next(error, "phial log");
        return error->status;
    }
    if (!entry_read(book, number, &row))
        return entry_unread(book, number, error);
    if (call_flag(call, "json"))
        return show_entry_in_json(book, &row, error);
    say_entry(book, &row);
    return LEDGER_OK;
}


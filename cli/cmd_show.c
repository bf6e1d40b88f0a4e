/* phial show: all of one entry, or the state of one thing and its history. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/describe.h"
#include "cli/entries.h"
#include "cli/keyfile.h"
#include "cli/terminal.h"
#include "cli/values.h"
#include "ledger/sentence.h"
#include "schema/amount.h"
#include "schema/ident.h"

enum { PRIVATE_SIZE = 4200, HISTORY_LIMIT = 20 };

/* ---- an entry: its parts */

static void say_part(const char *label, const char *text)
{
    say("  %-16s %s\n", label, text);
}

static void say_times(struct book *book, const struct entry_row *row)
{
    char text[CIVIL_TEXT_SIZE];
    struct at recorded = { row->entry.header.recorded_ms, row->event.occurred.offset_min };

    (void)book;
    say_part("happened", civil_format_local(row->event.occurred, text));
    say("  %-16s %s%s\n", "recorded", civil_format_local(recorded, text), row->is_late ? "  LATE" : "");
}

static void say_facts(struct book *book, const struct event *event)
{
    char text[VALUE_TEXT_SIZE];

    for (size_t i = 0; event->facts.fields[i].name != NULL; i++)
        if (event->facts.values[i].present)
            say_part(event->facts.fields[i].name, value_text(book, &event->facts.fields[i], &event->facts.values[i], text));
}

static void say_privates(struct book *book, const struct entry_row *row)
{
    char text[PRIVATE_SIZE];

    for (size_t i = 0; i < row->event.private_count; i++) {
        const struct field *field = private_field(row->event.kind, row->event.privates[i].key);

        if (field == NULL)
            continue;
        say_part(field->name, private_text(book, row->number, field->key, text, sizeof text) ? text
                                                                                             : "(sealed: not kept here)");
    }
}

static void say_signers(struct book *book, const struct entry_row *row)
{
    const struct event *event = &row->event;
    char name[NAME_TEXT_SIZE], when[CIVIL_TEXT_SIZE], mark[KEY_MARK_SIZE];

    for (size_t i = 0; i < event->performed_count; i++)
        say("  %-16s %s, who does not sign\n", choice_name(choices_meaning, event->performed[i].meaning),
            name_of_person(book->reading.view, event->performed[i].person, name));
    for (size_t i = 0; i < event->signer_count && i < row->entry.message.signer_count; i++) {
        const struct cose_signer *signer = &row->entry.message.signers[i];
        struct at at = { signer->signed_at_ms, event->occurred.offset_min };

        say("  %-16s %s, signed %s, unlocked by %s, key %s\n", choice_name(choices_meaning, event->signers[i].meaning),
            name_of_person(book->reading.view, event->signers[i].person, name), civil_format_local(at, when),
            choice_name(choices_unlocked, signer->unlocked_by),
            hex_encode(bytes_of(signer->kid, (KEY_MARK_SIZE - 1) / 2), mark));
    }
}

static void say_irregular(const struct event *event)
{
    char words[128];

    if (event->reason != 0)
        say_part("reason", choice_name(choices_reason, event->reason));
    for (size_t i = 0; i < event->irregular_count; i++) {
        refusal_words(event->irregular[i], words, sizeof words);
        say("  %-16s PH%04u %s\n", "IRREGULAR", event->irregular[i], words);
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
        say("  %-16s %s %s%s%s, its entry %" PRIu32 "\n", "touches", subject_name((enum subject)touch.subject), name,
            touch.count > 1 ? " to " : "", touch.count > 1 ? last : "", touch.n);
    }
}

static void say_hashes(struct book *book, const struct entry_row *row)
{
    char hex[2 * DIGEST_SIZE + 1];
    struct digest hash;

    if (row->event.has_seen)
        say("  %-16s #%" PRIu32 ", under the policy of #%" PRIu32 "\n", "seen", row->event.seen_number, row->event.policy);
    say("  %-16s %.*s, %.*s\n", "written by", (int)row->entry.header.terminal.size,
        (const char *)row->entry.header.terminal.data, (int)row->entry.header.program.size,
        (const char *)row->entry.header.program.data);
    if (view_entry_hash(book->reading.view, row->number, &hash))
        say_part("hash", hex_encode(bytes_of(hash.bytes, DIGEST_SIZE), hex));
    say_part("previous", hex_encode(bytes_of(row->entry.header.previous, DIGEST_SIZE), hex));
}

static void say_due(struct book *book, const struct entry_row *row)
{
    const struct leaf *due = view_leaf(book->reading.view, LEAF_TABLE_DUE, row->number);
    char when[CIVIL_TEXT_SIZE];

    if (due == NULL)
        return;
    for (const struct choice *choice = choices_due; choice->number != 0; choice++)
        if ((due->state[DUE_ALL] & choice->number) != 0)
            say("  %-16s %s, %s %s\n", "due", choice->name,
                (due->state[DUE_WHAT] & choice->number) != 0 ? "by" : "given; it was due by",
                book_time(book, due->state[DUE_BY], when));
}

static void say_entry(struct book *book, const struct entry_row *row)
{
    char sentence[ENTRY_SENTENCE_SIZE];

    say("%s#%" PRIu32 "  %s%s\n", style_out(STYLE_LOUD), row->number, row->event.kind->name, style_out(STYLE_PLAIN));
    say("  \"%s\"\n", entry_sentence(book, row, sentence));
    say_times(book, row);
    say_facts(book, &row->event);
    say_privates(book, row);
    say_irregular(&row->event);
    say_signers(book, row);
    say_due(book, row);
    say_touches(book, row);
    say_hashes(book, row);
    say("This is entry #%" PRIu32 " of %" PRIu32 ".\n", row->number, view_entries_before(book->reading.view));
}

/* ---- an entry in JSON */

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

static enum ledger_status show_entry_in_json(struct book *book, const struct entry_row *row, struct error *error)
{
    struct answer *answer = answer_new(), *list, *one;
    struct touch_cursor cursor;
    struct touch touch;
    struct digest hash;

    entry_answer(book, row, answer);
    answer_facts(answer_object(answer, "facts"), &row->event.facts);
    answer_privates(book, row, answer);
    if (row->event.reason != 0)
        answer_text(answer, "reason", choice_name(choices_reason, row->event.reason));
    list = answer_list(answer, "touches");
    touches_begin(&cursor, &row->entry.header);
    while (touches_next(&cursor, &touch)) {
        one = answer_object(list, NULL);
        answer_text(one, "subject", subject_name((enum subject)touch.subject));
        answer_number(one, "id", touch.id);
        answer_number(one, "n", touch.n);
        answer_number(one, "count", touch.count);
    }
    answer_hex(answer, "act", bytes_of(row->event.act, ACT_SIZE));
    if (view_entry_hash(book->reading.view, row->number, &hash))
        answer_hex(answer, "hash", bytes_of(hash.bytes, DIGEST_SIZE));
    answer_hex(answer, "previous", bytes_of(row->entry.header.previous, DIGEST_SIZE));
    return answer_print(answer, stdout, error);
}

static enum ledger_status show_entry(struct book *book, const struct call *call, uint32_t number, struct error *error)
{
    struct entry_row row;

    if (number > view_entries_before(book->reading.view)) {
        error_set(error, REFUSAL_UNKNOWN_ID, "there is no entry %" PRIu32 ": the newest is %" PRIu32, number,
                  view_entries_before(book->reading.view));
        error_next(error, "phial log");
        return error->status;
    }
    if (!entry_read(book, number, &row))
        return error_set(error, REFUSAL_DAMAGED_FILE, "entry %" PRIu32 " cannot be read", number);
    if (call_flag(call, "json"))
        return show_entry_in_json(book, &row, error);
    say_entry(book, &row);
    return LEDGER_OK;
}

/* ---- a thing */

static bool unit_is(const char *unit, const char *what)
{
    size_t size = strlen(what);

    return strncmp(unit, what, size) == 0 && (unit[size] == '\0' || unit[size] == ' ' || unit[size] == ',');
}

/* Places of leaves that hold a choice, a state or an id, and of what. */
enum said { SAID_CHOICE, SAID_ID, SAID_STRENGTH, SAID_PER_KG, SAID_WEIGHT, SAID_ROLES, SAID_LINE, SAID_CODE, SAID_SUBJECT };

static const struct meaning_of_place {
    uint8_t table, place;
    enum said said;
    enum kind_number kind; /* of SAID_CHOICE, with its field */
    const char *field;
    enum subject subject;  /* of SAID_ID */
} meanings_of_places[] = {
    { SUBJECT_VIAL, VIAL_PRODUCT, SAID_ID, .subject = SUBJECT_PRODUCT },
    { SUBJECT_VIAL, VIAL_PLACE, SAID_ID, .subject = SUBJECT_PLACE },
    { SUBJECT_VIAL, VIAL_HELD, SAID_CHOICE, KIND_HOLD, "why", 0 },
    { SUBJECT_VIAL, VIAL_DRAWN_FOR, SAID_ID, .subject = SUBJECT_PATIENT },
    { SUBJECT_VIAL, VIAL_NAMED_FOR, SAID_ID, .subject = SUBJECT_PATIENT },
    { SUBJECT_VIAL, VIAL_LINE, SAID_LINE, .field = NULL },
    { SUBJECT_DOSE, DOSE_SESSION, SAID_ID, .subject = SUBJECT_SESSION },
    { SUBJECT_DOSE, DOSE_PATIENT, SAID_ID, .subject = SUBJECT_PATIENT },
    { SUBJECT_DOSE, DOSE_CONTAINER, SAID_CHOICE, KIND_DRAW, "container", 0 },
    { SUBJECT_DOSE, DOSE_DRUG, SAID_CHOICE, KIND_PRODUCT, "drug", 0 },
    { SUBJECT_DOSE, DOSE_ROUTE, SAID_CHOICE, KIND_ORDER, "route", 0 },
    { SUBJECT_SESSION, SESSION_PATIENT, SAID_ID, .subject = SUBJECT_PATIENT },
    { SUBJECT_SESSION, SESSION_ORDER, SAID_ID, .subject = SUBJECT_ORDER },
    { SUBJECT_SESSION, SESSION_PLACE, SAID_ID, .subject = SUBJECT_PLACE },
    { SUBJECT_SESSION, SESSION_OUTCOME, SAID_CHOICE, KIND_SESSION_CLOSE, "outcome", 0 },
    { SUBJECT_PATIENT, PATIENT_OPEN_SESSION, SAID_ID, .subject = SUBJECT_SESSION },
    { SUBJECT_CREDENTIAL, CREDENTIAL_ROLES, SAID_ROLES, .field = NULL },
    { SUBJECT_PRODUCT, PRODUCT_DRUG, SAID_CHOICE, KIND_PRODUCT, "drug", 0 },
    { SUBJECT_PRODUCT, PRODUCT_FORM, SAID_CHOICE, KIND_PRODUCT, "form", 0 },
    { SUBJECT_PRODUCT, PRODUCT_STRENGTH, SAID_STRENGTH, .field = NULL },
    { SUBJECT_PRODUCT, PRODUCT_SCHEDULE, SAID_CHOICE, KIND_PRODUCT, "schedule", 0 },
    { SUBJECT_PLACE, PLACE_TYPE, SAID_CHOICE, KIND_PLACE, "type", 0 },
    { SUBJECT_PLACE, PLACE_WITHIN, SAID_ID, .subject = SUBJECT_PLACE },
    { SUBJECT_PARTY, PARTY_TYPE, SAID_CHOICE, KIND_PARTY, "type", 0 },
    { SUBJECT_ORDER, ORDER_PATIENT, SAID_ID, .subject = SUBJECT_PATIENT },
    { SUBJECT_ORDER, ORDER_DRUG, SAID_CHOICE, KIND_ORDER, "drug", 0 },
    { SUBJECT_ORDER, ORDER_ROUTE, SAID_CHOICE, KIND_ORDER, "route", 0 },
    { SUBJECT_ORDER, ORDER_PROTOCOL, SAID_CHOICE, KIND_ORDER, "protocol", 0 },
    { SUBJECT_ORDER, ORDER_DOSE_PER_KG, SAID_PER_KG, .field = NULL },
    { SUBJECT_ORDER, ORDER_WEIGHT, SAID_WEIGHT, .field = NULL },
    { SUBJECT_CASE, CASE_CODE, SAID_CODE, .field = NULL },
    { SUBJECT_CASE, CASE_SUBJECT, SAID_SUBJECT, .field = NULL },
};

static void say_meaning(struct book *book, const struct meaning_of_place *meaning, const char *name, int64_t number)
{
    char text[VALUE_TEXT_SIZE];

    switch (meaning->said) {
    case SAID_CHOICE:
        say_part(name, choice_text(meaning->kind, meaning->field, number));
        break;
    case SAID_ID:
        say_part(name, name_of_subject(book->reading.view, meaning->subject, (uint32_t)number, text));
        break;
    case SAID_STRENGTH:
        say_part(name, format_strength((uint64_t)number, text));
        break;
    case SAID_PER_KG:
        say("  %-16s %s/kg\n", name, format_mass((uint64_t)number, text));
        break;
    case SAID_WEIGHT:
        say("  %-16s %" PRId64 "%s\n", name, number % 1000 == 0 ? number / 1000 : number, number % 1000 == 0 ? " kg" : " g");
        break;
    case SAID_ROLES:
        say_part(name, roles_text(number, text));
        break;
    case SAID_LINE:
        say("  %-16s %" PRId64 " of the receipt\n", name, number + 1);
        break;
    case SAID_CODE:
        say("  %-16s PH%04" PRId64 "\n", name, number);
        break;
    case SAID_SUBJECT:
        say_part(name, subject_name((enum subject)number));
        break;
    }
}

static const char *state_name(const struct leaf *leaf, int64_t state)
{
    switch (leaf->table) {
    case SUBJECT_VIAL:
        return vial_state_name(state);
    case SUBJECT_DOSE:
        return dose_state_name(state);
    case SUBJECT_SESSION:
        return state == SESSION_IS_OPEN ? "open" : "closed";
    default:
        return state == CASE_IS_OPEN ? "open" : "resolved";
    }
}

/* A number of a leaf as people read it, by the unit its place has. */
static void say_by_unit(struct book *book, const struct leaf *leaf, const struct leaf_place *place, int64_t number)
{
    char text[VALUE_TEXT_SIZE];

    if (strcmp(place->name, "state") == 0)
        say_part(place->name, state_name(leaf, number));
    else if (unit_is(place->unit, "ms"))
        say_part(place->name, book_time(book, number, text));
    else if (unit_is(place->unit, "date"))
        say_part(place->name, civil_format_date((int32_t)number, text));
    else if (unit_is(place->unit, "uL"))
        say_part(place->name, format_volume((uint64_t)number, text));
    else if (unit_is(place->unit, "ng"))
        say("  %-16s %s%s\n", place->name, number < 0 ? "-" : "",
            format_mass((uint64_t)(number < 0 ? -number : number), text));
    else if (unit_is(place->unit, "person"))
        say_part(place->name, name_of_person(book->reading.view, number, text));
    else if (unit_is(place->unit, "entry"))
        say("  %-16s #%" PRId64 "\n", place->name, number);
    else if (unit_is(place->unit, "1"))
        say_part(place->name, "yes");
    else
        say("  %-16s %" PRId64 "%s\n", place->name, number, unit_is(place->unit, "days") ? " days" : "");
}

static void say_place(struct book *book, const struct leaf *leaf, uint16_t index)
{
    const struct leaf_place *place = &leaf_places(leaf->table)[index];
    char name[NAME_TEXT_SIZE];

    if (leaf->table == SUBJECT_CASE && index == CASE_ID) {
        say_part("about", name_of_subject(book->reading.view, (enum subject)leaf->state[CASE_SUBJECT],
                                          (uint32_t)leaf->state[CASE_ID], name));
        return;
    }
    for (size_t i = 0; i < sizeof meanings_of_places / sizeof meanings_of_places[0]; i++)
        if (meanings_of_places[i].table == leaf->table && meanings_of_places[i].place == index) {
            say_meaning(book, &meanings_of_places[i], place->name, leaf->state[index]);
            return;
        }
    say_by_unit(book, leaf, place, leaf->state[index]);
}

/* What stands behind the named places: the sources of a dose, the people locked out of a patient's care, the offsets of
 * a policy, the people in an entry that waits. */
static void say_rest(struct book *book, const struct leaf *leaf)
{
    struct view *view = book->reading.view;
    char name[NAME_TEXT_SIZE], pair[AMOUNT_TEXT_SIZE];

    for (uint16_t i = leaf_place_count(leaf->table); i < leaf->count; i++) {
        int64_t number = leaf->state[i];

        if (leaf->table == SUBJECT_DOSE) {
            const int64_t *source = leaf->state + i;

            say("  %-16s %s, %s\n", "source", name_of_subject(view, SUBJECT_VIAL, (uint32_t)source[SOURCE_VIAL], name),
                format_amount_pair((uint64_t)source[SOURCE_MASS], (uint64_t)source[SOURCE_VOLUME], pair));
            i = (uint16_t)(i + SOURCE_PLACES - 1);
        } else if (leaf->table == SUBJECT_PATIENT) {
            say_part("may-not-act", name_of_person(view, number, name));
        } else {
            say("  %-16s %" PRId64 "\n", "more", number);
        }
    }
}

static void say_state(struct book *book, const struct leaf *leaf)
{
    for (uint16_t i = 0; i < leaf->count && i < leaf_place_count(leaf->table); i++)
        if (leaf->state[i] != 0)
            say_place(book, leaf, i);
    say_rest(book, leaf);
}

/* The newest entries that touched it. */
static void say_history(struct book *book, const struct leaf *leaf)
{
    uint32_t shown = 0, number;
    struct entry_row row;

    for (uint32_t n = leaf->touches; n > 0 && shown < HISTORY_LIMIT; n--, shown++)
        if (view_touched_by(book->reading.view, (enum subject)leaf->table, leaf->id, n, &number) &&
            entry_read(book, number, &row))
            entry_say(book, &row);
    if (shown < leaf->touches)
        say("and %" PRIu32 " older ones: phial log\n", leaf->touches - shown);
}

static enum ledger_status show_thing_in_json(struct book *book, const struct leaf *leaf, struct error *error)
{
    struct answer *answer = answer_new(), *list;
    char name[NAME_TEXT_SIZE];
    uint32_t number;

    answer_text(answer, "id", name_of_subject(book->reading.view, (enum subject)leaf->table, leaf->id, name));
    answer_text(answer, "subject", subject_name((enum subject)leaf->table));
    answer_leaf(answer_object(answer, "state"), leaf);
    list = answer_list(answer, "entries");
    for (uint32_t n = 1; n <= leaf->touches; n++)
        if (view_touched_by(book->reading.view, (enum subject)leaf->table, leaf->id, n, &number))
            answer_number(list, NULL, number);
    return answer_print(answer, stdout, error);
}

static enum ledger_status show_thing(struct book *book, const struct call *call, enum subject subject, uint32_t id,
                                     struct error *error)
{
    const struct leaf *leaf = view_leaf(book->reading.view, subject, id);
    char name[NAME_TEXT_SIZE], text[DESCRIBE_SIZE];

    if (leaf == NULL)
        return error_set(error, REFUSAL_UNKNOWN_ID, "there is no such %s", subject_name(subject));
    if (call_flag(call, "json"))
        return show_thing_in_json(book, leaf, error);
    name_of_subject(book->reading.view, subject, id, name);
    say("%s%s%s  %s\n", style_out(STYLE_LOUD), name, style_out(STYLE_PLAIN), describe(book, subject, id, text));
    say_state(book, leaf);
    say_history(book, leaf);
    say("%s was touched by %" PRIu32 " %s.\n", name, leaf->touches, leaf->touches == 1 ? "entry" : "entries");
    return LEDGER_OK;
}

/* ---- which */

/* A handle, or the short name of a product, place or party. */
static enum ledger_status show_named(struct book *book, const struct call *call, const char *text, struct error *error)
{
    static const enum subject named[] = { SUBJECT_PRODUCT, SUBJECT_PLACE, SUBJECT_PARTY };
    uint8_t room[64];
    struct words words = book_words(book, room, sizeof room);
    struct error other;
    int64_t person;
    uint32_t id;

    if (words_read_person(&words, text, &person, error) == LEDGER_OK)
        return show_thing(book, call, SUBJECT_CREDENTIAL, (uint32_t)person, error);
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        if (words_read_subject(&words, named[i], text, &id, &other) == LEDGER_OK)
            return show_thing(book, call, named[i], id, error);
    error_set(error, REFUSAL_UNKNOWN_ID, "there is nothing called `%s` at this site", text);
    error_next(error, "an entry's number, an id as V-412, a handle, or the name of a product, place or party");
    return error->status;
}

static enum ledger_status show_one(struct book *book, const struct call *call, const char *text, struct error *error)
{
    uint8_t room[64];
    struct words words = book_words(book, room, sizeof room);
    enum subject subject;
    uint32_t number, id;
    enum ledger_status status;

    if (entry_number_parse(text, &number) == IDENT_OK)
        return show_entry(book, call, number, error);
    switch (ident_parse(text, &subject, &number)) {
    case IDENT_OK:
        status = words_read_subject(&words, subject, text, &id, error);
        return status == LEDGER_OK ? show_thing(book, call, subject, id, error) : status;
    case IDENT_CHECK_LETTER:
        return error_set(error, REFUSAL_CHECK_LETTER, "the check letter of `%s` does not fit", text);
    default:
        return show_named(book, call, text, error);
    }
}

enum ledger_status cmd_show(struct call *call, struct error *error)
{
    struct book book = BOOK_NONE;
    size_t place = 0;
    const char *text = call_next(call, NULL, &place);
    enum ledger_status status = LEDGER_OK;

    if (text == NULL)
        return error_set(error, REFUSAL_MISSING_ARGUMENT, "what? phial show ENTRY, or an id as V-412");
    status = book_open(&book, call, LEDGER_READ, error);
    for (; text != NULL && status == LEDGER_OK; text = call_next(call, NULL, &place))
        status = show_one(&book, call, text, error);
    book_close(&book);
    return status;
}

#include "cli/entries.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/effect.h"
#include "ledger/sentence.h"
#include "ledger/walk.h"

enum { FACT_SIZE = 32768, MARK_SIZE = 320, PAPER_FORM = 1 /* of choices_source */ };

/* ---- what corrections have made of it */

static bool is_same(const struct field *field, const struct value *left, const struct value *right)
{
    uint8_t one[FACT_SIZE], other[FACT_SIZE];
    struct writer left_writer, right_writer;

    writer_init(&left_writer, one, sizeof one);
    writer_init(&right_writer, other, sizeof other);
    value_encode(field, left, &left_writer);
    value_encode(field, right, &right_writer);
    return !left_writer.failed && !right_writer.failed && bytes_equal(writer_bytes(&left_writer), writer_bytes(&right_writer));
}

/* Whether all that the event says still holds. */
static bool still_holds(const struct event *event, const struct facts *now)
{
    for (size_t i = 0; now->fields[i].name != NULL; i++)
        if (event->facts.values[i].present &&
            (!now->values[i].present || !is_same(&now->fields[i], &event->facts.values[i], &now->values[i])))
            return false;
    return true;
}

/* Whether something stands there now that the event does not say. */
static bool has_more(const struct event *event, const struct facts *now)
{
    for (size_t i = 0; now->fields[i].name != NULL; i++)
        if (now->values[i].present && !event->facts.values[i].present)
            return true;
    return false;
}

enum entry_fate entry_fate(const struct event *event, const struct effect *effect)
{
    struct facts facts;

    if (effect->corrected_by == 0)
        return FATE_STANDS;
    if (effect->how == CORRECT_VOID)
        return FATE_VOID;
    if (effect->has_at)
        return FATE_CHANGED;
    if (!walk_corrected_facts(event, effect, &facts))
        return FATE_AGAIN;
    if (!still_holds(event, &facts))
        return FATE_CHANGED;
    return has_more(event, &facts) ? FATE_ADDED_TO : FATE_AGAIN; /* put back as it was entered */
}

enum row_style entry_style(const struct event *event, const struct effect *effect)
{
    return entry_fate(event, effect) >= FATE_CHANGED ? ROW_STRUCK : ROW_PLAIN;
}

const char *fate_name(enum entry_fate fate)
{
    static const char *const names[] = { "", "AGAIN", "ADDED TO", "CORRECTED", "VOID" };

    return names[fate];
}

/* ---- reading */

bool entry_read(struct book *book, uint32_t number, struct entry_row *row)
{
    struct effect effect;

    row->number = number;
    if (!book_event(book, number, &row->entry, &row->event))
        return false;
    row->late_min = walk_late_min(book->reading.view, &row->entry, &row->event);
    (void)effect_load(book->reading.view, number, &effect);
    row->fate = entry_fate(&row->event, &effect);
    row->corrected_by = effect.corrected_by;
    effect_release(&effect);
    return true;
}

enum ledger_status entry_unread(struct book *book, uint32_t number, struct error *error)
{
    enum ledger_status status = view_status(book->reading.view, error);

    return status != LEDGER_OK ? status : error_set(error, REFUSAL_DAMAGED_FILE, "entry #%" PRIu32 " cannot be read", number);
}

const char *entry_sentence(struct book *book, const struct entry_row *row, char out[static ENTRY_SENTENCE_SIZE])
{
    struct namer namer = book->namer;

    namer.offset_min = row->event.occurred.offset_min;
    sentence_of_event(&row->event, &namer, NULL, 0, out, ENTRY_SENTENCE_SIZE);
    return out;
}

const char *entry_sentence_now(struct book *book, const struct entry_row *row, char out[static ENTRY_SENTENCE_SIZE])
{
    struct event now = row->event;
    struct namer namer = book->namer;
    struct effect effect;
    bool is_other = effect_load(book->reading.view, row->number, &effect) && effect.how != CORRECT_VOID &&
                    (walk_corrected_facts(&row->event, &effect, &now.facts) || effect.has_at);

    out[0] = '\0';
    if (effect.has_at)
        now.occurred = effect.at;
    namer.offset_min = now.occurred.offset_min;
    if (is_other)
        sentence_of_event(&now, &namer, NULL, 0, out, ENTRY_SENTENCE_SIZE);
    effect_release(&effect);
    return out;
}

const struct column log_columns[] = {
    { "entry", COLUMN_ENTRY, 0, NULL },
    { "kind", COLUMN_TEXT, COLUMN_RECORD, "the kind of act, as SPEC.md names it" },
    { "happened", COLUMN_TIME, 0, "by its signers' word" },
    { "recorded", COLUMN_TIME, COLUMN_RECORD, "by the site's clock" },
    { "sentence", COLUMN_TEXT, COLUMN_REST | COLUMN_CUT, "what was read and signed; what is private is called sealed" },
    { "signers", COLUMN_LIST, COLUMN_RECORD, "handle and what he signed as" },
    { "irregular", COLUMN_LIST, COLUMN_RECORD, "codes of the rules it went against" },
    { "late", COLUMN_YES, COLUMN_RECORD, "recorded later than the policy allows" },
    { "marks", COLUMN_MARKS, 0, "LATE 42 min, IRREGULAR, TRANSCRIBED from a form; VOID, CORRECTED, ADDED TO or AGAIN by an entry" },
    { .name = NULL },
};

void entry_put_signers(struct book *book, const struct event *event, struct row *row)
{
    char name[NAME_TEXT_SIZE], text[2 * NAME_TEXT_SIZE];

    for (size_t i = 0; i < event->signer_count; i++) {
        snprintf(text, sizeof text, "%s %s", name_of_person(book->reading.view, event->signers[i].person, name),
                 choice_name(choices_meaning, event->signers[i].meaning));
        row_item(row, "signers", text);
    }
}

void entry_put_irregular(const struct event *event, struct row *row)
{
    char code[8];

    for (size_t i = 0; i < event->irregular_count; i++) {
        snprintf(code, sizeof code, "PH%04u", event->irregular[i] % 10000u);
        row_item(row, "irregular", code);
    }
}

/* How late, in the unit a person would use. */
static const char *late_text(int64_t minutes, char out[static MARK_SIZE])
{
    if (minutes < 120)
        snprintf(out, MARK_SIZE, "LATE %" PRId64 " min", minutes);
    else if (minutes < 48 * 60)
        snprintf(out, MARK_SIZE, "LATE %" PRId64 " h", minutes / 60);
    else
        snprintf(out, MARK_SIZE, "LATE %" PRId64 " days", minutes / (24 * 60));
    return out;
}

static void put_correction(struct book *book, uint32_t number, const struct event *event, struct row *row)
{
    struct effect effect;
    char text[MARK_SIZE];

    if (effect_load(book->reading.view, number, &effect) && effect.corrected_by != 0) {
        snprintf(text, sizeof text, "%s #%" PRIu32, fate_name(entry_fate(event, &effect)), effect.corrected_by);
        row_item(row, "marks", text);
    }
    effect_release(&effect);
}

void entry_put_marks(struct book *book, uint32_t number, const struct entry *entry, const struct event *event, struct row *row)
{
    int64_t late_min = walk_late_min(book->reading.view, entry, event);
    char text[MARK_SIZE];

    put_correction(book, number, event, row);
    if (late_min > 0)
        row_item(row, "marks", late_text(late_min, text));
    if (event->irregular_count > 0)
        row_item(row, "marks", "IRREGULAR");
    if (event->source_kind == PAPER_FORM) {
        snprintf(text, sizeof text, "TRANSCRIBED %.*s", (int)event->source_number.size, (const char *)event->source_number.data);
        row_item(row, "marks", text);
    }
}

void entry_put(struct book *book, const struct entry_row *entry, struct row *row)
{
    const struct event *event = &entry->event;
    char sentence[ENTRY_SENTENCE_SIZE];

    row_number(row, "entry", entry->number);
    row_text(row, "kind", event->kind->name);
    row_time(row, "happened", event->occurred);
    row_time(row, "recorded", (struct at){ entry->entry.header.recorded_ms, event->occurred.offset_min });
    row_text(row, "sentence", entry_sentence(book, entry, sentence));
    entry_put_signers(book, event, row);
    entry_put_irregular(event, row);
    row_number(row, "late", entry->late_min > 0);
    entry_put_marks(book, entry->number, &entry->entry, event, row);
}

bool entry_touches(const struct entry_row *row, enum subject subject, uint32_t id)
{
    struct touch_cursor cursor;
    struct touch touch;

    touches_begin(&cursor, &row->entry.header);
    while (touches_next(&cursor, &touch))
        if (touch.subject == subject && id >= touch.id && id - touch.id < touch.count)
            return true;
    return false;
}

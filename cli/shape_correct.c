/* phial correct ENTRY… --void: the entries that rest on those named are named too. */
#include "cli/shapes.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/record.h"
#include "ledger/effect.h"

enum { CORRECTED_LIMIT = 256 };

const struct option correct_options[] = {
    { "void", 0, NULL, false, "take them back: they did not happen, or not so, and are entered anew" },
    { .name = NULL },
};

struct corrected {
    struct recording *recording;
    size_t count;
    uint32_t entries[CORRECTED_LIMIT];
};

static enum ledger_status add_entry(struct corrected *corrected, uint32_t entry, struct error *error)
{
    for (size_t i = 0; i < corrected->count; i++)
        if (corrected->entries[i] == entry)
            return LEDGER_OK;
    if (corrected->count == CORRECTED_LIMIT)
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "one correction takes back at most %d entries", CORRECTED_LIMIT);
    corrected->entries[corrected->count++] = entry;
    return LEDGER_OK;
}

/* Whether a later entry that touches this subject rests on one that does: what was done with a dose since, the draws and
 * the end of a session, the recovery of what was lost. */
static bool rests(struct book *book, uint32_t later, const struct touch *touch, unsigned kind)
{
    struct entry entry;
    struct event event;

    if (!book_event(book, later, &entry, &event) || (event.kind->flags & KIND_IS_CORRECTABLE) == 0 ||
        effect_void_by(book->reading.view, later) != 0)
        return false;
    switch (touch->subject) {
    case SUBJECT_DOSE:
        return true;
    case SUBJECT_SESSION:
        return touch->n == 1 && (event.kind->number == KIND_DRAW || event.kind->number == KIND_SESSION_CLOSE);
    case SUBJECT_VIAL:
        return kind == KIND_LOSS && event.kind->number == KIND_RECOVER;
    default:
        return false;
    }
}

static enum ledger_status add_resting(struct corrected *corrected, uint32_t number, struct error *error)
{
    struct book *book = &corrected->recording->book;
    struct view *view = book->reading.view;
    enum ledger_status status = LEDGER_OK;
    struct entry entry;
    struct event event;
    struct touch_cursor cursor;
    struct touch touch;
    uint32_t later;

    if (!book_event(book, number, &entry, &event))
        return LEDGER_OK; /* the rules say what is wrong with it */
    touches_begin(&cursor, &entry.header);
    while (touches_next(&cursor, &touch))
        for (uint32_t id = touch.id; id < touch.id + touch.count; id++)
            for (uint32_t n = touch.n + 1; status == LEDGER_OK && view_touched_by(view, touch.subject, id, n, &later); n++)
                if (rests(book, later, &touch, event.kind->number))
                    status = add_entry(corrected, later, error);
    return status;
}

static enum ledger_status take_words(struct corrected *corrected, struct error *error)
{
    static const struct field entry_field = { .name = "entry", .type = FIELD_ENTRY };
    enum ledger_status status = LEDGER_OK;
    const char *word;
    struct value value;

    while (status == LEDGER_OK && (word = gather_take_word(corrected->recording)) != NULL) {
        status = words_read(&corrected->recording->words, &entry_field, word, &value, error);
        if (status == LEDGER_OK)
            status = add_entry(corrected, (uint32_t)value.number, error);
    }
    return status;
}

static enum ledger_status put_entries(struct corrected *corrected, struct error *error)
{
    const struct field *entries = field_named(corrected->recording->kind->fields, "entries");
    const char *texts[CORRECTED_LIMIT];
    char text[32];

    for (size_t i = 0; i < corrected->count; i++) {
        snprintf(text, sizeof text, "%" PRIu32 " void", corrected->entries[i]);
        texts[i] = call_keep(corrected->recording->call, text);
        if (texts[i] == NULL)
            return error_set(error, REFUSAL_TOO_LONG, "this command line is too long");
    }
    return gather_put(corrected->recording, entries, texts, corrected->count, error);
}

enum ledger_status shape_correct(struct recording *recording, struct error *error)
{
    struct corrected corrected = { .recording = recording };
    enum ledger_status status = take_words(&corrected, error);

    if (status != LEDGER_OK || corrected.count == 0)
        return status;
    if (!call_flag(recording->call, "void")) {
        error_set(error, REFUSAL_MISSING_ARGUMENT, "what is done with %s?", corrected.count > 1 ? "these entries" : "this entry");
        error_next(error, "--void takes back what did not happen, or not so; what did happen is entered anew, with --at TIME");
        return error->status;
    }
    for (size_t i = 0; i < corrected.count && status == LEDGER_OK; i++) /* those that are added have others resting on them */
        status = add_resting(&corrected, corrected.entries[i], error);
    return status == LEDGER_OK ? put_entries(&corrected, error) : status;
}

/* phial correct ENTRY… --change|--void|--add|--again …: what is said of which entries; those that rest on them are named
 * too. */
#include "cli/shapes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/amend.h"
#include "ledger/effect.h"

const struct option correct_options[] = {
    { "change", 0, NULL, true, "something in the entries before it was wrong: what is right follows, all else stays" },
    { "void", 0, NULL, true, "take the entries before it back: they did not happen" },
    { "add", 0, NULL, true, "something was forgotten in the entries before it, and follows" },
    { "again", 0, NULL, true, "the entries before it stand as they are, on what is corrected" },
    { AMEND_HAPPENED, 0, "TIME", true, "when it happened" },
    { AMEND_WITHOUT, 0, "NAME", true, "what should not have been entered" },
    { .name = NULL },
};

const char correct_examples[] =
    "Behind an entry and --change stands what is right, in the words and options of the command that recorded it; what\n"
    "is not said stays as it was. phial show 48 says what there is; #48 stands in the log ever after, struck through.\n"
    "  the wrong vial           phial correct 48 --change V-2 35mg --reason mistake\n"
    "  the wrong amount         phial correct 49 --change --read 30mg --reason mistake\n"
    "  the wrong time           phial correct 49 --change --happened 14:05 --reason mistake\n"
    "  something was forgotten  phial correct 47 --add --systolic 120 --reason mistake\n"
    "  it never happened        phial correct 49 --void --reason mistake\n"
    "  not to be there at all   phial correct 49 --change --without rate --reason mistake\n"
    "  several, all or none     phial correct 48 --change V-2 30mg 49 --change --read 30mg 50 51 --void --reason mistake\n"
    "What was done with a dose after the entry rests on it: phial adds those entries, to stand again (--again) or, where\n"
    "the dose itself never was (--void), to go with it, and shows all of them before anybody signs.\n"
    "Whoever recorded an entry signs its correction, and an officer, at once or later; -w names one who recorded another\n"
    "of the entries, too. Where none of them can sign, --remark says why not.\n";

struct correcting {
    struct recording *recording;
    unsigned part; /* where all of it stands */
    size_t group_count, count;
    struct amend_group groups[AMEND_GROUPS];
    struct amended rows[AMENDED_LIMIT];
};

/* ---- from words to groups */

static enum correction how_named(const char *name)
{
    const struct field *how = field_named(field_named(kind_find(KIND_CORRECT)->fields, "entries")->row, "how");

    return (enum correction)choice_number(how->choices, name, strlen(name));
}

static bool has_option(const struct option *options, const char *name)
{
    for (; options->name != NULL; options++)
        if (strcmp(options->name, name) == 0)
            return true;
    return false;
}

/* Options that say something of the correction itself and not of what it corrects. */
static bool is_of_correction(const char *name)
{
    return has_option(act_options, name) || has_option(whole_list_options, name) || has_option(global_options, name) ||
           field_named(kind_common_private, name) != NULL;
}

/* 48, #48, or the act that became an entry. */
static bool looks_like_entry(const char *word)
{
    const char *digits = word + (word[0] == '#');

    return word[0] == '@' ? strchr(word, '/') == NULL : digits[0] != '\0' && digits[strspn(digits, "0123456789,")] == '\0';
}

static enum ledger_status add_row(struct correcting *correction, struct amended row, struct error *error)
{
    if (correction->count == AMENDED_LIMIT)
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "one correction is of at most %d entries", AMENDED_LIMIT);
    correction->rows[correction->count++] = row;
    return LEDGER_OK;
}

static enum ledger_status add_entry(struct correcting *correction, const char *word, struct error *error)
{
    static const struct field entry_field = { .name = "entry", .type = FIELD_ENTRY };
    struct amended row = { .group = &correction->groups[correction->group_count - 1] };
    struct value value;
    enum ledger_status status = words_read(&correction->recording->words, &entry_field, word, &value, error);

    row.entry = (uint32_t)value.number;
    return status == LEDGER_OK ? add_row(correction, row, error) : status;
}

static enum ledger_status begin_group(struct correcting *correction, struct error *error)
{
    struct amend_group *group = &correction->groups[correction->group_count];

    if (correction->group_count == AMEND_GROUPS)
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "one correction says at most %d different things", AMEND_GROUPS);
    *group = (struct amend_group){ .part = CALL_PARTS + 1 + (unsigned)correction->group_count++ };
    return LEDGER_OK;
}

static bool has_entries(const struct correcting *correction)
{
    const struct amend_group *group = &correction->groups[correction->group_count - 1];

    return correction->count > 0 && correction->rows[correction->count - 1].group == group;
}

/* The entries that stand just before a further --change, --void … are another group's than the words before them. */
static enum ledger_status take_entries_before(struct correcting *correction, size_t index, struct error *error)
{
    struct given *given = correction->recording->call->given;
    unsigned before = correction->groups[correction->group_count - 1].part;
    size_t first = index;
    enum ledger_status status;

    while (first > 0 && given[first - 1].part == before && given[first - 1].name == NULL &&
           looks_like_entry(given[first - 1].value))
        first--;
    if (first == index) {
        error_set(error, REFUSAL_MISSING_ARGUMENT, "which entries does the second --%s belong to?", given[index].name);
        error_next(error, "each stands behind its entries: phial correct 48 --change --read 30mg 49 --void");
        return error->status;
    }
    status = begin_group(correction, error);
    for (; first < index && status == LEDGER_OK; first++) {
        correction->groups[correction->group_count - 2].words--;
        given[first].is_used = true;
        given[first].part = correction->part;
        status = add_entry(correction, given[first].value, error);
    }
    return status;
}

static enum ledger_status take_how(struct correcting *correction, size_t index, struct error *error)
{
    struct given *given = &correction->recording->call->given[index];
    enum ledger_status status = LEDGER_OK;

    if (correction->groups[correction->group_count - 1].how != 0)
        status = take_entries_before(correction, index, error);
    correction->groups[correction->group_count - 1].how = how_named(given->name);
    return status;
}

static enum ledger_status take_given(struct correcting *correction, size_t index, struct error *error)
{
    struct given *given = &correction->recording->call->given[index];
    struct amend_group *group = &correction->groups[correction->group_count - 1];
    bool may_be_entry = !has_entries(correction) || (group->how == 0 && !group->says);

    if (given->name != NULL ? strcmp(given->name, "entries") == 0 : may_be_entry && looks_like_entry(given->value)) {
        given->is_used = true;
        return add_entry(correction, given->value, error);
    }
    if (given->name != NULL && how_named(given->name) != 0)
        return take_how(correction, index, error);
    if (given->name != NULL && is_of_correction(given->name))
        return LEDGER_OK;
    given->part = group->part;
    group->words += given->name == NULL;
    group->says = true;
    return LEDGER_OK;
}

static enum ledger_status take_groups(struct correcting *correction, struct error *error)
{
    struct call *call = correction->recording->call;
    enum ledger_status status = begin_group(correction, error);

    for (size_t i = 0; i < call->given_count && status == LEDGER_OK; i++)
        if (call->given[i].part == correction->part && !call->given[i].is_used && !call->given[i].of_list)
            status = take_given(correction, i, error);
    return status;
}

static enum ledger_status refuse_group(const struct amend_group *group, const struct correcting *correction,
                                       struct error *error)
{
    if (correction->count == 0 || group->how == 0) {
        error_set(error, REFUSAL_MISSING_ARGUMENT, correction->count == 0  ? "which entry is corrected?"
                                                   : correction->count > 1 ? "what is done with these entries?"
                                                                           : "what is done with this entry?");
        error_next(error, "--change where something is wrong in it, and what is right: phial correct 48 --change --read 30mg\n"
                          "--add for what was forgotten: phial correct 48 --add --systolic 120\n"
                          "--void takes back what did not happen");
        return error->status;
    }
    error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "--void and --again take nothing else");
    error_next(error, "--change, where something in it was wrong");
    return error->status;
}

static enum ledger_status refuse_again_alone(struct error *error)
{
    error_set(error, REFUSAL_MISSING_ARGUMENT, "nothing is corrected: --again leaves entries as they stand");
    error_next(error, "what they rest on is named too: phial correct 48 --change --read 30mg 49 --again");
    return error->status;
}

/* Words fill the facts of one entry; options may say the same of several. */
static enum ledger_status check_groups(const struct correcting *correction, struct error *error)
{
    bool corrects = false;

    for (size_t g = 0; g < correction->group_count; g++) {
        const struct amend_group *group = &correction->groups[g];
        bool is_read = group->how == CORRECT_CHANGE || group->how == CORRECT_ADD;
        size_t entries = 0;

        corrects = corrects || group->how != CORRECT_AGAIN;
        for (size_t i = 0; i < correction->count; i++)
            entries += correction->rows[i].group == group;
        if (entries == 0 || group->how == 0 || (group->says && !is_read))
            return refuse_group(group, correction, error);
        if (group->words > 0 && entries > 1) {
            error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "these words can be of one entry only, and %zu stand before them",
                      entries);
            error_next(error, "each entry with what is right in it: phial correct 48 --change V-2 35mg 49 --change V-2 20mg");
            return error->status;
        }
    }
    if (!corrects)
        return refuse_again_alone(error);
    return LEDGER_OK;
}

/* ---- what rests on what */

/* What becomes of a later entry that touches this subject too; 0 where it does not rest on the one that is corrected. What
 * was done with a dose, or came back of what was lost, stands again on what is right of it; with a dose, a session or a
 * loss that was not, it goes. */
static enum correction becomes(struct book *book, uint32_t later, const struct touch *touch, const struct amended *row,
                               unsigned kind)
{
    bool is_gone = row->how == CORRECT_VOID;
    struct entry entry;
    struct event event;

    if (!book_event(book, later, &entry, &event) || (event.kind->flags & KIND_IS_CORRECTABLE) == 0 ||
        effect_void_by(book->reading.view, later) != 0)
        return 0;
    switch (touch->subject) {
    case SUBJECT_DOSE:
        return is_gone && touch->n == 1 ? CORRECT_VOID : CORRECT_AGAIN;
    case SUBJECT_SESSION:
        if (touch->n != 1 || (event.kind->number != KIND_DRAW && event.kind->number != KIND_SESSION_CLOSE))
            return 0;
        return is_gone ? CORRECT_VOID : row->is_anothers ? CORRECT_AGAIN : 0;
    default:
        if (kind != KIND_LOSS || event.kind->number != KIND_RECOVER)
            return 0;
        return is_gone ? CORRECT_VOID : CORRECT_AGAIN;
    }
}

/* A later entry comes in, or what was to stand again is taken back. What was said of it by name stands. */
static enum ledger_status add_later(struct correcting *correction, uint32_t later, enum correction how, bool *changed,
                                    struct error *error)
{
    for (size_t i = 0; i < correction->count; i++) {
        struct amended *row = &correction->rows[i];

        if (row->entry != later)
            continue;
        *changed = *changed || (row->group == NULL && how == CORRECT_VOID && row->how != CORRECT_VOID);
        if (row->group == NULL && how == CORRECT_VOID)
            row->how = how;
        return LEDGER_OK;
    }
    *changed = true;
    return add_row(correction, (struct amended){ .entry = later, .how = how }, error);
}

static enum ledger_status add_resting(struct correcting *correction, size_t index, bool *changed, struct error *error)
{
    struct amended row = correction->rows[index];
    struct book *book = &correction->recording->book;
    enum ledger_status status = LEDGER_OK;
    struct entry entry;
    struct event event;
    struct touch_cursor cursor;
    struct touch touch;
    uint32_t later;

    if (!book_event(book, row.entry, &entry, &event))
        return LEDGER_OK; /* the rules say what is wrong with it */
    touches_begin(&cursor, &entry.header);
    while (touches_next(&cursor, &touch)) {
        if (touch.subject != SUBJECT_DOSE && touch.subject != SUBJECT_SESSION && touch.subject != SUBJECT_VIAL)
            continue;
        for (uint32_t id = touch.id; id < touch.id + touch.count; id++)
            for (uint32_t n = touch.n + 1;
                 status == LEDGER_OK && view_touched_by(book->reading.view, touch.subject, id, n, &later); n++) {
                enum correction how = becomes(book, later, &touch, &row, event.kind->number);

                if (how != 0)
                    status = add_later(correction, later, how, changed, error);
            }
    }
    return status;
}

/* Those that are added have others resting on them. */
static enum ledger_status add_all_resting(struct correcting *correction, struct error *error)
{
    bool changed = true;
    enum ledger_status status = LEDGER_OK;

    while (changed && status == LEDGER_OK) {
        changed = false;
        for (size_t i = 0; i < correction->count && status == LEDGER_OK; i++)
            status = add_resting(correction, i, &changed, error);
    }
    return status;
}

/* ---- from groups to rows */

/* Whoever recorded them may sign the correction beside the one who acts. */
static void note_doers(struct correcting *correction, uint32_t number)
{
    struct part *part = correction->recording->part;
    struct entry entry;
    struct event event;

    if (!book_event(&correction->recording->book, number, &entry, &event))
        return;
    for (size_t i = 0; i < event.signer_count && part->doer_count < RECORD_DOERS; i++)
        if (event.signers[i].meaning == MEANING_DID || event.signers[i].meaning == MEANING_REPORTED)
            part->doers[part->doer_count++] = event.signers[i].person;
}

/* It was made when it was made, and not when what it is about happened. */
static enum ledger_status check_time(struct recording *recording, uint32_t number, struct error *error)
{
    char said[CIVIL_TEXT_SIZE], recorded[CIVIL_TEXT_SIZE];
    struct at occurred = recording->act->event.occurred;
    struct entry entry;
    struct event event;

    if (call_value(recording->call, "at") == NULL || !book_event(&recording->book, number, &entry, &event) ||
        occurred.ms >= entry.header.recorded_ms)
        return LEDGER_OK;
    error_set(error, REFUSAL_BAD_VALUE, "entry #%" PRIu32 " was recorded %s, and is not corrected before that, at %s", number,
              book_time(&recording->book, entry.header.recorded_ms, recorded), civil_format_local(occurred, said));
    error_next(error, "--" AMEND_HAPPENED " TIME says when what it is about happened: phial correct %" PRIu32
               " --change --" AMEND_HAPPENED " TIME", number);
    return error->status;
}

static enum ledger_status read_rows(struct correcting *correction, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    for (size_t i = 0; i < correction->count && status == LEDGER_OK; i++) {
        struct amended *row = &correction->rows[i];

        note_doers(correction, row->entry);
        if (row->group == NULL)
            continue;
        row->how = row->group->how;
        status = check_time(correction->recording, row->entry, error);
        if (status == LEDGER_OK && (row->how == CORRECT_CHANGE || row->how == CORRECT_ADD))
            status = amend_read(correction->recording, row, error);
    }
    return status;
}

static void write_row(const struct field *fields, const struct amended *amended, struct writer *writer)
{
    struct facts row;

    facts_init(&row, fields);
    facts_put_number(&row, field_named(fields, "entry")->key, amended->entry);
    facts_put_number(&row, field_named(fields, "how")->key, amended->how);
    if (amended->facts.size > 0)
        facts_put_bytes(&row, field_named(fields, "facts")->key, amended->facts);
    if (amended->has_at)
        facts_put_at(&row, field_named(fields, "at")->key, amended->at);
    row_encode(&row, writer);
}

static enum ledger_status put_rows(struct correcting *correction, struct error *error)
{
    struct recording *recording = correction->recording;
    const struct field *entries = field_named(recording->kind->fields, "entries");
    struct value *value = facts_put(&recording->act->event.facts, entries->key);
    struct word_room *room = &recording->words.room;
    struct writer writer;

    writer_init(&writer, room->data + room->used, room->capacity - room->used);
    write_array(&writer, correction->count);
    for (size_t i = 0; i < correction->count; i++)
        write_row(entries->row, &correction->rows[i], &writer);
    if (writer.failed)
        return error_set(error, REFUSAL_TOO_LONG, "this is more than one correction can hold");
    *value = (struct value){ .present = true, .number = (int64_t)correction->count, .bytes = writer_bytes(&writer) };
    room->used += value->bytes.size;
    return LEDGER_OK;
}

/* What was typed stands where it stood: it has been read. */
static void give_back(const struct correcting *correction)
{
    struct call *call = correction->recording->call;

    for (size_t i = 0; i < call->given_count; i++)
        if (call->given[i].part > CALL_PARTS) {
            call->given[i].part = correction->part;
            call->given[i].is_used = true;
        }
}

enum ledger_status shape_correct(struct recording *recording, struct error *error)
{
    static struct correcting correction; /* one at a time */
    enum ledger_status status;

    correction = (struct correcting){ .recording = recording, .part = recording->call->part };
    status = take_groups(&correction, error);
    if (status == LEDGER_OK)
        status = check_groups(&correction, error);
    if (status == LEDGER_OK)
        status = read_rows(&correction, error);
    give_back(&correction);
    if (status == LEDGER_OK)
        status = add_all_resting(&correction, error);
    return status == LEDGER_OK ? put_rows(&correction, error) : status;
}

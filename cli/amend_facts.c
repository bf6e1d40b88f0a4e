/* What an entry is changed to: its facts, with those put in their place that were typed. */
#include "cli/amend.h"

#include <inttypes.h>
#include <string.h>

#include "ledger/effect.h"
#include "ledger/names.h"

/* The entry that is corrected, and what of it holds now. */
struct original {
    struct recording *recording;
    struct amended *amended;
    struct entry entry;
    struct event event;
    struct facts kept; /* with ids in place of what its list gave birth to, and without what is to be left out */
    struct at happened;
};

/* ---- what stays */

static uint32_t born_id(struct original *original, const struct field *field, const struct value *ref)
{
    struct view *view = original->recording->book.reading.view;
    struct name name;

    if (!view_name(view, NAME_ACT, ref->bytes, &name))
        return 0;
    return newborn_of_entry(view, name.entry, field->subject, (uint32_t)ref->number);
}

static void name_by_id(struct original *original, const struct field *field, struct value *value);

/* The same list or rows with ids in them, in the room. */
static void name_all_by_id(struct original *original, const struct field *field, struct value *value)
{
    struct word_room *room = &original->recording->words.room;
    struct list_cursor cursor;
    struct writer writer;
    struct value one;
    struct facts row;

    writer_init(&writer, room->data + room->used, room->capacity - room->used);
    write_array(&writer, (uint64_t)value->number);
    list_begin(&cursor, field, value);
    while (field->type == FIELD_LIST && list_next(&cursor, &one)) {
        name_by_id(original, &cursor.element, &one);
        value_encode(&cursor.element, &one, &writer);
    }
    while (field->type == FIELD_ROWS && rows_next(&cursor, &row)) {
        for (size_t i = 0; row.fields[i].name != NULL; i++)
            name_by_id(original, &row.fields[i], &row.values[i]);
        row_encode(&row, &writer);
    }
    if (writer.failed) /* what does not fit is refused when the whole of it is written */
        return;
    value->bytes = writer_bytes(&writer);
    room->used += value->bytes.size;
}

/* What a list gave birth to has an id since: a correction speaks of nothing that is not there. */
static void name_by_id(struct original *original, const struct field *field, struct value *value)
{
    if (!value->present)
        return;
    if (field->type == FIELD_REF && value->second != 0)
        *value = (struct value){ .present = true, .number = born_id(original, field, value) };
    if (field->type == FIELD_LIST || field->type == FIELD_ROWS)
        name_all_by_id(original, field, value);
}

/* A correction before this one may have given other facts or another time. Their bytes go into the room. */
static void read_in_force(struct original *original)
{
    struct word_room *room = &original->recording->words.room;
    struct effect effect = EFFECT_EMPTY;
    struct facts_fault fault;
    struct reader reader;

    (void)effect_load(original->recording->book.reading.view, original->amended->entry, &effect);
    if (effect.has_at)
        original->happened = effect.at;
    if (effect.facts.size > 0 && effect.facts.size <= room->capacity - room->used) {
        memcpy(room->data + room->used, effect.facts.data, effect.facts.size);
        reader_init(&reader, bytes_of(room->data + room->used, effect.facts.size), READ_DEPTH_LIMIT);
        room->used += effect.facts.size;
        if (!facts_decode(&reader, original->event.kind->fields, &original->kept, &fault))
            original->kept = original->event.facts;
    }
    effect_release(&effect);
}

static bool read_original(struct original *original)
{
    struct book *book = &original->recording->book;

    if (!book_event(book, original->amended->entry, &original->entry, &original->event) ||
        (original->event.kind->flags & KIND_IS_CORRECTABLE) == 0)
        return false;
    original->kept = original->event.facts;
    original->happened = original->event.occurred;
    read_in_force(original);
    for (size_t i = 0; original->kept.fields[i].name != NULL; i++)
        name_by_id(original, &original->kept.fields[i], &original->kept.values[i]);
    return true;
}

/* ---- what is typed */

const struct command *command_of_kind(enum kind_number kind)
{
    const struct command *command = commands;

    while (command->name != NULL && command_corrected(command) != kind)
        command++;
    return command;
}

/* Whether an option is the original's: its command's own, or one that stands for a public fact. */
static bool is_of_original(const struct original *original, const char *name)
{
    const struct kind *kind = original->event.kind;
    const struct option *own = command_of_kind(kind->number)->options;

    for (; own != NULL && own->name != NULL; own++)
        if (strcmp(own->name, name) == 0)
            return true;
    for (const struct field *field = kind->fields; field->name != NULL; field++)
        if ((field->flags & FIELD_PRIVATE) == 0 && option_of_field(kind, field) != NULL &&
            strcmp(option_of_field(kind, field), name) == 0)
            return true;
    return strcmp(name, AMEND_HAPPENED) == 0 || strcmp(name, AMEND_WITHOUT) == 0;
}

static enum ledger_status check_options(const struct original *original, struct error *error)
{
    const struct call *call = original->recording->call;
    const struct kind *kind = original->event.kind;

    for (size_t i = 0; i < call->given_count; i++) {
        const char *name = call->given[i].name;

        if (name == NULL || call->given[i].part != call->part || is_of_original(original, name))
            continue;
        error_set(error, REFUSAL_UNKNOWN_OPTION, "entry #%" PRIu32 ", %s, has no --%s that could be corrected",
                  original->amended->entry, kind->name, name);
        if (field_named(kind->fields, name) != NULL)
            error_next(error, "what is kept apart from the book is not corrected but added to: phial note %" PRIu32 " --text TEXT",
                       original->amended->entry);
        else
            error_next(error, "phial show %" PRIu32 " says what there is\nphial help %s", original->amended->entry,
                       call->command->name);
        return error->status;
    }
    return LEDGER_OK;
}

/* --without NAME: what was entered and should not have been. */
static enum ledger_status leave_out(struct original *original, struct error *error)
{
    const struct call *call = original->recording->call;
    struct facts *kept = &original->kept;
    const char *name;
    size_t place = 0;

    while ((name = call_next(call, AMEND_WITHOUT, &place)) != NULL) {
        size_t i = 0;

        while (kept->fields[i].name != NULL && strcmp(kept->fields[i].name, name) != 0)
            i++;
        if (kept->fields[i].name == NULL || !kept->values[i].present || (kept->fields[i].flags & FIELD_OPTIONAL) == 0) {
            error_set(error, REFUSAL_BAD_VALUE, "entry #%" PRIu32 " has no `%s` that could be left out",
                      original->amended->entry, name);
            error_next(error, "phial show %" PRIu32 " says what there is", original->amended->entry);
            return error->status;
        }
        kept->values[i].present = false;
    }
    return LEDGER_OK;
}

/* In a file of acts all words have names: "sources":["V-2","35mg"]. A list of things is words here, as it is there. */
static void take_names_off(struct original *original)
{
    struct call *call = original->recording->call;

    for (size_t i = 0; i < call->given_count; i++) {
        struct given *given = &call->given[i];
        const struct field *field =
            given->name != NULL && given->part == call->part ? field_named(original->event.kind->fields, given->name) : NULL;
        const char *words = call->command->words;

        if (field != NULL && (field->type == FIELD_LIST || field->type == FIELD_ROWS) &&
            (words != NULL ? name_is_in(words, field->name) : (field->flags & FIELD_POSITIONAL) != 0))
            given->name = NULL;
    }
}

/* Whoever took a dose over signed for it: a correction can name another house, and not another person. */
static enum ledger_status check_taker(const struct recording *recording, struct error *error)
{
    for (size_t i = 0; i < recording->call->given_count; i++) {
        const struct given *given = &recording->call->given[i];

        if (given->part == recording->call->part && given->name != NULL && strcmp(given->name, "witness") == 0)
            return error_set(error, REFUSAL_BAD_VALUE, "who took it over signed it, and is not changed: take it back with --void "
                             "and enter it anew");
    }
    return LEDGER_OK;
}

static enum ledger_status read_happened(struct original *original, struct error *error)
{
    static const struct field field = { .name = AMEND_HAPPENED, .type = FIELD_AT, .help = "when it happened" };
    struct recording *recording = original->recording;
    const char *text = call_own(recording->call, field.name);
    struct value value;
    enum ledger_status status;

    if (text == NULL)
        return LEDGER_OK;
    if (original->amended->how == CORRECT_ADD) {
        error_set(error, REFUSAL_BAD_VALUE, "entry #%" PRIu32 " says when it happened: that is changed, not added",
                  original->amended->entry);
        error_next(error, "phial correct %" PRIu32 " --change --" AMEND_HAPPENED " TIME", original->amended->entry);
        return error->status;
    }
    status = gather_read(recording, &field, text, &value, error);
    if (status == LEDGER_OK)
        recording->act->event.occurred = (struct at){ value.number, (int32_t)value.second };
    return status;
}

/* The way of the original's command from words to facts, with an act that is not recorded. */
static enum ledger_status read_typed(struct original *original, struct error *error)
{
    struct recording *recording = original->recording;
    const struct command *command = recording->call->command;
    enum ledger_status status = check_options(original, error);

    take_names_off(original);
    if (status == LEDGER_OK)
        status = leave_out(original, error);
    if (status == LEDGER_OK && command->shape != NULL && command->kinds[0] == recording->kind->number)
        status = command->shape(recording, error);
    if (status == LEDGER_OK)
        status = check_taker(recording, error);
    if (status == LEDGER_OK)
        status = gather(recording, error);
    return status == LEDGER_OK ? read_happened(original, error) : status;
}

/* ---- what is right */

static enum ledger_status refuse_nothing(const struct original *original, struct error *error)
{
    uint32_t entry = original->amended->entry;

    error_set(error, REFUSAL_MISSING_ARGUMENT, "it is not said what is right in entry #%" PRIu32 ", or it says so already", entry);
    error_next(error, "what is right, in the words of phial %s: phial correct %" PRIu32 " --change --NAME VALUE\n"
               "when it happened: phial correct %" PRIu32 " --change --happened TIME\nphial show %" PRIu32 " says what there is",
               command_of_kind(original->event.kind->number)->name, entry, entry, entry);
    return error->status;
}

static enum ledger_status refuse_there(const struct original *original, const struct field *field, struct error *error)
{
    error_set(error, REFUSAL_BAD_VALUE, "entry #%" PRIu32 " has its %s already: --add takes only what is missing",
              original->amended->entry, field->name);
    error_next(error, "phial correct %" PRIu32 " --change …", original->amended->entry);
    return error->status;
}

/* What was typed, and of a change all that was not. */
static enum ledger_status join(struct original *original, struct facts *typed, struct error *error)
{
    bool is_change = original->amended->how == CORRECT_CHANGE;

    for (size_t i = 0; typed->fields[i].name != NULL; i++) {
        if (!is_change && typed->values[i].present && original->kept.values[i].present)
            return refuse_there(original, &typed->fields[i], error);
        if (is_change && !typed->values[i].present)
            typed->values[i] = original->kept.values[i];
    }
    return LEDGER_OK;
}

static enum ledger_status write_facts(struct original *original, const struct facts *facts, struct bytes *bytes,
                                      struct error *error)
{
    struct word_room *room = &original->recording->words.room;
    struct writer writer;

    writer_init(&writer, room->data + room->used, room->capacity - room->used);
    facts_encode(facts, &writer);
    if (writer.failed)
        return error_set(error, REFUSAL_TOO_LONG, "this is more than one correction can hold");
    *bytes = writer_bytes(&writer);
    room->used += bytes->size;
    return LEDGER_OK;
}

static bool typed_nothing(const struct facts *typed)
{
    for (size_t i = 0; typed->fields[i].name != NULL; i++)
        if (typed->values[i].present)
            return false;
    return true;
}

/* Whether a session is another's by what is right: its doses and its end rest on whose it is. */
static bool becomes_anothers(const struct original *original, const struct facts *before, const struct facts *after)
{
    static const uint64_t whose[] = { FACT_SESSION_OPEN_PATIENT, FACT_SESSION_OPEN_ORDER };

    if (original->event.kind->number != KIND_SESSION_OPEN)
        return false;
    for (size_t i = 0; i < sizeof whose / sizeof whose[0]; i++)
        if (facts_number(before, whose[i], 0) != facts_number(after, whose[i], 0))
            return true;
    return false;
}

/* Only what is another than it was is said. */
static enum ledger_status take_right(struct original *original, const struct facts *before, struct error *error)
{
    struct recording *recording = original->recording;
    struct amended *amended = original->amended;
    struct at happened = recording->act->event.occurred;
    struct facts *typed = &recording->act->event.facts;
    struct bytes old;
    enum ledger_status status = join(original, typed, error);

    if (status == LEDGER_OK)
        status = write_facts(original, before, &old, error);
    if (status == LEDGER_OK)
        status = write_facts(original, typed, &amended->facts, error);
    if (status != LEDGER_OK)
        return status;
    if (amended->how == CORRECT_ADD)
        return typed_nothing(typed) ? refuse_nothing(original, error) : LEDGER_OK;
    amended->is_anothers = becomes_anothers(original, before, typed);
    if (bytes_equal(old, amended->facts))
        amended->facts = bytes_of(NULL, 0);
    amended->has_at = happened.ms != original->happened.ms || happened.offset_min != original->happened.offset_min;
    amended->at = happened;
    return amended->facts.size == 0 && !amended->has_at ? refuse_nothing(original, error) : LEDGER_OK;
}

/* ---- */

/* What of a recording is another's while an entry is read anew. */
struct turned {
    struct act *act;
    const struct kind *kind;
    const struct command *command;
    unsigned part;
};

static struct turned turn_to(struct original *original, struct act *act)
{
    struct recording *recording = original->recording;
    struct turned turned = { recording->act, recording->kind, recording->call->command, recording->call->part };

    recording->act = act;
    recording->kind = original->event.kind;
    recording->kept = &original->kept;
    recording->call->command = command_of_kind(original->event.kind->number);
    recording->call->part = original->amended->group->part;
    act_begin(act, recording->kind, original->happened);
    return turned;
}

static void turn_back(struct recording *recording, struct turned turned)
{
    recording->act = turned.act;
    recording->kind = turned.kind;
    recording->kept = NULL;
    recording->call->command = turned.command;
    recording->call->part = turned.part;
}

enum ledger_status amend_read(struct recording *recording, struct amended *amended, struct error *error)
{
    struct original original = { .recording = recording, .amended = amended };
    struct act_list *scratch;
    struct facts before;
    struct turned turned;
    enum ledger_status status;

    if (!read_original(&original))
        return LEDGER_OK;
    scratch = act_list_new(1);
    if (scratch == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    before = original.kept;
    turned = turn_to(&original, &scratch->acts[0]);
    status = read_typed(&original, error);
    if (status == LEDGER_OK)
        status = take_right(&original, &before, error);
    turn_back(recording, turned);
    act_list_free(scratch);
    return status;
}

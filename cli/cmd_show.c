/* phial show: all of one entry, or the state of one thing and its history. */
#include "cli/commands.h"

#include <inttypes.h>
#include <string.h>

#include "cli/describe.h"
#include "cli/entries.h"
#include "cli/screen.h"
#include "cli/show.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/things.h"
#include "schema/ident.h"

enum { HISTORY_LIMIT = 20 };

/* ---- a thing */

/* What a dose was drawn from. */
static void answer_sources(const struct leaf *leaf, struct answer *answer)
{
    struct answer *list = answer_list(answer, "sources");
    char id[IDENT_TEXT_SIZE];

    for (size_t i = DOSE_SOURCES; i + SOURCE_PLACES <= leaf->count; i += SOURCE_PLACES) {
        struct answer *one = answer_object(list, NULL);

        answer_text(one, "vial", ident_format(SUBJECT_VIAL, (uint32_t)leaf->state[i + SOURCE_VIAL], id));
        answer_number(one, "mass_ng", leaf->state[i + SOURCE_MASS]);
        answer_number(one, "volume_ul", leaf->state[i + SOURCE_VOLUME]);
    }
}

static enum ledger_status show_thing_in_json(struct book *book, const struct leaf *leaf, struct row *row, struct error *error)
{
    struct answer *answer = answer_new(), *list;
    uint32_t number;

    answer_text(answer, "subject", subject_name((enum subject)leaf->table));
    row_answer(row, answer);
    if (leaf->table == SUBJECT_DOSE)
        answer_sources(leaf, answer);
    list = answer_list(answer, "entries");
    for (uint32_t n = 1; n <= leaf->touches; n++)
        if (view_touched_by(book->reading.view, (enum subject)leaf->table, leaf->id, n, &number))
            answer_number(list, NULL, number);
    return answer_print(answer, stdout, error);
}

/* The newest entries that touched it. */
static enum ledger_status show_history(struct book *book, const struct call *call, const struct leaf *leaf, const char *name,
                                       struct error *error)
{
    uint32_t shown = 0, number;
    struct entry_row entry;
    struct table table;

    table_begin(&table, call, "entries", log_columns);
    for (uint32_t n = leaf->touches; n > 0 && shown < HISTORY_LIMIT; n--, shown++)
        if (view_touched_by(book->reading.view, (enum subject)leaf->table, leaf->id, n, &number) &&
            entry_read(book, number, &entry)) {
            entry_put(book, &entry, &table.row);
            table_put(&table, entry.fate >= FATE_CHANGED ? ROW_STRUCK : ROW_PLAIN);
        }
    return table_end(&table, view_status(book->reading.view, error), error, "%s was touched by %" PRIu32 " %s%s.", name, leaf->touches,
                     leaf->touches == 1 ? "entry" : "entries",
                     shown < leaf->touches ? "; these are the newest: phial log shows the others" : "");
}

static enum ledger_status show_thing(struct book *book, const struct call *call, enum subject subject, uint32_t id,
                                     struct error *error)
{
    static struct row row;
    const struct leaf *leaf = view_leaf(book->reading.view, subject, id);
    char name[NAME_TEXT_SIZE], text[DESCRIBE_SIZE];

    if (leaf == NULL)
        return error_set(error, REFUSAL_UNKNOWN_ID, "there is no such %s", subject_name(subject));
    row_begin(&row, thing_columns(subject));
    thing_put(book, leaf, &row);
    if (call_flag(call, "json"))
        return show_thing_in_json(book, leaf, &row, error);
    name_of_subject(book->reading.view, subject, id, name);
    say("%s%s%s  ", style_out(STYLE_LOUD), name, style_out(STYLE_PLAIN));
    screen_say_words(describe(book, subject, id, text), strlen(name) + 2, 2, terminal_columns());
    say("\n");
    screen_say_row(&row);
    return show_history(book, call, leaf, name, error);
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

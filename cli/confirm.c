/* A yes that means something: the amount typed again, so that neither a bare Enter nor a scan can give it.
 *
 * A passphrase typed at the terminal is such a yes by itself. It is asked for besides where no passphrase is
 * typed, and where the act is unusual: soft rules, an irregular fact, overfill. */
#include "cli/record.h"

#include <stdio.h>
#include <string.h>

#include "cli/terminal.h"
#include "schema/quantity.h"

enum { CONFIRM_TRIES = 3, WAYS_LIMIT = 2 };

/* What may be typed for yes: one of these amounts; with none, the word. */
struct wanted {
    size_t count;
    struct quantity ways[WAYS_LIMIT];
};

/* ---- what the act's amount is */

/* The volumes of rows that draw from vials, and their mass; or how many containers came. */
static void amounts_of_rows(struct recording *recording, const struct field *field, const struct value *value,
                            struct wanted *wanted)
{
    struct view *view = recording->book.reading.view;
    uint64_t volume_ul = 0, mass_ng = 0, containers = 0, mass;
    struct list_cursor cursor;
    struct facts row;

    list_begin(&cursor, field, value);
    while (rows_next(&cursor, &row)) {
        const struct field *volume = field_named(row.fields, "volume"), *count = field_named(row.fields, "containers");
        uint32_t vial = view_resolve(view, SUBJECT_VIAL, &row.values[0]);
        uint32_t product = (uint32_t)view_number(view, SUBJECT_VIAL, vial, VIAL_PRODUCT);

        if (count != NULL)
            containers += (uint64_t)facts_number(&row, count->key, 0);
        if (volume == NULL)
            continue;
        volume_ul += (uint64_t)facts_number(&row, volume->key, 0);
        if (mass_of_volume((uint64_t)facts_number(&row, volume->key, 0),
                           (uint64_t)view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH), &mass))
            mass_ng += mass;
    }
    if (volume_ul > 0) {
        wanted->ways[wanted->count++] = (struct quantity){ QUANTITY_UL, volume_ul };
        wanted->ways[wanted->count++] = (struct quantity){ QUANTITY_NG, mass_ng };
    } else if (containers > 0) {
        wanted->ways[wanted->count++] = (struct quantity){ QUANTITY_CONTAINERS, containers };
    }
}

static struct wanted wanted_of(struct recording *recording, const struct act *act)
{
    const struct facts *facts = &act->event.facts;
    struct wanted wanted = { .count = 0 };

    for (size_t i = 0; facts->fields[i].name != NULL && wanted.count == 0; i++) {
        const struct value *value = &facts->values[i];

        if (!value->present)
            continue;
        if (facts->fields[i].type == FIELD_QUANTITY && value->second != QUANTITY_REST)
            wanted.ways[wanted.count++] = (struct quantity){ (enum quantity_unit)value->second, (uint64_t)value->number };
        else if (facts->fields[i].type == FIELD_MASS)
            wanted.ways[wanted.count++] = (struct quantity){ QUANTITY_NG, (uint64_t)value->number };
        else if (facts->fields[i].type == FIELD_ROWS)
            amounts_of_rows(recording, &facts->fields[i], value, &wanted);
    }
    return wanted;
}

/* ---- whether to ask */

/* A draw that takes more than the book knew of. */
static bool has_overfill(const struct act *act)
{
    const struct value *sources = act->event.kind->number == KIND_DRAW ? facts_get(&act->event.facts, FACT_DRAW_SOURCES) : NULL;
    struct list_cursor cursor;
    struct facts row;

    if (sources == NULL)
        return false;
    list_begin(&cursor, field_with_key(act->event.kind->fields, FACT_DRAW_SOURCES), sources);
    while (rows_next(&cursor, &row))
        if (facts_number(&row, field_named(row.fields, "overfill")->key, 0) != 0)
            return true;
    return false;
}

static bool is_unusual(const struct act *act)
{
    for (size_t i = 0; i < act->verdict.broken_count; i++) {
        enum refusal_class class_ = refusal_find(act->verdict.broken[i].code)->class_;

        if (class_ == CLASS_SOFT || class_ == CLASS_FORBIDDEN)
            return true;
    }
    return has_overfill(act);
}

/* Whether somebody is still to type a passphrase. */
static bool will_ask_passphrase(const struct recording *recording)
{
    bool needs_passphrase = false;
    struct error error;

    for (size_t i = 0; i < recording->ring.count; i++) {
        const struct ring_key *key = &recording->ring.keys[i];

        if (key->key == NULL && passfile_find(&recording->ring.passfile, key->handle) == NULL &&
            key_look(key->path, key->handle, &needs_passphrase, &error) == LEDGER_OK && needs_passphrase)
            return true;
    }
    return false;
}

/* ---- asking */

static bool is_yes(const struct wanted *wanted, const char *line)
{
    struct quantity typed;

    if (wanted->count == 0)
        return strcmp(line, "yes") == 0;
    if (quantity_parse(line, &typed, NULL) != QUANTITY_OK)
        return false;
    for (size_t i = 0; i < wanted->count; i++)
        if (typed.unit == wanted->ways[i].unit && typed.amount == wanted->ways[i].amount)
            return true;
    return false;
}

static enum ledger_status confirm(struct recording *recording, size_t index, struct error *error)
{
    enum ledger_status status = book_foresee(&recording->book, recording->list, error);
    struct wanted wanted;
    char line[LINE_SIZE], question[96], which[48] = "this";

    if (status != LEDGER_OK)
        return status;
    wanted = wanted_of(recording, &recording->list->acts[index]);
    book_rest(&recording->book);
    if (recording->list->count > 1)
        snprintf(which, sizeof which, "%zu", index + 1);
    snprintf(question, sizeof question, " To sign %s, type %s: ", which, wanted.count > 0 ? "the amount again" : "yes");
    for (int tries = 0; tries < CONFIRM_TRIES; tries++) {
        status = terminal_ask(question, line, error);
        if (status != LEDGER_OK || line[0] == '\0')
            break;
        if (is_yes(&wanted, line))
            return LEDGER_OK;
        remark(wanted.count > 0 ? " That is another amount.\n" : " Only yes is taken for yes.\n");
    }
    return status != LEDGER_OK ? status : error_set(error, REFUSAL_DECLINED, "it was not confirmed");
}

/* Of a long list, how many acts there are, which the summary says. */
static enum ledger_status confirm_count(struct recording *recording, struct error *error)
{
    char line[LINE_SIZE], wanted[24];
    enum ledger_status status;

    snprintf(wanted, sizeof wanted, "%zu", recording->list->count);
    for (int tries = 0; tries < CONFIRM_TRIES; tries++) {
        status = terminal_ask(" To sign all of them, type how many there are: ", line, error);
        if (status != LEDGER_OK)
            return status;
        if (strcmp(line, wanted) == 0)
            return LEDGER_OK;
        if (line[0] == '\0')
            break;
        remark(" That is another number.\n");
    }
    return error_set(error, REFUSAL_DECLINED, "it was not confirmed");
}

/* What is unusual is confirmed act by act; where no passphrase is typed and nothing is, the last act, which stands for all. */
enum ledger_status confirm_list(struct recording *recording, struct error *error)
{
    bool has_passphrase = will_ask_passphrase(recording);
    size_t last = recording->list->count - 1;
    enum ledger_status status = LEDGER_OK;
    bool is_confirmed = has_passphrase;

    if (!terminal_can_ask())
        return LEDGER_OK;
    if (recording->is_long)
        return confirm_count(recording, error);
    for (size_t i = 0; i <= last && status == LEDGER_OK; i++) {
        if (!is_unusual(&recording->list->acts[i]) && (i < last || is_confirmed))
            continue;
        status = confirm(recording, i, error);
        is_confirmed = true;
    }
    return status;
}

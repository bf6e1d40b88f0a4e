#include "cli/row.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "schema/amount.h"

/* ---- what types are called for programs */

/* What stands behind the name, for each of at most two keys; the second is NULL where there is one. */
static const char *const suffixes[][2] = {
    [COLUMN_TEXT] = { "" },          [COLUMN_LIST] = { "" },        [COLUMN_MARKS] = { "" },
    [COLUMN_NUMBER] = { "" },        [COLUMN_ENTRY] = { "" },       [COLUMN_YES] = { "" },
    [COLUMN_VOLUME] = { "_ul" },     [COLUMN_MASS] = { "_ng" },     [COLUMN_AMOUNT] = { "_ng", "_ul" },
    [COLUMN_PER_KG] = { "_ng_per_kg" }, [COLUMN_WEIGHT] = { "_g" }, [COLUMN_STRENGTH] = { "_ug_per_ml" },
    [COLUMN_TIME] = { "", "_ms" },   [COLUMN_DATE] = { "" },
};

/* ---- putting */

void row_begin(struct row *row, const struct column *columns)
{
    row->columns = columns;
    for (row->count = 0; columns[row->count].name != NULL; row->count++)
        assert(row->count < ROW_CELLS);
    row_clear(row);
}

void row_clear(struct row *row)
{
    memset(row->cells, 0, sizeof row->cells);
    row->used = 0;
}

static struct cell *cell_of(struct row *row, const char *column, bool is_text, bool is_list)
{
    for (size_t i = 0; i < row->count; i++) {
        enum column_type type = row->columns[i].type;

        if (strcmp(row->columns[i].name, column) != 0)
            continue;
        assert((type == COLUMN_TEXT) == is_text && (type == COLUMN_LIST || type == COLUMN_MARKS) == is_list);
        row->cells[i].is_set = true;
        return &row->cells[i];
    }
    assert(false); /* a value has a column */
    return NULL;
}

/* A copy; what the row has no room for ends in an ellipsis, after a whole character. */
static const char *keep(struct row *row, const char *text)
{
    static const char ellipsis[] = "\u2026";
    size_t size = strlen(text), room = sizeof row->room - row->used;
    char *out = row->room + row->used;

    if (room <= sizeof ellipsis)
        return "";
    if (size >= room - sizeof ellipsis) {
        for (size = room - 2 * sizeof ellipsis; size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80; size--)
            continue;
        memcpy(out + size, ellipsis, sizeof ellipsis);
        memcpy(out, text, size);
        row->used += size + sizeof ellipsis;
        return out;
    }
    memcpy(out, text, size + 1);
    row->used += size + 1;
    return out;
}

void row_text(struct row *row, const char *column, const char *text)
{
    cell_of(row, column, true, false)->text = keep(row, text);
}

/* The items of a list stand one behind the other: nothing else may be put between two of them. */
void row_item(struct row *row, const char *column, const char *text)
{
    struct cell *cell = cell_of(row, column, false, true);

    if (cell->text != NULL) {
        assert(cell->text + strlen(cell->text) + 1 == row->room + row->used);
        row->room[row->used - 1] = '\n';
        keep(row, text);
        return;
    }
    cell->text = keep(row, text);
}

void row_number(struct row *row, const char *column, int64_t number)
{
    cell_of(row, column, false, false)->number = number;
}

void row_amount(struct row *row, const char *column, uint64_t mass_ng, uint64_t volume_ul)
{
    struct cell *cell = cell_of(row, column, false, false);

    cell->number = (int64_t)mass_ng;
    cell->second = (int64_t)volume_ul;
}

void row_time(struct row *row, const char *column, struct at at)
{
    struct cell *cell = cell_of(row, column, false, false);

    cell->number = at.ms;
    cell->second = at.offset_min;
}

/* ---- the screen */

bool row_has(const struct row *row, size_t index)
{
    const struct cell *cell = &row->cells[index];

    if (!cell->is_set)
        return false;
    return row->columns[index].type == COLUMN_YES ? cell->number != 0 : cell->text == NULL || cell->text[0] != '\0';
}

/* To the minute; the rest is for `show ENTRY` and for programs. */
static const char *minute_text(const struct cell *cell, char *out)
{
    civil_format_local((struct at){ cell->number, (int32_t)cell->second }, out);
    out[16] = '\0';
    return out;
}

static const char *list_text(const char *items, char out[static ROW_ROOM])
{
    size_t used = 0;

    for (; *items != '\0' && used < ROW_ROOM - 3; items++) {
        out[used++] = *items == '\n' ? ',' : *items;
        if (*items == '\n')
            out[used++] = ' ';
    }
    out[used] = '\0';
    return out;
}

/* Grams as kg, without trailing zeros. */
static const char *weight_text(int64_t weight_g, char out[static ROW_ROOM])
{
    size_t used = (size_t)snprintf(out, ROW_ROOM, "%" PRId64 ".%03" PRId64, weight_g / 1000, weight_g % 1000);

    while (out[used - 1] == '0')
        used--;
    used -= out[used - 1] == '.';
    snprintf(out + used, ROW_ROOM - used, " kg");
    return out;
}

static const char *mass_text(int64_t mass_ng, const char *behind, char out[static ROW_ROOM])
{
    char text[AMOUNT_TEXT_SIZE];

    snprintf(out, ROW_ROOM, "%s%s%s", mass_ng < 0 ? "-" : "", format_mass((uint64_t)(mass_ng < 0 ? -mass_ng : mass_ng), text),
             behind);
    return out;
}

static const char *volume_text(int64_t volume_ul, char out[static ROW_ROOM])
{
    char text[AMOUNT_TEXT_SIZE];

    snprintf(out, ROW_ROOM, "%s%s", volume_ul < 0 ? "-" : "", format_volume((uint64_t)(volume_ul < 0 ? -volume_ul : volume_ul), text));
    return out;
}

const char *row_screen_text(const struct row *row, size_t index, char out[static ROW_ROOM])
{
    const struct cell *cell = &row->cells[index];

    out[0] = '\0';
    if (!row_has(row, index))
        return out;
    switch (row->columns[index].type) {
    case COLUMN_TEXT:
        return cell->text;
    case COLUMN_LIST:
    case COLUMN_MARKS:
        return list_text(cell->text, out);
    case COLUMN_ENTRY:
        snprintf(out, ROW_ROOM, "#%" PRId64, cell->number);
        return out;
    case COLUMN_YES:
        return "yes";
    case COLUMN_VOLUME:
        return volume_text(cell->number, out);
    case COLUMN_MASS:
        return mass_text(cell->number, "", out);
    case COLUMN_AMOUNT:
        return format_amount_pair((uint64_t)cell->number, (uint64_t)cell->second, out);
    case COLUMN_PER_KG:
        return mass_text(cell->number, "/kg", out);
    case COLUMN_WEIGHT:
        return weight_text(cell->number, out);
    case COLUMN_STRENGTH:
        return format_strength((uint64_t)cell->number, out);
    case COLUMN_TIME:
        return minute_text(cell, out);
    case COLUMN_DATE:
        return civil_format_date((int32_t)cell->number, out);
    case COLUMN_NUMBER:
        break;
    }
    snprintf(out, ROW_ROOM, "%" PRId64, cell->number);
    return out;
}

const char *column_heading(const struct column *column, char out[static KEY_SIZE])
{
    size_t size = 0;

    for (; column->name[size] != '\0' && size < KEY_SIZE - 1; size++)
        out[size] = column->name[size] == '_' ? ' ' : column->name[size];
    out[size] = '\0';
    return out;
}

/* ---- for programs */

/* 2026-11-16T09:24:00.000-05:00 */
static const char *rfc3339(int64_t ms, int64_t offset_min, char out[static CIVIL_TEXT_SIZE])
{
    struct civil_time time = at_local_time((struct at){ ms, (int32_t)offset_min });
    int64_t minutes = offset_min < 0 ? -offset_min : offset_min;
    char date[CIVIL_TEXT_SIZE];

    snprintf(out, CIVIL_TEXT_SIZE, "%.10sT%02d:%02d:%02d.%03d%c%02d:%02d", civil_format_date(civil_days(time.date), date),
             (int)(time.hour % 100), (int)(time.minute % 100), (int)(time.second % 100), (int)(time.millisecond % 1000),
             offset_min < 0 ? '-' : '+', (int)(minutes / 60 % 100), (int)(minutes % 60));
    return out;
}

static void take_value(const struct cell *cell, enum column_type type, size_t part, struct fact *fact)
{
    fact->form = FACT_NUMBER;
    fact->number = part == 0 || type == COLUMN_TIME ? cell->number : cell->second;
    fact->text = cell->text;
    if (type == COLUMN_LIST || type == COLUMN_MARKS) {
        fact->form = FACT_LIST;
        fact->text = cell->text != NULL ? cell->text : "";
    } else if (!cell->is_set) {
        fact->form = FACT_NOTHING;
    } else if (type == COLUMN_TEXT) {
        fact->form = FACT_TEXT;
    } else if (type == COLUMN_YES) {
        fact->form = FACT_YES;
    } else if (type == COLUMN_DATE || (type == COLUMN_TIME && part == 0)) {
        fact->form = FACT_TEXT;
        fact->text = type == COLUMN_DATE ? civil_format_date((int32_t)cell->number, fact->buffer)
                                         : rfc3339(cell->number, cell->second, fact->buffer);
    }
}

bool row_next(const struct row *row, struct row_cursor *cursor, struct fact *fact)
{
    for (; cursor->index < row->count; cursor->index++, cursor->part = 0) {
        const struct column *column = &row->columns[cursor->index];

        if ((column->flags & COLUMN_SCREEN) != 0 || cursor->part == 2 || suffixes[column->type][cursor->part] == NULL)
            continue;
        fact->column = column;
        snprintf(fact->key, sizeof fact->key, "%s%s", column->name, suffixes[column->type][cursor->part]);
        take_value(&row->cells[cursor->index], column->type, cursor->part, fact);
        cursor->part++;
        return true;
    }
    return false;
}

static void answer_items(struct answer *list, const char *items)
{
    while (*items != '\0') {
        size_t size = strcspn(items, "\n");

        answer_bytes_text(list, NULL, bytes_of(items, size));
        items += size + (items[size] == '\n');
    }
}

void row_answer(const struct row *row, struct answer *answer)
{
    struct row_cursor cursor = { 0, 0 };
    struct fact fact;

    while (row_next(row, &cursor, &fact))
        switch (fact.form) {
        case FACT_NOTHING:
            answer_null(answer, fact.key);
            break;
        case FACT_NUMBER:
            answer_number(answer, fact.key, fact.number);
            break;
        case FACT_TEXT:
            answer_text(answer, fact.key, fact.text);
            break;
        case FACT_LIST:
            answer_items(answer_list(answer, fact.key), fact.text);
            break;
        case FACT_YES:
            answer_yes(answer, fact.key, fact.number != 0);
            break;
        }
}

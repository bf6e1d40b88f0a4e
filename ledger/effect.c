#include "ledger/effect.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/state_internal.h"
#include "schema/cbor.h"

/* ---- which places (SPEC section 9.8) */

#define BIT(place) (UINT64_C(1) << (place))
#define BITS(first, last) ((BIT((last) - (first) + 1) - 1) << (first))

/* Of each table the named places whose differences count, and how many of its named places are set or counted. */
static const struct table {
    uint64_t counted;
    uint16_t places;
} tables[LEAF_TABLE_LIMIT] = {
    [SUBJECT_VIAL] = { BIT(VIAL_DRAWS) | BITS(VIAL_LABELLED, VIAL_LEFT), VIAL_PLACE_COUNT },
    [SUBJECT_DOSE] = { BIT(DOSE_SPRAYS) | BITS(DOSE_DRAWN, DOSE_ADJUSTED_DOWN), DOSE_SOURCES },
    [SUBJECT_SESSION] = { BIT(SESSION_DOSES) | BIT(SESSION_OPEN_DOSES) | BIT(SESSION_COMMITTED) | BIT(SESSION_GIVEN) |
                              BIT(SESSION_VITALS),
                          SESSION_PLACE_COUNT },
    [SUBJECT_PATIENT] = { BIT(PATIENT_SESSIONS), PATIENT_MAY_NOT_ACT },
    [SUBJECT_ORDER] = { BIT(ORDER_USED), ORDER_PLACE_COUNT },
    [SUBJECT_CASE] = { BIT(CASE_ADJUSTED) | BIT(CASE_COMPENSATED), CASE_PEOPLE },
    [LEAF_TABLE_SHELF] = { BIT(SHELF_SEALED) | BIT(SHELF_OPEN), SHELF_PLACE_COUNT },
    [LEAF_TABLE_TOTAL] = { BITS(TOTAL_OPENING, TOTAL_ON_HAND), TOTAL_PLACE_COUNT },
    [LEAF_TABLE_SITE] = { BIT(SITE_OPEN_DOSES) | BIT(SITE_TRANSFERRED), 0 },
};

bool effect_knows(unsigned table)
{
    return table < LEAF_TABLE_LIMIT && tables[table].counted != 0;
}

/* Of a source of a dose: which vial and product it is is set, the amounts count. */
static enum effect_sort sort_of_source(unsigned place)
{
    switch ((place - DOSE_SOURCES) % SOURCE_PLACES) {
    case SOURCE_VIAL:
    case SOURCE_PRODUCT:
        return EFFECT_SET;
    default:
        return EFFECT_COUNTED;
    }
}

enum effect_sort effect_sort(unsigned table, unsigned place)
{
    if (!effect_knows(table))
        return EFFECT_NONE;
    if (table == SUBJECT_DOSE && place >= DOSE_SOURCES)
        return place == EFFECT_LENGTH ? EFFECT_SET : sort_of_source(place);
    if (place < 64 && (tables[table].counted >> place & 1) != 0)
        return EFFECT_COUNTED;
    return place < tables[table].places ? EFFECT_SET : EFFECT_NONE;
}

/* ---- rows */

void effect_release(struct effect *effect)
{
    free((uint8_t *)effect->facts.data);
    free(effect->births);
    free(effect->rows);
    free(effect->placed);
    *effect = EFFECT_EMPTY;
}

struct effect effect_as_placed(const struct effect *effect)
{
    struct effect placed = *effect;

    if (effect->is_changed) {
        placed.rows = effect->placed;
        placed.row_count = effect->placed_count;
    }
    return placed;
}

bool effect_keep_placed(struct effect *effect)
{
    if (effect->is_changed)
        return true;
    if (effect->row_count > 0) {
        effect->placed = malloc(effect->row_count * sizeof effect->placed[0]);
        if (effect->placed == NULL)
            return false;
        memcpy(effect->placed, effect->rows, effect->row_count * sizeof effect->placed[0]);
    }
    effect->placed_count = effect->row_count;
    effect->is_changed = true;
    return true;
}

bool effect_drop_rows(struct effect *effect)
{
    bool is_kept = effect_keep_placed(effect);

    effect->row_count = 0;
    return is_kept;
}

bool effect_put_facts(struct effect *effect, struct bytes facts)
{
    uint8_t *copy = facts.size > 0 ? malloc(facts.size) : NULL;

    if (facts.size > 0 && copy == NULL)
        return false;
    if (copy != NULL)
        memcpy(copy, facts.data, facts.size);
    free((uint8_t *)effect->facts.data);
    effect->facts = bytes_of(copy, facts.size);
    return true;
}

bool effect_add_birth(struct effect *effect, unsigned subject, uint32_t id)
{
    struct effect_birth *last = effect->birth_count > 0 ? &effect->births[effect->birth_count - 1] : NULL;
    struct effect_birth *births;

    if (last != NULL && last->subject == subject && last->first + last->count == id) {
        last->count++;
        return true;
    }
    births = realloc(effect->births, (effect->birth_count + 1) * sizeof births[0]);
    if (births == NULL)
        return false;
    effect->births = births;
    births[effect->birth_count++] = (struct effect_birth){ (uint8_t)subject, id, 1 };
    return true;
}

/* Room for one row more, at `index`. */
static struct effect_row *make_room(struct effect *effect, size_t index)
{
    if (effect->row_count == effect->row_capacity) {
        size_t capacity = effect->row_capacity > 0 ? 2 * effect->row_capacity : 32;
        struct effect_row *rows = realloc(effect->rows, capacity * sizeof rows[0]);

        if (rows == NULL)
            return NULL;
        effect->rows = rows;
        effect->row_capacity = capacity;
    }
    memmove(effect->rows + index + 1, effect->rows + index, (effect->row_count - index) * sizeof effect->rows[0]);
    effect->row_count++;
    return effect->rows + index;
}

/* Rows ascend by table, id and place: one number for the three. */
static uint64_t rank(const struct effect_row *row)
{
    return (uint64_t)row->table << 40 | (uint64_t)row->id << 8 | row->place;
}

bool effect_add(struct effect *effect, struct effect_row row)
{
    size_t at = effect->row_count; /* mostly at the end: they come in order */

    while (at > 0 && rank(&effect->rows[at - 1]) >= rank(&row))
        at--;
    if (at < effect->row_count && rank(&effect->rows[at]) == rank(&row)) {
        effect->rows[at].after = row.is_set ? row.after : effect->rows[at].after + row.after;
        return true;
    }
    if (make_room(effect, at) == NULL)
        return false;
    effect->rows[at] = row;
    return true;
}

void effect_change(struct view *view, struct effect *effect, struct effect_row row)
{
    if (!effect_add(effect, row))
        view_no_memory(view);
}

/* ---- as it is kept */

static bool read_row(struct reader *reader, struct effect_row *row)
{
    uint64_t count = 0, table = 0, place = 0;

    if (!read_array(reader, 4, 5, &count) || !read_uint(reader, LEAF_TABLE_LIMIT - 1, &table) ||
        !read_u32(reader, 1, UINT32_MAX, &row->id) || !read_uint(reader, EFFECT_LENGTH, &place) ||
        (count == 5 && !read_int(reader, -INT64_MAX, INT64_MAX, &row->before)) ||
        !read_int(reader, -INT64_MAX, INT64_MAX, &row->after) || !read_array_end(reader))
        return false;
    row->table = (uint8_t)table;
    row->place = (uint8_t)place;
    row->is_set = count == 5;
    return effect_sort(row->table, row->place) == (row->is_set ? EFFECT_SET : EFFECT_COUNTED);
}

static bool read_rows(struct reader *reader, struct effect *effect)
{
    uint64_t count = 0;

    if (!read_array(reader, 0, UINT32_MAX, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        struct effect_row row = { .before = 0 };

        if (!read_row(reader, &row) || (effect->row_count > 0 && rank(&effect->rows[effect->row_count - 1]) >= rank(&row)) ||
            !effect_add(effect, row))
            return false;
    }
    return read_array_end(reader);
}

/* The rows as placed, which are read first into the place of those in force. */
static bool read_placed(struct reader *reader, struct effect *effect)
{
    struct effect placed = EFFECT_EMPTY;
    bool good;

    if (read_null_if(reader))
        return true;
    good = read_rows(reader, &placed);
    effect->is_changed = true;
    effect->placed = placed.rows;
    effect->placed_count = placed.row_count;
    return good;
}

static bool read_births(struct reader *reader, struct effect *effect)
{
    uint64_t count = 0, subject = 0;

    if (!read_array(reader, 0, UINT32_MAX, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        struct effect_birth birth;

        if (!read_array(reader, 3, 3, NULL) || !read_uint(reader, SUBJECT_SESSION, &subject) ||
            !read_u32(reader, 1, UINT32_MAX, &birth.first) || !read_u32(reader, 1, UINT32_MAX, &birth.count) ||
            !read_array_end(reader) || !effect_add_birth(effect, (unsigned)subject, birth.first))
            return false;
        effect->births[effect->birth_count - 1].count = birth.count;
    }
    return read_array_end(reader);
}

/* What a correction says of it: when it happened, and its facts. */
static bool read_corrected(struct reader *reader, struct effect *effect)
{
    struct bytes facts = bytes_of(NULL, 0);
    uint64_t ms = 0;
    int64_t offset_min = 0;

    effect->has_at = !read_null_if(reader);
    if (effect->has_at && (!read_array(reader, 2, 2, NULL) || !read_uint(reader, (uint64_t)CIVIL_MS_MAX, &ms) ||
                           !read_int(reader, -CIVIL_OFFSET_LIMIT_MIN, CIVIL_OFFSET_LIMIT_MIN, &offset_min) ||
                           !read_array_end(reader)))
        return false;
    effect->at = (struct at){ (int64_t)ms, (int32_t)offset_min };
    if (read_null_if(reader))
        return true;
    return read_bytes(reader, 1, COSE_PAYLOAD_LIMIT, &facts) && effect_put_facts(effect, facts);
}

static bool decode(struct bytes bytes, struct effect *effect)
{
    struct reader reader;
    uint64_t how = 0;

    reader_init(&reader, bytes, 3);
    if (!read_array(&reader, 7, 7, NULL) || !read_u32(&reader, 0, UINT32_MAX, &effect->corrected_by) ||
        !read_uint(&reader, CORRECT_AGAIN, &how) || !read_corrected(&reader, effect) || !read_births(&reader, effect) ||
        !read_rows(&reader, effect) || !read_placed(&reader, effect))
        return false;
    effect->how = (uint8_t)how;
    return read_array_end(&reader) && reader_end(&reader) == READ_OK;
}

bool effect_load(struct view *view, uint32_t entry, struct effect *effect)
{
    struct bytes bytes;

    *effect = EFFECT_EMPTY;
    if (!view_effect(view, entry, &bytes))
        return false;
    if (decode(bytes, effect))
        return true;
    effect_release(effect);
    view_damaged(view, LEAF_TABLE_EFFECT, entry);
    return false;
}

uint32_t effect_void_by(struct view *view, uint32_t entry)
{
    struct effect effect;
    uint32_t void_by = 0;

    if (effect_load(view, entry, &effect) && effect.how == CORRECT_VOID)
        void_by = effect.corrected_by;
    effect_release(&effect);
    return void_by;
}

static void write_row(struct writer *writer, const struct effect_row *row)
{
    write_array(writer, row->is_set ? 5 : 4);
    write_uint(writer, row->table);
    write_uint(writer, row->id);
    write_uint(writer, row->place);
    if (row->is_set)
        write_int(writer, row->before);
    write_int(writer, row->after);
}

/* What came and went again is no change. */
static void drop_nothings(struct effect *effect)
{
    size_t kept = 0;

    for (size_t i = 0; i < effect->row_count; i++)
        if (effect->rows[i].before != effect->rows[i].after)
            effect->rows[kept++] = effect->rows[i];
    effect->row_count = kept;
}

static void write_rows(struct writer *writer, const struct effect_row *rows, size_t count)
{
    write_array(writer, count);
    for (size_t i = 0; i < count; i++)
        write_row(writer, &rows[i]);
}

static bool is_as_placed(const struct effect *effect)
{
    if (!effect->is_changed)
        return true;
    if (effect->placed_count != effect->row_count)
        return false;
    for (size_t i = 0; i < effect->row_count; i++)
        if (rank(&effect->rows[i]) != rank(&effect->placed[i]) || effect->rows[i].before != effect->placed[i].before ||
            effect->rows[i].after != effect->placed[i].after)
            return false;
    return true;
}

static void write_effect(struct writer *writer, const struct effect *effect)
{
    write_array(writer, 7);
    write_uint(writer, effect->corrected_by);
    write_uint(writer, effect->how);
    if (effect->has_at) {
        write_array(writer, 2);
        write_uint(writer, (uint64_t)effect->at.ms);
        write_int(writer, effect->at.offset_min);
    } else {
        write_null(writer);
    }
    if (effect->facts.size > 0)
        write_bytes(writer, effect->facts);
    else
        write_null(writer);
    write_array(writer, effect->birth_count);
    for (size_t i = 0; i < effect->birth_count; i++) {
        write_array(writer, 3);
        write_uint(writer, effect->births[i].subject);
        write_uint(writer, effect->births[i].first);
        write_uint(writer, effect->births[i].count);
    }
    write_rows(writer, effect->rows, effect->row_count);
    if (is_as_placed(effect))
        write_null(writer);
    else
        write_rows(writer, effect->placed, effect->placed_count);
}

void effect_keep(struct view *view, uint32_t entry, struct effect *effect)
{
    enum { HEAD_SIZE = 64, BIRTH_SIZE = 12, ROW_SIZE = 28 }; /* the most that each takes */
    size_t capacity;
    struct writer writer;
    uint8_t *bytes;

    drop_nothings(effect);
    capacity = HEAD_SIZE + effect->facts.size + BIRTH_SIZE * effect->birth_count +
               ROW_SIZE * (effect->row_count + effect->placed_count);
    bytes = malloc(capacity);
    if (bytes == NULL) {
        view_no_memory(view);
        return;
    }
    writer_init(&writer, bytes, capacity);
    write_effect(&writer, effect);
    assert(!writer.failed);
    view_effect_put(view, entry, writer_bytes(&writer));
    free(bytes);
}

/* ---- of an event */

static int64_t number_at(const struct leaf *leaf, unsigned place)
{
    return place < leaf->count ? leaf->state[place] : 0;
}

/* What is born is not set to anything: only what it holds counts. */
static bool add_places(struct effect *effect, const struct leaf *before, const struct leaf *leaf)
{
    unsigned count = before->count > leaf->count ? before->count : leaf->count;

    for (unsigned place = 0; place < count; place++) {
        int64_t was = number_at(before, place), is = number_at(leaf, place);
        enum effect_sort sort = was != is ? effect_sort(leaf->table, place) : EFFECT_NONE;
        struct effect_row row = { .table = leaf->table, .id = leaf->id, .place = (uint8_t)place, .is_set = sort == EFFECT_SET };

        if (sort == EFFECT_NONE || (row.is_set && before->count == 0))
            continue;
        row.before = row.is_set ? was : 0;
        row.after = row.is_set ? is : is - was;
        if (!effect_add(effect, row))
            return false;
    }
    return true;
}

bool effect_of(struct view *view, enum view_scope scope, struct effect *effect)
{
    size_t count = view_scope_sort(view, scope);

    *effect = EFFECT_EMPTY;
    for (size_t i = 0; i < count; i++) {
        struct leaf before;
        const struct leaf *leaf = view_scope_leaf(view, scope, i, &before);
        struct effect_row length = { leaf->table, EFFECT_LENGTH, true, leaf->id, before.count, leaf->count };

        if (!add_places(effect, &before, leaf))
            return false;
        if (leaf->table <= SUBJECT_SESSION && before.count == 0 && !effect_add_birth(effect, leaf->table, leaf->id))
            return false;
        if (leaf->table == SUBJECT_DOSE && before.count != 0 && before.count != leaf->count && !effect_add(effect, length))
            return false;
    }
    return true;
}

bool effect_moves_totals(struct view *view)
{
    size_t count = view_scope_sort(view, SCOPE_EVENT);

    for (size_t i = 0; i < count; i++) {
        struct leaf before;
        const struct leaf *leaf = view_scope_leaf(view, SCOPE_EVENT, i, &before);

        for (unsigned place = 0; leaf->table == LEAF_TABLE_TOTAL && place < leaf->count; place++)
            if (leaf->state[place] != number_at(&before, place))
                return true;
    }
    return false;
}

/* ---- shelves */

uint32_t shelf_row(uint32_t place, uint32_t product)
{
    assert(place <= PLACE_LIMIT && product <= PRODUCT_LIMIT);
    return place << 8 | product;
}

/* Issued, finished and void ones stand on no shelf. */
static void count_vial(struct view *view, const struct leaf *vial, int64_t change)
{
    int64_t state = number_at(vial, VIAL_STATE);
    struct leaf *shelf;

    if (state != VIAL_SEALED && state != VIAL_OPEN)
        return;
    shelf = view_make(view, LEAF_TABLE_SHELF,
                      shelf_row((uint32_t)vial->state[VIAL_PLACE], (uint32_t)vial->state[VIAL_PRODUCT]));
    shelf->state[state == VIAL_SEALED ? SHELF_SEALED : SHELF_OPEN] += change;
}

static bool stands_as_before(const struct leaf *before, const struct leaf *vial)
{
    return number_at(before, VIAL_STATE) == vial->state[VIAL_STATE] && before->state[VIAL_PLACE] == vial->state[VIAL_PLACE] &&
           before->state[VIAL_PRODUCT] == vial->state[VIAL_PRODUCT];
}

void effect_move_shelves(struct view *view)
{
    size_t count = view_scope_sort(view, SCOPE_EVENT);

    for (size_t i = 0; i < count; i++) { /* shelves given out meanwhile come behind */
        struct leaf before;
        const struct leaf *vial = view_scope_leaf(view, SCOPE_EVENT, i, &before);

        if (vial->table != SUBJECT_VIAL || stands_as_before(&before, vial))
            continue;
        count_vial(view, &before, -1);
        count_vial(view, vial, 1);
    }
}

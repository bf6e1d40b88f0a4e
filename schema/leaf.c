#include "schema/leaf.h"

#include <assert.h>
#include <string.h>

#include "schema/kinds.h"

#define LEAF_ROW(constant_, name_, unit_) { name_, unit_ },
static const struct leaf_place vial[] = { VIAL_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place dose[] = { DOSE_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place session[] = { SESSION_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place patient[] = { PATIENT_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place person_acts[] = { PERSON_ACTS_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place credential[] = { CREDENTIAL_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place product[] = { PRODUCT_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place place[] = { PLACE_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place party[] = { PARTY_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place order[] = { ORDER_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place count[] = { COUNT_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place kase[] = { CASE_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place due[] = { DUE_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place override[] = { OVERRIDE_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place filing[] = { FILING_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place shelf[] = { SHELF_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place total[] = { TOTAL_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place site[] = { SITE_PLACES(LEAF_ROW) { NULL, NULL } };
static const struct leaf_place none[] = { { NULL, NULL } };

/* A policy has no named places: its own keys stand there, and after them what its lists hold. */
enum {
    POLICY_PLACES_LIMIT = (int)POLICY_KEYS + (int)POLICY_OFFSETS_LIMIT + (int)POLICY_HOLIDAYS_LIMIT +
                          (int)POLICY_PROTOCOLS_LIMIT * (int)PROTOCOL_PLACES
};
static_assert((int)POLICY_PLACES_LIMIT <= (int)LEAF_STATE_LIMIT, "the fullest policy fits into a leaf");

/* What may follow the named places: sources, persons, subjects, or all of a policy. */
static const struct table {
    const struct leaf_place *places;
    uint16_t more;
} tables[LEAF_TABLE_LIMIT] = {
    [SUBJECT_VIAL] = { vial, 0 },
    [SUBJECT_DOSE] = { dose, (uint16_t)SOURCE_PLACES * (uint16_t)DOSE_SOURCE_LIMIT },
    [SUBJECT_SESSION] = { session, 0 },
    [SUBJECT_PATIENT] = { patient, 64 },
    [SUBJECT_PERSON_ACTS] = { person_acts, 0 },
    [SUBJECT_CREDENTIAL] = { credential, 0 },
    [SUBJECT_PRODUCT] = { product, 0 },
    [SUBJECT_PLACE] = { place, 0 },
    [SUBJECT_PARTY] = { party, 0 },
    [SUBJECT_ORDER] = { order, 0 },
    [SUBJECT_COUNT] = { count, 0 },
    [SUBJECT_CASE] = { kase, CASE_PEOPLE_LIMIT },
    [SUBJECT_POLICY] = { none, POLICY_PLACES_LIMIT },
    [LEAF_TABLE_OVERRIDE] = { override, 0 },
    [LEAF_TABLE_FILING] = { filing, 0 },
    [LEAF_TABLE_SHELF] = { shelf, 0 },
    [LEAF_TABLE_DUE] = { due, 8 },
    [LEAF_TABLE_TOTAL] = { total, 0 },
    [LEAF_TABLE_SITE] = { site, SUBJECT_LAST + 1 },
};

const struct leaf_place *leaf_places(unsigned table)
{
    return table < LEAF_TABLE_LIMIT && tables[table].places != NULL ? tables[table].places : none;
}

uint16_t leaf_place_count(unsigned table)
{
    const struct leaf_place *places = leaf_places(table);
    uint16_t length = 0;

    while (places[length].name != NULL)
        length++;
    return length;
}

uint16_t leaf_capacity(unsigned table)
{
    return table < LEAF_TABLE_LIMIT ? (uint16_t)(leaf_place_count(table) + tables[table].more) : 0;
}

void leaf_encode(const struct leaf *leaf, struct writer *writer)
{
    write_array(writer, 6);
    write_uint(writer, leaf->table);
    write_uint(writer, leaf->id);
    write_uint(writer, leaf->touches);
    write_uint(writer, leaf->last);
    write_bytes(writer, bytes_of(leaf->blind, LEAF_BLIND_SIZE));
    write_array(writer, leaf->count);
    for (uint16_t i = 0; i < leaf->count; i++)
        write_int(writer, leaf->state[i]);
}

bool leaf_decode(struct bytes bytes, struct leaf *leaf)
{
    struct reader reader;
    uint64_t table = 0, length = 0;

    reader_init(&reader, bytes, 2);
    if (!read_array(&reader, 6, 6, NULL) || !read_uint(&reader, LEAF_TABLE_LIMIT - 1, &table) ||
        !read_u32(&reader, 0, UINT32_MAX, &leaf->id) || !read_u32(&reader, 0, UINT32_MAX, &leaf->touches) ||
        !read_u32(&reader, 0, UINT32_MAX, &leaf->last) || !read_bytes_to(&reader, leaf->blind, LEAF_BLIND_SIZE) ||
        !read_array(&reader, 0, leaf_capacity((unsigned)table), &length) || length > leaf->capacity)
        return false;
    for (uint64_t i = 0; i < length; i++)
        if (!read_int(&reader, INT64_MIN, INT64_MAX, &leaf->state[i]))
            return false;
    if (!read_array_end(&reader) || !read_array_end(&reader) || reader_end(&reader) != READ_OK)
        return false;
    leaf->table = (uint8_t)table;
    leaf->count = (uint16_t)length;
    return true;
}

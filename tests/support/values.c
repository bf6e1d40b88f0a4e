#include "tests/support/values.h"

#include <assert.h>
#include <string.h>

#include "schema/amount.h"
#include "schema/civil.h"

static struct bytes filled(struct pool *pool, char letter, size_t size)
{
    uint8_t *at = pool->bytes + pool->used;

    assert(pool->used + size <= sizeof pool->bytes);
    memset(at, letter, size);
    pool->used += size;
    return bytes_of(at, size);
}

static int64_t extreme_choice(const struct field *field, enum extreme extreme)
{
    const struct choice *choice = field->choices;

    while (extreme == MOST && choice[1].number != 0)
        choice++;
    return choice->number;
}

/* Limits of the types that have their own, as SPEC.md section 4.1 gives them. */
static int64_t extreme_number(const struct field *field, enum extreme extreme)
{
    switch (field->type) {
    case FIELD_YES:
        return 1;
    case FIELD_SET:
        return extreme == LEAST ? 0 : 127;
    case FIELD_PERSON:
    case FIELD_ENTRY:
        return extreme == LEAST ? 1 : INT64_C(4294967295);
    case FIELD_DATE:
        return extreme == LEAST ? 0 : 2932896; /* 9999-12-31 */
    case FIELD_INT:
        return extreme == LEAST ? -INT64_MAX : INT64_MAX;
    case FIELD_CHOICE:
        return extreme_choice(field, extreme);
    default:
        return (int64_t)(extreme == LEAST ? field->min : field->max);
    }
}

static void write_values(const struct field *field, enum extreme extreme, uint64_t count, struct pool *pool, struct writer *writer)
{
    struct field one = { .name = field->name, .type = field->of, .subject = field->subject, .min = 1, .max = 256 };

    for (uint64_t i = 0; i < count; i++) {
        struct value value = value_of(&one, extreme, pool);

        if (field->of == FIELD_INT) /* the only list of integers holds offsets from UTC */
            value.number = extreme == LEAST ? -840 : 840;
        value_encode(&one, &value, writer);
    }
}

static void write_rows(const struct field *field, enum extreme extreme, uint64_t count, struct pool *pool, struct writer *writer)
{
    for (uint64_t i = 0; i < count; i++) {
        struct facts row;

        facts_fill(&row, field->row, extreme, extreme == MOST, pool);
        row_encode(&row, writer);
    }
}

/* Written apart first, since what its values point to is in the pool too. */
static struct value list_of_count(const struct field *field, enum extreme extreme, uint64_t count, struct pool *pool)
{
    static uint8_t bytes[POOL_SIZE];
    struct value value = { .present = true, .number = (int64_t)count };
    struct writer writer;

    writer_init(&writer, bytes, sizeof bytes);
    write_array(&writer, count);
    if (field->type == FIELD_LIST)
        write_values(field, extreme, count, pool, &writer);
    else
        write_rows(field, extreme, count, pool, &writer);
    assert(!writer.failed);
    value.bytes = filled(pool, 0, writer.size);
    memcpy(pool->bytes + pool->used - writer.size, bytes, writer.size);
    return value;
}

struct value value_of(const struct field *field, enum extreme extreme, struct pool *pool)
{
    struct value value = { .present = true };

    switch (field->type) {
    case FIELD_TEXT:
        value.bytes = filled(pool, 'a', extreme == LEAST ? field->min : field->max < 256 ? field->max : 256);
        break;
    case FIELD_SLUG:
        value.bytes = filled(pool, 'z', extreme == LEAST ? 2 : 32);
        break;
    case FIELD_GTIN:
        value.bytes = bytes_of_text("00355150438105");
        break;
    case FIELD_NDC:
        value.bytes = bytes_of_text(extreme == LEAST ? "0409-2051-05" : "055150-0439-10");
        break;
    case FIELD_REGISTRATION:
        value.bytes = bytes_of_text("dea:AB1234563");
        break;
    case FIELD_BYTES:
        value.bytes = filled(pool, (char)0x80, extreme == LEAST ? field->min : field->max);
        break;
    case FIELD_HASH:
        value.bytes = filled(pool, (char)0x99, 32);
        break;
    case FIELD_KEY:
        value.second = extreme == LEAST ? -19 : -9;
        value.bytes = filled(pool, 7, extreme == LEAST ? 32 : 64);
        break;
    case FIELD_AT:
        value.number = extreme == LEAST ? 0 : CIVIL_MS_MAX;
        value.second = extreme == LEAST ? -840 : 840;
        break;
    case FIELD_QUANTITY:
        value.second = extreme == LEAST ? QUANTITY_UL : QUANTITY_NG;
        value.number = extreme == LEAST ? 0 : INT64_MAX;
        break;
    case FIELD_REF:
        value.number = extreme == LEAST ? 1 : 1023;
        value.second = extreme == MOST;
        if (extreme == MOST)
            value.bytes = filled(pool, 0x33, ACT_SIZE);
        break;
    case FIELD_LIST:
    case FIELD_ROWS:
        return list_of_count(field, extreme, extreme == LEAST ? field->min : field->max, pool);
    default:
        value.number = extreme_number(field, extreme);
        break;
    }
    return value;
}

bool value_beyond(const struct field *field, enum extreme extreme, struct pool *pool, struct value *value)
{
    *value = value_of(field, extreme, pool);
    switch (field->type) {
    case FIELD_TEXT:
        value->bytes = filled(pool, 'a', extreme == LEAST ? field->min - 1 : field->max + 1);
        return true;
    case FIELD_SLUG:
        value->bytes = filled(pool, 'z', extreme == LEAST ? 1 : 33);
        return true;
    case FIELD_BYTES:
        if (extreme == LEAST)
            return false;
        value->bytes = filled(pool, 1, field->max + 1);
        return true;
    case FIELD_HASH:
        value->bytes = filled(pool, 1, extreme == LEAST ? 31 : 33);
        return true;
    case FIELD_KEY:
        value->bytes = filled(pool, 7, extreme == LEAST ? 33 : 63);
        return true;
    case FIELD_AT:
        value->number = extreme == LEAST ? value->number : CIVIL_MS_MAX + 1;
        value->second = extreme == LEAST ? -841 : value->second;
        return true;
    case FIELD_QUANTITY:
        value->second = extreme == LEAST ? QUANTITY_REST : QUANTITY_PACKS; /* rest of something; a unit never in the book */
        value->number = 1;
        return true;
    case FIELD_REF:
        value->number = extreme == LEAST ? 0 : 1024;
        return true;
    case FIELD_LIST:
    case FIELD_ROWS:
        if (extreme == LEAST && field->min == 0)
            return false;
        *value = list_of_count(field, LEAST, extreme == LEAST ? field->min - 1 : field->max + 1, pool);
        return true;
    case FIELD_GTIN:
        value->bytes = bytes_of_text(extreme == LEAST ? "00355150438106" : "0355150438105");
        return true;
    case FIELD_NDC:
        value->bytes = bytes_of_text(extreme == LEAST ? "5515043910" : "55150-0439-10");
        return true;
    case FIELD_REGISTRATION:
        value->bytes = bytes_of_text(extreme == LEAST ? "dea:AB1234564" : "dea:ab1234563");
        return true;
    case FIELD_CHOICE:
        value->number = extreme == LEAST ? 0 : 255;
        return true;
    case FIELD_INT:
        return false;
    default:
        if (extreme == MOST && value->number == INT64_MAX)
            return false;
        value->number += extreme == LEAST ? -1 : 1;
        return true;
    }
}

void facts_fill(struct facts *facts, const struct field *fields, enum extreme extreme, bool whole, struct pool *pool)
{
    facts_init(facts, fields);
    for (size_t i = 0; fields[i].name != NULL; i++)
        if (!(fields[i].flags & FIELD_PRIVATE) && (whole || !(fields[i].flags & FIELD_OPTIONAL)))
            facts->values[i] = value_of(&fields[i], extreme, pool);
}

void facts_put_key(struct facts *facts, uint64_t key, const struct public_key *public_key)
{
    struct value *value = facts_put(facts, key);

    value->second = public_key->algorithm;
    value->bytes = bytes_of(public_key->bytes, key_public_size(public_key->algorithm));
}

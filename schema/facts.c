#include "schema/facts.h"

#include <assert.h>
#include <string.h>

#include "schema/text.h"

void facts_init(struct facts *facts, const struct field *fields)
{
    memset(facts, 0, sizeof *facts);
    facts->fields = fields;
}

static size_t field_index(const struct field *fields, uint64_t key)
{
    size_t index = 0;

    while (fields[index].name != NULL && fields[index].key != key)
        index++;
    return index;
}

const struct value *facts_get(const struct facts *facts, uint64_t key)
{
    size_t index = field_index(facts->fields, key);

    assert(index < FACTS_LIMIT);
    return facts->fields[index].name != NULL && facts->values[index].present ? &facts->values[index] : NULL;
}

int64_t facts_number(const struct facts *facts, uint64_t key, int64_t otherwise)
{
    const struct value *value = facts_get(facts, key);

    return value != NULL ? value->number : otherwise;
}

struct value *facts_put(struct facts *facts, uint64_t key)
{
    size_t index = field_index(facts->fields, key);

    assert(index < FACTS_LIMIT && facts->fields[index].name != NULL);
    assert(!(facts->fields[index].flags & FIELD_PRIVATE));
    facts->values[index] = (struct value){ .present = true };
    return &facts->values[index];
}

void facts_put_number(struct facts *facts, uint64_t key, int64_t number)
{
    facts_put(facts, key)->number = number;
}

void facts_put_bytes(struct facts *facts, uint64_t key, struct bytes bytes)
{
    facts_put(facts, key)->bytes = bytes;
}

void facts_put_at(struct facts *facts, uint64_t key, struct at at)
{
    struct value *value = facts_put(facts, key);

    value->number = at.ms;
    value->second = at.offset_min;
}

/* ---- one value */

/* The limits of a number: those of its field, or those of its type where the field names none. */
static void number_limits(const struct field *field, int64_t *min, int64_t *max)
{
    *min = (int64_t)field->min;
    *max = (int64_t)field->max;
    switch (field->type) {
    case FIELD_YES:
        *min = *max = 1;
        break;
    case FIELD_PERSON:
    case FIELD_ENTRY:
        *min = 1;
        *max = UINT32_MAX;
        break;
    case FIELD_DATE:
        *min = 0;
        *max = CIVIL_MS_MAX / CIVIL_MS_PER_DAY;
        break;
    case FIELD_INT:
        *min = field->max != 0 ? -(int64_t)field->max : -INT64_MAX;
        *max = field->max != 0 ? (int64_t)field->max : INT64_MAX;
        break;
    case FIELD_SET:
        *min = 0;
        *max = 0x7f;
        break;
    default:
        break;
    }
}

static enum facts_status text_of(const struct field *field, struct bytes text)
{
    char copy[80];
    struct ndc ndc;
    struct registration registration;

    if (field->type == FIELD_TEXT) {
        if (text.size < field->min || text.size > field->max)
            return FACTS_RANGE;
        switch (text_check(text, TEXT_SIZE_LIMIT)) {
        case TEXT_OK:
            return FACTS_OK;
        case TEXT_UNASSIGNED:
            return FACTS_NEWER_TEXT;
        default:
            return FACTS_TEXT;
        }
    }
    if (text.size >= sizeof copy || memchr(text.data, 0, text.size) != NULL)
        return FACTS_FORM;
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    if (field->type == FIELD_SLUG)
        return handle_is_valid(copy) ? FACTS_OK : FACTS_FORM;
    if (field->type == FIELD_GTIN)
        return gtin_is_valid(copy) ? FACTS_OK : FACTS_CHECK_DIGIT;
    if (field->type == FIELD_NDC)
        return ndc_parse(copy, &ndc) == NDC_OK && strcmp(ndc.label, copy) == 0 ? FACTS_OK : FACTS_FORM;
    switch (registration_parse(copy, &registration)) {
    case REGISTRATION_OK:
        /* One spelling: what the reader would put in capitals has to be written so. */
        return strcmp(strchr(copy, ':') + 1, registration.value) == 0 ? FACTS_OK : FACTS_FORM;
    case REGISTRATION_DEA_DIGIT:
        return FACTS_CHECK_DIGIT;
    default:
        return FACTS_FORM;
    }
}

static enum facts_status key_of(const struct value *value)
{
    if (value->second == -19)
        return value->bytes.size == 32 ? FACTS_OK : FACTS_RANGE;
    if (value->second == -9)
        return value->bytes.size == 64 ? FACTS_OK : FACTS_RANGE;
    return FACTS_ALGORITHM;
}

static enum facts_status quantity_of(const struct value *value)
{
    switch (value->second) {
    case QUANTITY_REST:
        return value->number == 0 ? FACTS_OK : FACTS_RANGE;
    case QUANTITY_UL:
    case QUANTITY_NG:
    case QUANTITY_CONTAINERS:
    case QUANTITY_SPRAYS:
        return value->number >= 0 ? FACTS_OK : FACTS_RANGE;
    default:
        return FACTS_RANGE;
    }
}

static enum facts_status ref_of(const struct value *value)
{
    if (value->second == 0)
        return value->number >= 1 && value->number <= UINT32_MAX ? FACTS_OK : FACTS_RANGE;
    return value->number >= 0 && value->number <= 1023 && value->bytes.size == ACT_SIZE ? FACTS_OK : FACTS_RANGE;
}

enum facts_status value_check(const struct field *field, const struct value *value)
{
    int64_t min, max;

    switch (field->type) {
    case FIELD_TEXT:
    case FIELD_SLUG:
    case FIELD_GTIN:
    case FIELD_NDC:
    case FIELD_REGISTRATION:
        return text_of(field, value->bytes);
    case FIELD_BYTES:
        return value->bytes.size >= field->min && value->bytes.size <= field->max ? FACTS_OK : FACTS_RANGE;
    case FIELD_HASH:
        return value->bytes.size == 32 ? FACTS_OK : FACTS_RANGE;
    case FIELD_KEY:
        return key_of(value);
    case FIELD_AT:
        return at_is_valid((struct at){ value->number, (int32_t)value->second }) ? FACTS_OK : FACTS_RANGE;
    case FIELD_QUANTITY:
        return quantity_of(value);
    case FIELD_REF:
        return ref_of(value);
    case FIELD_CHOICE:
        return value->number > 0 && choice_name(field->choices, (uint64_t)value->number) != NULL ? FACTS_OK
                                                                                                 : FACTS_RANGE;
    case FIELD_LIST:
    case FIELD_ROWS:
        return (uint64_t)value->number >= field->min && (uint64_t)value->number <= field->max ? FACTS_OK
                                                                                              : FACTS_RANGE;
    default:
        number_limits(field, &min, &max);
        return value->number >= min && value->number <= max ? FACTS_OK : FACTS_RANGE;
    }
}

/* The field that describes one value of a list. */
static struct field element_of(const struct field *list)
{
    struct field element = { .name = list->name, .type = list->of, .subject = list->subject, .min = 1, .max = 256 };

    if (list->of == FIELD_INT)
        element.max = 840; /* the only list of integers is of offsets from UTC, in minutes */
    return element;
}

void value_encode(const struct field *field, const struct value *value, struct writer *writer)
{
    switch (field->type) {
    case FIELD_TEXT:
    case FIELD_SLUG:
    case FIELD_GTIN:
    case FIELD_NDC:
    case FIELD_REGISTRATION:
        write_text(writer, value->bytes);
        break;
    case FIELD_BYTES:
    case FIELD_HASH:
        write_bytes(writer, value->bytes);
        break;
    case FIELD_KEY:
        write_array(writer, 2);
        write_int(writer, value->second);
        write_bytes(writer, value->bytes);
        break;
    case FIELD_AT:
        write_array(writer, 2);
        write_uint(writer, (uint64_t)value->number);
        write_int(writer, value->second);
        break;
    case FIELD_QUANTITY:
        write_array(writer, 2);
        write_uint(writer, (uint64_t)value->second);
        write_uint(writer, (uint64_t)value->number);
        break;
    case FIELD_REF:
        if (value->second != 0) {
            write_array(writer, 2);
            write_bytes(writer, value->bytes);
        }
        write_uint(writer, (uint64_t)value->number);
        break;
    case FIELD_LIST:
    case FIELD_ROWS:
        write_raw(writer, value->bytes);
        break;
    default:
        write_int(writer, value->number);
        break;
    }
}

/* Of a key of an unknown algorithm nothing else is judged (SPEC 2.1). */
static bool read_public_key(struct reader *reader, struct value *value)
{
    if (!read_int(reader, INT32_MIN, INT32_MAX, &value->second))
        return false;
    return value->second == -19 || value->second == -9 ? read_bytes(reader, 32, 64, &value->bytes)
                                                       : read_item(reader, &value->bytes);
}

/* An item that is an array of two, whose first is an integer. */
static bool read_pair(struct reader *reader, struct value *value, const struct field *field)
{
    uint64_t unsigned_number = 0;
    bool good = read_array(reader, 2, 2, NULL);

    switch (field->type) {
    case FIELD_KEY:
        good = good && read_public_key(reader, value);
        break;
    case FIELD_AT:
        good = good && read_uint(reader, (uint64_t)CIVIL_MS_MAX, &unsigned_number) &&
               read_int(reader, -CIVIL_OFFSET_LIMIT_MIN, CIVIL_OFFSET_LIMIT_MIN, &value->second);
        value->number = (int64_t)unsigned_number;
        break;
    case FIELD_QUANTITY:
        good = good && read_uint(reader, 15, &unsigned_number);
        value->second = (int64_t)unsigned_number;
        good = good && read_uint(reader, INT64_MAX, &unsigned_number);
        value->number = (int64_t)unsigned_number;
        break;
    default: /* a newborn of the same list */
        good = good && read_bytes(reader, ACT_SIZE, ACT_SIZE, &value->bytes) && read_uint(reader, 1023, &unsigned_number);
        value->number = (int64_t)unsigned_number;
        value->second = 1;
        break;
    }
    return good && read_array_end(reader);
}

static bool read_list(struct reader *reader, const struct field *field, struct value *value,
                      enum facts_status *status);

/* What a newer program may know is noted, and what stands beside it is judged all the same. */
static bool is_unknown(struct reader *reader, enum facts_status *status)
{
    unsigned unknown = *status == FACTS_ALGORITHM ? UNKNOWN_ALGORITHM : *status == FACTS_NEWER_TEXT ? UNKNOWN_CHARACTER : 0u;

    reader->unknown |= unknown;
    if (unknown != 0)
        *status = FACTS_OK;
    return unknown != 0;
}

bool value_decode(struct reader *reader, const struct field *field, struct value *value,
                  enum facts_status *status)
{
    uint64_t unsigned_number = 0;
    bool good;

    *value = (struct value){ .present = true };
    *status = FACTS_CBOR;
    switch (field->type) {
    case FIELD_TEXT:
    case FIELD_SLUG:
    case FIELD_GTIN:
    case FIELD_NDC:
    case FIELD_REGISTRATION:
        good = read_text(reader, TEXT_SIZE_LIMIT, &value->bytes);
        break;
    case FIELD_BYTES:
    case FIELD_HASH:
        good = read_bytes(reader, 0, 32768, &value->bytes);
        break;
    case FIELD_REF:
        if (read_peek_type(reader) == ITEM_ARRAY) {
            good = read_pair(reader, value, field);
            break;
        }
        good = read_uint(reader, UINT32_MAX, &unsigned_number);
        value->number = (int64_t)unsigned_number;
        break;
    case FIELD_KEY:
    case FIELD_AT:
    case FIELD_QUANTITY:
        good = read_pair(reader, value, field);
        break;
    case FIELD_LIST:
    case FIELD_ROWS:
        return read_list(reader, field, value, status);
    default:
        good = read_int(reader, -INT64_MAX, INT64_MAX, &value->number);
        break;
    }
    if (good)
        *status = value_check(field, value);
    return *status == FACTS_OK || is_unknown(reader, status);
}

static bool row_decode(struct reader *reader, const struct field *fields, struct facts *row,
                       enum facts_status *status)
{
    facts_init(row, fields);
    *status = FACTS_CBOR;
    if (!read_array(reader, 0, FACTS_LIMIT, NULL))
        return false;
    for (size_t index = 0; fields[index].name != NULL; index++) {
        if ((fields[index].flags & FIELD_OPTIONAL) && read_null_if(reader))
            continue;
        if (!value_decode(reader, &fields[index], &row->values[index], status))
            return false;
    }
    *status = FACTS_CBOR;
    if (!read_array_end(reader))
        return false;
    *status = FACTS_OK;
    return true;
}

/* A list is kept as the bytes it is encoded in; here each of its values is checked once. */
static bool read_list(struct reader *reader, const struct field *field, struct value *value,
                      enum facts_status *status)
{
    struct field element = element_of(field);
    const uint8_t *from = reader->at;
    struct value one;
    struct facts row;
    uint64_t count = 0;

    *status = FACTS_CBOR;
    if (!read_array(reader, 0, field->max, &count))
        return false;
    for (uint64_t i = 0; i < count; i++)
        if (field->type == FIELD_LIST ? !value_decode(reader, &element, &one, status)
                                      : !row_decode(reader, field->row, &row, status))
            return false;
    *status = FACTS_CBOR;
    if (!read_array_end(reader))
        return false;
    value->number = (int64_t)count;
    value->bytes = bytes_of(from, (size_t)(reader->at - from));
    *status = value_check(field, value);
    return *status == FACTS_OK;
}

/* ---- maps and rows */

void facts_encode(const struct facts *facts, struct writer *writer)
{
    uint64_t count = 0;

    for (size_t i = 0; facts->fields[i].name != NULL; i++)
        count += facts->values[i].present;
    write_map(writer, count);
    for (size_t i = 0; facts->fields[i].name != NULL; i++) {
        if (!facts->values[i].present)
            continue;
        write_uint(writer, facts->fields[i].key);
        value_encode(&facts->fields[i], &facts->values[i], writer);
    }
}

void row_encode(const struct facts *row, struct writer *writer)
{
    uint64_t count = 0;

    while (row->fields[count].name != NULL)
        count++;
    write_array(writer, count);
    for (size_t i = 0; row->fields[i].name != NULL; i++)
        if (row->values[i].present)
            value_encode(&row->fields[i], &row->values[i], writer);
        else
            write_null(writer);
}

bool facts_decode(struct reader *reader, const struct field *fields, struct facts *facts,
                  struct facts_fault *fault)
{
    uint64_t count = 0, key = 0;

    facts_init(facts, fields);
    *fault = (struct facts_fault){ FACTS_CBOR, NULL };
    if (!read_map(reader, FACTS_LIMIT, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        size_t index;

        fault->field = NULL;
        fault->status = FACTS_CBOR;
        if (!read_key(reader, &key))
            return false;
        index = field_index(fields, key);
        fault->status = FACTS_UNKNOWN;
        if (fields[index].name == NULL || (fields[index].flags & FIELD_PRIVATE))
            return false;
        fault->field = &fields[index];
        if (!value_decode(reader, &fields[index], &facts->values[index], &fault->status))
            return false;
    }
    fault->status = FACTS_CBOR;
    if (!read_map_end(reader))
        return false;
    for (size_t i = 0; fields[i].name != NULL; i++) {
        fault->field = &fields[i];
        fault->status = FACTS_MISSING;
        if (!facts->values[i].present && !(fields[i].flags & FIELD_OPTIONAL) && !(fields[i].flags & FIELD_PRIVATE))
            return false;
    }
    *fault = (struct facts_fault){ FACTS_OK, NULL };
    return true;
}

void list_begin(struct list_cursor *cursor, const struct field *field, const struct value *value)
{
    cursor->field = field;
    cursor->element = field->type == FIELD_LIST ? element_of(field) : *field;
    cursor->left = 0;
    reader_init(&cursor->reader, value->bytes, READ_DEPTH_LIMIT);
    (void)read_array(&cursor->reader, 0, field->max, &cursor->left);
}

bool list_next(struct list_cursor *cursor, struct value *value)
{
    enum facts_status status;

    if (cursor->left == 0)
        return false;
    cursor->left--;
    return value_decode(&cursor->reader, &cursor->element, value, &status);
}

bool rows_next(struct list_cursor *cursor, struct facts *row)
{
    enum facts_status status;

    if (cursor->left == 0)
        return false;
    cursor->left--;
    return row_decode(&cursor->reader, cursor->field->row, row, &status);
}

#include "schema/event.h"

#include <string.h>

#include "schema/text.h"

/* The keys of a payload (SPEC section 3). */
enum payload_key {
    PAYLOAD_FORMAT = 1, PAYLOAD_LEDGER, PAYLOAD_KIND, PAYLOAD_OCCURRED, PAYLOAD_SIGNERS, PAYLOAD_SEEN,
    PAYLOAD_POLICY, PAYLOAD_ACT, PAYLOAD_FACTS, PAYLOAD_REASON, PAYLOAD_PRIVATE, PAYLOAD_PERFORMED,
    PAYLOAD_SOURCE, PAYLOAD_IRREGULAR, PAYLOAD_LIST
};

const struct field *private_field(const struct kind *kind, uint64_t key)
{
    const struct field *field = field_with_key(kind->fields, key);

    if (field == NULL)
        field = field_with_key(kind_common_private, key);
    return field != NULL && (field->flags & FIELD_PRIVATE) ? field : NULL;
}

/* ---- encoding */

static void write_people(struct writer *writer, const struct event_signer *people, size_t count, bool person_first)
{
    write_array(writer, count);
    for (size_t i = 0; i < count; i++) {
        write_array(writer, 2);
        if (!person_first)
            write_uint(writer, people[i].meaning);
        if (people[i].person == PERSON_NEW)
            write_null(writer);
        else
            write_uint(writer, (uint64_t)people[i].person);
        if (person_first)
            write_uint(writer, people[i].meaning);
    }
}

static void write_rest(const struct event *event, struct writer *writer)
{
    if (event->reason != 0) {
        write_uint(writer, PAYLOAD_REASON);
        write_uint(writer, event->reason);
    }
    if (event->private_count > 0) {
        write_uint(writer, PAYLOAD_PRIVATE);
        write_map(writer, event->private_count);
        for (size_t i = 0; i < event->private_count; i++) {
            write_uint(writer, event->privates[i].key);
            write_bytes(writer, bytes_of(event->privates[i].hash, EVENT_HASH_SIZE));
        }
    }
    if (event->performed_count > 0) {
        write_uint(writer, PAYLOAD_PERFORMED);
        write_people(writer, event->performed, event->performed_count, false);
    }
    if (event->source_kind != 0) {
        write_uint(writer, PAYLOAD_SOURCE);
        write_array(writer, 3);
        write_uint(writer, event->source_kind);
        write_bytes(writer, bytes_of(event->source_hash, EVENT_HASH_SIZE));
        write_text(writer, event->source_number);
    }
    if (event->irregular_count > 0) {
        write_uint(writer, PAYLOAD_IRREGULAR);
        write_array(writer, event->irregular_count);
        for (size_t i = 0; i < event->irregular_count; i++)
            write_uint(writer, event->irregular[i]);
    }
    if (event->in_list) {
        write_uint(writer, PAYLOAD_LIST);
        write_array(writer, 3);
        write_bytes(writer, bytes_of(event->list_act, ACT_SIZE));
        write_uint(writer, event->list_place);
        write_uint(writer, event->list_length);
    }
}

enum event_status event_encode(const struct event *event, struct writer *writer)
{
    uint64_t count = 6u + event->has_ledger + event->has_seen + (event->policy != 0) + (event->reason != 0) +
                     (event->private_count > 0) + (event->performed_count > 0) + (event->source_kind != 0) +
                     (event->irregular_count > 0) + event->in_list;

    write_map(writer, count);
    write_uint(writer, PAYLOAD_FORMAT);
    write_uint(writer, EVENT_FORMAT);
    if (event->has_ledger) {
        write_uint(writer, PAYLOAD_LEDGER);
        write_bytes(writer, bytes_of(event->ledger, EVENT_HASH_SIZE));
    }
    write_uint(writer, PAYLOAD_KIND);
    write_uint(writer, event->kind->number);
    write_uint(writer, PAYLOAD_OCCURRED);
    write_array(writer, 2);
    write_uint(writer, (uint64_t)event->occurred.ms);
    write_int(writer, event->occurred.offset_min);
    write_uint(writer, PAYLOAD_SIGNERS);
    write_people(writer, event->signers, event->signer_count, true);
    if (event->has_seen) {
        write_uint(writer, PAYLOAD_SEEN);
        write_array(writer, 2);
        write_uint(writer, event->seen_number);
        write_bytes(writer, bytes_of(event->seen_hash, EVENT_HASH_SIZE));
    }
    if (event->policy != 0) {
        write_uint(writer, PAYLOAD_POLICY);
        write_uint(writer, event->policy);
    }
    write_uint(writer, PAYLOAD_ACT);
    write_bytes(writer, bytes_of(event->act, ACT_SIZE));
    write_uint(writer, PAYLOAD_FACTS);
    facts_encode(&event->facts, writer);
    write_rest(event, writer);
    return writer->failed || writer->size > COSE_PAYLOAD_LIMIT ? EVENT_SIZE : EVENT_OK;
}

/* ---- decoding */

static bool read_person(struct reader *reader, int64_t *person)
{
    uint64_t number = 0;

    if (read_null_if(reader)) {
        *person = PERSON_NEW;
        return true;
    }
    if (!read_uint(reader, UINT32_MAX, &number))
        return false;
    *person = (int64_t)number;
    return true;
}

static bool read_people(struct reader *reader, struct event_signer *people, size_t *count, bool person_first)
{
    uint64_t length = 0, meaning = 0;

    if (!read_array(reader, 1, EVENT_SIGNERS_LIMIT, &length))
        return false;
    for (uint64_t i = 0; i < length; i++) {
        bool good = read_array(reader, 2, 2, NULL);

        good = good && (person_first ? read_person(reader, &people[i].person) : read_uint(reader, 31, &meaning));
        good = good && (person_first ? read_uint(reader, 31, &meaning) : read_person(reader, &people[i].person));
        if (!good || !read_array_end(reader) || choice_name(choices_meaning, meaning) == NULL)
            return false;
        people[i].meaning = (uint8_t)meaning;
    }
    *count = (size_t)length;
    return read_array_end(reader);
}

static bool read_at(struct reader *reader, struct at *at)
{
    uint64_t ms = 0;
    int64_t offset_min = 0;

    if (!read_array(reader, 2, 2, NULL) || !read_uint(reader, (uint64_t)CIVIL_MS_MAX, &ms) ||
        !read_int(reader, -CIVIL_OFFSET_LIMIT_MIN, CIVIL_OFFSET_LIMIT_MIN, &offset_min))
        return false;
    *at = (struct at){ (int64_t)ms, (int32_t)offset_min };
    return read_array_end(reader);
}

static bool read_privates(struct reader *reader, struct event *event)
{
    uint64_t count = 0, key = 0;

    if (!read_map(reader, EVENT_PRIVATE_LIMIT, &count) || count == 0)
        return false;
    for (uint64_t i = 0; i < count; i++) {
        if (!read_key(reader, &key) || private_field(event->kind, key) == NULL)
            return false;
        event->privates[i].key = (uint8_t)key;
        if (!read_bytes_to(reader, event->privates[i].hash, EVENT_HASH_SIZE))
            return false;
    }
    event->private_count = (size_t)count;
    return read_map_end(reader);
}

bool event_takes_text(struct reader *reader, struct bytes text)
{
    enum text_status status = text_check(text, TEXT_SIZE_LIMIT);

    if (status == TEXT_UNASSIGNED)
        reader->unknown |= UNKNOWN_CHARACTER;
    return status == TEXT_OK || status == TEXT_UNASSIGNED;
}

enum event_status event_as_known(unsigned unknown)
{
    if ((unknown & UNKNOWN_ALGORITHM) != 0)
        return EVENT_ALGORITHM;
    return (unknown & UNKNOWN_CHARACTER) != 0 ? EVENT_CHARACTER : EVENT_OK;
}

static bool read_source(struct reader *reader, struct event *event)
{
    uint64_t kind = 0;

    if (!read_array(reader, 3, 3, NULL) || !read_uint(reader, 15, &kind) ||
        choice_name(choices_source, kind) == NULL ||
        !read_bytes_to(reader, event->source_hash, EVENT_HASH_SIZE) || !read_text(reader, 256, &event->source_number) ||
        !event_takes_text(reader, event->source_number))
        return false;
    event->source_kind = (uint8_t)kind;
    return read_array_end(reader);
}

static bool read_irregular(struct reader *reader, struct event *event)
{
    uint64_t count = 0, code = 0, previous = 0;

    if (!read_array(reader, 1, EVENT_IRREGULAR_LIMIT, &count))
        return false;
    for (uint64_t i = 0; i < count; i++, previous = code) {
        if (!read_uint(reader, 9999, &code) || code <= previous)
            return false;
        event->irregular[i] = (uint16_t)code;
    }
    event->irregular_count = (size_t)count;
    return read_array_end(reader);
}

static bool read_place_in_list(struct reader *reader, struct event *event)
{
    event->in_list = true;
    return read_array(reader, 3, 3, NULL) && read_bytes_to(reader, event->list_act, ACT_SIZE) &&
           read_u32(reader, 1, EVENT_LIST_LIMIT, &event->list_place) &&
           read_u32(reader, 2, EVENT_LIST_LIMIT, &event->list_length) &&
           event->list_place <= event->list_length && read_array_end(reader);
}

/* One key of the payload. Keys ascend, so the kind is known before everything that depends on it. */
static enum event_status read_payload_key(struct reader *reader, uint64_t key, struct event *event,
                                          struct facts_fault *fault)
{
    uint64_t number = 0;
    bool good = false;

    if (key > PAYLOAD_KIND && event->kind == NULL)
        return EVENT_MALFORMED;
    switch (key) {
    case PAYLOAD_FORMAT:
        if (!read_uint(reader, UINT32_MAX, &number))
            return EVENT_MALFORMED;
        return number == EVENT_FORMAT ? EVENT_OK : number > EVENT_FORMAT ? EVENT_VERSION : EVENT_MALFORMED;
    case PAYLOAD_LEDGER:
        event->has_ledger = true;
        good = read_bytes_to(reader, event->ledger, EVENT_HASH_SIZE);
        break;
    case PAYLOAD_KIND:
        if (!read_uint(reader, 63, &number) || number == 0)
            return EVENT_MALFORMED;
        event->kind = kind_find(number);
        return event->kind != NULL ? EVENT_OK : EVENT_KIND;
    case PAYLOAD_OCCURRED:
        good = read_at(reader, &event->occurred);
        break;
    case PAYLOAD_SIGNERS:
        good = read_people(reader, event->signers, &event->signer_count, true);
        break;
    case PAYLOAD_SEEN:
        event->has_seen = true;
        good = read_array(reader, 2, 2, NULL) && read_u32(reader, 1, UINT32_MAX, &event->seen_number) &&
               read_bytes_to(reader, event->seen_hash, EVENT_HASH_SIZE) && read_array_end(reader);
        break;
    case PAYLOAD_POLICY:
        good = read_u32(reader, 1, UINT32_MAX, &event->policy);
        break;
    case PAYLOAD_ACT:
        good = read_bytes_to(reader, event->act, ACT_SIZE);
        break;
    case PAYLOAD_FACTS:
        return facts_decode(reader, event->kind->fields, &event->facts, fault) ? EVENT_OK : EVENT_FACTS;
    case PAYLOAD_REASON:
        good = read_uint(reader, 9999, &number) && choice_name(choices_reason, number) != NULL;
        event->reason = (uint16_t)number;
        break;
    case PAYLOAD_PRIVATE:
        good = read_privates(reader, event);
        break;
    case PAYLOAD_PERFORMED:
        good = read_people(reader, event->performed, &event->performed_count, false);
        break;
    case PAYLOAD_SOURCE:
        good = read_source(reader, event);
        break;
    case PAYLOAD_IRREGULAR:
        good = read_irregular(reader, event);
        break;
    case PAYLOAD_LIST:
        good = read_place_in_list(reader, event);
        break;
    default:
        break;
    }
    return good ? EVENT_OK : EVENT_MALFORMED;
}

enum event_status event_decode(struct bytes payload, struct event *event, struct facts_fault *fault)
{
    enum { MANDATORY = 1u << PAYLOAD_FORMAT | 1u << PAYLOAD_KIND | 1u << PAYLOAD_OCCURRED |
                       1u << PAYLOAD_SIGNERS | 1u << PAYLOAD_ACT | 1u << PAYLOAD_FACTS };
    struct reader reader;
    uint64_t count = 0, key = 0;
    unsigned there = 0;

    memset(event, 0, sizeof *event);
    *fault = (struct facts_fault){ FACTS_OK, NULL };
    if (payload.size > COSE_PAYLOAD_LIMIT)
        return EVENT_SIZE;
    reader_init(&reader, payload, EVENT_DEPTH);
    if (!read_map(&reader, PAYLOAD_LIST, &count))
        return EVENT_MALFORMED;
    for (uint64_t i = 0; i < count; i++) {
        enum event_status status;

        if (!read_key(&reader, &key))
            return EVENT_MALFORMED;
        status = read_payload_key(&reader, key, event, fault);
        if (status != EVENT_OK)
            return status;
        there |= 1u << key;
    }
    if (!read_map_end(&reader) || reader_end(&reader) != READ_OK || (there & MANDATORY) != MANDATORY)
        return EVENT_MALFORMED;
    return event_as_known(reader.unknown);
}

/* ---- openings */

void opening_encode(const uint8_t salt[static OPENING_SALT_SIZE], const uint8_t act[static ACT_SIZE],
                    const struct field *field, const struct value *value, struct writer *writer)
{
    write_array(writer, 4);
    write_bytes(writer, bytes_of(salt, OPENING_SALT_SIZE));
    write_bytes(writer, bytes_of(act, ACT_SIZE));
    write_uint(writer, field->key);
    value_encode(field, value, writer);
}

enum event_status opening_decode(struct bytes bytes, const struct kind *kind, struct opening *opening)
{
    struct reader reader;
    const struct field *field;
    enum facts_status status;
    uint64_t key = 0;

    if (bytes.size > OPENING_LIMIT)
        return EVENT_MALFORMED;
    reader_init(&reader, bytes, EVENT_DEPTH);
    if (!read_array(&reader, 4, 4, NULL) || !read_bytes(&reader, OPENING_SALT_SIZE, OPENING_SALT_SIZE, &opening->salt) ||
        !read_bytes(&reader, ACT_SIZE, ACT_SIZE, &opening->act) || !read_uint(&reader, 63, &key))
        return EVENT_MALFORMED;
    field = private_field(kind, key);
    if (field == NULL || !value_decode(&reader, field, &opening->value, &status) || !read_array_end(&reader))
        return EVENT_MALFORMED;
    opening->key = (uint8_t)key;
    return reader_end(&reader) == READ_OK ? event_as_known(reader.unknown) : EVENT_MALFORMED;
}

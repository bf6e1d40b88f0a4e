#include "tests/support/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "schema/text.h"

static bool name_person(void *context, int64_t person, char *out, size_t size)
{
    static const char *const names[] = { [OSEI] = "R. Osei", [BRANDT] = "L. Brandt", [PATEL] = "J. Patel" };

    (void)context;
    if (person < OSEI || person > PATEL)
        return false;
    (void)snprintf(out, size, "%s", names[person]);
    return true;
}

static bool name_subject(void *context, enum subject subject, uint32_t id, char *out, size_t size)
{
    (void)context;
    if (id != 1 || (subject != SUBJECT_PRODUCT && subject != SUBJECT_PLACE && subject != SUBJECT_PARTY))
        return false;
    (void)snprintf(out, size, "%s", subject == SUBJECT_PRODUCT ? "ketamine-50" : subject == SUBJECT_PLACE ? "room-2" : "acme");
    return true;
}

static bool tell_strength(void *context, enum subject subject, uint32_t id, uint64_t *mass_ng, uint64_t *volume_ul)
{
    (void)context;
    (void)id;
    *mass_ng = subject == SUBJECT_DOSE ? 75000000 : 50000;
    *volume_ul = subject == SUBJECT_DOSE ? (id == 103 ? 1500 : 100000) : 1;
    return subject == SUBJECT_VIAL || subject == SUBJECT_DOSE || subject == SUBJECT_PRODUCT;
}

static struct event entered; /* no kind: there is none */

static bool tell_event(void *context, uint32_t entry, struct event *event)
{
    (void)context;
    *event = entered;
    return entry == TOLD_ENTRY && entered.kind != NULL;
}

void told_enter(const struct event *event)
{
    entered = *event;
}

const struct namer small_book = { .person = name_person, .subject = name_subject, .strength = tell_strength,
                                  .event = tell_event, .offset_min = -300 };

/* ---- events */

static uint8_t room[TOLD_SIZE * 8];
static size_t room_used;

struct bytes told_keep(const uint8_t *data, size_t size)
{
    struct bytes kept = bytes_of(room + room_used, size);

    assert_true(size <= sizeof room - room_used);
    memcpy(room + room_used, data, size);
    room_used += size;
    return kept;
}

const struct at told_morning = { INT64_C(1794930060000), -300 };

void told_begin(struct event *event, enum kind_number kind, int64_t doer, enum meaning meaning)
{
    *event = (struct event){ .kind = kind_find(kind), .occurred = told_morning, .signer_count = 1 };
    event->signers[0] = (struct event_signer){ doer, (uint8_t)meaning };
    facts_init(&event->facts, event->kind->fields);
}

void told_sign(struct event *event, int64_t person, enum meaning meaning)
{
    event->signers[event->signer_count++] = (struct event_signer){ person, (uint8_t)meaning };
}

void told_perform(struct event *event, int64_t person, enum meaning meaning)
{
    event->performed[event->performed_count++] = (struct event_signer){ person, (uint8_t)meaning };
}

void told_put_text(struct facts *facts, uint64_t key, const char *text)
{
    facts_put_bytes(facts, key, bytes_of_text(text));
}

void told_put_quantity(struct facts *facts, uint64_t key, enum quantity_unit unit, int64_t amount)
{
    struct value *value = facts_put(facts, key);

    value->second = unit;
    value->number = amount;
}

void told_row(struct facts *row, const struct event *event, uint64_t key)
{
    facts_init(row, field_with_key(event->kind->fields, key)->row);
}

void told_put_rows(struct event *event, uint64_t key, const struct facts *rows, size_t count)
{
    uint8_t bytes[TOLD_SIZE];
    struct writer writer;
    struct value *value = facts_put(&event->facts, key);

    writer_init(&writer, bytes, sizeof bytes);
    write_array(&writer, count);
    for (size_t i = 0; i < count; i++)
        row_encode(&rows[i], &writer);
    assert_false(writer.failed);
    value->number = (int64_t)count;
    value->bytes = told_keep(bytes, writer.size);
}

void told_put_ids(struct event *event, uint64_t key, const uint32_t *ids, size_t count)
{
    uint8_t bytes[4096];
    struct writer writer;
    struct value *value = facts_put(&event->facts, key);

    writer_init(&writer, bytes, sizeof bytes);
    write_array(&writer, count);
    for (size_t i = 0; i < count; i++)
        write_uint(&writer, ids[i]);
    value->number = (int64_t)count;
    value->bytes = told_keep(bytes, writer.size);
}

const char *told(const struct event *event, const struct opening_view *openings, size_t count)
{
    static char text[TOLD_SIZE];
    static uint8_t payload[TOLD_SIZE];
    static struct event decoded;
    struct facts_fault fault;
    struct writer writer;
    size_t size;

    writer_init(&writer, payload, sizeof payload);
    assert_int_equal(event_encode(event, &writer), EVENT_OK);
    assert_int_equal(event_decode(writer_bytes(&writer), &decoded, &fault), EVENT_OK);
    size = sentence_of_event(&decoded, &small_book, openings, count, text, sizeof text);
    assert_int_equal(size, strlen(text));
    return text;
}

int told_reset(void **state)
{
    (void)state;
    room_used = 0;
    entered = (struct event){ .kind = NULL };
    return 0;
}

/* ---- what every sentence must be */

void assert_cut(const char *whole, size_t wanted, size_t told_size, const char *text, size_t size)
{
    assert_int_equal(told_size, wanted);
    if (size == 0)
        return;
    assert_true(strlen(text) < size);
    assert_memory_equal(text, whole, strlen(text));
    assert_true(text_is_utf8(bytes_of_text(text)));
    if (wanted < size)
        assert_string_equal(text, whole);
    else
        assert_true(strlen(text) + 4 >= size);
}

void assert_reads_well(const char *name, const char *text)
{
    size_t size = strlen(text);

    if (strpbrk(text, "{}[]|") != NULL || strstr(text, "  ") != NULL || strstr(text, " ,") != NULL ||
        strstr(text, "..") != NULL || size < 10 || text[size - 1] != '.')
        fail_msg("%s: %s", name, text);
}

/* Events, entries and openings: one encoding each, and nothing else is read. The golden bytes are from a CBOR writer in
 * Python that shares nothing with ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "crypto/crypto.h"
#include "crypto/digest.h"
#include "tests/support/hex.h"
#include "tests/support/values.h"
#include "schema/event.h"

static struct pool pool;
static uint8_t encoded[ENTRY_LIMIT], again[ENTRY_LIMIT];

/* hold of V-3, V-300 and the second vial of this list for a recall; done by person 5, reported by 2, approved by 1. */
static const char *const golden_payload =
    "af0101025820aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aaaaaaaaaaaa030e04821b0000019caf10318039012b05828202058201030682"
    "18295820bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    "bbbbbbbb07020850101112131415161718191a1b1c1d1e1f09a301830319012c"
    "8250101112131415161718191a1b1c1d1e1f0102020368522d323032362d370a"
    "020ba2183e582062626262626262626262626262626262626262626262626262"
    "62626262626262183f5820636363636363636363636363636363636363636363"
    "63636363636363636363630c828201058202f60d830158200d0d0d0d0d0d0d0d"
    "0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d66666f726d20370e"
    "8218d51901310f8350101112131415161718191a1b1c1d1e1f0102";

/* entry 42 with four runs of touches */
static const char *const golden_header =
    "a501182a025820bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    "bbbbbbbbbbbbbb031b0000019caf103950048583010302840119012c01028305"
    "01181e8305020c830505030582666465736b2d3169706869616c20302e31";

static const char *const golden_opening =
    "84505a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a50101112131415161718191a1b1c"
    "1d1e1f18286b416461204578616d706c65";

/* ---- the golden event */

static void fill_bytes(uint8_t *out, uint8_t byte, size_t size)
{
    memset(out, byte, size);
}

static struct event golden_event(void)
{
    static const uint8_t act[ACT_SIZE] = { 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31 };
    static uint8_t list[64];
    struct event event;
    struct writer writer;
    struct value *value;

    memset(&event, 0, sizeof event);
    event.kind = kind_find(KIND_HOLD);
    event.has_ledger = event.has_seen = true;
    fill_bytes(event.ledger, 0xaa, 32);
    event.occurred = (struct at){ INT64_C(1772463600000), -300 };
    event.signer_count = 2;
    event.signers[0] = (struct event_signer){ 2, MEANING_REPORTED };
    event.signers[1] = (struct event_signer){ 1, MEANING_APPROVED };
    event.seen_number = 41;
    fill_bytes(event.seen_hash, 0xbb, 32);
    event.policy = 2;
    memcpy(event.act, act, ACT_SIZE);
    facts_init(&event.facts, event.kind->fields);
    writer_init(&writer, list, sizeof list);
    write_array(&writer, 3);
    write_uint(&writer, 3);
    write_uint(&writer, 300);
    write_array(&writer, 2);
    write_bytes(&writer, bytes_of(act, ACT_SIZE));
    write_uint(&writer, 1);
    value = facts_put(&event.facts, 1);
    value->number = 3;
    value->bytes = writer_bytes(&writer);
    facts_put_number(&event.facts, 2, HOLD_RECALL);
    facts_put_bytes(&event.facts, 3, bytes_of_text("R-2026-7"));
    event.reason = 2;
    event.private_count = 2;
    event.privates[0].key = 62;
    fill_bytes(event.privates[0].hash, 0x62, 32);
    event.privates[1].key = 63;
    fill_bytes(event.privates[1].hash, 0x63, 32);
    event.performed_count = 2;
    event.performed[0] = (struct event_signer){ 5, MEANING_DID };
    event.performed[1] = (struct event_signer){ PERSON_NEW, MEANING_WITNESSED };
    event.source_kind = 1;
    fill_bytes(event.source_hash, 0x0d, 32);
    event.source_number = bytes_of_text("form 7");
    event.irregular_count = 2;
    event.irregular[0] = 213;
    event.irregular[1] = 305;
    event.in_list = true;
    memcpy(event.list_act, act, ACT_SIZE);
    event.list_place = 1;
    event.list_length = 2;
    return event;
}

static struct bytes encode(const struct event *event, uint8_t *bytes)
{
    struct writer writer;

    writer_init(&writer, bytes, ENTRY_LIMIT);
    assert_int_equal(EVENT_OK, event_encode(event, &writer));
    return writer_bytes(&writer);
}

static enum event_status decode(struct bytes bytes, struct event *event)
{
    struct facts_fault fault;

    return event_decode(bytes, event, &fault);
}

static void an_event_has_exactly_these_bytes(void **state)
{
    struct event event = golden_event(), back;
    struct bytes bytes = encode(&event, encoded);

    (void)state;
    assert_hex(golden_payload, bytes.data, bytes.size);
    assert_int_equal(EVENT_OK, decode(bytes, &back));
    assert_int_equal(PERSON_NEW, back.performed[1].person);
    assert_int_equal(3, facts_get(&back.facts, 1)->number);
    assert_true(bytes_equal_text(back.source_number, "form 7"));
    assert_true(bytes_equal(bytes, encode(&back, again)));
}

/* ---- every kind in an envelope, with as little and with as much around it as there can be */

static void put_little(struct event *event, const struct kind *kind)
{
    memset(event, 0, sizeof *event);
    event->kind = kind;
    event->signer_count = 1;
    event->signers[0] = (struct event_signer){ PERSON_SEAL, MEANING_SEALED };
}

static void put_much(struct event *event, const struct kind *kind)
{
    struct event golden = golden_event();

    *event = golden;
    event->kind = kind;
    event->occurred = (struct at){ CIVIL_MS_MAX, 840 };
    event->signer_count = event->performed_count = EVENT_SIGNERS_LIMIT;
    for (size_t i = 0; i < EVENT_SIGNERS_LIMIT; i++)
        event->signers[i] = event->performed[i] = (struct event_signer){ UINT32_MAX, MEANING_SEALED };
    event->seen_number = event->policy = UINT32_MAX;
    event->reason = 14;
    event->irregular_count = EVENT_IRREGULAR_LIMIT;
    for (uint16_t i = 0; i < EVENT_IRREGULAR_LIMIT; i++)
        event->irregular[i] = (uint16_t)(9999 - EVENT_IRREGULAR_LIMIT + 1 + i);
    event->list_place = event->list_length = EVENT_LIST_LIMIT;
}

static void every_kind_goes_there_and_back_in_its_envelope(void **state)
{
    (void)state;
    for (unsigned number = 1; number <= KIND_LAST; number++)
        for (int much = 0; much < 2; much++) {
            struct event event, back;
            struct bytes bytes;

            pool.used = 0;
            if (much)
                put_much(&event, kind_find(number));
            else
                put_little(&event, kind_find(number));
            facts_fill(&event.facts, event.kind->fields, LEAST, much == 1, &pool);
            bytes = encode(&event, encoded);
            if (decode(bytes, &back) != EVENT_OK)
                fail_msg("%s", event.kind->name);
            assert_true(bytes_equal(bytes, encode(&back, again)));
            assert_int_equal(event.signer_count, back.signer_count);
            assert_int_equal(event.irregular_count, back.irregular_count);
            assert_int_equal(event.in_list, back.in_list);
        }
}

/* ---- what is not an event */

static void no_event_is_cut_off_or_followed_by_anything(void **state)
{
    struct event event = golden_event(), back;
    struct bytes bytes = encode(&event, encoded);

    (void)state;
    for (size_t size = 0; size < bytes.size; size++)
        assert_int_not_equal(EVENT_OK, decode(bytes_of(encoded, size), &back));
    encoded[bytes.size] = 0xf6;
    assert_int_not_equal(EVENT_OK, decode(bytes_of(encoded, bytes.size + 1), &back));
}

/* Whatever one byte is changed into: what is still read encodes to just these bytes again. */
static void a_changed_byte_is_refused_or_is_another_event(void **state)
{
    struct event event = golden_event(), back;
    size_t size = encode(&event, encoded).size, read = 0;

    (void)state;
    for (size_t at = 0; at < size; at++)
        for (unsigned flip = 1; flip < 256; flip++) {
            encoded[at] ^= (uint8_t)flip;
            if (decode(bytes_of(encoded, size), &back) == EVENT_OK) {
                assert_true(bytes_equal(bytes_of(encoded, size), encode(&back, again)));
                read++;
            }
            encoded[at] ^= (uint8_t)flip;
        }
    assert_true(read > 1000); /* hashes may be anything */
}

static void the_envelope_is_asked_for_whole_and_in_its_limits(void **state)
{
    enum change { NO_OCCURRED_LIMIT, NO_SIGNERS, LIST_OF_ONE, LIST_BEYOND, REASON_0, REASON_15, CODE_TWICE, CODE_BACK, SOURCE_6,
                  PRIVATE_OF_ANOTHER, PRIVATE_PUBLIC, MEANING_0, SEEN_0, BAD_SOURCE, CHANGES };
    (void)state;
    for (int change = 0; change < CHANGES; change++) {
        struct event event = golden_event(), back;

        switch ((enum change)change) {
        case NO_OCCURRED_LIMIT: event.occurred.offset_min = 841; break;
        case NO_SIGNERS: event.signer_count = 0; break;
        case LIST_OF_ONE: event.list_length = 1; break;
        case LIST_BEYOND: event.list_place = 3; break;
        case REASON_0: event.reason = 15; break;
        case REASON_15: event.reason = 9999; break;
        case CODE_TWICE: event.irregular[1] = 213; break;
        case CODE_BACK: event.irregular[1] = 212; break;
        case SOURCE_6: event.source_kind = 6; break;
        case PRIVATE_OF_ANOTHER: event.privates[0].key = 40; break; /* a hold has no private field 40 */
        case PRIVATE_PUBLIC: event.privates[0].key = 1; break;
        case MEANING_0: event.signers[0].meaning = 0; break;
        case SEEN_0: event.seen_number = 0; break;
        case BAD_SOURCE: event.source_number = bytes_of_text("form\n7"); break;
        case CHANGES: break;
        }
        if (decode(encode(&event, encoded), &back) != EVENT_MALFORMED)
            fail_msg("change %d is taken", change);
    }
}

static void a_newer_format_or_kind_is_told_from_nonsense(void **state)
{
    struct event event = golden_event(), back;
    struct bytes bytes = encode(&event, encoded);

    (void)state;
    encoded[2] = 2; /* {1: 2, … */
    assert_int_equal(EVENT_VERSION, decode(bytes, &back));
    encoded[2] = 0;
    assert_int_equal(EVENT_MALFORMED, decode(bytes, &back));
    encoded[2] = 1;
    assert_int_equal(14, encoded[39]); /* … 3: 14, … */
    encoded[39] = 0;
    assert_int_equal(EVENT_MALFORMED, decode(bytes, &back));
    assert_int_equal(EVENT_SIZE, decode(bytes_of(encoded, COSE_PAYLOAD_LIMIT + 1), &back));
}

static void facts_that_are_not_of_the_kind_are_told_by_field(void **state)
{
    struct event event = golden_event(), back;
    struct facts_fault fault;

    (void)state;
    facts_put_number(&event.facts, 2, 7);
    assert_int_equal(EVENT_FACTS, event_decode(encode(&event, encoded), &back, &fault));
    assert_int_equal(FACTS_RANGE, fault.status);
    assert_string_equal("why", fault.field->name);
}

/* No kind has facts that fill a payload by themselves: it is what stands before them in the writer that does. */
static void a_payload_has_a_largest_size(void **state)
{
    static const uint8_t before[COSE_PAYLOAD_LIMIT / 2 + 1];
    struct event event;
    struct writer writer;

    (void)state;
    pool.used = 0;
    put_little(&event, kind_find(KIND_ANCHOR));
    facts_fill(&event.facts, event.kind->fields, MOST, true, &pool);
    writer_init(&writer, encoded, sizeof encoded);
    assert_int_equal(EVENT_OK, event_encode(&event, &writer));
    writer_init(&writer, encoded, sizeof encoded);
    write_bytes(&writer, bytes_of(before, sizeof before));
    assert_int_equal(EVENT_SIZE, event_encode(&event, &writer));
    writer_init(&writer, encoded, 64);
    assert_int_equal(EVENT_SIZE, event_encode(&event, &writer));
}

/* ---- entries */

static const struct touch golden_touches[] = { { 1, 3, 2, 1 }, { 1, 300, 1, 2 }, { 5, 1, 30, 1 }, { 5, 2, 12, 1 }, { 5, 5, 3, 1 } };

static struct header golden_head(void)
{
    struct header header = { .number = 42, .recorded_ms = INT64_C(1772463602000), .touch_count = 5, .touches = golden_touches,
                             .terminal = bytes_of_text("desk-1"), .program = bytes_of_text("phial 0.1") };

    fill_bytes(header.previous, 0xbb, 32);
    return header;
}

static struct bytes encode_signed(struct bytes payload, uint8_t *bytes)
{
    struct cose_message message = { .typ = COSE_EVENT, .payload = payload, .signer_count = 2 };
    struct writer writer;

    for (size_t i = 0; i < 2; i++) {
        message.signers[i] = (struct cose_signer){ .algorithm = i == 0 ? COSE_ED25519 : COSE_ESP256,
                                                   .signed_at_ms = INT64_C(1772463600000) + (int64_t)i * 1000,
                                                   .unlocked_by = (uint8_t)(i + 1) };
        fill_bytes(message.signers[i].kid, (uint8_t)(0x11 + i), 32);
        fill_bytes(message.signers[i].signature, (uint8_t)(0x21 + i), 64);
    }
    writer_init(&writer, bytes, ENTRY_LIMIT);
    cose_encode(&message, &writer);
    assert_false(writer.failed);
    return writer_bytes(&writer);
}

static struct bytes encode_entry(const struct header *header, uint8_t *bytes)
{
    static uint8_t payload[COSE_PAYLOAD_LIMIT], body[ENTRY_LIMIT];
    struct event event = golden_event();
    struct writer writer;

    writer_init(&writer, payload, sizeof payload);
    assert_int_equal(EVENT_OK, event_encode(&event, &writer));
    {
        struct bytes whole = encode_signed(writer_bytes(&writer), body);

        writer_init(&writer, bytes, ENTRY_LIMIT);
        assert_int_equal(EVENT_OK, entry_encode(header, whole, &writer));
    }
    return writer_bytes(&writer);
}

static void an_entry_has_exactly_these_bytes(void **state)
{
    struct header header = golden_head();
    struct bytes bytes = encode_entry(&header, encoded);
    struct entry entry;
    struct touch_cursor cursor;
    struct touch touch;
    struct digest digest;

    (void)state;
    assert_int_equal(CRYPT_OK, crypt_start());
    digest = digest_bytes(bytes.data, bytes.size);
    assert_hex("e7655544ab26511b99083a425e3abb6683ae71f023915b2c8c6fd9603a7038de", digest.bytes, DIGEST_SIZE);
    assert_int_equal(EVENT_OK, entry_decode(bytes, &entry));
    assert_hex(golden_header, entry.head.data, entry.head.size);
    assert_int_equal(42, entry.header.number);
    assert_true(bytes_equal_text(entry.header.terminal, "desk-1"));
    touches_begin(&cursor, &entry.header);
    for (size_t i = 0; i < 5; i++) {
        assert_true(touches_next(&cursor, &touch));
        assert_int_equal(golden_touches[i].subject, touch.subject);
        assert_int_equal(golden_touches[i].id, touch.id);
        assert_int_equal(golden_touches[i].n, touch.n);
        assert_int_equal(golden_touches[i].count, touch.count);
    }
    assert_false(touches_next(&cursor, &touch));
}

static void touches_are_sorted_unique_and_in_the_longest_runs(void **state)
{
    static const struct {
        struct touch touches[3];
        size_t count;
        bool good;
    } cases[] = {
        { { { 1, 1, 1, 1 } }, 1, true },
        { { { 1, 1, 1, 1024 } }, 1, true },
        { { { 1, 1, 1, 1 }, { 1, 2, 2, 1 } }, 2, true },   /* neighbours with another n */
        { { { 1, 1, 1, 1 }, { 1, 2, 1, 1 } }, 2, false },  /* these are a run */
        { { { 1, 1, 1, 2 }, { 1, 3, 1, 1 } }, 2, false },
        { { { 1, 1, 1, 2 }, { 1, 4, 1, 1 } }, 2, true },
        { { { 1, 1, 1, 2 }, { 1, 2, 5, 1 } }, 2, false },  /* within the run before */
        { { { 1, 1, 1, 1 }, { 1, 1, 2, 1 } }, 2, false },
        { { { 2, 1, 1, 1 }, { 1, 1, 1, 1 } }, 2, false },
        { { { 0, 1, 1, 1 } }, 1, false },
        { { { 14, 1, 1, 1 } }, 1, false },
        { { { 1, 0, 1, 1 } }, 1, false },
        { { { 1, 1, 0, 1 } }, 1, false },
        { { { 1, UINT32_MAX, 1, 1 } }, 1, true },
        { { { 1, UINT32_MAX, 1, 2 } }, 1, false },         /* a run beyond the last id */
        { { { 1, 1, 1, 1024 }, { 2, 1, 1, 1 } }, 2, false } }; /* more than 1,024 in all */

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct header header = golden_head();
        struct entry entry;

        header.touches = cases[i].touches;
        header.touch_count = cases[i].count;
        if ((entry_decode(encode_entry(&header, encoded), &entry) == EVENT_OK) != cases[i].good)
            fail_msg("case %zu", i);
    }
}

static void no_entry_is_cut_off_or_followed_by_anything(void **state)
{
    struct header header = golden_head();
    struct bytes bytes = encode_entry(&header, encoded);
    struct entry entry;

    (void)state;
    for (size_t size = 0; size < bytes.size; size++)
        assert_int_not_equal(EVENT_OK, entry_decode(bytes_of(encoded, size), &entry));
    encoded[bytes.size] = 0;
    assert_int_not_equal(EVENT_OK, entry_decode(bytes_of(encoded, bytes.size + 1), &entry));
    assert_int_equal(EVENT_SIZE, entry_decode(bytes_of(encoded, ENTRY_LIMIT + 1), &entry));
}

static void a_header_is_within_its_limits(void **state)
{
    static char long_name[66];
    struct header header = golden_head();
    struct entry entry;

    (void)state;
    memset(long_name, 'x', 65);
    header.number = 0;
    assert_int_equal(EVENT_MALFORMED, entry_decode(encode_entry(&header, encoded), &entry));
    header = golden_head();
    header.recorded_ms = CIVIL_MS_MAX + 1;
    assert_int_equal(EVENT_MALFORMED, entry_decode(encode_entry(&header, encoded), &entry));
    header = golden_head();
    header.terminal = bytes_of(long_name, 64);
    assert_int_equal(EVENT_OK, entry_decode(encode_entry(&header, encoded), &entry));
    header.terminal = bytes_of(long_name, 65);
    assert_int_equal(EVENT_MALFORMED, entry_decode(encode_entry(&header, encoded), &entry));
    header.terminal = bytes_of_text("desk\x1b");
    assert_int_equal(EVENT_MALFORMED, entry_decode(encode_entry(&header, encoded), &entry));
}

/* A newer Unicode may know the character, a newer program the algorithm: whatever else is right is read, and it is said
 * that nobody here can judge it. What is wrong besides is wrong. */
static void what_a_newer_program_may_know_is_told_from_what_is_wrong(void **state)
{
    struct header header = golden_head();
    struct header read;
    struct entry entry;

    (void)state;
    header.terminal = bytes_of_text("desk \u0378");
    assert_int_equal(EVENT_CHARACTER, entry_decode(encode_entry(&header, encoded), &entry));
    assert_int_equal(header.number, entry.header.number);
    header.number = 0;
    assert_int_equal(EVENT_MALFORMED, entry_decode(encode_entry(&header, encoded), &entry));
    header = golden_head();
    assert_true(entry_header(encode_entry(&header, encoded), &read));
    assert_int_equal(header.number, read.number);
}

/* ---- openings */

static void an_opening_has_exactly_these_bytes(void **state)
{
    const struct kind *patient = kind_find(KIND_PATIENT);
    struct event event = golden_event();
    struct value name = { .present = true, .bytes = bytes_of_text("Ada Example") };
    uint8_t salt[OPENING_SALT_SIZE], bytes[OPENING_LIMIT];
    struct opening opening;
    struct writer writer;

    (void)state;
    fill_bytes(salt, 0x5a, sizeof salt);
    writer_init(&writer, bytes, sizeof bytes);
    opening_encode(salt, event.act, private_field(patient, 40), &name, &writer);
    assert_hex(golden_opening, bytes, writer.size);
    assert_int_equal(EVENT_OK, opening_decode(writer_bytes(&writer), patient, &opening));
    assert_int_equal(40, opening.key);
    assert_true(bytes_equal_text(opening.value.bytes, "Ada Example"));
    assert_int_equal(EVENT_MALFORMED, opening_decode(writer_bytes(&writer), kind_find(KIND_HOLD), &opening)); /* it has no field 40 */
    for (size_t size = 0; size < writer.size; size++)
        assert_int_equal(EVENT_MALFORMED, opening_decode(bytes_of(bytes, size), patient, &opening));
    bytes[writer.size] = 0;
    assert_int_equal(EVENT_MALFORMED, opening_decode(bytes_of(bytes, writer.size + 1), patient, &opening));
}

static void every_private_field_is_opened_at_its_limits(void **state)
{
    static uint8_t bytes[OPENING_LIMIT + 100];
    uint8_t salt[OPENING_SALT_SIZE] = { 1 }, act[ACT_SIZE] = { 2 };

    (void)state;
    for (unsigned number = 1; number <= KIND_LAST; number++)
        for (unsigned key = 0; key < 64; key++) {
            const struct kind *kind = kind_find(number);
            const struct field *field = private_field(kind, key);
            struct opening opening;

            for (int i = 0; field != NULL && i < 3; i++) {
                size_t size = i == 0 ? field->min : i == 1 ? field->max : field->max + 1;
                struct value value = { .present = true };
                struct writer writer;

                pool.used = 0;
                memset(pool.bytes, 'n', size);
                value.bytes = bytes_of(pool.bytes, size);
                writer_init(&writer, bytes, sizeof bytes);
                opening_encode(salt, act, field, &value, &writer);
                assert_false(writer.failed);
                assert_int_equal(size <= field->max ? EVENT_OK : EVENT_MALFORMED, opening_decode(writer_bytes(&writer), kind, &opening));
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_has_exactly_these_bytes),
        cmocka_unit_test(every_kind_goes_there_and_back_in_its_envelope),
        cmocka_unit_test(no_event_is_cut_off_or_followed_by_anything),
        cmocka_unit_test(a_changed_byte_is_refused_or_is_another_event),
        cmocka_unit_test(the_envelope_is_asked_for_whole_and_in_its_limits),
        cmocka_unit_test(a_newer_format_or_kind_is_told_from_nonsense),
        cmocka_unit_test(facts_that_are_not_of_the_kind_are_told_by_field),
        cmocka_unit_test(a_payload_has_a_largest_size),
        cmocka_unit_test(an_entry_has_exactly_these_bytes),
        cmocka_unit_test(touches_are_sorted_unique_and_in_the_longest_runs),
        cmocka_unit_test(no_entry_is_cut_off_or_followed_by_anything),
        cmocka_unit_test(a_header_is_within_its_limits),
        cmocka_unit_test(what_a_newer_program_may_know_is_told_from_what_is_wrong),
        cmocka_unit_test(an_opening_has_exactly_these_bytes),
        cmocka_unit_test(every_private_field_is_opened_at_its_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The worked example of SPEC.md: a genesis with its policy, and a third entry taken apart byte by byte. */
#include <assert.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/merkle.h"
#include "crypto/note.h"
#include "crypto/signature.h"
#include "schema/event.h"
#include "tests/support/describe.h"
#include "tests/support/fixed_keys.h"
#include "tests/support/values.h"

/* Who stands behind a key; the number is the byte its seed repeats. */
enum { JPATEL = 1, MNAIR = 2, SAFE = 3, SEAL = 5, KEYS = 6 };

static const int64_t began_ms = INT64_C(1767621600000); /* 2026-01-05T14:00:00Z */
enum { OFFSET_MIN = -300, ENTRIES = 3, ROWS_SIZE = 1024 };

/* One entry of the example, and the parts of it that are shown. */
struct part {
    uint8_t payload[COSE_PAYLOAD_LIMIT], body[ENTRY_LIMIT], bytes[ENTRY_LIMIT];
    struct writer payload_writer, body_writer, writer;
    uint8_t to_be_signed[COSE_TO_BE_SIGNED_LIMIT]; /* of the first signer */
    size_t to_be_signed_size;
    struct digest hash;
};

struct example {
    struct private_key *keys[KEYS];
    struct public_key publics[KEYS];
    struct digest ledger;
    uint8_t opening[OPENING_LIMIT];
    struct writer opening_writer;
    struct part parts[ENTRIES];
};

/* ---- printing */

static void print_hex(const uint8_t *data, size_t size, FILE *out)
{
    for (size_t i = 0; i < size; i++)
        fprintf(out, "%02x", data[i]);
}

static void print_block(const uint8_t *data, size_t size, FILE *out)
{
    enum { LINE = 40 };

    for (size_t at = 0; at < size; at += LINE) {
        fprintf(out, "    ");
        print_hex(data + at, size - at < LINE ? size - at : LINE, out);
        fprintf(out, "\n");
    }
}

static void print_named(const char *name, const uint8_t *data, size_t size, FILE *out)
{
    fprintf(out, "\n%s, %zu bytes:\n\n", name, size);
    print_block(data, size, out);
}

/* ---- facts */

static void put_text(struct facts *facts, uint64_t key, const char *text)
{
    facts_put_bytes(facts, key, bytes_of_text(text));
}

/* Rows are put as the bytes they are encoded in. */
static void put_rows(struct facts *facts, uint64_t key, const struct writer *rows, int64_t count)
{
    struct value *value = facts_put(facts, key);

    assert(!rows->failed);
    value->bytes = writer_bytes(rows);
    value->number = count;
}

static void write_staff(struct writer *writer, const struct field *row_fields, const char *handle,
                        const struct public_key *key, int64_t roles)
{
    struct facts row;

    facts_init(&row, row_fields);
    put_text(&row, 0, handle);
    facts_put_key(&row, 1, key);
    if (roles != 0)
        facts_put_number(&row, 2, roles);
    row_encode(&row, writer);
}

static struct event begin_event(enum kind_number kind, unsigned place, uint8_t act)
{
    struct event event = { .kind = kind_find(kind), .occurred = { began_ms + place * 1000, OFFSET_MIN } };

    memset(event.act, act, sizeof event.act);
    facts_init(&event.facts, event.kind->fields);
    event.signer_count = 2;
    event.signers[0] = (struct event_signer){ JPATEL, MEANING_APPROVED };
    event.signers[1] = (struct event_signer){ MNAIR, MEANING_APPROVED };
    return event;
}

static void put_in_list(struct event *event, uint32_t place)
{
    event->in_list = true;
    memset(event->list_act, 0xa1, sizeof event->list_act);
    event->list_place = place;
    event->list_length = 2;
}

/* ---- signing */

static void put_digest(uint8_t out[static DIGEST_SIZE], struct digest digest)
{
    memcpy(out, digest.bytes, DIGEST_SIZE);
}

/* What this signer signs. */
static size_t to_be_signed(const struct cose_signer *signer, struct bytes payload, uint8_t *out, size_t capacity)
{
    uint8_t body[COSE_PROTECTED_LIMIT], own[COSE_PROTECTED_LIMIT];
    struct writer body_writer, own_writer, writer;

    writer_init(&body_writer, body, sizeof body);
    writer_init(&own_writer, own, sizeof own);
    writer_init(&writer, out, capacity);
    cose_body_protected(COSE_EVENT, &body_writer);
    cose_signer_protected(signer, &own_writer);
    cose_to_be_signed(writer_bytes(&body_writer), writer_bytes(&own_writer), payload, &writer);
    assert_false(writer.failed);
    return writer.size;
}

static void sign_as(const struct example *example, struct cose_signer *signer, unsigned who, int64_t signed_at_ms,
                    struct bytes payload, uint8_t *bytes, size_t *size)
{
    signer->algorithm = COSE_ED25519;
    put_digest(signer->kid, key_thumbprint(&example->publics[who]));
    signer->signed_at_ms = signed_at_ms;
    signer->unlocked_by = COSE_UNLOCKED_TERMINAL;
    *size = to_be_signed(signer, payload, bytes, COSE_TO_BE_SIGNED_LIMIT);
    assert_int_equal(CRYPT_OK, private_key_sign(example->keys[who], bytes, *size, signer->signature));
}

/* Encode, sign by the event's signers, and place as this entry. */
static void make_part(struct example *example, const struct event *event, const struct touch *touches, size_t touch_count)
{
    uint32_t number = event->kind->number == KIND_GENESIS ? 1 : event->kind->number == KIND_POLICY ? 2 : 3;
    struct part *part = &example->parts[number - 1];
    struct cose_message message = { .typ = COSE_EVENT, .signer_count = event->signer_count };
    struct header header = { .number = number, .recorded_ms = began_ms + 60000, .touches = touches,
                             .touch_count = touch_count, .terminal = bytes_of_text("desk-1"),
                             .program = bytes_of_text("example") };
    uint8_t second[COSE_TO_BE_SIGNED_LIMIT];
    size_t second_size;

    writer_init(&part->payload_writer, part->payload, sizeof part->payload);
    assert_int_equal(EVENT_OK, event_encode(event, &part->payload_writer));
    message.payload = writer_bytes(&part->payload_writer);
    sign_as(example, &message.signers[0], JPATEL, event->occurred.ms + 20000, message.payload, part->to_be_signed,
            &part->to_be_signed_size);
    sign_as(example, &message.signers[1], MNAIR, event->occurred.ms + 30000, message.payload, second, &second_size);
    writer_init(&part->body_writer, part->body, sizeof part->body);
    cose_encode(&message, &part->body_writer);
    if (number > 1)
        put_digest(header.previous, example->parts[number - 2].hash);
    writer_init(&part->writer, part->bytes, sizeof part->bytes);
    assert_int_equal(EVENT_OK, entry_encode(&header, writer_bytes(&part->body_writer), &part->writer));
    part->hash = merkle_leaf(part->bytes, part->writer.size);
}

/* ---- the three entries */

static void make_genesis(struct example *example)
{
    static const struct touch touches[] = { { SUBJECT_PERSON_ACTS, 1, 1, 3 }, { SUBJECT_CREDENTIAL, 1, 1, 3 } };
    struct event event = begin_event(KIND_GENESIS, 0, 0xa1);
    struct facts *facts = &event.facts;
    uint8_t registrations[64], officers[ROWS_SIZE], recovery[ROWS_SIZE], salt[OPENING_SALT_SIZE];
    const struct field *officer_row = field_with_key(facts->fields, 7)->row;
    struct value name = { .present = true, .bytes = bytes_of_text("Jaya Patel") };
    struct writer writer, staff, safe;

    put_text(facts, 1, "Harbor Clinic");
    writer_init(&writer, registrations, sizeof registrations);
    write_array(&writer, 1);
    write_text(&writer, bytes_of_text("dea:AB1234563"));
    put_rows(facts, 2, &writer, 1);
    put_text(facts, 4, "America/New_York");
    facts_put_key(facts, 6, &example->publics[SEAL]);
    writer_init(&staff, officers, sizeof officers);
    write_array(&staff, 2);
    write_staff(&staff, officer_row, "jpatel", &example->publics[JPATEL], ROLE_PRESCRIBER | ROLE_CLINICIAN | ROLE_CUSTODIAN);
    write_staff(&staff, officer_row, "mnair", &example->publics[MNAIR], ROLE_CLINICIAN | ROLE_CUSTODIAN | ROLE_WITNESS);
    put_rows(facts, 7, &staff, 2);
    writer_init(&safe, recovery, sizeof recovery);
    write_array(&safe, 1);
    write_staff(&safe, field_with_key(facts->fields, 8)->row, "safe-1", &example->publics[SAFE], 0);
    put_rows(facts, 8, &safe, 1);
    facts_put_number(facts, 9, 1);
    memset(salt, 0x5a, sizeof salt);
    writer_init(&example->opening_writer, example->opening, sizeof example->opening);
    opening_encode(salt, event.act, field_with_key(facts->fields, 40), &name, &example->opening_writer);
    event.private_count = 1;
    event.privates[0].key = 40;
    put_digest(event.privates[0].hash, digest_bytes(example->opening, example->opening_writer.size));
    put_in_list(&event, 1);
    make_part(example, &event, touches, sizeof touches / sizeof touches[0]);
    example->ledger = digest_bytes(example->parts[0].payload, example->parts[0].payload_writer.size);
}

static void make_policy(struct example *example)
{
    static const struct touch touches[] = { { SUBJECT_PERSON_ACTS, 1, 2, 2 }, { SUBJECT_POLICY, 1, 1, 1 } };
    static const int64_t numbers[POLICY_KEYS] = {
        [POLICY_REVISION] = 1, [POLICY_PROFILE] = 1, [POLICY_WITNESS] = 2, [POLICY_EMPTY_ALONE] = 0,
        [POLICY_SEEN_LAG] = 15, [POLICY_CLOCK_JUMP] = 30, [POLICY_LATE] = 60, [POLICY_LATE_WASTE] = 30,
        [POLICY_CHECK_DUE] = 24, [POLICY_APPROVAL_DUE] = 72, [POLICY_IRREGULAR_DUE] = 24, [POLICY_SOFT_DUE] = 24,
        [POLICY_ORDER_DUE] = 168, [POLICY_LOCUM_DUE] = 72, [POLICY_WITNESS_DUE] = 24, [POLICY_SETTLE_DUE] = 24,
        [POLICY_MULTI_DOSE_DAYS] = 28, [POLICY_SINGLE_DOSE_HOURS] = 6, [POLICY_HUB_LOSS] = 50, [POLICY_LINE_LOSS] = 3000,
        [POLICY_READING_TOLERANCE] = 100, [POLICY_DUPLICATE] = 10, [POLICY_DOSE_IV] = 1000, [POLICY_DOSE_IM] = 6500,
        [POLICY_DOSE_TOTAL] = 500, [POLICY_WEIGHT_MIN] = 30000, [POLICY_WEIGHT_MAX] = 250000, [POLICY_WEIGHT_DAYS] = 90,
        [POLICY_SESSIONS_PER_DAY] = 1, [POLICY_OBSERVE] = 60, [POLICY_OBSERVE_ESKETAMINE] = 120,
        [POLICY_DEVICE_REST] = 5, [POLICY_EXPIRY_WARN] = 90, [POLICY_COUNT_WINDOW] = 24, [POLICY_TOLERANCE_EYE] = 100,
        [POLICY_TOLERANCE_WEIGHT] = 200, [POLICY_TOLERANCE_MEASURED] = 100, [POLICY_OUTSIDE_DUE] = 720,
        [POLICY_OVERRIDE_HOURS] = 24, [POLICY_LOSS_NOTICE_DAYS] = 1, [POLICY_LOSS_FORM_DAYS] = 45,
        [POLICY_CERTIFICATE_DAYS] = 30, [POLICY_INVENTORY_MONTHS] = 24, [POLICY_COUNT_SPAN] = 7,
        [POLICY_RETENTION_DAYS] = 2557, [POLICY_NAMED_DAYS] = 45, [POLICY_REMS_DAYS] = 7, [POLICY_VITALS] = 1,
        [POLICY_ESCORT] = 1, [POLICY_DOSE_IV_MOST] = 4500, [POLICY_DOSE_IM_MOST] = 13000, [POLICY_DOSE_MOST] = 1000 };
    static const int64_t pain[PROTOCOL_PLACES] = { PROTOCOL_PAIN, 0, 200, 0, 5000, 600, 3000 };
    struct event event = begin_event(KIND_POLICY, 0, 0xa2);
    uint8_t offsets[16], holidays[16], protocols[32];
    struct writer writer;

    for (uint64_t key = 1; key < POLICY_KEYS; key++)
        if (key != POLICY_OFFSETS && key != POLICY_HOLIDAYS && key != POLICY_PROTOCOLS)
            facts_put_number(&event.facts, key, numbers[key]);
    writer_init(&writer, offsets, sizeof offsets);
    write_array(&writer, 2);
    write_int(&writer, OFFSET_MIN);
    write_int(&writer, -240);
    put_rows(&event.facts, POLICY_OFFSETS, &writer, 2);
    writer_init(&writer, holidays, sizeof holidays);
    write_array(&writer, 1);
    write_int(&writer, 20638); /* 2026-07-04 */
    put_rows(&event.facts, POLICY_HOLIDAYS, &writer, 1);
    writer_init(&writer, protocols, sizeof protocols);
    write_array(&writer, 1);
    write_array(&writer, PROTOCOL_PLACES);
    for (size_t place = 0; place < PROTOCOL_PLACES; place++)
        write_int(&writer, pain[place]);
    put_rows(&event.facts, POLICY_PROTOCOLS, &writer, 1);
    event.has_ledger = true;
    put_digest(event.ledger, example->ledger);
    put_in_list(&event, 2);
    make_part(example, &event, touches, sizeof touches / sizeof touches[0]);
}

static void make_place(struct example *example)
{
    static const struct touch touches[] = { { SUBJECT_PERSON_ACTS, 1, 3, 2 }, { SUBJECT_PLACE, 1, 1, 1 } };
    struct event event = begin_event(KIND_PLACE, 5, 0xa3);

    put_text(&event.facts, 1, "room-2");
    facts_put_number(&event.facts, 2, PLACE_ROOM);
    put_text(&event.facts, 4, "Treatment room 2");
    event.signers[0].meaning = MEANING_DID;
    event.has_ledger = true;
    put_digest(event.ledger, example->ledger);
    event.has_seen = true;
    event.seen_number = 2;
    put_digest(event.seen_hash, example->parts[1].hash);
    event.policy = 2;
    make_part(example, &event, touches, sizeof touches / sizeof touches[0]);
}

/* ---- what is printed has been verified */

static void verify_part(const struct example *example, const struct part *part)
{
    struct entry entry;
    struct event event;
    struct facts_fault fault;

    assert_int_equal(EVENT_OK, entry_decode(writer_bytes(&part->writer), &entry));
    assert_int_equal(EVENT_OK, event_decode(entry.message.payload, &event, &fault));
    for (size_t i = 0; i < entry.message.signer_count; i++) {
        const struct cose_signer *signer = &entry.message.signers[i];
        uint8_t bytes[COSE_TO_BE_SIGNED_LIMIT];
        size_t size = to_be_signed(signer, entry.message.payload, bytes, sizeof bytes);
        struct verifier *verifier;

        assert_int_equal(CRYPT_OK, verifier_new(&example->publics[event.signers[i].person], &verifier));
        assert_true(verifier_accepts(verifier, bytes, size, signer->signature));
        verifier_free(verifier);
    }
}

/* ---- taking an entry apart */

/* Words for each CBOR item of entry 3, in order. `*` goes into a byte string; the digit is how far in. */
static const char *const words[] = {
    "0 an entry: array of 2",
    "1*head, a byte string that holds",
    "2 a map of 5",
    "3 1 number:", "4 3",
    "3 2 previous:", "4 the hash of entry 2",
    "3 3 recorded-at:", "4 1767621660000 = 2026-01-05T14:01:00Z",
    "3 4 touches:", "4 array of 2",
    "5 array of 4", "6 subject 5, person-acts", "6 id 1", "6 n 3", "6 count 2: persons 1 and 2, both for the 3rd time",
    "5 array of 3", "6 subject 8, place", "6 id 1", "6 n 1: it is born",
    "3 5 terminal:", "4 array of 2", "5 \"desk-1\"", "5 \"example\"",
    "1*body, a byte string that holds",
    "2 tag 98, COSE_Sign", "2 array of 4",
    "3*protected header, a byte string that holds", "4 a map of 1", "5 16 typ:", "5 \"application/vnd.phial.event+cose\"",
    "3 unprotected header, empty",
    "3*payload, a byte string that holds",
    "4 a map of 9",
    "5 1 format:", "6 1",
    "5 2 ledger:", "6 ledger id",
    "5 3 kind:", "6 8 place",
    "5 4 occurred-at:", "6 array of 2", "7 1767621605000 = 2026-01-05T14:00:05Z", "7 -300 min",
    "5 5 signers:", "6 array of 2",
    "7 array of 2", "8 person 1", "8 did", "7 array of 2", "8 person 2", "8 approved",
    "5 6 seen:", "6 array of 2", "7 entry 2", "7 its hash",
    "5 7 policy:", "6 entry 2",
    "5 8 act:", "6 16 bytes",
    "5 9 facts:", "6 a map of 3", "7 1 name:", "8 \"room-2\"", "7 2 type:", "8 3 room", "7 4 label:", "8 \"Treatment room 2\"",
    "3 array of 2 signatures",
    "4 array of 3", "5*protected header, a byte string that holds", "6 a map of 4", "7 1 alg:", "8 -19 Ed25519",
    "7 4 kid:", "8 thumbprint of jpatel's key", "7 -65537 signed-at:", "8 1767621625000", "7 -65538 unlocked-by:",
    "8 1 terminal", "5 unprotected header, empty", "5 signature",
    "4 array of 3", "5*protected header, a byte string that holds", "6 a map of 4", "7 1 alg:", "8 -19 Ed25519",
    "7 4 kid:", "8 thumbprint of mnair's key", "7 -65537 signed-at:", "8 1767621635000", "7 -65538 unlocked-by:",
    "8 1 terminal", "5 unprotected header, empty", "5 signature",
};

/* Bytes of the head that begins here, and of the string after it. */
static size_t head_size(const uint8_t *at, uint64_t *string_size)
{
    unsigned type = at[0] >> 5, info = at[0] & 31;
    size_t size = 1 + (info < 24 ? 0 : (size_t)1 << (info - 24));
    uint64_t value = info < 24 ? info : 0;

    for (size_t i = 1; i < size; i++)
        value = value << 8 | at[i];
    *string_size = type == 2 || type == 3 ? value : 0;
    return size;
}

/* One item: its bytes, a few to a line, and what they are. */
static void print_item(const uint8_t *at, size_t size, const char *word, FILE *out)
{
    enum { LINE = 16, COLUMN = 2 * LINE + 20 };
    int indent = 2 * (word[0] - '0');

    for (size_t i = 0; i < size; i += LINE) {
        size_t count = size - i < LINE ? size - i : LINE;

        fprintf(out, "    %*s", indent, "");
        print_hex(at + i, count, out);
        if (i == 0 && word[2] != '\0')
            fprintf(out, "%*s%s", COLUMN - indent - 2 * (int)count, "", word + 2);
        fprintf(out, "\n");
    }
}

static void print_apart(const uint8_t *bytes, size_t size, FILE *out)
{
    size_t at = 0;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        uint64_t string_size;
        size_t head;

        assert_true(at < size);
        head = head_size(bytes + at, &string_size);
        if (words[i][1] != '*')
            head += (size_t)string_size;
        print_item(bytes + at, head, words[i], out);
        at += head;
    }
    assert_int_equal(size, at);
}

/* ---- the whole */

static void print_keys(const struct example *example, FILE *out)
{
    static const struct {
        unsigned who;
        const char *name;
    } names[] = { { JPATEL, "jpatel, person 1" }, { MNAIR, "mnair, person 2" }, { SAFE, "safe-1, person 3" }, { SEAL, "the seal" } };

    fprintf(out, "| whose | seed, 32 times | public key (Ed25519) | kid |\n|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct digest kid = key_thumbprint(&example->publics[names[i].who]);

        fprintf(out, "| %s | `%02x` | `", names[i].name, names[i].who);
        print_hex(example->publics[names[i].who].bytes, KEY_ED25519_SIZE, out);
        fprintf(out, "` | `");
        print_hex(kid.bytes, DIGEST_SIZE, out);
        fprintf(out, "` |\n");
    }
}

static void print_digest(const char *name, const struct digest *digest, FILE *out)
{
    fprintf(out, "\n%s: `", name);
    print_hex(digest->bytes, DIGEST_SIZE, out);
    fprintf(out, "`\n");
}

static void print_checkpoint(const struct example *example, FILE *out)
{
    struct merkle_frontier frontier = MERKLE_FRONTIER_EMPTY;
    char origin[NOTE_NAME_MAX + 1] = "phial/", vkey_text[VKEY_TEXT_MAX + 1];
    uint8_t text[CHECKPOINT_TEXT_MAX], note[CHECKPOINT_TEXT_MAX + 1 + NOTE_LINE_SIZE_MAX];
    size_t text_size, note_size;
    struct note_result result;
    struct digest root;
    struct vkey vkey;

    for (size_t i = 0; i < ENTRIES; i++)
        merkle_frontier_push(&frontier, &example->parts[i].hash);
    root = merkle_frontier_root(&frontier);
    for (size_t i = 0; i < DIGEST_SIZE; i++)
        (void)snprintf(origin + 6 + 2 * i, 3, "%02x", example->ledger.bytes[i]);
    assert_int_equal(CRYPT_OK, checkpoint_format(origin, ENTRIES, &root, text, sizeof text, &text_size));
    assert_int_equal(CRYPT_OK, note_sign(text, text_size, origin, example->keys[SEAL], note, sizeof note, &note_size));
    assert_int_equal(CRYPT_OK, vkey_make(origin, VKEY_ED25519, &example->publics[SEAL], &vkey));
    assert_int_equal(CRYPT_OK, note_open(note, note_size, &vkey, 1, &result));
    vkey_format(&vkey, vkey_text);
    print_digest("Root of the tree of these three entries", &root, out);
    fprintf(out, "\nIts checkpoint, signed by the seal:\n\n    ");
    for (size_t i = 0; i < note_size; i++) {
        fputc(note[i], out);
        if (note[i] == '\n' && i + 1 < note_size && note[i + 1] != '\n')
            fprintf(out, "    ");
    }
    fprintf(out, "\nThe site's public key:\n\n    %s\n", vkey_text);
}

static void print_example(const struct example *example, FILE *out)
{
    const struct part *parts = example->parts;

    print_keys(example, out);
    print_named("Payload of entry 1, genesis", parts[0].payload, parts[0].payload_writer.size, out);
    print_digest("Its SHA-256, the ledger id", &example->ledger, out);
    print_named("Opening of its private field 40, `name-1`", example->opening, example->opening_writer.size, out);
    print_named("Entry 1", parts[0].bytes, parts[0].writer.size, out);
    print_digest("Its hash", &parts[0].hash, out);
    print_named("Entry 2, the first policy", parts[1].bytes, parts[1].writer.size, out);
    print_digest("Its hash", &parts[1].hash, out);
    fprintf(out, "\nEntry 3, a place, %zu bytes, taken apart:\n\n", parts[2].writer.size);
    print_apart(parts[2].bytes, parts[2].writer.size, out);
    print_digest("Its hash", &parts[2].hash, out);
    print_named("What jpatel signed in it, the Sig_structure", parts[2].to_be_signed, parts[2].to_be_signed_size, out);
    print_checkpoint(example, out);
}

void describe_example(FILE *out)
{
    static const unsigned who[] = { JPATEL, MNAIR, SAFE, SEAL };
    static struct example example; /* some hundred KiB */

    assert_int_equal(CRYPT_OK, crypt_start());
    for (size_t i = 0; i < sizeof who / sizeof who[0]; i++) {
        example.keys[who[i]] = fixed_key(KEY_ED25519, (uint8_t)who[i]);
        example.publics[who[i]] = private_key_public(example.keys[who[i]]);
    }
    make_genesis(&example);
    make_policy(&example);
    make_place(&example);
    for (size_t i = 0; i < ENTRIES; i++)
        verify_part(&example, &example.parts[i]);
    print_example(&example, out);
    for (size_t i = 0; i < sizeof who / sizeof who[0]; i++)
        private_key_release(example.keys[who[i]]);
}

/* schema/cose: the envelope people's signatures travel in. The sample's bytes were put together with a
 * few lines of Python from SPEC section 2.3 and RFC 8949; the generic structures are those of the COSE
 * working group's public-domain examples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schema/cose.h"
#include "tests/support/hex.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define EVENT_TYP "a11078206170706c69636174696f6e2f766e642e706869616c2e6576656e742b636f7365"
#define KID_1 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define KID_2 "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
#define SIGNED_AT_1 "3a000100001b000001a1eb619c03"
#define PROTECTED_1 "a40132045820" KID_1 SIGNED_AT_1 "3a0001000101"
#define PROTECTED_2 "a40128045820" KID_2 "3a00010000003a0001000104"
#define PAYLOAD "82016178"
#define EIGHT(byte) byte byte byte byte byte byte byte byte
#define SIGNATURE_1 EIGHT(EIGHT("a1"))
#define SIGNATURE_2 EIGHT(EIGHT("b2"))
#define SIGNER_1 "83583a" PROTECTED_1 "a05840" SIGNATURE_1
#define SIGNER_2 "835832" PROTECTED_2 "a05840" SIGNATURE_2
#define SAMPLE "d862845824" EVENT_TYP "a044" PAYLOAD "82" SIGNER_1 SIGNER_2

enum { BUFFER_SIZE = 4096 };

static struct bytes from_hex(const char *hex, uint8_t buffer[static BUFFER_SIZE])
{
    return bytes_of(buffer, hex_read(hex, buffer, BUFFER_SIZE));
}

static void assert_bytes(const char *hex, struct bytes bytes)
{
    assert_hex(hex, bytes.data, bytes.size);
}

static struct cose_message sample(void)
{
    static const uint8_t payload[] = { 0x82, 0x01, 0x61, 0x78 };
    struct cose_message message = {
        .typ = COSE_EVENT,
        .payload = { payload, sizeof payload },
        .signer_count = 2,
        .signers = { { .algorithm = COSE_ED25519,
                       .signed_at_ms = INT64_C(1794950405123),
                       .unlocked_by = COSE_UNLOCKED_TERMINAL },
                     { .algorithm = COSE_ESP256, .unlocked_by = COSE_UNLOCKED_SEAL } },
    };

    for (uint8_t i = 0; i < COSE_KID_SIZE; i++) {
        message.signers[0].kid[i] = i;
        message.signers[1].kid[i] = (uint8_t)(i + COSE_KID_SIZE);
    }
    memset(message.signers[0].signature, 0xa1, COSE_SIGNATURE_SIZE);
    memset(message.signers[1].signature, 0xb2, COSE_SIGNATURE_SIZE);
    return message;
}

/* ---- the sample */

static void the_parts_are_encoded_as_the_format_says(void **state)
{
    struct cose_message message = sample();
    uint8_t buffer[BUFFER_SIZE];
    struct writer writer;

    (void)state;
    writer_init(&writer, buffer, sizeof buffer);
    cose_body_protected(COSE_EVENT, &writer);
    assert_bytes(EVENT_TYP, writer_bytes(&writer));
    writer_init(&writer, buffer, sizeof buffer);
    cose_signer_protected(&message.signers[0], &writer);
    assert_bytes(PROTECTED_1, writer_bytes(&writer));
    writer_init(&writer, buffer, sizeof buffer);
    cose_encode(&message, &writer);
    assert_bytes(SAMPLE, writer_bytes(&writer));
}

static void each_signer_signs_the_payload_and_both_headers(void **state)
{
    uint8_t buffer[BUFFER_SIZE], body[BUFFER_SIZE], signer[BUFFER_SIZE], payload[BUFFER_SIZE];
    struct writer writer;

    (void)state;
    writer_init(&writer, buffer, sizeof buffer);
    cose_to_be_signed(from_hex(EVENT_TYP, body), from_hex(PROTECTED_1, signer),
                      from_hex(PAYLOAD, payload), &writer);
    assert_bytes("85695369676e61747572655824" EVENT_TYP "583a" PROTECTED_1 "4044" PAYLOAD,
                 writer_bytes(&writer));
}

static void what_is_decoded_points_into_the_message(void **state)
{
    uint8_t buffer[BUFFER_SIZE];
    struct bytes input = from_hex(SAMPLE, buffer);
    struct cose_message expected = sample();
    struct cose_message message;

    (void)state;
    assert_int_equal(COSE_OK, cose_decode(input, COSE_EVENT, &message));
    assert_int_equal(COSE_EVENT, message.typ);
    assert_bytes(EVENT_TYP, message.body_protected);
    assert_bytes(PAYLOAD, message.payload);
    assert_true(message.payload.data > input.data && message.payload.data < input.data + input.size);
    assert_int_equal(2, message.signer_count);
    assert_bytes(PROTECTED_1, message.signers[0].protected_bytes);
    assert_bytes(PROTECTED_2, message.signers[1].protected_bytes);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(expected.signers[i].algorithm, message.signers[i].algorithm);
        assert_memory_equal(expected.signers[i].kid, message.signers[i].kid, COSE_KID_SIZE);
        assert_true(expected.signers[i].signed_at_ms == message.signers[i].signed_at_ms);
        assert_int_equal(expected.signers[i].unlocked_by, message.signers[i].unlocked_by);
        assert_memory_equal(expected.signers[i].signature, message.signers[i].signature,
                            COSE_SIGNATURE_SIZE);
    }
}

/* ---- refusals: the sample with one signer, in pieces of which one is changed */

enum piece {
    TAG,
    OUTER,
    BODY,
    UNPROTECTED,
    CONTENT,
    SIGNERS,
    SIGNER,
    MAP,
    ALG,
    KID,
    AT,
    BY,
    INNER,
    SIGNATURE,
    TAIL,
    PIECES
};

static const char *const good_pieces[PIECES] = {
    [TAG] = "d862",
    [OUTER] = "84",
    [BODY] = "5824" EVENT_TYP,
    [UNPROTECTED] = "a0",
    [CONTENT] = "44" PAYLOAD,
    [SIGNERS] = "81",
    [SIGNER] = "83",
    [MAP] = "a4",
    [ALG] = "0132",
    [KID] = "045820" KID_1,
    [AT] = SIGNED_AT_1,
    [BY] = "3a0001000101",
    [INNER] = "a0",
    [SIGNATURE] = "5840" SIGNATURE_1,
    [TAIL] = "",
};

static void write_hex(struct writer *writer, const char *hex)
{
    uint8_t buffer[BUFFER_SIZE];

    write_raw(writer, from_hex(hex, buffer));
}

/* The pieces in a row, with MAP to BY put into a byte string of the right length. */
static struct bytes join(const char *const pieces[static PIECES], uint8_t buffer[static BUFFER_SIZE])
{
    uint8_t protected_buffer[BUFFER_SIZE];
    struct writer writer, protected;

    writer_init(&writer, buffer, BUFFER_SIZE);
    writer_init(&protected, protected_buffer, sizeof protected_buffer);
    for (int i = 0; i < PIECES; i++) {
        write_hex(i >= MAP && i <= BY ? &protected : &writer, pieces[i]);
        if (i == BY)
            write_bytes(&writer, writer_bytes(&protected));
    }
    return writer_bytes(&writer);
}

static void anything_but_the_one_encoding_is_refused(void **state)
{
    static const struct {
        enum piece piece;
        const char *hex;
        enum cose_status status;
    } rows[] = {
        { TAIL, "", COSE_OK }, /* nothing changed */
        { ALG, "0128", COSE_OK },
        { BY, "3a0001000104", COSE_OK },
        { AT, "3a0001000000", COSE_OK },
        { AT, "3a000100001b0000e677d21fdbff", COSE_OK },

        { TAG, "", COSE_MALFORMED },
        { TAG, "d2", COSE_MALFORMED }, /* COSE_Sign1 */
        { TAG, "d862d862", COSE_MALFORMED },
        { TAG, "d90062", COSE_MALFORMED },
        { OUTER, "83", COSE_MALFORMED },
        { OUTER, "85", COSE_MALFORMED },
        { OUTER, "9f", COSE_MALFORMED },
        { TAIL, "00", COSE_MALFORMED },
        { TAIL, "ff", COSE_MALFORMED },

        { BODY, "40", COSE_MALFORMED },
        { BODY, "41a0", COSE_MALFORMED },
        { BODY, "a0", COSE_MALFORMED },
        { BODY, "43a11000", COSE_MALFORMED },
        { BODY, "44a1106161", COSE_OTHER_TYPE },
        { BODY, "44a1036161", COSE_MALFORMED },
        { BODY,
          "582aa2"
          "1078206170706c69636174696f6e2f766e642e706869616c2e6576656e742b636f7365"
          "1863617818",
          COSE_MALFORMED },
        { BODY, "5826a11078226170706c69636174696f6e2f766e642e706869616c2e726563656970742b636f7365",
          COSE_OTHER_TYPE },
        { BODY, "5825" EVENT_TYP "00", COSE_MALFORMED },
        { UNPROTECTED, "a10126", COSE_UNPROTECTED },
        { UNPROTECTED, "a1044131", COSE_UNPROTECTED },
        { UNPROTECTED, "80", COSE_MALFORMED },
        { UNPROTECTED, "f6", COSE_MALFORMED },
        { CONTENT, "f6", COSE_MALFORMED }, /* detached */
        { CONTENT, "40", COSE_SIZE },
        { CONTENT, "6161", COSE_MALFORMED },

        { SIGNERS, "80", COSE_MALFORMED },
        { SIGNERS, "82", COSE_MALFORMED },
        { SIGNERS, "85", COSE_MALFORMED },
        { SIGNER, "82", COSE_MALFORMED },
        { SIGNER, "84", COSE_MALFORMED },
        { MAP, "a0", COSE_MALFORMED },
        { MAP, "a3", COSE_MALFORMED },
        { MAP, "a5", COSE_MALFORMED },
        { ALG, "", COSE_MALFORMED },
        { ALG, "0127", COSE_ALGORITHM }, /* -8, EdDSA before RFC 9864 */
        { ALG, "0126", COSE_ALGORITHM }, /* -7, ES256 likewise */
        { ALG, "013832", COSE_ALGORITHM },
        { ALG, "01654564445341", COSE_MALFORMED },
        { ALG, "180132", COSE_MALFORMED },
        { KID, "045820" KID_1 "00", COSE_MALFORMED },
        { KID, "0441aa", COSE_MALFORMED },
        { KID, "055820" KID_1, COSE_MALFORMED },
        { AT, "3a0001000020", COSE_MALFORMED },
        { AT, "3a000100001b0000e677d21fdc00", COSE_MALFORMED },
        { AT, "3a00010000fb0000000000000000", COSE_MALFORMED },
        { AT, "3a00010001013a0001000000", COSE_MALFORMED },
        { BY, "3a0001000100", COSE_MALFORMED },
        { BY, "3a0001000105", COSE_MALFORMED },
        { BY, "3a0001000201", COSE_MALFORMED },
        { BY,
          "3a0001000101"
          "01",
          COSE_MALFORMED },
        { INNER, "a1044131", COSE_UNPROTECTED },
        { INNER, "40", COSE_MALFORMED },
        { SIGNATURE, "40", COSE_MALFORMED },
        { SIGNATURE, "583f" EIGHT(EIGHT("a1")), COSE_MALFORMED },
        { SIGNATURE, "5841" EIGHT(EIGHT("a1")) "00", COSE_MALFORMED },
        { SIGNATURE, "7840" EIGHT(EIGHT("41")), COSE_MALFORMED },
    };
    uint8_t buffer[BUFFER_SIZE];
    struct cose_message message;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *pieces[PIECES];
        enum cose_status status;

        memcpy(pieces, good_pieces, sizeof pieces);
        pieces[rows[i].piece] = rows[i].hex;
        status = cose_decode(join(pieces, buffer), COSE_EVENT, &message);
        if (status != rows[i].status)
            fail_msg("piece %d = %s: status %d, expected %d", (int)rows[i].piece, rows[i].hex,
                     (int)status, (int)rows[i].status);
    }
}

static void no_key_signs_twice_and_at_most_four_sign(void **state)
{
    struct cose_message message = sample();
    struct cose_message decoded;
    uint8_t buffer[BUFFER_SIZE];
    struct writer writer;

    (void)state;
    for (size_t count = 1; count <= COSE_SIGNERS_LIMIT; count++) {
        message.signer_count = count;
        for (size_t i = 0; i < count; i++) {
            message.signers[i] = message.signers[0];
            message.signers[i].kid[31] = (uint8_t)i;
        }
        writer_init(&writer, buffer, sizeof buffer);
        cose_encode(&message, &writer);
        assert_int_equal(COSE_OK, cose_decode(writer_bytes(&writer), COSE_EVENT, &decoded));
        assert_int_equal(count, decoded.signer_count);
    }
    message.signers[3].kid[31] = 1;
    writer_init(&writer, buffer, sizeof buffer);
    cose_encode(&message, &writer);
    assert_int_equal(COSE_SAME_KEY, cose_decode(writer_bytes(&writer), COSE_EVENT, &decoded));
}

static void each_type_is_taken_only_where_it_is_expected(void **state)
{
    static const enum cose_type types[] = { COSE_EVENT, COSE_RECEIPT, COSE_EXPORT, COSE_STATEMENT };
    static const char *const names[] = { "application/vnd.phial.event+cose",
                                         "application/vnd.phial.receipt+cose",
                                         "application/vnd.phial.export+cose",
                                         "application/vnd.phial.statement+cose" };
    struct cose_message message = sample();
    struct cose_message decoded;
    uint8_t buffer[BUFFER_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT(types); i++) {
        struct writer writer;

        assert_string_equal(names[i], cose_type_name(types[i]));
        message.typ = types[i];
        writer_init(&writer, buffer, sizeof buffer);
        cose_encode(&message, &writer);
        for (size_t j = 0; j < COUNT(types); j++)
            assert_int_equal(i == j ? COSE_OK : COSE_OTHER_TYPE,
                             cose_decode(writer_bytes(&writer), types[j], &decoded));
    }
}

static void payload_and_message_have_limits(void **state)
{
    static uint8_t payload[COSE_PAYLOAD_LIMIT + 1], buffer[2 * COSE_MESSAGE_LIMIT];
    static uint8_t to_be_signed[COSE_TO_BE_SIGNED_LIMIT];
    struct cose_message message = sample();
    struct cose_message decoded;
    struct writer writer;

    (void)state;
    message.payload = bytes_of(payload, COSE_PAYLOAD_LIMIT);
    writer_init(&writer, buffer, sizeof buffer);
    cose_encode(&message, &writer);
    assert_int_equal(COSE_OK, cose_decode(writer_bytes(&writer), COSE_EVENT, &decoded));
    writer_init(&writer, to_be_signed, sizeof to_be_signed);
    cose_to_be_signed(decoded.body_protected, decoded.signers[0].protected_bytes, decoded.payload,
                      &writer);
    assert_false(writer.failed);

    message.payload = bytes_of(payload, COSE_PAYLOAD_LIMIT + 1);
    writer_init(&writer, buffer, sizeof buffer);
    cose_encode(&message, &writer);
    assert_int_equal(COSE_SIZE, cose_decode(writer_bytes(&writer), COSE_EVENT, &decoded));
    assert_int_equal(COSE_SIZE,
                     cose_decode(bytes_of(buffer, COSE_MESSAGE_LIMIT + 1), COSE_EVENT, &decoded));
}

static void no_beginning_of_a_message_is_a_message(void **state)
{
    uint8_t buffer[BUFFER_SIZE];
    struct bytes input = from_hex(SAMPLE, buffer);
    struct cose_message message;

    (void)state;
    for (size_t size = 0; size < input.size; size++) {
        uint8_t *exact = malloc(size > 0 ? size : 1); /* so that sanitizers see a byte read too many */

        assert_non_null(exact);
        memcpy(exact, input.data, size);
        assert_int_equal(COSE_MALFORMED, cose_decode(bytes_of(exact, size), COSE_EVENT, &message));
        free(exact);
    }
}

static void whatever_is_decoded_encodes_to_the_same_bytes(void **state)
{
    uint8_t buffer[BUFFER_SIZE], again[BUFFER_SIZE];
    struct bytes input = from_hex(SAMPLE, buffer);
    unsigned accepted = 0;

    (void)state;
    for (size_t at = 0; at < input.size; at++) {
        for (unsigned change = 1; change < 256; change++) {
            struct cose_message message;

            buffer[at] = (uint8_t)(buffer[at] ^ change);
            if (cose_decode(input, COSE_EVENT, &message) == COSE_OK) {
                struct writer writer;

                accepted++;
                writer_init(&writer, again, sizeof again);
                cose_encode(&message, &writer);
                assert_true(bytes_equal(input, writer_bytes(&writer)));
            }
            buffer[at] = (uint8_t)(buffer[at] ^ change);
        }
    }
    assert_true(accepted >
                2 * 255 * (COSE_KID_SIZE + COSE_SIGNATURE_SIZE)); /* all of both keys and signatures */
}

/* ---- any COSE message */

static void an_empty_protected_map_is_signed_as_no_bytes(void **state)
{
    /* cose-wg/Examples sign-tests/sign-pass-01 and sign1-tests/sign-pass-01 */
    static const char *const sign =
        "85695369676e61747572654043a101264054546869732069732074686520636f6e74656e742e";
    static const char *const sign1 =
        "846a5369676e617475726531404054546869732069732074686520636f6e74656e742e";
    static const char *const empty_maps[] = { "", "a0" };
    struct bytes content = bytes_of_text("This is the content.");
    uint8_t buffer[BUFFER_SIZE], empty[BUFFER_SIZE], signer[BUFFER_SIZE];
    struct writer writer;

    (void)state;
    for (size_t i = 0; i < COUNT(empty_maps); i++) {
        struct bytes protected = from_hex(empty_maps[i], empty);

        writer_init(&writer, buffer, sizeof buffer);
        cose_sig_structure(protected, from_hex("a10126", signer), bytes_of(NULL, 0), content, &writer);
        assert_bytes(sign, writer_bytes(&writer));
        writer_init(&writer, buffer, sizeof buffer);
        cose_sig_structure1(protected, bytes_of(NULL, 0), content, &writer);
        assert_bytes(sign1, writer_bytes(&writer));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parts_are_encoded_as_the_format_says),
        cmocka_unit_test(each_signer_signs_the_payload_and_both_headers),
        cmocka_unit_test(what_is_decoded_points_into_the_message),
        cmocka_unit_test(anything_but_the_one_encoding_is_refused),
        cmocka_unit_test(no_key_signs_twice_and_at_most_four_sign),
        cmocka_unit_test(each_type_is_taken_only_where_it_is_expected),
        cmocka_unit_test(payload_and_message_have_limits),
        cmocka_unit_test(no_beginning_of_a_message_is_a_message),
        cmocka_unit_test(whatever_is_decoded_encodes_to_the_same_bytes),
        cmocka_unit_test(an_empty_protected_map_is_signed_as_no_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

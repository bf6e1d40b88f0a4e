/* Published vectors for schema/cbor and schema/cose, used in place: cbor/test-vectors (the examples of
 * RFC 8949 appendix A), the COSE working group's examples, and gluecose. Each test prints how many
 * vectors it ran, is skipped where the vectors are not there, and fails where they are and none ran. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glob.h>

#include <cmocka.h>

#include <jansson.h>

#include "crypto/crypto.h"
#include "crypto/signature.h"
#include "schema/cbor.h"
#include "schema/cose.h"
#include "tests/support/hex.h"

enum { BUFFER_SIZE = 4096, DEPTH = 6 };

static struct bytes from_hex(const char *hex, uint8_t buffer[static BUFFER_SIZE])
{
    assert_non_null(hex);
    return bytes_of(buffer, hex_read(hex, buffer, BUFFER_SIZE));
}

/* ---- files */

static glob_t find_vectors(const char *pattern)
{
    const char *folder = getenv("PHIAL_VECTORS");
    char path[1024];
    glob_t found = { 0 };

    assert_true((size_t)snprintf(path, sizeof path, "%s/%s",
                                 folder != NULL ? folder : "../shared/vectors", pattern) < sizeof path);
    (void)glob(path, 0, NULL, &found);
    return found;
}

static json_t *load(const char *path)
{
    json_error_t error;
    json_t *json = json_load_file(path, 0, &error);

    if (json ==
        NULL) /* integers of 64 bits overflow jansson's; read as reals they are only not compared */
        json = json_load_file(path, JSON_DECODE_INT_AS_REAL, &error);
    if (json == NULL)
        fail_msg("%s: %s", path, error.text);
    return json;
}

/* A string some levels down, or NULL. The names end with NULL. */
static const char *string_at(const json_t *json, ...)
{
    const char *name;
    va_list names;

    va_start(names, json);
    while ((name = va_arg(names, const char *)) != NULL)
        json = json_object_get(json, name);
    va_end(names);
    return json_string_value(json);
}

/* ---- RFC 8949 appendix A */

static enum read_status expected_verdict(struct bytes item, bool is_deterministic)
{
    switch (item.data[0]) {
    case 0xf9:
    case 0xfa:
    case 0xfb:
        return READ_FLOAT;
    case 0xf0:
    case 0xf7:
    case 0xf8:
        return READ_TYPE;
    default:
        if (item.data[0] >> 5 == 6)
            return READ_TAG;
        return is_deterministic ? READ_OK : READ_INDEFINITE;
    }
}

/* Read the next item and compare it with what the vector says it means, as far as JSON can say it. */
static void assert_means(struct reader *reader, const json_t *meaning)
{
    struct bytes bytes;
    int64_t number;
    size_t index;
    const json_t *element;

    switch (read_peek_type(reader)) {
    case ITEM_UINT:
    case ITEM_NEGATIVE:
        if (!json_is_integer(meaning))
            break;
        assert_true(read_int(reader, INT64_MIN, INT64_MAX, &number));
        assert_true(number == json_integer_value(meaning));
        return;
    case ITEM_TEXT:
        assert_true(read_text(reader, SIZE_MAX, &bytes));
        assert_true(
            bytes_equal(bytes, bytes_of(json_string_value(meaning), json_string_length(meaning))));
        return;
    case ITEM_ARRAY:
        assert_true(read_array(reader, json_array_size(meaning), json_array_size(meaning), NULL));
        json_array_foreach((json_t *)(uintptr_t)meaning, index, element) assert_means(reader, element);
        assert_true(read_array_end(reader));
        return;
    case ITEM_NULL:
        assert_true(json_is_null(meaning));
        break;
    default:
        break;
    }
    assert_true(read_item(reader, &bytes));
}

static void appendix_a_of_rfc_8949_is_judged_and_understood(void **state)
{
    glob_t files = find_vectors("cbor/*.json");
    unsigned ran = 0;

    (void)state;
    for (size_t i = 0; i < files.gl_pathc; i++) {
        json_t *vectors = load(files.gl_pathv[i]);
        const json_t *vector;
        size_t index;

        json_array_foreach(vectors, index, vector)
        {
            uint8_t buffer[BUFFER_SIZE];
            struct bytes item = from_hex(string_at(vector, "hex", NULL), buffer);
            enum read_status expected =
                expected_verdict(item, json_is_true(json_object_get(vector, "roundtrip")));
            enum read_status status = item_check(item, DEPTH);
            struct reader reader;

            if (status != expected)
                fail_msg("%s: status %d, expected %d", string_at(vector, "hex", NULL), (int)status,
                         (int)expected);
            reader_init(&reader, item, DEPTH);
            if (status == READ_OK && json_object_get(vector, "decoded") != NULL) {
                assert_means(&reader, json_object_get(vector, "decoded"));
                assert_int_equal(READ_OK, reader_end(&reader));
            }
            ran++;
        }
        json_decref(vectors);
    }
    print_message("# RFC 8949 appendix A: %u vectors\n", ran);
    if (files.gl_pathc == 0)
        skip();
    globfree(&files);
    assert_true(ran > 0);
}

/* ---- keys and signatures of the COSE vectors */

enum { ES256 = -7, EDDSA = -8 }; /* as they were before RFC 9864 */

/* Base64 for URLs, without padding. */
static size_t from_base64url(const char *text, uint8_t *out, size_t capacity)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint32_t bits = 0;
    unsigned held = 0;
    size_t size = 0;

    for (; *text != '\0'; text++) {
        const char *letter = strchr(alphabet, *text);

        assert_non_null(letter);
        bits = bits << 6 | (uint32_t)(letter - alphabet);
        held += 6;
        if (held >= 8) {
            held -= 8;
            assert_true(size < capacity);
            out[size++] = (uint8_t)(bits >> held);
        }
    }
    return size;
}

/* One coordinate of a key, given in base64 or in hexadecimal. */
static bool coordinate(const json_t *key, const char *name, const char *hex_name,
                       uint8_t out[static 32])
{
    const char *text = string_at(key, name, NULL);
    const char *hex = string_at(key, hex_name, NULL);
    size_t size = 0;

    if (text != NULL)
        size = from_base64url(text, out, 32);
    else if (hex != NULL)
        size = hex_read(hex, out, 32);
    return size == 32;
}

/* The vector's public key, if it is of a kind we have. */
static bool public_key(const json_t *key, struct public_key *public)
{
    const char *curve = string_at(key, "crv", NULL);

    *public = (struct public_key){ .algorithm = KEY_ED25519 };
    if (curve == NULL)
        return false;
    if (strcmp(curve, "Ed25519") == 0)
        return coordinate(key, "x", "x_hex", public->bytes);
    public->algorithm = KEY_P256;
    return strcmp(curve, "P-256") == 0 && coordinate(key, "x", "x_hex", public->bytes) &&
           coordinate(key, "y", "y_hex", public->bytes + 32);
}

/* The algorithm a protected header names, 0 when it names none. */
static int64_t algorithm_of(struct bytes protected)
{
    struct reader reader;
    int64_t label, algorithm = 0;

    reader_init(&reader, protected, DEPTH);
    if (!read_map(&reader, 16, NULL) || !read_label(&reader, &label) || label != 1 ||
        !read_int(&reader, INT32_MIN, INT32_MAX, &algorithm))
        return 0;
    return algorithm;
}

static bool can_verify(const struct public_key *public, int64_t algorithm)
{
    return algorithm == (public->algorithm == KEY_P256 ? ES256 : EDDSA);
}

/* Whether a signature is good. The vectors' ECDSA signatures may have a high s, ours never do. */
static bool verifies(const struct public_key *public, struct bytes message, struct bytes signature)
{
    struct verifier *verifier;
    uint8_t normal[SIGNATURE_SIZE];
    bool good = false;

    if (signature.size != SIGNATURE_SIZE)
        return false;
    memcpy(normal, signature.data, SIGNATURE_SIZE);
    if (public->algorithm == KEY_P256 && signature_normalise_p256(normal) != CRYPT_OK)
        return false;
    if (verifier_new(public, &verifier) == CRYPT_OK)
        good = verifier_accepts(verifier, message.data, message.size, normal);
    verifier_free(verifier);
    return good;
}

/* ---- COSE_Sign and COSE_Sign1 as others write them */

struct signed_part {
    struct bytes protected;
    struct bytes signature;
};

struct foreign_message {
    struct bytes body_protected;
    struct bytes payload;
    size_t count;
    struct signed_part parts[4]; /* of a COSE_Sign1 the first, with its signature alone */
};

static bool read_signed_part(struct reader *reader, struct signed_part *part)
{
    struct bytes unprotected;

    return read_array(reader, 3, 3, NULL) && read_bytes(reader, 0, SIZE_MAX, &part->protected) &&
           read_item(reader, &unprotected) && read_bytes(reader, 1, SIZE_MAX, &part->signature) &&
           read_array_end(reader);
}

static enum read_status read_foreign(struct bytes input, enum cose_tag tag,
                                     struct foreign_message *message)
{
    struct reader reader;
    struct bytes unprotected;
    uint64_t count = 1;

    *message = (struct foreign_message){ .count = 1 };
    reader_init(&reader, input, 8);
    if (read_peek_type(&reader) == ITEM_TAG)
        (void)read_tag(&reader, tag);
    (void)read_array(&reader, 4, 4, NULL);
    (void)read_bytes(&reader, 0, SIZE_MAX, &message->body_protected);
    (void)read_item(&reader, &unprotected);
    if (!read_null_if(&reader))
        (void)read_bytes(&reader, 0, SIZE_MAX, &message->payload);
    if (tag == COSE_TAG_SIGN1) {
        (void)read_bytes(&reader, 1, SIZE_MAX, &message->parts[0].signature);
    } else if (read_array(&reader, 1, 4, &count)) {
        message->count = (size_t)count;
        for (size_t i = 0; i < message->count; i++)
            (void)read_signed_part(&reader, &message->parts[i]);
        (void)read_array_end(&reader);
    }
    (void)read_array_end(&reader);
    return reader_end(&reader);
}

/* What part `index` of the message was signed over. */
static struct bytes structure_of(const struct foreign_message *message, enum cose_tag tag, size_t index,
                                 struct bytes external, uint8_t buffer[static BUFFER_SIZE])
{
    struct writer writer;

    writer_init(&writer, buffer, BUFFER_SIZE);
    if (tag == COSE_TAG_SIGN1)
        cose_sig_structure1(message->body_protected, external, message->payload, &writer);
    else
        cose_sig_structure(message->body_protected, message->parts[index].protected, external,
                           message->payload, &writer);
    return writer_bytes(&writer);
}

struct tally {
    unsigned structures, verified, refused, disordered;
};

/* One signature of one vector: does our structure equal the published one, and the signature fit it?
 * `input` holds key and external data, `intermediate` the published structure. */
static bool part_is_good(const struct foreign_message *message, enum cose_tag tag, size_t index,
                         const json_t *input, const json_t *intermediate, struct tally *tally)
{
    uint8_t ours_buffer[BUFFER_SIZE], published_buffer[BUFFER_SIZE], external_buffer[BUFFER_SIZE];
    const char *external_hex = string_at(input, "external", NULL);
    struct bytes external = from_hex(external_hex != NULL ? external_hex : "", external_buffer);
    struct bytes published = from_hex(string_at(intermediate, "ToBeSign_hex", NULL), published_buffer);
    struct bytes ours = structure_of(message, tag, index, external, ours_buffer);
    struct bytes protected =
        tag == COSE_TAG_SIGN1 ? message->body_protected : message->parts[index].protected;
    int64_t algorithm = algorithm_of(protected);
    struct public_key public;

    if (!bytes_equal(ours, published))
        return false;
    tally->structures++;
    if (algorithm ==
        0) /* sign1-tests/sign-pass-01 has it in the unprotected header: the key says as much */
        algorithm = ES256;
    if (!public_key(json_object_get(input, "key"), &public) || !can_verify(&public, algorithm))
        return true; /* an algorithm or curve that we do not have: the structure is all we can judge */
    if (!verifies(&public, ours, message->parts[index].signature))
        return false;
    tally->verified++;
    return true;
}

static bool example_is_good(const json_t *vector, struct tally *tally)
{
    const json_t *input = json_object_get(vector, "input");
    const json_t *one = json_object_get(input, "sign0");
    const json_t *signers = json_object_get(json_object_get(input, "sign"), "signers");
    const json_t *intermediates = json_object_get(vector, "intermediates");
    enum cose_tag tag = one != NULL ? COSE_TAG_SIGN1 : COSE_TAG_SIGN;
    uint8_t buffer[BUFFER_SIZE];
    struct foreign_message message;
    enum read_status status =
        read_foreign(from_hex(string_at(vector, "output", "cbor", NULL), buffer), tag, &message);

    if (status ==
        READ_ORDER) { /* some countersigned examples have label 7 before 4: others may, we do not */
        tally->disordered++;
        return !json_is_true(json_object_get(vector, "fail"));
    }
    if (status != READ_OK)
        return false;
    if (one != NULL)
        return part_is_good(&message, tag, 0, one, intermediates, tally);
    assert_int_equal(json_array_size(signers), message.count);
    for (size_t i = 0; i < message.count; i++)
        if (!part_is_good(&message, tag, i, json_array_get(signers, i),
                          json_array_get(json_object_get(intermediates, "signers"), i), tally))
            return false;
    return true;
}

static void cose_working_group_examples_have_the_structures_we_build(void **state)
{
    glob_t files = find_vectors("cose-wg-examples/*/*.json");
    struct tally tally = { 0 };

    (void)state;
    assert_int_equal(CRYPT_OK, crypt_start());
    for (size_t i = 0; i < files.gl_pathc; i++) {
        json_t *vector = load(files.gl_pathv[i]);
        bool must_fail = json_is_true(json_object_get(vector, "fail"));
        const json_t *input = json_object_get(vector, "input");

        if (json_object_get(input, "sign0") != NULL || json_object_get(input, "sign") != NULL) {
            if (example_is_good(vector, &tally) == must_fail)
                fail_msg("%s", files.gl_pathv[i]);
            tally.refused += must_fail;
        }
        json_decref(vector);
    }
    print_message("# COSE working group: %u structures, %u signatures verified, %u examples refused, "
                  "%u disordered\n",
                  tally.structures, tally.verified, tally.refused, tally.disordered);
    if (files.gl_pathc == 0)
        skip();
    globfree(&files);
    assert_true(tally.structures > 0 && tally.verified > 0);
}

/* ---- gluecose */

/* A vector that gives parts and the structure made of them. */
static void assert_gluecose_sign(const json_t *sign, struct tally *tally)
{
    uint8_t protected_buffer[BUFFER_SIZE], payload[BUFFER_SIZE], external[BUFFER_SIZE],
        ours[BUFFER_SIZE];
    uint8_t published[BUFFER_SIZE], output[BUFFER_SIZE];
    const char *external_hex = string_at(sign, "external", NULL);
    struct bytes aad = from_hex(external_hex != NULL ? external_hex : "", external);
    struct foreign_message message = {
        .body_protected =
            from_hex(string_at(sign, "protectedHeaders", "cborHex", NULL), protected_buffer),
        .payload = from_hex(string_at(sign, "payload", NULL), payload),
    };
    struct bytes structure = structure_of(&message, COSE_TAG_SIGN1, 0, aad, ours);

    assert_true(
        bytes_equal(structure, from_hex(string_at(sign, "tbsHex", "cborHex", NULL), published)));
    assert_int_equal(READ_OK,
                     read_foreign(from_hex(string_at(sign, "expectedOutput", "cborHex", NULL), output),
                                  COSE_TAG_SIGN1, &message));
    tally->structures++;
}

/* A message to verify with the key beside it. */
static void assert_gluecose_verify(const json_t *vector, const json_t *verify, struct tally *tally)
{
    uint8_t buffer[BUFFER_SIZE], external[BUFFER_SIZE], ours[BUFFER_SIZE];
    const char *external_hex = string_at(verify, "external", NULL);
    struct bytes aad = from_hex(external_hex != NULL ? external_hex : "", external);
    struct bytes input = from_hex(string_at(verify, "taggedCOSESign1", "cborHex", NULL), buffer);
    bool should_verify = json_is_true(json_object_get(verify, "shouldVerify"));
    struct foreign_message message;
    struct public_key public;

    if (read_foreign(input, COSE_TAG_SIGN1, &message) != READ_OK) {
        assert_false(should_verify);
        tally->refused++;
        return;
    }
    tally->structures++;
    if (!public_key(json_object_get(vector, "key"), &public) ||
        !can_verify(&public, algorithm_of(message.body_protected)))
        return;
    assert_int_equal(should_verify,
                     verifies(&public, structure_of(&message, COSE_TAG_SIGN1, 0, aad, ours),
                              message.parts[0].signature));
    tally->verified++;
}

static void gluecose_examples_have_the_structures_we_build(void **state)
{
    glob_t files = find_vectors("gluecose/*.json");
    struct tally tally = { 0 };

    (void)state;
    assert_int_equal(CRYPT_OK, crypt_start());
    for (size_t i = 0; i < files.gl_pathc; i++) {
        json_t *vector = load(files.gl_pathv[i]);
        const json_t *sign = json_object_get(vector, "sign1::sign");
        const json_t *verify = json_object_get(vector, "sign1::verify");

        if (sign != NULL)
            assert_gluecose_sign(sign, &tally);
        if (verify != NULL)
            assert_gluecose_verify(vector, verify, &tally);
        json_decref(vector);
    }
    print_message("# gluecose: %u structures, %u signatures judged, %u messages refused\n",
                  tally.structures, tally.verified, tally.refused);
    if (files.gl_pathc == 0)
        skip();
    globfree(&files);
    assert_true(tally.structures > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appendix_a_of_rfc_8949_is_judged_and_understood),
        cmocka_unit_test(cose_working_group_examples_have_the_structures_we_build),
        cmocka_unit_test(gluecose_examples_have_the_structures_we_build),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "schema/cose.h"

#include <assert.h>
#include <string.h>

#include "schema/civil.h"

/* Labels of protected headers. Those below -65536 are for private use (RFC 9052 section 11.1). */
enum {
    LABEL_ALGORITHM = 1,
    LABEL_KID = 4,
    LABEL_TYP = 16,
    LABEL_SIGNED_AT = -65537,
    LABEL_UNLOCKED_BY = -65538,
};

/* Arrays within a message: message, signers, signer, its unprotected header. */
enum { MESSAGE_DEPTH = 4, PROTECTED_DEPTH = 1, TYP_SIZE_LIMIT = 64 };

const char *cose_type_name(enum cose_type typ)
{
    switch (typ) {
    case COSE_EVENT:
        return "application/vnd.phial.event+cose";
    case COSE_RECEIPT:
        return "application/vnd.phial.receipt+cose";
    case COSE_EXPORT:
        return "application/vnd.phial.export+cose";
    case COSE_STATEMENT:
        return "application/vnd.phial.statement+cose";
    }
    assert(false && "a message has one of the types");
    return "";
}

/* ---- for any COSE message */

/* A protected header as it goes into a Sig_structure: an empty map counts as no bytes at all. */
static struct bytes without_empty_map(struct bytes protected)
{
    static const uint8_t empty_map[] = { 0xa0 };

    return bytes_equal(protected, bytes_of(empty_map, sizeof empty_map)) ? bytes_of(NULL, 0)
                                                                         : protected;
}

void cose_sig_structure(struct bytes body_protected, struct bytes signer_protected,
                        struct bytes external_aad, struct bytes payload, struct writer *writer)
{
    write_array(writer, 5);
    write_text(writer, bytes_of_text("Signature"));
    write_bytes(writer, without_empty_map(body_protected));
    write_bytes(writer, without_empty_map(signer_protected));
    write_bytes(writer, external_aad);
    write_bytes(writer, payload);
}

void cose_sig_structure1(struct bytes body_protected, struct bytes external_aad, struct bytes payload,
                         struct writer *writer)
{
    write_array(writer, 4);
    write_text(writer, bytes_of_text("Signature1"));
    write_bytes(writer, without_empty_map(body_protected));
    write_bytes(writer, external_aad);
    write_bytes(writer, payload);
}

/* ---- signing */

void cose_body_protected(enum cose_type typ, struct writer *writer)
{
    write_map(writer, 1);
    write_int(writer, LABEL_TYP);
    write_text(writer, bytes_of_text(cose_type_name(typ)));
}

void cose_signer_protected(const struct cose_signer *signer, struct writer *writer)
{
    write_map(writer, 4);
    write_int(writer, LABEL_ALGORITHM);
    write_int(writer, signer->algorithm);
    write_int(writer, LABEL_KID);
    write_bytes(writer, bytes_of(signer->kid, sizeof signer->kid));
    write_int(writer, LABEL_SIGNED_AT);
    write_int(writer, signer->signed_at_ms);
    write_int(writer, LABEL_UNLOCKED_BY);
    write_int(writer, signer->unlocked_by);
}

void cose_to_be_signed(struct bytes body_protected, struct bytes signer_protected, struct bytes payload,
                       struct writer *writer)
{
    cose_sig_structure(body_protected, signer_protected, bytes_of(NULL, 0), payload, writer);
}

/* A protected header, written apart and put in as a byte string, and the empty unprotected one. */
static void write_headers(const struct writer *protected, struct writer *writer)
{
    write_bytes(writer, writer_bytes(protected));
    write_map(writer, 0);
}

static void write_signer(const struct cose_signer *signer, struct writer *writer)
{
    uint8_t buffer[COSE_PROTECTED_LIMIT];
    struct writer protected;

    writer_init(&protected, buffer, sizeof buffer);
    cose_signer_protected(signer, &protected);
    write_array(writer, 3);
    write_headers(&protected, writer);
    write_bytes(writer, bytes_of(signer->signature, sizeof signer->signature));
}

void cose_encode(const struct cose_message *message, struct writer *writer)
{
    uint8_t buffer[COSE_PROTECTED_LIMIT];
    struct writer protected;

    assert(message->signer_count >= 1 && message->signer_count <= COSE_SIGNERS_LIMIT);
    writer_init(&protected, buffer, sizeof buffer);
    cose_body_protected(message->typ, &protected);
    write_tag(writer, COSE_TAG_SIGN);
    write_array(writer, 4);
    write_headers(&protected, writer);
    write_bytes(writer, message->payload);
    write_array(writer, message->signer_count);
    for (size_t i = 0; i < message->signer_count; i++)
        write_signer(&message->signers[i], writer);
}

/* ---- reading */

/* Nothing may stand in an unprotected header. */
static enum cose_status read_unprotected(struct reader *reader)
{
    uint64_t count;

    if (!read_map(reader, UINT64_MAX, &count))
        return COSE_MALFORMED;
    if (count > 0)
        return COSE_UNPROTECTED;
    return read_map_end(reader) ? COSE_OK : COSE_MALFORMED;
}

/* Read the label that must come next. */
static bool read_expected_label(struct reader *reader, int64_t expected)
{
    int64_t label;

    return read_label(reader, &label) && label == expected;
}

static enum cose_status check_typ(struct bytes protected, enum cose_type expected)
{
    struct reader reader;
    struct bytes typ;

    reader_init(&reader, protected, PROTECTED_DEPTH);
    if (!read_map(&reader, 1, NULL) || !read_expected_label(&reader, LABEL_TYP) ||
        !read_text(&reader, TYP_SIZE_LIMIT, &typ) || !read_map_end(&reader) ||
        reader_end(&reader) != READ_OK)
        return COSE_MALFORMED;
    return bytes_equal_text(typ, cose_type_name(expected)) ? COSE_OK : COSE_OTHER_TYPE;
}

static enum cose_status read_signer_protected(struct cose_signer *signer)
{
    struct reader reader;
    int64_t algorithm, signed_at_ms;
    uint64_t unlocked_by;

    reader_init(&reader, signer->protected_bytes, PROTECTED_DEPTH);
    if (!read_map(&reader, 4, NULL) || !read_expected_label(&reader, LABEL_ALGORITHM) ||
        !read_int(&reader, INT32_MIN, INT32_MAX, &algorithm))
        return COSE_MALFORMED;
    if (algorithm != COSE_ED25519 && algorithm != COSE_ESP256)
        return COSE_ALGORITHM; /* how large its key's name and its signature are nobody knows here */
    if (!read_expected_label(&reader, LABEL_KID) ||
        !read_bytes_to(&reader, signer->kid, COSE_KID_SIZE) ||
        !read_expected_label(&reader, LABEL_SIGNED_AT) ||
        !read_int(&reader, 0, CIVIL_MS_MAX, &signed_at_ms) ||
        !read_expected_label(&reader, LABEL_UNLOCKED_BY) ||
        !read_uint(&reader, COSE_UNLOCKED_SEAL, &unlocked_by) || unlocked_by < COSE_UNLOCKED_TERMINAL ||
        !read_map_end(&reader) || reader_end(&reader) != READ_OK)
        return COSE_MALFORMED;
    signer->algorithm = (int32_t)algorithm;
    signer->signed_at_ms = signed_at_ms;
    signer->unlocked_by = (uint8_t)unlocked_by;
    return COSE_OK;
}

static enum cose_status read_signer(struct reader *reader, struct cose_signer *signer)
{
    enum cose_status status;

    if (!read_array(reader, 3, 3, NULL) ||
        !read_bytes(reader, 1, COSE_PROTECTED_LIMIT, &signer->protected_bytes))
        return COSE_MALFORMED;
    status = read_signer_protected(signer);
    if (status != COSE_OK)
        return status;
    status = read_unprotected(reader);
    if (status != COSE_OK)
        return status;
    return read_bytes_to(reader, signer->signature, COSE_SIGNATURE_SIZE) && read_array_end(reader) ? COSE_OK
                                                                                                  : COSE_MALFORMED;
}

static bool key_signed_before(const struct cose_message *message, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (memcmp(message->signers[i].kid, message->signers[index].kid, COSE_KID_SIZE) == 0)
            return true;
    return false;
}

static enum cose_status read_signers(struct reader *reader, struct cose_message *message)
{
    uint64_t count;
    enum cose_status status;

    if (!read_array(reader, 1, COSE_SIGNERS_LIMIT, &count))
        return COSE_MALFORMED;
    message->signer_count = (size_t)count;
    for (size_t i = 0; i < message->signer_count; i++) {
        status = read_signer(reader, &message->signers[i]);
        if (status != COSE_OK)
            return status;
        if (key_signed_before(message, i))
            return COSE_SAME_KEY;
    }
    return read_array_end(reader) ? COSE_OK : COSE_MALFORMED;
}

enum cose_status cose_decode(struct bytes input, enum cose_type expected, struct cose_message *message)
{
    struct reader reader;
    enum cose_status status;

    if (input.size > COSE_MESSAGE_LIMIT)
        return COSE_SIZE;
    *message = (struct cose_message){ .typ = expected };
    reader_init(&reader, input, MESSAGE_DEPTH);
    if (!read_tag(&reader, COSE_TAG_SIGN) || !read_array(&reader, 4, 4, NULL) ||
        !read_bytes(&reader, 1, COSE_PROTECTED_LIMIT, &message->body_protected))
        return COSE_MALFORMED;
    status = check_typ(message->body_protected, expected);
    if (status != COSE_OK)
        return status;
    status = read_unprotected(&reader);
    if (status != COSE_OK)
        return status;
    if (!read_bytes(&reader, 0, SIZE_MAX, &message->payload))
        return COSE_MALFORMED;
    if (message->payload.size == 0 || message->payload.size > COSE_PAYLOAD_LIMIT)
        return COSE_SIZE;
    status = read_signers(&reader, message);
    if (status != COSE_OK)
        return status;
    return read_array_end(&reader) && reader_end(&reader) == READ_OK ? COSE_OK : COSE_MALFORMED;
}

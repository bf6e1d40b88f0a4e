#include "tests/support/reseal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "crypto/signature.h"
#include "schema/cbor.h"
#include "schema/cose.h"

enum { VERSION = 1, ITEMS = 3, BYTES = 4, HASH = 5, KEYS = 11 };

static struct digest hash_of_all(const struct pieces *pieces, uint64_t *size)
{
    struct hasher hasher = HASHER_NONE;
    struct digest digest;

    assert_int_equal(hasher_init(&hasher), CRYPT_OK);
    *size = 0;
    for (size_t i = 0; i + 1 < pieces->count; i++) {
        hasher_update(&hasher, pieces->list[i].bytes.data, pieces->list[i].bytes.size);
        *size += pieces->list[i].bytes.size;
    }
    digest = hasher_finish(&hasher);
    hasher_release(&hasher);
    return digest;
}

/* The payload as it was, but for what is counted and hashed. */
static void write_payload(struct bytes old, const struct pieces *pieces, uint64_t version, struct writer *writer)
{
    uint64_t size, key = 0;
    struct digest digest = hash_of_all(pieces, &size);
    struct reader reader;
    struct bytes value;

    reader_init(&reader, old, 6);
    assert_true(read_map(&reader, KEYS, NULL));
    write_map(writer, KEYS);
    while (read_peek_type(&reader) != ITEM_NONE) {
        assert_true(read_key(&reader, &key) && read_item(&reader, &value));
        write_uint(writer, key);
        if (key == VERSION)
            write_uint(writer, version);
        else if (key == ITEMS)
            write_uint(writer, pieces->count - 2);
        else if (key == BYTES)
            write_uint(writer, size);
        else if (key == HASH)
            write_bytes(writer, bytes_of(digest.bytes, DIGEST_SIZE));
        else
            write_raw(writer, value);
    }
}

static void sign(struct cose_message *message, const struct private_key *seal)
{
    uint8_t body[COSE_PROTECTED_LIMIT], head[COSE_PROTECTED_LIMIT];
    static uint8_t bytes[COSE_TO_BE_SIGNED_LIMIT];
    struct writer body_writer, head_writer, writer;

    writer_init(&body_writer, body, sizeof body);
    cose_body_protected(COSE_EXPORT, &body_writer);
    writer_init(&head_writer, head, sizeof head);
    cose_signer_protected(&message->signers[0], &head_writer);
    writer_init(&writer, bytes, sizeof bytes);
    cose_to_be_signed(writer_bytes(&body_writer), writer_bytes(&head_writer), message->payload, &writer);
    assert_int_equal(private_key_sign(seal, bytes, writer.size, message->signers[0].signature), CRYPT_OK);
}

void reseal_as(struct pieces *pieces, const struct private_key *seal, uint64_t version)
{
    static uint8_t payload[COSE_PAYLOAD_LIMIT], trailer[COSE_MESSAGE_LIMIT];
    struct piece *last = &pieces->list[pieces->count - 1];
    struct cose_message message;
    struct writer writer;

    assert_int_equal(cose_decode(last->bytes, COSE_EXPORT, &message), COSE_OK);
    assert_int_equal(message.signer_count, 1);
    writer_init(&writer, payload, sizeof payload);
    write_payload(message.payload, pieces, version, &writer);
    assert_false(writer.failed);
    message.payload = writer_bytes(&writer);
    sign(&message, seal);
    writer_init(&writer, trailer, sizeof trailer);
    cose_encode(&message, &writer);
    assert_false(writer.failed);
    last->bytes = writer_bytes(&writer);
}

void reseal(struct pieces *pieces, const struct private_key *seal)
{
    reseal_as(pieces, seal, 1);
}

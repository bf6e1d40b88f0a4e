#include "ledger/signed.h"

#include <assert.h>
#include <string.h>

#include "crypto/digest.h"
#include "crypto/signature.h"
#include "schema/event.h"

static_assert((int)KEY_ED25519 == (int)COSE_ED25519 && (int)KEY_P256 == (int)COSE_ESP256,
              "a key and the signatures made with it have one number");

bool signed_make(struct cose_signer *signer, enum cose_type typ, struct bytes payload, const struct private_key *key,
                 enum cose_unlocked_by unlocked_by, int64_t now_ms)
{
    struct public_key public_key = private_key_public(key);
    struct digest kid = key_thumbprint(&public_key);
    uint8_t body[COSE_PROTECTED_LIMIT], head[COSE_PROTECTED_LIMIT], bytes[COSE_TO_BE_SIGNED_LIMIT];
    struct writer body_writer, head_writer, writer;

    *signer = (struct cose_signer){ .algorithm = (int32_t)public_key.algorithm, .signed_at_ms = now_ms,
                                    .unlocked_by = (uint8_t)unlocked_by };
    memcpy(signer->kid, kid.bytes, COSE_KID_SIZE);
    writer_init(&body_writer, body, sizeof body);
    cose_body_protected(typ, &body_writer);
    writer_init(&head_writer, head, sizeof head);
    cose_signer_protected(signer, &head_writer);
    writer_init(&writer, bytes, sizeof bytes);
    cose_to_be_signed(writer_bytes(&body_writer), writer_bytes(&head_writer), payload, &writer);
    assert(!writer.failed);
    return private_key_sign(key, bytes, writer.size, signer->signature) == CRYPT_OK;
}

struct bytes signed_bytes(const struct cose_message *message, size_t index, uint8_t buffer[static COSE_TO_BE_SIGNED_LIMIT])
{
    struct writer writer;

    writer_init(&writer, buffer, COSE_TO_BE_SIGNED_LIMIT);
    cose_to_be_signed(message->body_protected, message->signers[index].protected_bytes, message->payload, &writer);
    assert(!writer.failed); /* cose_decode lets no larger message through */
    return writer_bytes(&writer);
}

bool signed_header_fits(const struct cose_signer *signer, int64_t person, const struct public_key *key)
{
    return signer->algorithm == (int32_t)key->algorithm &&
           (signer->unlocked_by == COSE_UNLOCKED_SEAL) == (person == PERSON_SEAL);
}

bool signed_by(const struct cose_message *message, size_t index, int64_t person, const struct public_key *key)
{
    uint8_t buffer[COSE_TO_BE_SIGNED_LIMIT];
    const struct cose_signer *signer = &message->signers[index];
    struct digest kid = key_thumbprint(key);
    struct verifier *verifier = NULL;
    struct bytes bytes = signed_bytes(message, index, buffer);
    bool good = memcmp(kid.bytes, signer->kid, DIGEST_SIZE) == 0 && signed_header_fits(signer, person, key) &&
                verifier_new(key, &verifier) == CRYPT_OK &&
                verifier_accepts(verifier, bytes.data, bytes.size, signer->signature);

    verifier_free(verifier);
    return good;
}

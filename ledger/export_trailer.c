#include "ledger/export_trailer.h"

#include <string.h>

#include "ledger/export_format.h"
#include "ledger/signed.h"

static bool read_pair_of(struct reader *reader, uint64_t *first, uint64_t *second)
{
    return read_array(reader, 2, 2, NULL) && read_uint(reader, UINT32_MAX, first) && read_uint(reader, UINT32_MAX, second) &&
           read_array_end(reader);
}

static bool read_trailer_signers(struct reader *reader, struct export_trailer *trailer)
{
    uint64_t count = 0, meaning = 0;

    if (!read_array(reader, 1, 2, &count))
        return false;
    trailer->signer_count = (size_t)count;
    for (uint64_t i = 0; i < count; i++)
        if (!read_pair_of(reader, &trailer->signers[i], &meaning) ||
            meaning != (trailer->signers[i] == 0 ? MEANING_SEALED : MEANING_APPROVED))
            return false;
    return read_array_end(reader);
}

bool export_trailer_read(struct export_trailer *trailer, struct bytes payload)
{
    struct reader reader;
    uint64_t count = 0;
    bool good;

    *trailer = (struct export_trailer){ 0 };
    reader_init(&reader, payload, EXPORT_DEPTH);
    good = read_map(&reader, TRAILER_KEYS, &count) && count == TRAILER_KEYS;
    for (uint64_t expected = TRAILER_VERSION; good && expected <= TRAILER_KEYS; expected++) {
        uint64_t key = 0;

        good = read_key(&reader, &key) && key == expected;
        switch (good ? expected : 0) {
        case TRAILER_VERSION: good = read_uint(&reader, EXPORT_FORMAT, &trailer->version); break;
        case TRAILER_LEDGER: good = read_bytes(&reader, DIGEST_SIZE, DIGEST_SIZE, &trailer->ledger); break;
        case TRAILER_ITEMS: good = read_uint(&reader, INT64_MAX, &trailer->items); break;
        case TRAILER_BYTES: good = read_uint(&reader, INT64_MAX, &trailer->bytes); break;
        case TRAILER_HASH: good = read_bytes(&reader, DIGEST_SIZE, DIGEST_SIZE, &trailer->hash); break;
        case TRAILER_RANGE: good = read_pair_of(&reader, &trailer->first, &trailer->last); break;
        case TRAILER_SIZE: good = read_uint(&reader, UINT32_MAX, &trailer->size); break;
        case TRAILER_ROOT: good = read_bytes(&reader, DIGEST_SIZE, DIGEST_SIZE, &trailer->root); break;
        case TRAILER_WITHHELD: good = read_uint(&reader, UINT32_MAX, &trailer->withheld); break;
        case TRAILER_TOTALS: good = read_item(&reader, &trailer->totals); break;
        case TRAILER_SIGNERS: good = read_trailer_signers(&reader, trailer); break;
        default: break;
        }
    }
    return good && read_map_end(&reader) && reader_end(&reader) == READ_OK;
}

/* The key of a signer: the seal's, or the present one of an officer. */
static bool key_of_signer(struct view *view, const struct public_key *seal, uint64_t person, struct public_key *key)
{
    *key = *seal;
    return person == PERSON_SEAL ||
           (view_key_of(view, (int64_t)person, key) &&
            (view_number(view, SUBJECT_CREDENTIAL, (uint32_t)person, CREDENTIAL_ROLES) & ROLE_OFFICER) != 0 &&
            view_number(view, SUBJECT_CREDENTIAL, (uint32_t)person, CREDENTIAL_REVOKED) == 0);
}

bool export_trailer_is_signed(const struct export_trailer *trailer, const struct cose_message *message,
                              const struct public_key *seal, struct view *view)
{
    struct public_key key;
    bool good = message->signer_count == trailer->signer_count && trailer->signers[0] == PERSON_SEAL;

    for (size_t i = 0; good && i < message->signer_count; i++)
        good = (i == 0) == (trailer->signers[i] == PERSON_SEAL) && key_of_signer(view, seal, trailer->signers[i], &key) &&
               signed_by(message, i, (int64_t)trailer->signers[i], &key);
    return good;
}

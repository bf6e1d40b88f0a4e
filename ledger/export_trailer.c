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

/* Its version comes first in whatever a newer one holds. */
static bool is_newer(struct bytes payload, struct export_trailer *trailer)
{
    struct reader reader;
    uint64_t key = 0;

    reader_init(&reader, payload, EXPORT_DEPTH);
    return read_map(&reader, UINT32_MAX, NULL) && read_key(&reader, &key) && key == TRAILER_VERSION &&
           read_uint(&reader, UINT32_MAX, &trailer->version) && trailer->version > EXPORT_FORMAT;
}

enum trailer_status export_trailer_read(struct export_trailer *trailer, struct bytes payload)
{
    struct reader reader;
    uint64_t count = 0;
    bool good;

    *trailer = (struct export_trailer){ 0 };
    reader_init(&reader, payload, EXPORT_DEPTH);
    good = read_map(&reader, TRAILER_KEYS, &count) && count == TRAILER_KEYS;
    if (is_newer(payload, trailer))
        return TRAILER_UNKNOWN;
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
    return good && read_map_end(&reader) && reader_end(&reader) == READ_OK ? TRAILER_OK : TRAILER_DAMAGED;
}

/* Whether an officer who certifies holds that office at the end. */
static bool is_officer(struct view *view, uint64_t person)
{
    uint32_t id = (uint32_t)person;
    int64_t end_ms = view_site(view, SITE_RECORDED_AT);
    int64_t until_ms = view_number(view, SUBJECT_CREDENTIAL, id, CREDENTIAL_UNTIL);

    return (view_number(view, SUBJECT_CREDENTIAL, id, CREDENTIAL_ROLES) & ROLE_OFFICER) != 0 &&
           view_number(view, SUBJECT_CREDENTIAL, id, CREDENTIAL_REVOKED) == 0 &&
           view_number(view, SUBJECT_CREDENTIAL, id, CREDENTIAL_FROM) <= end_ms && (until_ms == 0 || end_ms <= until_ms);
}

static bool names_key(const struct cose_signer *signer, const struct public_key *key)
{
    struct digest kid = key_thumbprint(key);

    return memcmp(kid.bytes, signer->kid, DIGEST_SIZE) == 0;
}

static enum trailer_status judge_signer(const struct cose_message *message, size_t index, uint64_t person,
                                        const struct public_key *seal, struct view *view, bool was_followed)
{
    struct public_key key = *seal;
    bool is_known = person == PERSON_SEAL || view_key_of(view, (int64_t)person, &key);

    if (!was_followed && (!is_known || !names_key(&message->signers[index], &key)))
        return TRAILER_UNPROVEN;
    if (!is_known || !signed_by(message, index, (int64_t)person, &key) ||
        (was_followed && person != PERSON_SEAL && !is_officer(view, person)))
        return TRAILER_NOT_SIGNED;
    return TRAILER_OK;
}

enum trailer_status export_trailer_signed(const struct export_trailer *trailer, const struct cose_message *message,
                                          const struct public_key *seal, struct view *view, bool was_followed)
{
    bool is_known = trailer->version == EXPORT_FORMAT;
    size_t count = is_known ? trailer->signer_count : 1;
    enum trailer_status worst = TRAILER_OK;

    if (is_known && (message->signer_count != count || trailer->signers[0] != PERSON_SEAL))
        return TRAILER_NOT_SIGNED;
    for (size_t i = 0; i < count && worst != TRAILER_NOT_SIGNED; i++) {
        uint64_t person = is_known ? trailer->signers[i] : PERSON_SEAL;
        enum trailer_status status = (i == 0) != (person == PERSON_SEAL)
                                         ? TRAILER_NOT_SIGNED
                                         : judge_signer(message, i, person, seal, view, was_followed);

        worst = status != TRAILER_OK ? status : worst;
    }
    return worst;
}

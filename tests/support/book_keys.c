/* Keys of the book of book.h, and signatures made with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "ledger/signed.h"
#include "tests/support/book.h"
#include "tests/support/fixed_keys.h"

enum { KEYS = 40, FIRST_P256 = 20, SEAL_KEY = 0, RECOVERY_KEY = 6 };

static struct private_key *secrets[KEYS];

static struct private_key *secret_number(unsigned number)
{
    assert_true(number < KEYS);
    if (secrets[number] == NULL)
        secrets[number] = fixed_key(number >= FIRST_P256 && number % 2 != 0 ? KEY_P256 : KEY_ED25519, (uint8_t)(number + 1));
    return secrets[number];
}

struct public_key spare_key(unsigned number)
{
    return private_key_public(secret_number(number));
}

static struct private_key *secret_of(const struct digest *kid)
{
    for (unsigned i = 0; i < KEYS; i++) {
        struct public_key key = spare_key(i);
        struct digest mine = key_thumbprint(&key);

        if (digest_equal(&mine, kid))
            return secrets[i];
    }
    return secrets[RECOVERY_KEY];
}

struct private_key *seal_secret(const struct book *book)
{
    struct view *view = view_new(book->txn);
    struct public_key key = spare_key(SEAL_KEY);
    struct digest kid;

    assert_non_null(view);
    (void)view_key_of(view, PERSON_SEAL, &key); /* before genesis there is none */
    view_free(view);
    kid = key_thumbprint(&key);
    return secret_of(&kid);
}

bool sign_all(const struct book *book, const struct event *event, struct bytes payload, struct cose_signer *signers)
{
    bool is_alike = true;

    for (size_t i = 0; i < event->signer_count; i++) {
        enum cose_unlocked_by unlocked_by = event->signers[i].person == PERSON_SEAL ? COSE_UNLOCKED_SEAL : COSE_UNLOCKED_FILE;
        const struct digest *kid = &book->placing.kids[i];

        assert_true(signed_make(&signers[i], COSE_EVENT, payload, secret_of(kid), unlocked_by, book->placing.signed_at_ms[i]));
        memcpy(signers[i].kid, kid->bytes, COSE_KID_SIZE);
        is_alike = is_alike && signers[i].algorithm == COSE_ED25519;
    }
    return is_alike;
}

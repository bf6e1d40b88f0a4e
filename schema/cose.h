/* COSE envelopes (RFC 9052): what is signed, and how the signatures travel with it.
 *
 *     #6.98([protected: h'{16: typ}', {}, payload, [1*4 signer]])
 *     signer = [protected: h'{1: alg, 4: kid, -65537: signed-at, -65538: unlocked-by}', {}, signature]
 *
 * `typ` is the only domain separation, so it is required exactly; nothing may stand in an unprotected
 * header; external_aad is empty. One message has one encoding, and only that one is accepted. No
 * signature is made or checked here: this module gives the bytes to sign and carries the signatures.
 */
#ifndef SCHEMA_COSE_H
#define SCHEMA_COSE_H

#include <stddef.h>
#include <stdint.h>

#include "schema/bytes.h"
#include "schema/cbor.h"

enum {
    COSE_SIGNERS_LIMIT = 4,
    COSE_KID_SIZE = 32,
    COSE_SIGNATURE_SIZE = 64,
    COSE_PAYLOAD_LIMIT = 32768,                         /* bytes */
    COSE_MESSAGE_LIMIT = 65535,                         /* bytes; an entry must fit into that too */
    COSE_TO_BE_SIGNED_LIMIT = COSE_PAYLOAD_LIMIT + 256, /* bytes; enough for any of our messages */
    COSE_PROTECTED_LIMIT = 96, /* bytes; enough for any protected header of ours */
};

/* Algorithms of signatures, by their COSE numbers. */
enum { COSE_ED25519 = -19, COSE_ESP256 = -9 };

enum cose_tag { COSE_TAG_SIGN1 = 18, COSE_TAG_SIGN = 98 };

enum cose_type {
    COSE_EVENT = 1,
    COSE_RECEIPT = 2,
    COSE_EXPORT = 3,
    COSE_STATEMENT = 4,
};

enum cose_unlocked_by {
    COSE_UNLOCKED_TERMINAL = 1, /* a passphrase typed at a terminal */
    COSE_UNLOCKED_TOKEN = 2,    /* a hardware token */
    COSE_UNLOCKED_FILE = 3,     /* a passphrase read from a file */
    COSE_UNLOCKED_SEAL = 4,     /* nobody: the site's seal */
};

struct cose_signer {
    int32_t algorithm; /* COSE_ED25519 or COSE_ESP256 */
    uint8_t kid[COSE_KID_SIZE];
    int64_t signed_at_ms; /* UTC, 0 to 253402300799999 */
    uint8_t unlocked_by;  /* of enum cose_unlocked_by */
    uint8_t signature[COSE_SIGNATURE_SIZE];
    struct bytes protected_bytes; /* within the message decoded; cose_encode does not look at it */
};

struct cose_message {
    enum cose_type typ;
    struct bytes body_protected; /* as protected_bytes above */
    struct bytes payload;
    size_t signer_count;
    struct cose_signer signers[COSE_SIGNERS_LIMIT];
};

enum cose_status {
    COSE_OK = 0,
    COSE_SIZE,        /* message or payload above its limit, or an empty payload */
    COSE_MALFORMED,   /* not deterministic CBOR, or not the structure above */
    COSE_OTHER_TYPE,  /* a typ other than the one expected */
    COSE_UNPROTECTED, /* something in an unprotected header */
    COSE_ALGORITHM,   /* an algorithm this program does not know: cannot be judged */
    COSE_SAME_KEY,    /* two signers with the same kid */
};

/* "application/vnd.phial.event+cose" and so on. */
const char *cose_type_name(enum cose_type typ);

/* ---- signing: encode both headers, get the result of cose_to_be_signed signed, encode the whole */

/* The content of the protected headers, without the byte string around it. The signer's signature
 * is not looked at. */
void cose_body_protected(enum cose_type typ, struct writer *writer);
void cose_signer_protected(const struct cose_signer *signer, struct writer *writer);

/* What one signer signs. */
void cose_to_be_signed(struct bytes body_protected, struct bytes signer_protected, struct bytes payload,
                       struct writer *writer);

/* The whole message, from typ, payload and signers. The caller keeps the limits; a message that
 * does not fit makes the writer fail. */
void cose_encode(const struct cose_message *message, struct writer *writer);

/* ---- reading */

/* Read a message of the type expected. On COSE_OK `message` is filled and points into `input`;
 * otherwise its content is undefined. */
enum cose_status cose_decode(struct bytes input, enum cose_type expected, struct cose_message *message);

/* ---- for any COSE message */

/* Sig_structure of COSE_Sign and of COSE_Sign1 (RFC 9052 section 4.4). A protected header that
 * holds an empty map is put in as an empty byte string, as the standard asks. */
void cose_sig_structure(struct bytes body_protected, struct bytes signer_protected,
                        struct bytes external_aad, struct bytes payload, struct writer *writer);
void cose_sig_structure1(struct bytes body_protected, struct bytes external_aad, struct bytes payload,
                         struct writer *writer);

#endif

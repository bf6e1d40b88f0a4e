/* An event is what people sign; an entry is an event in its place in the book.
 *
 * Both have exactly one encoding (SPEC.md), and the decoders accept nothing else. Decoded values point
 * into the bytes they came from. Nothing is hashed or signed here. */
#ifndef SCHEMA_EVENT_H
#define SCHEMA_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/cose.h"
#include "schema/facts.h"

enum {
    EVENT_FORMAT = 1,
    EVENT_SIGNERS_LIMIT = COSE_SIGNERS_LIMIT,
    EVENT_PRIVATE_LIMIT = 16,
    EVENT_PERFORMED_LIMIT = 4,
    EVENT_IRREGULAR_LIMIT = 16,
    EVENT_HASH_SIZE = 32,
    EVENT_DEPTH = 6,
    EVENT_LIST_LIMIT = 65536,      /* events in one list */
    ENTRY_LIMIT = 65535,           /* bytes */
    ENTRY_TOUCHES_LIMIT = 1024,    /* subjects, each counted */
    OPENING_SALT_SIZE = 16,
    OPENING_LIMIT = 4200,          /* bytes of an opening as encoded */
};

/* PERSON_NEW stands for null: the person this event enrols, or, in performed-by, somebody outside. */
#define PERSON_SEAL INT64_C(0)
#define PERSON_NEW INT64_C(-1)

struct event_signer {
    int64_t person;
    uint8_t meaning; /* of enum meaning */
};

struct event_private {
    uint8_t key;
    uint8_t hash[EVENT_HASH_SIZE]; /* SHA-256 of the opening */
};

struct event {
    const struct kind *kind;
    bool has_ledger;
    uint8_t ledger[EVENT_HASH_SIZE];
    struct at occurred;
    size_t signer_count;
    struct event_signer signers[EVENT_SIGNERS_LIMIT];
    bool has_seen;
    uint32_t seen_number;
    uint8_t seen_hash[EVENT_HASH_SIZE];
    uint32_t policy; /* number of the policy entry in force; 0 when absent */
    uint8_t act[ACT_SIZE];
    struct facts facts;
    uint16_t reason; /* of choices_reason; 0 when absent */
    size_t private_count;
    struct event_private privates[EVENT_PRIVATE_LIMIT];
    size_t performed_count;
    struct event_signer performed[EVENT_PERFORMED_LIMIT]; /* who did it, where that is not the signer */
    uint8_t source_kind; /* of choices_source; 0 when absent */
    uint8_t source_hash[EVENT_HASH_SIZE];
    struct bytes source_number;
    size_t irregular_count;
    uint16_t irregular[EVENT_IRREGULAR_LIMIT]; /* codes, ascending */
    bool in_list;
    uint8_t list_act[ACT_SIZE];
    uint32_t list_place, list_length; /* place counts from 1 */
};

enum event_status {
    EVENT_OK = 0,
    EVENT_MALFORMED, /* not the one encoding of an event */
    EVENT_FACTS,     /* its facts are not those of its kind: see the fault */
    EVENT_VERSION,   /* of a newer format: cannot be judged */
    EVENT_KIND,      /* of a kind this program does not know: cannot be judged */
    EVENT_ALGORITHM, /* nothing wrong, but signed by or with a key of an algorithm this program does not know */
    EVENT_CHARACTER, /* nothing wrong, but a text holds a character this program does not know: cannot be judged */
    EVENT_SIZE,      /* over a limit */
};

/* The payload: the bytes that are signed. The caller has filled everything but knows of no order: the
 * encoder writes keys where they belong. Fails with EVENT_SIZE only. */
enum event_status event_encode(const struct event *event, struct writer *writer);

enum event_status event_decode(struct bytes payload, struct event *event, struct facts_fault *fault);

/* What entry.c shares: a text that holds a character unknown here is taken, as far as anybody can tell, and that is
 * noted in the reader; and how something that decodes ends, by what was noted. */
bool event_takes_text(struct reader *reader, struct bytes text);
enum event_status event_as_known(unsigned unknown);

/* ---- entries */

struct touch {
    uint8_t subject;
    uint32_t id;
    uint32_t n;     /* the how-manieth entry that touches it */
    uint32_t count; /* 1, or a run of ids from `id` on, all with the same n */
};

struct header {
    uint32_t number;
    uint8_t previous[EVENT_HASH_SIZE];
    int64_t recorded_ms;
    size_t touch_count;
    const struct touch *touches; /* when encoding */
    struct bytes touches_bytes;  /* when decoded: the array as encoded, for touches_next */
    struct bytes terminal, program;
};

struct entry {
    struct header header;
    struct bytes head, body; /* the encoded header and event */
    struct cose_message message;
};

/* [head: bstr .cbor header, body: bstr .cbor event]. `body` is an encoded COSE_Sign. */
enum event_status entry_encode(const struct header *header, struct bytes body, struct writer *writer);

/* The envelope and header of an entry. The payload is decoded by event_decode. */
enum event_status entry_decode(struct bytes bytes, struct entry *entry);

/* The header alone, whatever the body is. False where it is not the one encoding of a header. */
bool entry_header(struct bytes bytes, struct header *header);

/* Walk the touches of a decoded header, sorted by subject and id. */
struct touch_cursor {
    struct reader reader;
    uint64_t left;
};
void touches_begin(struct touch_cursor *cursor, const struct header *header);
bool touches_next(struct touch_cursor *cursor, struct touch *touch);

/* ---- openings of private fields: [salt, act, key, value] */

void opening_encode(const uint8_t salt[static OPENING_SALT_SIZE], const uint8_t act[static ACT_SIZE],
                    const struct field *field, const struct value *value, struct writer *writer);

struct opening {
    struct bytes salt, act;
    uint8_t key;
    struct value value;
};

/* The field is found among those of the kind and the common ones. EVENT_OK, EVENT_CHARACTER or EVENT_MALFORMED. */
enum event_status opening_decode(struct bytes bytes, const struct kind *kind, struct opening *opening);

/* The private field of this kind with this key, common ones included, or NULL. */
const struct field *private_field(const struct kind *kind, uint64_t key);

#endif

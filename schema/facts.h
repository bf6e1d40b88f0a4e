/* The values of an event's fields: one small struct for every type, read and written by the table.
 *
 * A `struct facts` holds one value for each field of a list of fields: the public facts of a kind, or
 * one row of a FIELD_ROWS. Strings and lists point into the bytes they were read from, or into
 * whatever the caller put there; nothing is allocated. What is read is checked against everything the
 * table says: types, limits, choices, check digits, NFC. Private fields are not part of the facts. */
#ifndef SCHEMA_FACTS_H
#define SCHEMA_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/cbor.h"
#include "schema/civil.h"
#include "schema/kinds.h"
#include "schema/quantity.h"

enum { FACTS_LIMIT = 64, ACT_SIZE = 16 };

struct value {
    bool present;
    int64_t number;     /* the number; ms of a time; amount of a quantity; id, or nth of a newborn; count of a list */
    int64_t second;     /* offset of a time; unit of a quantity; algorithm of a key; 1 for a newborn */
    struct bytes bytes; /* text, bytes, key; the act a newborn comes from; a list as it is encoded */
};

struct facts {
    const struct field *fields; /* ends with name NULL */
    struct value values[FACTS_LIMIT]; /* in the order of `fields` */
};

enum facts_status {
    FACTS_OK = 0,
    FACTS_CBOR,       /* not the item expected, or not deterministic */
    FACTS_MISSING,    /* a field that must be there is not */
    FACTS_UNKNOWN,    /* a key the kind does not have, or that is private */
    FACTS_RANGE,      /* a number, size or count outside its limits, or a choice that does not exist */
    FACTS_TEXT,       /* not NFC, controls, bidirectional marks, white space at the ends */
    FACTS_NEWER_TEXT, /* nothing wrong but a character that this program does not know: see TEXT_UNASSIGNED */
    FACTS_ALGORITHM,  /* a key of an algorithm that this program does not know */
    FACTS_FORM,       /* not a handle, NDC, registration, GTIN */
    FACTS_CHECK_DIGIT /* a code with a wrong check digit */
};

struct facts_fault {
    enum facts_status status;
    const struct field *field; /* NULL when no one field is at fault */
};

/* Nothing present. */
void facts_init(struct facts *facts, const struct field *fields);

/* The value with this key if it is present, else NULL. */
const struct value *facts_get(const struct facts *facts, uint64_t key);

/* Its number, or `otherwise` when it is absent. */
int64_t facts_number(const struct facts *facts, uint64_t key, int64_t otherwise);

/* Put a value: the slot of this key, marked present. The field must be in the table and public. */
struct value *facts_put(struct facts *facts, uint64_t key);

/* Short ways to put the usual ones. */
void facts_put_number(struct facts *facts, uint64_t key, int64_t number);
void facts_put_bytes(struct facts *facts, uint64_t key, struct bytes bytes);
void facts_put_at(struct facts *facts, uint64_t key, struct at at);

/* The id of a reference; 0 of one to a newborn, which has none yet. */
static inline uint32_t ref_id(const struct value *ref)
{
    return ref->second == 0 ? (uint32_t)ref->number : 0;
}

/* Check one value against its field, as reading does; but reading goes on after FACTS_NEWER_TEXT and FACTS_ALGORITHM,
 * noting them in the reader's `unknown`: what is read then cannot be judged. */
enum facts_status value_check(const struct field *field, const struct value *value);

/* A closed map of the public fields; a row is an array of all of them, null where absent. The writer
 * fails when a value does not fit the buffer; the caller has checked the values. */
void facts_encode(const struct facts *facts, struct writer *writer);
void row_encode(const struct facts *row, struct writer *writer);
void value_encode(const struct field *field, const struct value *value, struct writer *writer);

bool facts_decode(struct reader *reader, const struct field *fields, struct facts *facts,
                  struct facts_fault *fault);

/* One value by itself, as an opening holds it. */
bool value_decode(struct reader *reader, const struct field *field, struct value *value,
                  enum facts_status *status);

/* Walk the list or rows of a value that was decoded, or encoded by us: it is known to be sound. */
struct list_cursor {
    struct reader reader;
    const struct field *field;
    struct field element; /* of a FIELD_LIST: the field that describes one value */
    uint64_t left;
};
void list_begin(struct list_cursor *cursor, const struct field *field, const struct value *value);
bool list_next(struct list_cursor *cursor, struct value *value);
bool rows_next(struct list_cursor *cursor, struct facts *row);

#endif

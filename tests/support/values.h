/* Values for every type of field, made from what the table of kinds says: the least and the most it allows, and what is
 * just beyond. */
#ifndef TESTS_VALUES_H
#define TESTS_VALUES_H

#include "crypto/key.h"
#include "schema/facts.h"

enum extreme { LEAST, MOST };

enum { POOL_SIZE = 40 * 1024 * 1024 };

/* Memory that values point into. */
struct pool {
    uint8_t bytes[POOL_SIZE];
    size_t used;
};

/* The least or the most that the field allows: numbers, sizes, choices and counts at their limits. */
struct value value_of(const struct field *field, enum extreme extreme, struct pool *pool);

/* A value just beyond the limits, if there is one that can be encoded: below for LEAST, above for MOST. */
bool value_beyond(const struct field *field, enum extreme extreme, struct pool *pool, struct value *value);

/* All public fields of a list, optional ones included where `whole`, at their least or most. */
void facts_fill(struct facts *facts, const struct field *fields, enum extreme extreme, bool whole, struct pool *pool);

/* Put a public key, whose bytes are borrowed. */
void facts_put_key(struct facts *facts, uint64_t key, const struct public_key *public_key);

#endif

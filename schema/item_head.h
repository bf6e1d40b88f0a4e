/* The head of one CBOR item: what schema/cbor.c, which knows libcbor, tells schema/reader.c, which
 * knows what may stand where. Nobody else includes this.
 */
#ifndef SCHEMA_ITEM_HEAD_H
#define SCHEMA_ITEM_HEAD_H

#include <stddef.h>
#include <stdint.h>

#include "schema/bytes.h"
#include "schema/cbor.h"

struct item_head {
    enum item_type type;
    uint64_t value;      /* the number, count, length or tag; a negative number as -1 - value */
    struct bytes string; /* of a byte string or text, which is UTF-8 */
    size_t size;         /* bytes of the head and the string */
};

/* Take the head off the front of `input`. It is minimal and definite and no float; `head` is filled
 * only on READ_OK. */
enum read_status item_head_read(struct bytes input, struct item_head *head);

#endif

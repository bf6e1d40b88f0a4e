/* Strict deterministic CBOR (RFC 8949 section 4.2.1), written into and read from memory the caller
 * owns.
 *
 * One value has one encoding: shortest heads, definite lengths, map keys strictly ascending by
 * their encoded bytes, no floats, no tags but the one a caller asks for by number. The writer
 * produces only such bytes if its caller gives map keys in order; the reader accepts nothing else.
 * Neither allocates.
 *
 * Both are sticky: after the first failure every call does nothing, so a caller may write or read a
 * whole structure in a straight line and look at the outcome once, at the end.
 */
#ifndef SCHEMA_CBOR_H
#define SCHEMA_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/bytes.h"

/* ---- writing */

struct writer {
    uint8_t *data;
    size_t capacity;
    size_t size; /* bytes written so far; means nothing once `failed` */
    bool failed; /* the buffer was too small */
};

/* Write into `data`, which the caller keeps alive for as long as the writer and what it wrote. */
void writer_init(struct writer *writer, uint8_t *data, size_t capacity);

/* What was written. The caller has looked at `failed`. */
struct bytes writer_bytes(const struct writer *writer);

void write_uint(struct writer *writer, uint64_t value);
void write_int(struct writer *writer, int64_t value);
void write_bytes(struct writer *writer, struct bytes bytes);

/* `text` is UTF-8 already: see text_check. */
void write_text(struct writer *writer, struct bytes text);

/* The head of an array of `count` items or a map of `count` pairs, which the caller writes next.
 * The keys of a map are written in the order of their encoded bytes: 0, 1, 2, …, then -1, -2, … */
void write_array(struct writer *writer, uint64_t count);
void write_map(struct writer *writer, uint64_t count);

/* The tag of the item written next. */
void write_tag(struct writer *writer, uint64_t tag);
void write_null(struct writer *writer);

/* The head alone of a string of `size` bytes, which the caller puts behind it himself. */
void write_string_head(struct writer *writer, bool is_text, uint64_t size);

/* One item that is encoded already. */
void write_raw(struct writer *writer, struct bytes item);

/* ---- reading */

enum read_status {
    READ_OK = 0,
    READ_TRUNCATED, /* the bytes end within an item, or a count or length asks for more than is left */
    READ_TYPE,      /* another type than asked for, or one that we never use (undefined, simple) */
    READ_NOT_MINIMAL, /* a value or length in more bytes than it needs */
    READ_INDEFINITE,  /* an indefinite length, or the break that ends one */
    READ_FLOAT,       /* a half, single or double float */
    READ_TAG,         /* a tag where none, or another one, was expected */
    READ_UTF8,        /* a text that is not UTF-8 */
    READ_ORDER,       /* map keys repeated or out of order */
    READ_DEPTH,       /* arrays and maps nested deeper than the reader was told to go */
    READ_RANGE,       /* a number, or the size of a string, outside the limits asked for */
    READ_COUNT,       /* more or fewer items than asked for, or than the array or map holds */
    READ_TRAILING,    /* bytes left over after the end */
};

/* The most that `max_depth` may be. A bare number or string has depth 0, an array of them depth 1. */
enum { READ_DEPTH_LIMIT = 8 };

struct read_level {
    uint64_t items_left;       /* items not yet read of this array or map; a pair counts two */
    struct bytes previous_key; /* as encoded; empty before the first key */
    bool is_map;
};

/* What a newer program may know and this one does not: noted where it is met, so that the rest is still read. */
enum reader_unknown { UNKNOWN_ALGORITHM = 1, UNKNOWN_CHARACTER = 2 };

struct reader {
    const uint8_t *at;
    const uint8_t *end;
    enum read_status status;
    unsigned unknown; /* a set of reader_unknown: those who read put it there, and ask for it when they are done */
    unsigned depth;
    unsigned max_depth;
    struct read_level levels[READ_DEPTH_LIMIT];
};

enum item_type {
    ITEM_NONE, /* nothing left, or the reader has failed */
    ITEM_UINT,
    ITEM_NEGATIVE,
    ITEM_BYTES,
    ITEM_TEXT,
    ITEM_ARRAY,
    ITEM_MAP,
    ITEM_TAG,
    ITEM_NULL,
    ITEM_OTHER, /* false, true, undefined, a float, a break: nothing the reader gives out singly */
};

/* Read `input`, which the caller keeps alive for as long as the reader and every string it hands
 * out. */
void reader_init(struct reader *reader, struct bytes input, unsigned max_depth);

/* Each of the following reads one item and says whether it could; the reason is in
 * `reader->status`. On failure the outputs are left as they were. */

bool read_uint(struct reader *reader, uint64_t max, uint64_t *value);
bool read_u32(struct reader *reader, uint32_t min, uint32_t max, uint32_t *value);
bool read_int(struct reader *reader, int64_t min, int64_t max, int64_t *value);

/* Sizes are in bytes, limits included. The output points into the input. */
bool read_bytes(struct reader *reader, size_t min_size, size_t max_size, struct bytes *bytes);

/* Exactly `size` bytes, copied. */
bool read_bytes_to(struct reader *reader, uint8_t *copy, size_t size);

/* The text is valid UTF-8. Whether it is NFC and free of control characters is for text_check. */
bool read_text(struct reader *reader, size_t max_size, struct bytes *text);

/* Enter an array of `min` to `max` items, or a map of up to `max` pairs, and tell how many there
 * are. The matching _end requires that all were read. `count` may be NULL. */
bool read_array(struct reader *reader, uint64_t min, uint64_t max, uint64_t *count);
bool read_array_end(struct reader *reader);
bool read_map(struct reader *reader, uint64_t max, uint64_t *count);
bool read_map_end(struct reader *reader);

/* The next key of the map being read, strictly above the one before it in the order of encoded
 * bytes. Keys of our own maps are unsigned; labels of COSE headers may be negative. The value is
 * read next. */
bool read_key(struct reader *reader, uint64_t *key);
bool read_label(struct reader *reader, int64_t *label);

/* The tag `expected`. The tagged item is read next; the two together count as one item. */
bool read_tag(struct reader *reader, uint64_t expected);

/* If null is next, consume it and return true. Otherwise return false: that is no failure. */
bool read_null_if(struct reader *reader);

/* What kind of item is next, judged by its first byte alone. ITEM_NONE after the last item of the
 * array or map being read. Consumes nothing and never fails. */
enum item_type read_peek_type(const struct reader *reader);

/* One whole item of any type but tags, undefined and floats, checked to be deterministic all
 * through and returned as the bytes it is encoded in. It may nest as deep as the reader may. */
bool read_item(struct reader *reader, struct bytes *item);

/* Require that nothing is left, and give the outcome of everything read. */
enum read_status reader_end(struct reader *reader);

/* Whether `item` is one deterministic item and nothing else. */
enum read_status item_check(struct bytes item, unsigned max_depth);

#endif

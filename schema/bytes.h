/* Bytes that belong to someone else: a pointer and a size that travel together.
 *
 * Nothing here allocates or copies. Whoever hands out a `struct bytes` says how long it lasts.
 */
#ifndef SCHEMA_BYTES_H
#define SCHEMA_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
    const uint8_t *data; /* may be NULL when size is 0 */
    size_t size;
};

static inline struct bytes bytes_of(const void *data, size_t size)
{
    return (struct bytes){ .data = data, .size = size };
}

/* The characters of a C string without its terminating NUL. */
static inline struct bytes bytes_of_text(const char *text)
{
    return bytes_of(text, strlen(text));
}

static inline bool bytes_equal(struct bytes left, struct bytes right)
{
    return left.size == right.size && (left.size == 0 || memcmp(left.data, right.data, left.size) == 0);
}

/* Whether the bytes are exactly the characters of `text`. */
static inline bool bytes_equal_text(struct bytes left, const char *text)
{
    return bytes_equal(left, bytes_of_text(text));
}

#endif

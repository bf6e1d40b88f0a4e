#include "schema/cbor.h"

#include <assert.h>
#include <string.h>

#include "schema/item_head.h"

void reader_init(struct reader *reader, struct bytes input, unsigned max_depth)
{
    static const uint8_t nothing[1];

    assert(max_depth <= READ_DEPTH_LIMIT);
    *reader = (struct reader){ .max_depth = max_depth };
    reader->at = input.size > 0 ? input.data : nothing;
    reader->end = reader->at + input.size;
}

static bool fail(struct reader *reader, enum read_status status)
{
    assert(reader->status == READ_OK && status != READ_OK);
    reader->status = status;
    return false;
}

static size_t bytes_left(const struct reader *reader)
{
    return (size_t)(reader->end - reader->at);
}

/* The array or map being read. */
static struct read_level *innermost(struct reader *reader)
{
    assert(reader->depth > 0);
    return &reader->levels[reader->depth - 1];
}

static bool key_is_next(const struct read_level *level)
{
    return level->is_map && level->items_left % 2 == 0;
}

/* Read a head, and the string after it if there is one. */
static bool next_head(struct reader *reader, struct item_head *head)
{
    enum read_status status = item_head_read(bytes_of(reader->at, bytes_left(reader)), head);

    if (status != READ_OK)
        return fail(reader, status);
    reader->at += head->size;
    return true;
}

/* Count the next item against the array or map it stands in. */
static bool count_item(struct reader *reader)
{
    struct read_level *level;

    if (reader->status != READ_OK)
        return false;
    if (reader->depth == 0)
        return true;
    level = innermost(reader);
    if (level->items_left == 0)
        return fail(reader, READ_COUNT);
    level->items_left--;
    return true;
}

/* In a map, the caller has read the key. */
static bool value_is_next(struct reader *reader)
{
    return reader->status != READ_OK || reader->depth == 0 || !key_is_next(innermost(reader));
}

/* Read the head of a value of this type. */
static bool next_value(struct reader *reader, enum item_type type, struct item_head *head)
{
    assert(value_is_next(reader));
    if (!count_item(reader) || !next_head(reader, head))
        return false;
    if (head->type == type)
        return true;
    return fail(reader, head->type == ITEM_TAG ? READ_TAG : READ_TYPE);
}

bool read_uint(struct reader *reader, uint64_t max, uint64_t *value)
{
    struct item_head head;

    if (!next_value(reader, ITEM_UINT, &head))
        return false;
    if (head.value > max)
        return fail(reader, READ_RANGE);
    *value = head.value;
    return true;
}

bool read_u32(struct reader *reader, uint32_t min, uint32_t max, uint32_t *value)
{
    uint64_t number;

    if (!read_uint(reader, max, &number))
        return false;
    if (number < min)
        return fail(reader, READ_RANGE);
    *value = (uint32_t)number;
    return true;
}

/* The number of a head that is an integer, if it fits. */
static bool signed_value(struct reader *reader, const struct item_head *head, int64_t *value)
{
    if (head->type != ITEM_UINT && head->type != ITEM_NEGATIVE)
        return fail(reader, head->type == ITEM_TAG ? READ_TAG : READ_TYPE);
    if (head->value > INT64_MAX)
        return fail(reader, READ_RANGE);
    *value = head->type == ITEM_UINT ? (int64_t)head->value : -1 - (int64_t)head->value;
    return true;
}

bool read_int(struct reader *reader, int64_t min, int64_t max, int64_t *value)
{
    enum item_type type = read_peek_type(reader) == ITEM_NEGATIVE ? ITEM_NEGATIVE : ITEM_UINT;
    struct item_head head;
    int64_t number;

    if (!next_value(reader, type, &head) || !signed_value(reader, &head, &number))
        return false;
    if (number < min || number > max)
        return fail(reader, READ_RANGE);
    *value = number;
    return true;
}

static bool next_string(struct reader *reader, enum item_type type, size_t min_size, size_t max_size,
                        struct bytes *string)
{
    struct item_head head;

    if (!next_value(reader, type, &head))
        return false;
    if (head.string.size < min_size || head.string.size > max_size)
        return fail(reader, READ_RANGE);
    *string = head.string;
    return true;
}

bool read_bytes(struct reader *reader, size_t min_size, size_t max_size, struct bytes *bytes)
{
    return next_string(reader, ITEM_BYTES, min_size, max_size, bytes);
}

bool read_bytes_to(struct reader *reader, uint8_t *copy, size_t size)
{
    struct bytes bytes;

    if (!read_bytes(reader, size, size, &bytes))
        return false;
    memcpy(copy, bytes.data, size);
    return true;
}

bool read_text(struct reader *reader, size_t max_size, struct bytes *text)
{
    return next_string(reader, ITEM_TEXT, 0, max_size, text);
}

/* Go into an array or map whose head was just read, and which has `items` items in all. */
static bool enter(struct reader *reader, const struct item_head *head)
{
    bool is_map = head->type == ITEM_MAP;
    uint64_t items_per_count = is_map ? 2 : 1;

    /* An item takes at least a byte, so a count that the bytes cannot hold is found before anything
     * is done for its sake. */
    if (head->value > bytes_left(reader) / items_per_count)
        return fail(reader, READ_TRUNCATED);
    if (reader->depth == reader->max_depth)
        return fail(reader, READ_DEPTH);
    reader->levels[reader->depth++] =
        (struct read_level){ .items_left = head->value * items_per_count, .is_map = is_map };
    return true;
}

static bool leave(struct reader *reader)
{
    if (innermost(reader)->items_left != 0)
        return fail(reader, READ_COUNT);
    reader->depth--;
    return true;
}

static bool enter_counted(struct reader *reader, enum item_type type, uint64_t min, uint64_t max,
                          uint64_t *count)
{
    struct item_head head;

    if (!next_value(reader, type, &head))
        return false;
    if (head.value < min || head.value > max)
        return fail(reader, READ_COUNT);
    if (!enter(reader, &head))
        return false;
    if (count != NULL)
        *count = head.value;
    return true;
}

bool read_array(struct reader *reader, uint64_t min, uint64_t max, uint64_t *count)
{
    return enter_counted(reader, ITEM_ARRAY, min, max, count);
}

bool read_map(struct reader *reader, uint64_t max, uint64_t *count)
{
    return enter_counted(reader, ITEM_MAP, 0, max, count);
}

bool read_array_end(struct reader *reader)
{
    if (reader->status != READ_OK)
        return false;
    assert(!innermost(reader)->is_map);
    return leave(reader);
}

bool read_map_end(struct reader *reader)
{
    if (reader->status != READ_OK)
        return false;
    assert(innermost(reader)->is_map);
    return leave(reader);
}

/* Require that `key` stands above the key before it, by encoded bytes, and remember it. */
static bool key_ascends(struct reader *reader, struct bytes key)
{
    struct read_level *level = innermost(reader);
    struct bytes previous = level->previous_key;
    size_t shorter = previous.size < key.size ? previous.size : key.size;

    /* No encoded item begins with another one, so that equal beginnings mean equal keys. */
    if (previous.size > 0 && memcmp(previous.data, key.data, shorter) >= 0)
        return fail(reader, READ_ORDER);
    level->previous_key = key;
    return true;
}

/* Read the head of a key that is an integer. */
static bool next_key(struct reader *reader, struct item_head *head)
{
    const uint8_t *start = reader->at;

    if (reader->status != READ_OK)
        return false;
    assert(key_is_next(innermost(reader)));
    if (!count_item(reader) || !next_head(reader, head))
        return false;
    return key_ascends(reader, bytes_of(start, (size_t)(reader->at - start)));
}

bool read_key(struct reader *reader, uint64_t *key)
{
    struct item_head head;

    if (!next_key(reader, &head))
        return false;
    if (head.type != ITEM_UINT)
        return fail(reader, head.type == ITEM_TAG ? READ_TAG : READ_TYPE);
    *key = head.value;
    return true;
}

bool read_label(struct reader *reader, int64_t *label)
{
    struct item_head head;

    return next_key(reader, &head) && signed_value(reader, &head, label);
}

bool read_tag(struct reader *reader, uint64_t expected)
{
    struct item_head head;

    if (reader->status != READ_OK || !next_head(reader, &head))
        return false;
    if (head.type != ITEM_TAG || head.value != expected)
        return fail(reader, READ_TAG);
    return true;
}

enum item_type read_peek_type(const struct reader *reader)
{
    static const enum item_type by_major_type[] = { ITEM_UINT,  ITEM_NEGATIVE, ITEM_BYTES, ITEM_TEXT,
                                                    ITEM_ARRAY, ITEM_MAP,      ITEM_TAG,   ITEM_OTHER };
    static const uint8_t null_byte = 0xf6;

    if (reader->status != READ_OK || bytes_left(reader) == 0)
        return ITEM_NONE;
    if (reader->depth > 0 && reader->levels[reader->depth - 1].items_left == 0)
        return ITEM_NONE;
    if (*reader->at == null_byte)
        return ITEM_NULL;
    return by_major_type[*reader->at >> 5];
}

bool read_null_if(struct reader *reader)
{
    struct item_head head;

    return read_peek_type(reader) == ITEM_NULL && next_value(reader, ITEM_NULL, &head);
}

static bool skip_item(struct reader *reader);

/* Skip all that is in the array or map just entered, and leave it. */
static bool skip_content(struct reader *reader)
{
    struct read_level *level = innermost(reader);

    while (level->items_left > 0) {
        const uint8_t *start = reader->at;
        bool is_key = key_is_next(level);

        if (!count_item(reader) || !skip_item(reader))
            return false;
        if (is_key && !key_ascends(reader, bytes_of(start, (size_t)(reader->at - start))))
            return false;
    }
    return leave(reader);
}

/* Skip one item that is counted already. The recursion is as deep as the reader may nest. */
static bool skip_item(struct reader *reader)
{
    struct item_head head;

    if (!next_head(reader, &head))
        return false;
    if (head.type == ITEM_TAG)
        return fail(reader, READ_TAG);
    if (head.type == ITEM_ARRAY || head.type == ITEM_MAP)
        return enter(reader, &head) && skip_content(reader);
    return true;
}

bool read_item(struct reader *reader, struct bytes *item)
{
    const uint8_t *start = reader->at;

    assert(value_is_next(reader));
    if (!count_item(reader) || !skip_item(reader))
        return false;
    *item = bytes_of(start, (size_t)(reader->at - start));
    return true;
}

enum read_status reader_end(struct reader *reader)
{
    if (reader->status != READ_OK)
        return reader->status;
    assert(reader->depth == 0);
    if (bytes_left(reader) > 0)
        reader->status = READ_TRAILING;
    return reader->status;
}

enum read_status item_check(struct bytes item, unsigned max_depth)
{
    struct reader reader;
    struct bytes whole;

    reader_init(&reader, item, max_depth);
    (void)read_item(&reader, &whole);
    return reader_end(&reader);
}

#include "schema/cbor.h"

#include <assert.h>
#include <string.h>

#include <cbor.h>

#include "schema/item_head.h"
#include "schema/text.h"

/* ---- writing */

void writer_init(struct writer *writer, uint8_t *data, size_t capacity)
{
    *writer = (struct writer){ .data = data, .capacity = capacity };
}

struct bytes writer_bytes(const struct writer *writer)
{
    assert(!writer->failed);
    return bytes_of(writer->data, writer->size);
}

static uint8_t *free_space(const struct writer *writer)
{
    return writer->data + writer->size;
}

static size_t free_size(const struct writer *writer)
{
    return writer->failed ? 0 : writer->capacity - writer->size;
}

/* libcbor's encoders return the number of bytes written, 0 when there is no room. */
static void advance(struct writer *writer, size_t written)
{
    if (written == 0)
        writer->failed = true;
    else
        writer->size += written;
}

void write_uint(struct writer *writer, uint64_t value)
{
    advance(writer, cbor_encode_uint(value, free_space(writer), free_size(writer)));
}

void write_int(struct writer *writer, int64_t value)
{
    if (value >= 0)
        write_uint(writer, (uint64_t)value);
    else /* CBOR carries a negative number n as -1 - n, which is its complement */
        advance(writer, cbor_encode_negint(~(uint64_t)value, free_space(writer), free_size(writer)));
}

void write_string_head(struct writer *writer, bool is_text, uint64_t size)
{
    advance(writer, is_text ? cbor_encode_string_start(size, free_space(writer), free_size(writer))
                            : cbor_encode_bytestring_start(size, free_space(writer), free_size(writer)));
}

void write_raw(struct writer *writer, struct bytes item)
{
    if (free_size(writer) < item.size) {
        writer->failed = true;
        return;
    }
    if (item.size > 0)
        memcpy(free_space(writer), item.data, item.size);
    writer->size += item.size;
}

void write_bytes(struct writer *writer, struct bytes bytes)
{
    advance(writer, cbor_encode_bytestring_start(bytes.size, free_space(writer), free_size(writer)));
    write_raw(writer, bytes);
}

void write_text(struct writer *writer, struct bytes text)
{
    advance(writer, cbor_encode_string_start(text.size, free_space(writer), free_size(writer)));
    write_raw(writer, text);
}

void write_array(struct writer *writer, uint64_t count)
{
    advance(writer, cbor_encode_array_start((size_t)count, free_space(writer), free_size(writer)));
}

void write_map(struct writer *writer, uint64_t count)
{
    advance(writer, cbor_encode_map_start((size_t)count, free_space(writer), free_size(writer)));
}

void write_tag(struct writer *writer, uint64_t tag)
{
    advance(writer, cbor_encode_tag(tag, free_space(writer), free_size(writer)));
}

void write_null(struct writer *writer)
{
    advance(writer, cbor_encode_null(free_space(writer), free_size(writer)));
}

/* ---- one head, as libcbor tells it through its callbacks */

struct told {
    struct item_head head;
    enum read_status refusal; /* of what is never accepted */
};

/* libcbor 0.9 widened the lengths it hands to callbacks. */
#if CBOR_MAJOR_VERSION > 0 || CBOR_MINOR_VERSION >= 9
typedef uint64_t library_size;
#else
typedef size_t library_size;
#endif

static void set_head(void *context, enum item_type type, uint64_t value)
{
    struct told *told = context;

    told->head.type = type;
    told->head.value = value;
}

static void refuse(void *context, enum read_status refusal)
{
    struct told *told = context;

    told->refusal = refusal;
}

/* libcbor has a callback for each width of integer; we look at the value only. */
#define INTEGER_CALLBACK(name, width, type)                                                            \
    static void name(void *context, width value)                                                       \
    {                                                                                                  \
        set_head(context, type, value);                                                                \
    }

INTEGER_CALLBACK(on_uint8, uint8_t, ITEM_UINT)
INTEGER_CALLBACK(on_uint16, uint16_t, ITEM_UINT)
INTEGER_CALLBACK(on_uint32, uint32_t, ITEM_UINT)
INTEGER_CALLBACK(on_uint64, uint64_t, ITEM_UINT)
INTEGER_CALLBACK(on_negative8, uint8_t, ITEM_NEGATIVE)
INTEGER_CALLBACK(on_negative16, uint16_t, ITEM_NEGATIVE)
INTEGER_CALLBACK(on_negative32, uint32_t, ITEM_NEGATIVE)
INTEGER_CALLBACK(on_negative64, uint64_t, ITEM_NEGATIVE)

static void set_string(void *context, enum item_type type, cbor_data data, library_size size)
{
    struct told *told = context;

    set_head(told, type, size);
    told->head.string = bytes_of(data, (size_t)size);
}

static void on_bytes(void *context, cbor_data data, library_size size)
{
    set_string(context, ITEM_BYTES, data, size);
}

static void on_text(void *context, cbor_data data, library_size size)
{
    set_string(context, ITEM_TEXT, data, size);
}

static void on_array(void *context, library_size count)
{
    set_head(context, ITEM_ARRAY, count);
}

static void on_map(void *context, library_size count)
{
    set_head(context, ITEM_MAP, count);
}

static void on_tag(void *context, uint64_t tag)
{
    set_head(context, ITEM_TAG, tag);
}

static void on_null(void *context)
{
    set_head(context, ITEM_NULL, 0);
}

static void on_boolean(void *context, bool value)
{
    (void)value;
    set_head(context, ITEM_OTHER, 0);
}

static void on_undefined(void *context)
{
    refuse(context, READ_TYPE);
}

static void on_float(void *context, float value)
{
    (void)value;
    refuse(context, READ_FLOAT);
}

static void on_double(void *context, double value)
{
    (void)value;
    refuse(context, READ_FLOAT);
}

static void on_indefinite(void *context)
{
    refuse(context, READ_INDEFINITE);
}

static const struct cbor_callbacks callbacks = {
    .uint8 = on_uint8,
    .uint16 = on_uint16,
    .uint32 = on_uint32,
    .uint64 = on_uint64,
    .negint8 = on_negative8,
    .negint16 = on_negative16,
    .negint32 = on_negative32,
    .negint64 = on_negative64,
    .byte_string = on_bytes,
    .byte_string_start = on_indefinite,
    .string = on_text,
    .string_start = on_indefinite,
    .array_start = on_array,
    .indef_array_start = on_indefinite,
    .map_start = on_map,
    .indef_map_start = on_indefinite,
    .tag = on_tag,
    .float2 = on_float,
    .float4 = on_float,
    .float8 = on_double,
    .undefined = on_undefined,
    .null = on_null,
    .boolean = on_boolean,
    .indef_break = on_indefinite,
};

/* Bytes in the shortest head that carries `value`. */
static size_t shortest_head(uint64_t value)
{
    if (value < 24)
        return 1;
    if (value <= UINT8_MAX)
        return 2;
    if (value <= UINT16_MAX)
        return 3;
    return value <= UINT32_MAX ? 5 : 9;
}

/* Tags 0 to 23 stand in their first byte. libcbor before 0.11 takes most of those for errors, tag 18
 * of COSE_Sign1 among them, so they are read here. */
static bool is_short_tag(uint8_t first_byte)
{
    return first_byte >= 0xc0 && first_byte <= 0xd7;
}

enum read_status item_head_read(struct bytes input, struct item_head *head)
{
    struct told told = { .head = { .type = ITEM_NONE } };
    struct cbor_decoder_result result;

    if (input.size == 0)
        return READ_TRUNCATED;
    if (is_short_tag(input.data[0])) {
        *head = (struct item_head){ .type = ITEM_TAG, .value = input.data[0] - 0xc0u, .size = 1 };
        return READ_OK;
    }

    /* The whole input is at hand, so that "more data needed" means there is none. How much libcbor
     * thinks it needs is wrong for lengths near 2^64 and is not looked at. */
    result = cbor_stream_decode(input.data, input.size, &callbacks, &told);
    if (result.status == CBOR_DECODER_NEDATA)
        return READ_TRUNCATED;
    if (result.status != CBOR_DECODER_FINISHED)
        return READ_TYPE;
    if (told.refusal != READ_OK)
        return told.refusal;
    if (result.read != shortest_head(told.head.value) + told.head.string.size)
        return READ_NOT_MINIMAL;
    if (told.head.type == ITEM_TEXT && !text_is_utf8(told.head.string))
        return READ_UTF8;
    *head = told.head;
    head->size = result.read;
    return READ_OK;
}

#include "schema/text.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <utf8proc.h>

/* Take one code point off the front of `rest`; false when its bytes are not UTF-8. */
static bool next_code_point(struct bytes *rest, int32_t *code_point)
{
    utf8proc_ssize_t size = utf8proc_iterate(rest->data, (utf8proc_ssize_t)rest->size, code_point);

    if (size <= 0)
        return false;
    rest->data += size;
    rest->size -= (size_t)size;
    return true;
}

bool text_is_utf8(struct bytes text)
{
    int32_t code_point;

    while (text.size > 0)
        if (!next_code_point(&text, &code_point))
            return false;
    return true;
}

static bool is_bidirectional(int32_t code_point)
{
    return code_point == 0x061c || code_point == 0x200e || code_point == 0x200f ||
           (code_point >= 0x202a && code_point <= 0x202e) ||
           (code_point >= 0x2066 && code_point <= 0x2069);
}

static bool is_joiner(int32_t code_point)
{
    return code_point == 0x200c || code_point == 0x200d;
}

/* Those that Unicode promises never to assign. */
static bool is_noncharacter(int32_t code_point)
{
    return (code_point & 0xfffe) == 0xfffe || (code_point >= 0xfdd0 && code_point <= 0xfdef);
}

static enum text_status code_point_check(int32_t code_point)
{
    switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return TEXT_CONTROL;
    case UTF8PROC_CATEGORY_CF:
        if (is_bidirectional(code_point))
            return TEXT_BIDI;
        return is_joiner(code_point) ? TEXT_OK : TEXT_INVISIBLE;
    case UTF8PROC_CATEGORY_CN:
        return is_noncharacter(code_point) ? TEXT_PRIVATE : TEXT_UNASSIGNED;
    case UTF8PROC_CATEGORY_CO:
        return TEXT_PRIVATE;
    default:
        return TEXT_OK;
    }
}

/* The first fault; one that is merely unassigned is said of a text without any other. */
static enum text_status code_points_check(struct bytes text)
{
    int32_t code_point;
    bool has_unassigned = false;

    while (text.size > 0) {
        enum text_status status;

        if (!next_code_point(&text, &code_point))
            return TEXT_NOT_UTF8;
        status = code_point_check(code_point);
        has_unassigned = has_unassigned || status == TEXT_UNASSIGNED;
        if (status != TEXT_OK && status != TEXT_UNASSIGNED)
            return status;
    }
    return has_unassigned ? TEXT_UNASSIGNED : TEXT_OK;
}

static bool is_space(int32_t code_point)
{
    return utf8proc_category(code_point) == UTF8PROC_CATEGORY_ZS;
}

/* `text` is UTF-8 and not empty. */
static bool has_space_at_an_end(struct bytes text)
{
    int32_t code_point;

    (void)next_code_point(&text, &code_point);
    if (is_space(code_point))
        return true;
    while (text.size > 0)
        (void)next_code_point(&text, &code_point);
    return is_space(code_point);
}

/* Canonical decomposition makes at most three code points of two bytes, and at most four of more. */
enum { COMPOSED_LIMIT = TEXT_SIZE_LIMIT * 3 / 2 };

/* `text` is UTF-8 and at most TEXT_SIZE_LIMIT bytes. Returns how many code points it has in NFC. */
static utf8proc_ssize_t compose(struct bytes text, int32_t composed[static COMPOSED_LIMIT])
{
    const utf8proc_option_t options = UTF8PROC_COMPOSE | UTF8PROC_STABLE;
    utf8proc_ssize_t count =
        utf8proc_decompose(text.data, (utf8proc_ssize_t)text.size, composed, COMPOSED_LIMIT, options);

    assert(count >= 0 && count <= COMPOSED_LIMIT);
    return utf8proc_normalize_utf32(composed, count, options);
}

static bool is_nfc(struct bytes text)
{
    int32_t composed[COMPOSED_LIMIT];
    utf8proc_ssize_t count = compose(text, composed);
    int32_t code_point;

    for (utf8proc_ssize_t i = 0; i < count; i++)
        if (text.size == 0 || !next_code_point(&text, &code_point) || code_point != composed[i])
            return false;
    return text.size == 0;
}

bool text_compose(struct bytes text, char *out, size_t capacity, size_t *size)
{
    int32_t composed[COMPOSED_LIMIT];
    utf8proc_ssize_t count;
    uint8_t encoded[4];

    assert(text.size <= TEXT_SIZE_LIMIT && text_is_utf8(text));
    count = compose(text, composed);
    *size = 0;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        size_t encoded_size = (size_t)utf8proc_encode_char(composed[i], encoded);

        if (encoded_size > capacity - *size)
            return false;
        memcpy(out + *size, encoded, encoded_size);
        *size += encoded_size;
    }
    return true;
}

enum text_status text_check(struct bytes text, size_t max_size)
{
    enum text_status status;

    assert(max_size <= TEXT_SIZE_LIMIT);
    if (text.size == 0)
        return TEXT_EMPTY;
    if (text.size > max_size)
        return TEXT_TOO_LONG;
    status = code_points_check(text);
    if (status != TEXT_OK && status != TEXT_UNASSIGNED)
        return status;
    if (has_space_at_an_end(text))
        return TEXT_SPACE;
    if (status == TEXT_UNASSIGNED)
        return status;
    return is_nfc(text) ? TEXT_OK : TEXT_NOT_NFC;
}

size_t text_columns(struct bytes text)
{
    size_t columns = 0;
    int32_t code_point;

    while (text.size > 0) {
        if (next_code_point(&text, &code_point)) {
            columns += (size_t)utf8proc_charwidth(code_point);
        } else {
            columns++;
            text.data++;
            text.size--;
        }
    }
    return columns;
}

static bool is_continuation(char character)
{
    return ((unsigned char)character & 0xc0) == 0x80;
}

/* Bytes of a UTF-8 character, by its first. */
static size_t character_size(char first)
{
    unsigned char byte = (unsigned char)first;

    return byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
}

void text_trim_cut(char *text)
{
    size_t end = strlen(text);
    size_t start = end;

    while (start > 0 && is_continuation(text[start - 1]))
        start--;
    if (start > 0 && character_size(text[start - 1]) > end - start + 1)
        text[start - 1] = '\0';
}

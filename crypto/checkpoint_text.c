/* The three lines of a checkpoint. */
#include "crypto/note.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crypto/base64.h"

#define ROOT_TEXT_SIZE BASE64_SIZE(DIGEST_SIZE)
#define SIZE_DIGITS_MAX 20      /* of 2^64 - 1 */

static bool origin_is_valid(const char *origin, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((uint8_t)origin[i] < ' ')
            return false;
    return size > 0 && size <= NOTE_NAME_MAX;
}

enum crypt_status checkpoint_format(const char *origin, uint64_t tree_size, const struct digest *root,
                                    uint8_t *text, size_t capacity, size_t *text_size)
{
    char whole[CHECKPOINT_TEXT_MAX + 1];
    char root_text[ROOT_TEXT_SIZE + 1];
    int written;

    if (!origin_is_valid(origin, strlen(origin)))
        return CRYPT_BAD_DATA;
    root_text[base64_encode(root->bytes, sizeof root->bytes, root_text)] = '\0';
    written = snprintf(whole, sizeof whole, "%s\n%" PRIu64 "\n%s\n", origin, tree_size, root_text);
    assert(written > 0 && (size_t)written < sizeof whole);
    if ((size_t)written > capacity)
        return CRYPT_BAD_DATA;
    memcpy(text, whole, (size_t)written);
    *text_size = (size_t)written;
    return CRYPT_OK;
}

/* Take one line off the front of `*text`, without its newline. */
static bool take_line(const char **text, size_t *size, const char **line, size_t *line_size)
{
    const char *newline = memchr(*text, '\n', *size);

    if (newline == NULL)
        return false;
    *line = *text;
    *line_size = (size_t)(newline - *text);
    *text += *line_size + 1;
    *size -= *line_size + 1;
    return true;
}

static bool read_size(const char *digits, size_t count, uint64_t *size)
{
    uint64_t number = 0;

    if (count == 0 || count > SIZE_DIGITS_MAX || (digits[0] == '0' && count > 1))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return false;
        if (__builtin_mul_overflow(number, 10, &number)
            || __builtin_add_overflow(number, (uint64_t)(digits[i] - '0'), &number))
            return false;
    }
    *size = number;
    return true;
}

enum crypt_status checkpoint_parse(const uint8_t *text, size_t text_size, const uint8_t **origin,
                                   size_t *origin_size, uint64_t *tree_size, struct digest *root)
{
    const char *rest = (const char *)text;
    const char *first, *second, *third;
    size_t first_size, second_size, third_size, root_size;
    struct digest read_root;
    uint64_t number;

    if (!take_line(&rest, &text_size, &first, &first_size)
        || !take_line(&rest, &text_size, &second, &second_size)
        || !take_line(&rest, &text_size, &third, &third_size) || text_size != 0)
        return CRYPT_BAD_DATA;
    if (!origin_is_valid(first, first_size) || !read_size(second, second_size, &number)
        || !base64_decode(third, third_size, read_root.bytes, sizeof read_root.bytes, &root_size)
        || root_size != sizeof read_root.bytes)
        return CRYPT_BAD_DATA;
    *origin = text;
    *origin_size = first_size;
    *tree_size = number;
    *root = read_root;
    return CRYPT_OK;
}

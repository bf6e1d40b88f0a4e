#include "crypto/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t base64_encode(const uint8_t *data, size_t size, char *text)
{
    size_t written = 0;

    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        uint32_t group = (uint32_t)data[i] << 16;

        group |= left > 1 ? (uint32_t)data[i + 1] << 8 : 0;
        group |= left > 2 ? data[i + 2] : 0;
        text[written++] = alphabet[group >> 18];
        text[written++] = alphabet[group >> 12 & 63];
        text[written++] = left > 1 ? alphabet[group >> 6 & 63] : '=';
        text[written++] = left > 2 ? alphabet[group & 63] : '=';
    }
    return written;
}

/* The six bits a character stands for, or -1. */
static int sextet(char character)
{
    if (character >= 'A' && character <= 'Z')
        return character - 'A';
    if (character >= 'a' && character <= 'z')
        return character - 'a' + 26;
    if (character >= '0' && character <= '9')
        return character - '0' + 52;
    if (character == '+')
        return 62;
    return character == '/' ? 63 : -1;
}

/* Read four characters of which the last `padding` are padding. False: not such a group, or bits are
 * set that no byte takes up.
 */
static bool read_group(const char text[static 4], unsigned padding, uint32_t *group)
{
    *group = 0;
    for (unsigned i = 0; i < 4; i++) {
        int bits = i < 4 - padding ? sextet(text[i]) : 0;

        if (bits < 0)
            return false;
        *group = *group << 6 | (uint32_t)bits;
    }
    return (*group & ((UINT32_C(1) << 8 * padding) - 1)) == 0;
}

bool base64_decode(const char *text, size_t text_size, uint8_t *data, size_t capacity, size_t *size)
{
    *size = 0;
    if (text_size % 4 != 0)
        return false;
    for (size_t i = 0; i < text_size; i += 4) {
        unsigned padding = 0;
        uint32_t group;

        if (i + 4 == text_size && text[i + 3] == '=')
            padding = text[i + 2] == '=' ? 2 : 1;
        if (!read_group(text + i, padding, &group))
            return false;
        for (unsigned j = 0; j < 3 - padding; j++, (*size)++)
            if (*size < capacity)
                data[*size] = (uint8_t)(group >> (16 - 8 * j));
    }
    return true;
}

#include "tests/support/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

static unsigned digit(char character)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = memchr(digits, character | 0x20, sizeof digits - 1);

    if (found == NULL)
        fail_msg("'%c' is no hexadecimal digit", character);
    return (unsigned)(found - digits);
}

size_t hex_read(const char *hex, uint8_t *bytes, size_t capacity)
{
    size_t size = strlen(hex) / 2;

    if (strlen(hex) % 2 != 0 || size > capacity)
        fail_msg("%zu hexadecimal digits for at most %zu bytes", strlen(hex), capacity);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
    return size;
}

void assert_hex(const char *hex, const uint8_t *bytes, size_t size)
{
    uint8_t expected[4096];
    size_t expected_size = hex_read(hex, expected, sizeof expected);

    assert_int_equal(expected_size, size);
    assert_memory_equal(expected, bytes, size);
}

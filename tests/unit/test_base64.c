/* crypto/base64.h: RFC 4648, section 10 for what is right. */
#include "crypto/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void base64_is_that_of_rfc_4648(void **state)
{
    static const char *const pairs[][2] = {
        { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
        { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" }, { "\xfb\xff\xbf", "+/+/" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char text[16] = { 0 };
        uint8_t data[16];
        size_t size, data_size = strlen(pairs[i][0]);

        size = base64_encode((const uint8_t *)pairs[i][0], data_size, text);
        assert_int_equal(BASE64_SIZE(data_size), size);
        assert_string_equal(pairs[i][1], text);
        assert_true(base64_decode(text, size, data, sizeof data, &size));
        assert_int_equal(data_size, size);
        assert_memory_equal(pairs[i][0], data, size);
    }
}

static void base64_is_read_strictly(void **state)
{
    static const char *const refused[] = {
        "Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zh==", "Zm9=", "Zm8=Zm8=", "Zg==Zm9v", "Zm9v\n", "Zm 9",
        "Zm9-", "Zm_v", "Zm9v Zm9v", "Zm\t9", "Z\xc3\xa9==", "Zm=v",
    };
    uint8_t data[16];
    size_t size;

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (base64_decode(refused[i], strlen(refused[i]), data, sizeof data, &size))
            fail_msg("read: %s", refused[i]);
    assert_false(base64_decode("Zm\0v", 4, data, sizeof data, &size));
}

static void base64_counts_what_it_has_no_room_for(void **state)
{
    uint8_t data[4] = { 0, 0, 0, 0xee };
    size_t size;

    (void)state;
    assert_true(base64_decode("Zm9vYmFy", 8, data, 3, &size));
    assert_int_equal(6, size);
    assert_memory_equal("foo\xee", data, 4);
    assert_false(base64_decode("Zm9vYm!y", 8, data, 3, &size));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_is_that_of_rfc_4648),
        cmocka_unit_test(base64_is_read_strictly),
        cmocka_unit_test(base64_counts_what_it_has_no_room_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

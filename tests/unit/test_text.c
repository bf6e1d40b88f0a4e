/* schema/text: what a text may hold. Categories and normal forms are those of Python's unicodedata. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schema/text.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void assert_text(enum text_status expected, struct bytes text)
{
    enum text_status status = text_check(text, 256);

    if (status != expected)
        fail_msg("\"%.*s\": status %d, expected %d", (int)text.size, (const char *)text.data,
                 (int)status, (int)expected);
}

static void a_text_holds_only_what_can_be_seen_and_told_apart(void **state)
{
    static const struct {
        const char *text;
        enum text_status status;
    } rows[] = {
        { "left after the infusion was stopped at 11:14", TEXT_OK },
        { "Zo\u00eb O\u2019Brien-\u0141ukasz", TEXT_OK },
        { "\u6c34\u6e80", TEXT_OK },
        { "\u05d3\u05d5\u05d3", TEXT_OK },                         /* right to left by nature */
        { "\u06a9\u062a\u0627\u0628\u200c\u0647\u0627", TEXT_OK }, /* Persian is spelled with U+200C */
        { "\U0001f600", TEXT_OK },
        { "a\u00a0b", TEXT_OK },
        { "=cmd", TEXT_OK }, /* what a spreadsheet would make of it is the exporter's care */
        { "", TEXT_EMPTY },
        { "a\nb", TEXT_CONTROL },
        { "a\tb", TEXT_CONTROL },
        { "\x1b[2J", TEXT_CONTROL },
        { "a\x7f", TEXT_CONTROL },
        { "a\xc2\x85"
          "b",
          TEXT_CONTROL }, /* NEL, of C1 */
        { "a\xc2\x80", TEXT_CONTROL },
        { "a\u2028b", TEXT_CONTROL },
        { "a\u2029b", TEXT_CONTROL },
        { "a\u061c", TEXT_BIDI },
        { "a\u200e", TEXT_BIDI },
        { "a\u200f", TEXT_BIDI },
        { "a\u202a", TEXT_BIDI },
        { "a\u202eb", TEXT_BIDI },
        { "a\u2066b", TEXT_BIDI },
        { "a\u2069b", TEXT_BIDI },
        { "a\u00ad", TEXT_INVISIBLE },
        { "a\u200b", TEXT_INVISIBLE },
        { "a\u2060", TEXT_INVISIBLE },
        { "\ufeff"
          "a",
          TEXT_INVISIBLE }, /* a byte order mark */
        { "a\U000e0041", TEXT_INVISIBLE },
        { "a\u0378", TEXT_UNASSIGNED },
        { "a\u0378\n", TEXT_CONTROL },            /* what is surely wrong is said first */
        { "a\u0378 ", TEXT_SPACE },
        { "e\u0301\u0378", TEXT_UNASSIGNED },      /* of which nobody knows whether it is in NFC */
        { "a\ue000", TEXT_PRIVATE },
        { "a\U0010fffd", TEXT_PRIVATE },
        { "a\xef\xbf\xbe", TEXT_PRIVATE },         /* U+FFFE, a noncharacter */
        { "a\xef\xb7\x90", TEXT_PRIVATE },         /* U+FDD0, another */
        { "a\xf4\x8f\xbf\xbf", TEXT_PRIVATE },     /* U+10FFFF */
        { " a", TEXT_SPACE },
        { "a ", TEXT_SPACE },
        { " ", TEXT_SPACE },
        { "\u00a0a", TEXT_SPACE },
        { "a\u3000", TEXT_SPACE },
        { "a\xff", TEXT_NOT_UTF8 },
        { "\xc0\x80", TEXT_NOT_UTF8 },
        { "\xed\xa0\x80", TEXT_NOT_UTF8 },
        { "\xf4\x90\x80\x80", TEXT_NOT_UTF8 },
        { "a\xe2\x82", TEXT_NOT_UTF8 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_text(rows[i].status, bytes_of_text(rows[i].text));
    assert_text(TEXT_CONTROL, bytes_of("a\0b", 3));
}

static void a_text_is_in_normal_form_c(void **state)
{
    static const struct {
        const char *text;
        enum text_status status;
    } rows[] = {
        { "\u00e9", TEXT_OK },
        { "e\u0301", TEXT_NOT_NFC },
        { "\u212b", TEXT_NOT_NFC }, /* ANGSTROM SIGN becomes U+00C5 */
        { "\u0340a", TEXT_NOT_NFC },
        { "a\u0323\u0307", TEXT_NOT_NFC }, /* becomes U+1EA1 U+0307 */
        { "\u1ea1\u0307", TEXT_OK },
        { "\u1e0b\u0323", TEXT_NOT_NFC },  /* becomes U+1E0D U+0307 */
        { "q\u0307\u0323", TEXT_NOT_NFC }, /* marks in the wrong order */
        { "q\u0323\u0307", TEXT_OK },
        { "\u0958", TEXT_NOT_NFC }, /* excluded from composition: U+0915 U+093C */
        { "\u0915\u093c", TEXT_OK },
        { "\u1112\u1161\u11ab", TEXT_NOT_NFC }, /* Hangul letters that make U+D55C */
        { "\ud55c", TEXT_OK },
        { "\ufb01", TEXT_OK }, /* a ligature: only compatibility forms would part it */
        { "\U0001d15e", TEXT_NOT_NFC },
        { "\U0002f800", TEXT_NOT_NFC },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_text(rows[i].status, bytes_of_text(rows[i].text));
}

static void a_text_is_no_longer_than_asked(void **state)
{
    (void)state;
    assert_int_equal(TEXT_OK, text_check(bytes_of_text("abc"), 3));
    assert_int_equal(TEXT_TOO_LONG, text_check(bytes_of_text("abc"), 2));
    assert_int_equal(TEXT_TOO_LONG, text_check(bytes_of_text("\u00e9"), 1)); /* bytes, not characters */
    assert_int_equal(TEXT_TOO_LONG, text_check(bytes_of_text("a"), 0));
}

/* The code points that grow most when decomposed, for each size in UTF-8: three from two bytes, four
 * from three, three from four (Python over all of Unicode). */
static void the_longest_text_of_the_most_composed_characters_is_judged(void **state)
{
    static const char *const characters[] = { "a", "\u0390", "\u1f82", "\U0001d160" };
    static const enum text_status statuses[] = { TEXT_OK, TEXT_OK, TEXT_OK, TEXT_NOT_NFC };
    uint8_t text[TEXT_SIZE_LIMIT];

    (void)state;
    for (size_t i = 0; i < COUNT(characters); i++) {
        size_t width = strlen(characters[i]);
        size_t size = 0;

        for (; size + width <= sizeof text; size += width)
            memcpy(text + size, characters[i], width);
        assert_int_equal(statuses[i], text_check(bytes_of(text, size), TEXT_SIZE_LIMIT));
    }
}

static void no_code_point_is_misjudged_for_being_cut_off(void **state)
{
    const char *text = "\u00e9\u6c34\U0001f600";
    static const bool whole[] = { true, false, true, false, false, true, false, false, false, true };

    (void)state;
    for (size_t size = 0; size <= strlen(text); size++) {
        uint8_t *exact = malloc(size > 0 ? size : 1); /* so that sanitizers see a byte read too many */

        assert_non_null(exact);
        memcpy(exact, text, size);
        assert_int_equal(whole[size], text_is_utf8(bytes_of(exact, size)));
        free(exact);
    }
}

static void columns_are_those_of_a_terminal(void **state)
{
    static const struct {
        const char *text;
        size_t columns;
    } rows[] = {
        { "", 0 },
        { "V-412", 5 },
        { "Zo\u00eb", 3 },
        { "e\u0301", 1 },
        { "\u6c34\u6e80", 4 },
        { "\uff11\uff12", 4 },
        { "\U0001f600", 2 },
        { "75 \u00b5L", 5 },
        { "a\xff\xfe", 3 },
        { "q\u0307\u0323x", 2 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(rows[i].columns, text_columns(bytes_of_text(rows[i].text)));
}

static void a_text_that_was_cut_ends_with_a_whole_character(void **state)
{
    static const char text[] = "a\u00e9\u6c34\U0001f600";
    static const size_t whole[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10 };

    (void)state;
    for (size_t size = 0; size < sizeof text; size++) {
        char cut[sizeof text] = "";

        memcpy(cut, text, size);
        text_trim_cut(cut);
        assert_int_equal(whole[size], strlen(cut));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_holds_only_what_can_be_seen_and_told_apart),
        cmocka_unit_test(a_text_is_in_normal_form_c),
        cmocka_unit_test(a_text_is_no_longer_than_asked),
        cmocka_unit_test(the_longest_text_of_the_most_composed_characters_is_judged),
        cmocka_unit_test(no_code_point_is_misjudged_for_being_cut_off),
        cmocka_unit_test(columns_are_those_of_a_terminal),
        cmocka_unit_test(a_text_that_was_cut_ends_with_a_whole_character),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* ledger/error: the table of refusals, and how an error is put together.
 *
 * What the table must say is checked against the classes of DESIGN section 3 and the commands of the
 * command-line description, which are written out below. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/error.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- the table */

static void codes_ascend_and_each_is_found(void **state)
{
    (void)state;
    for (const struct refusal *row = refusals; row->code != 0; row++) {
        if (row[1].code != 0)
            assert_true(row->code < row[1].code);
        assert_ptr_equal(refusal_find(row->code), row);
    }
}

static void a_code_that_does_not_exist_is_not_found(void **state)
{
    static const unsigned codes[] = { 0, 1, 100, 116, 299, 9000, 9002, 65535, 65536 + 210 };

    (void)state;
    for (size_t i = 0; i < COUNT(codes); i++)
        assert_null(refusal_find(codes[i]));
}

static void the_names_and_numbers_people_were_told_stay(void **state)
{
    static const struct {
        unsigned code;
        const char *name;
    } rows[] = {
        { 210, "REFUSAL_OVERDRAWN" }, { 304, "REFUSAL_SAME_PERSON" }, { 601, "REFUSAL_UNKNOWN_ID" },
        { 507, "REFUSAL_SEEN" }, { 901, "REFUSAL_ENTRY_CHANGED" }, { 9001, "REFUSAL_FAULT" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(refusal_find(rows[i].code)->name, rows[i].name);
    assert_int_equal(REFUSAL_OVERDRAWN, 210);
    assert_int_equal(REFUSAL_FAULT, 9001);
}

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), end_size = strlen(end);

    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

static void every_row_has_all_its_texts(void **state)
{
    (void)state;
    for (const struct refusal *row = refusals; row->code != 0; row++) {
        assert_true(strncmp(row->name, "REFUSAL_", 8) == 0 && row->name[8] != '\0');
        assert_true(ends_with(row->sentence, "."));
        assert_true(ends_with(row->ground, "."));
        assert_true(row->next[0] != '\0' && !ends_with(row->next, " ") && !ends_with(row->next, "."));
        assert_true(strlen(row->next) < ERROR_TEXT_SIZE);
        assert_null(strpbrk(row->next, "{}"));
        assert_null(strpbrk(row->ground, "{}[]"));
        assert_null(strstr(row->sentence, "  "));
        assert_null(strstr(row->ground, "  "));
    }
}

/* Each chapter of codes has a class of its own. */
static void the_number_of_a_code_tells_its_chapter(void **state)
{
    static const struct {
        unsigned first, last;
        enum refusal_class class_;
    } chapters[] = {
        { 101, 199, CLASS_MALFORMED }, { 601, 715, CLASS_SYSTEM }, { 716, 716, CLASS_NOTE }, { 801, 899, CLASS_SYSTEM },
        { 901, 999, CLASS_FINDING }, { 1001, 9999, CLASS_SYSTEM },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(chapters); i++)
        for (const struct refusal *row = refusals; row->code != 0; row++)
            if (row->code >= chapters[i].first && row->code <= chapters[i].last)
                assert_int_equal(row->class_, chapters[i].class_);
}

static bool status_fits(const struct refusal *row)
{
    switch (row->class_) {
    case CLASS_MALFORMED:
    case CLASS_FORBIDDEN:
    case CLASS_SOFT:
        return row->status == LEDGER_REFUSED;
    case CLASS_IMPOSSIBLE:
        return row->status == LEDGER_REFUSED || row->status == LEDGER_IDENTITY;
    case CLASS_CASE:
    case CLASS_NOTE:
        return row->status == LEDGER_OK;
    case CLASS_AGAIN:
        return row->status == LEDGER_BUSY;
    case CLASS_SYSTEM:
        return row->status != LEDGER_OK && row->status != LEDGER_REFUSED;
    case CLASS_FINDING:
        return row->status == LEDGER_NO || row->status == LEDGER_UNPROVEN;
    }
    return false;
}

static void the_class_of_a_code_fixes_what_a_caller_does(void **state)
{
    (void)state;
    for (const struct refusal *row = refusals; row->code != 0; row++)
        if (!status_fits(row))
            fail_msg("%s: status %d does not fit class %d", row->name, row->status, row->class_);
}

static void what_is_forbidden_says_how_to_record_that_it_happened(void **state)
{
    (void)state;
    for (const struct refusal *row = refusals; row->code != 0; row++) {
        bool is_forbidden = row->class_ == CLASS_FORBIDDEN;

        assert_int_equal(strstr(row->next, "--irregular --reason TEXT") != NULL, is_forbidden);
        assert_int_equal(row->claim >= 2 && row->claim <= 6, is_forbidden || row->class_ == CLASS_CASE);
    }
}

static void what_is_soft_says_that_a_reason_is_enough(void **state)
{
    (void)state;
    for (const struct refusal *row = refusals; row->code != 0; row++)
        if (row->class_ == CLASS_SOFT)
            assert_non_null(strstr(row->next, "--reason "));
}

static void only_forbidden_rules_can_be_set_aside_and_none_about_people(void **state)
{
    (void)state;
    for (const struct refusal *row = refusals; row->code != 0; row++)
        if (row->can_override) {
            assert_int_equal(row->class_, CLASS_FORBIDDEN);
            assert_true(row->code < 300 || row->code >= 400);
        }
}

/* The laws whose text was read; no other may be told to users as law. */
static void a_ground_cites_no_law_that_was_not_read(void **state)
{
    static const char *const books[] = { " CFR ", " USC " };
    static const char *const found[] = { " CFR 1301.12(a) asks", " CFR 1304.21 asks", " CFR 11.10(e)", " CFR 1307.11", " USC 829a" };
    size_t cited = 0;

    (void)state;
    for (const struct refusal *row = refusals; row->code != 0; row++)
        for (size_t book = 0; book < COUNT(books); book++)
            for (const char *at = row->ground; (at = strstr(at, books[book])) != NULL; at++) {
                bool is_found = false;

                cited++;
                for (size_t i = 0; i < COUNT(found); i++)
                    is_found = is_found || strncmp(at, found[i], strlen(found[i])) == 0;
                if (!is_found)
                    fail_msg("%s: %s", row->name, row->ground);
            }
    assert_true(cited >= COUNT(found));
}

static void a_command_to_type_is_one_that_exists(void **state)
{
    static const char commands[] =
        " init person product place party patient order policy key seal receive move hold release count case adjust found "
        "recover loss ship destroy surrender session draw administer give waste residual empty return observe handover "
        "status pending stock log show register report explain correct override countersign certify notice note erase "
        "verify attest closing clock checkpoint receipt export inspect collect anchor witness import downtime backup "
        "restore succeed rebuild doctor label completion help version ";

    (void)state;
    for (const struct refusal *row = refusals; row->code != 0; row++) {
        const char *text = row->next;

        while ((text = strstr(text, "phial ")) != NULL) {
            char word[32];
            size_t size;

            text += strlen("phial ");
            size = strspn(text, "abcdefghijklmnopqrstuvwxyz");
            assert_true(size < sizeof word - 3);
            (void)snprintf(word, sizeof word, " %.*s ", (int)size, text);
            if (strstr(commands, word) == NULL)
                fail_msg("%s: there is no command%s", row->name, word);
        }
    }
}

/* ---- errors */

static void an_error_has_the_status_and_the_way_out_of_its_code(void **state)
{
    struct error error;

    (void)state;
    memset(&error, 0xff, sizeof error);
    assert_int_equal(error_set(&error, REFUSAL_UNKNOWN_ID, "there is no vial V-%d at this site", 17), LEDGER_UNKNOWN);
    assert_int_equal(error.status, LEDGER_UNKNOWN);
    assert_int_equal(error.code, 601);
    assert_string_equal(error.text, "there is no vial V-17 at this site");
    assert_string_equal(error.next, "phial stock          or scan the label again");
    assert_int_equal(error.book_count, 0);
}

static void what_to_type_next_can_be_replaced(void **state)
{
    struct error error;

    (void)state;
    error_set(&error, REFUSAL_UNKNOWN_ID, "there is no vial V-17 at this site");
    error_next(&error, "did you mean V-%d?", 71);
    assert_string_equal(error.next, "did you mean V-71?");
    error_next(&error, "%s phial log", error.next);
    assert_string_equal(error.next, "did you mean V-71? phial log");
}

static void context_stands_before_the_text(void **state)
{
    struct error error;

    (void)state;
    error_set(&error, REFUSAL_DISK_FULL, "write: no space left on device");
    error_wrap(&error, "append entry %d", 42);
    assert_string_equal(error.text, "append entry 42: write: no space left on device");
    assert_int_equal(error.code, 708);
}

static void a_text_may_be_made_from_the_error_itself(void **state)
{
    struct error error;

    (void)state;
    error_set(&error, REFUSAL_IO, "first");
    error_set(&error, REFUSAL_IO, "second after %s", error.text);
    assert_string_equal(error.text, "second after first");
    error_wrap(&error, "%s again", error.text);
    assert_string_equal(error.text, "second after first again: second after first");
}

static void lines_of_the_book_are_kept_up_to_their_number(void **state)
{
    struct error error;

    (void)state;
    error_set(&error, REFUSAL_OVERDRAWN, "too much");
    for (int i = 0; i < 2 * ERROR_BOOK_LINES; i++)
        error_book(&error, "last entries", "#%d", i);
    assert_int_equal(error.book_count, ERROR_BOOK_LINES);
    assert_string_equal(error.book[0].label, "last entries");
    assert_string_equal(error.book[ERROR_BOOK_LINES - 1].line, "#5");
}

/* Whether `text` is UTF-8 with nothing cut in the middle, as far as two- and three-byte characters go. */
static bool is_whole(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0';) {
        size_t size = *at < 0x80 ? 1 : *at >= 0xc2 && *at < 0xe0 ? 2 : *at >= 0xe0 && *at < 0xf0 ? 3 : 0;

        if (size == 0)
            return false;
        for (size_t i = 1; i < size; i++)
            if ((at[i] & 0xc0) != 0x80)
                return false;
        at += size;
    }
    return true;
}

static void a_text_too_long_is_cut_after_a_whole_character_and_shows_it(void **state)
{
    static const char *const letters[] = { "x", "\u00e9", "\u20ac" };

    (void)state;
    for (size_t letter = 0; letter < COUNT(letters); letter++)
        for (size_t offset = 0; offset < 6; offset++) {
            char text[3 * ERROR_TEXT_SIZE + 16] = "";
            struct error error;

            memset(text, 'a', offset);
            for (size_t i = 0; i < ERROR_TEXT_SIZE; i++)
                memcpy(text + strlen(text), letters[letter], strlen(letters[letter]) + 1);
            error_set(&error, REFUSAL_FIELD, "%s", text);
            error_next(&error, "%s", text);
            error_book(&error, text, "%s", text);
            assert_true(is_whole(error.text) && ends_with(error.text, "\u2026"));
            assert_true(is_whole(error.next) && ends_with(error.next, "\u2026"));
            assert_true(is_whole(error.book[0].label) && ends_with(error.book[0].label, "\u2026"));
            assert_true(is_whole(error.book[0].line) && ends_with(error.book[0].line, "\u2026"));
            assert_in_range(strlen(error.text), ERROR_TEXT_SIZE - 6, ERROR_TEXT_SIZE - 1);
            assert_memory_equal(error.text, text, strlen(error.text) - strlen("\u2026"));
            error_wrap(&error, "%s", text);
            assert_true(is_whole(error.text) && ends_with(error.text, "\u2026"));
        }
}

static void a_text_that_just_fits_is_not_cut(void **state)
{
    char text[ERROR_TEXT_SIZE] = "";
    struct error error;

    (void)state;
    memset(text, 'x', ERROR_TEXT_SIZE - 1);
    error_set(&error, REFUSAL_FIELD, "%s", text);
    assert_string_equal(error.text, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_ascend_and_each_is_found),
        cmocka_unit_test(a_code_that_does_not_exist_is_not_found),
        cmocka_unit_test(the_names_and_numbers_people_were_told_stay),
        cmocka_unit_test(every_row_has_all_its_texts),
        cmocka_unit_test(the_number_of_a_code_tells_its_chapter),
        cmocka_unit_test(the_class_of_a_code_fixes_what_a_caller_does),
        cmocka_unit_test(what_is_forbidden_says_how_to_record_that_it_happened),
        cmocka_unit_test(what_is_soft_says_that_a_reason_is_enough),
        cmocka_unit_test(only_forbidden_rules_can_be_set_aside_and_none_about_people),
        cmocka_unit_test(a_ground_cites_no_law_that_was_not_read),
        cmocka_unit_test(a_command_to_type_is_one_that_exists),
        cmocka_unit_test(an_error_has_the_status_and_the_way_out_of_its_code),
        cmocka_unit_test(what_to_type_next_can_be_replaced),
        cmocka_unit_test(context_stands_before_the_text),
        cmocka_unit_test(a_text_may_be_made_from_the_error_itself),
        cmocka_unit_test(lines_of_the_book_are_kept_up_to_their_number),
        cmocka_unit_test(a_text_too_long_is_cut_after_a_whole_character_and_shows_it),
        cmocka_unit_test(a_text_that_just_fits_is_not_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* ledger/names: what the book calls people and things. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/names.h"
#include "tests/support/clinic.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void people_go_by_their_handles(void **state)
{
    static const struct {
        int64_t person;
        const char *name;
    } rows[] = {
        { 1, "rosei" },
        { 3, "lbrandt" },
        { 4, "person 4" }, /* without a handle */
        { 9, "person 9" },
        { INT64_MAX, "person 9223372036854775807" },
        { INT64_C(1) + UINT32_MAX + INT64_C(1), "person 4294967297" }, /* not person 1 */
        { -5, "person -5" },
        { PERSON_SEAL, "the seal" },
        { PERSON_NEW, "somebody not enrolled" },
    };
    struct clinic *clinic = *state;
    char name[NAME_TEXT_SIZE];

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(rows[i].name, name_of_person(clinic->view, rows[i].person, name));
}

static void things_go_by_their_short_names_or_ids(void **state)
{
    static const struct {
        enum subject subject;
        uint32_t id;
        const char *name;
    } rows[] = {
        { SUBJECT_VIAL, 412, "V-412" },         { SUBJECT_DOSE, 1, "D-1" },
        { SUBJECT_SESSION, 1, "S-1" },          { SUBJECT_PATIENT, 2, "P-2" },
        { SUBJECT_ORDER, 7, "O-7" },            { SUBJECT_COUNT, 5, "C-5" },
        { SUBJECT_CASE, 3, "X-3" },             { SUBJECT_PRODUCT, 1, "ketamine-50" },
        { SUBJECT_PRODUCT, 3, "product 3" },    { SUBJECT_PLACE, 2, "safe" },
        { SUBJECT_PLACE, 4, "place 4" },        { SUBJECT_PARTY, 1, "acme" },
        { SUBJECT_PARTY, 2, "party 2" },        { SUBJECT_POLICY, 1, "policy 1" },
        { SUBJECT_CREDENTIAL, 2, "mnair" },     { SUBJECT_PERSON_ACTS, 2, "mnair" },
        { SUBJECT_PERSON_ACTS, 9, "person 9" },
    };
    struct clinic *clinic = *state;
    char name[NAME_TEXT_SIZE];

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(rows[i].name, name_of_subject(clinic->view, rows[i].subject, rows[i].id, name));
}

static void a_short_name_is_there_or_not(void **state)
{
    struct clinic *clinic = *state;
    char name[NAME_TEXT_SIZE] = "untouched";

    assert_false(short_name_of(clinic->view, SUBJECT_PLACE, 4, name));
    assert_false(short_name_of(clinic->view, SUBJECT_VIAL, 1, name));
    assert_string_equal("untouched", name);
    assert_true(short_name_of(clinic->view, SUBJECT_PLACE, 1, name));
    assert_string_equal("room-2", name);
}

static void a_namer_tells_names_and_leaves_ids_to_the_sentence(void **state)
{
    struct clinic *clinic = *state;
    struct namer namer = namer_of_view(clinic->view);
    char name[NAME_TEXT_SIZE], small[5];

    assert_true(namer.person(namer.context, 1, name, sizeof name));
    assert_string_equal("rosei", name);
    assert_false(namer.person(namer.context, 9, name, sizeof name));
    assert_false(namer.person(namer.context, INT64_C(1) + UINT32_MAX + INT64_C(1), name, sizeof name));
    assert_false(namer.person(namer.context, 1, small, sizeof small)); /* "rosei" and its NUL are six */
    assert_true(namer.subject(namer.context, SUBJECT_PARTY, 1, small, sizeof small));
    assert_string_equal("acme", small);
    assert_false(namer.subject(namer.context, SUBJECT_VIAL, 1, name, sizeof name));
    assert_false(namer.subject(namer.context, SUBJECT_PLACE, 4, name, sizeof name));
    assert_int_equal(-300, namer.offset_min);
}

static void a_namer_tells_how_strong_things_are(void **state)
{
    static const struct {
        enum subject subject;
        uint32_t id;
        uint64_t mass_ng, volume_ul; /* 0: not known */
    } rows[] = {
        { SUBJECT_PRODUCT, 1, 50000, 1 }, /* 50 mg in a mL is 50,000 ng in a uL */
        { SUBJECT_VIAL, 12, 50000, 1 },
        { SUBJECT_VIAL, 301, 140000, 1 },
        { SUBJECT_DOSE, 1, 75000000, 1500 },
        { SUBJECT_DOSE, 2, 0, 0 },
        { SUBJECT_DOSE, 9, 0, 0 },
        { SUBJECT_VIAL, 999, 0, 0 },
        { SUBJECT_PATIENT, 1, 0, 0 },
    };
    struct clinic *clinic = *state;
    struct namer namer = namer_of_view(clinic->view);

    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t mass_ng = 0, volume_ul = 0;

        assert_int_equal(rows[i].mass_ng != 0,
                         namer.strength(namer.context, rows[i].subject, rows[i].id, &mass_ng, &volume_ul));
        assert_int_equal(rows[i].mass_ng, mass_ng);
        assert_int_equal(rows[i].volume_ul, volume_ul);
    }
}

static void an_empty_book_knows_nobody(void **state)
{
    struct view *view = view_new(NULL);
    char name[NAME_TEXT_SIZE];

    (void)state;
    assert_non_null(view);
    assert_string_equal("person 1", name_of_person(view, 1, name));
    assert_string_equal("product 1", name_of_subject(view, SUBJECT_PRODUCT, 1, name));
    assert_int_equal(0, namer_of_view(view).offset_min);
    view_free(view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_clinic(people_go_by_their_handles),
        in_a_clinic(things_go_by_their_short_names_or_ids),
        in_a_clinic(a_short_name_is_there_or_not),
        in_a_clinic(a_namer_tells_names_and_leaves_ids_to_the_sentence),
        in_a_clinic(a_namer_tells_how_strong_things_are),
        cmocka_unit_test(an_empty_book_knows_nobody),
    };

    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}

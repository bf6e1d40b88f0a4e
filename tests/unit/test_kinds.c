/* The one table of kinds: what everything that reads it relies on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "schema/event.h"

static void every_kind_is_found_by_number_and_name(void **state)
{
    (void)state;
    for (uint64_t number = 1; number <= KIND_LAST; number++) {
        const struct kind *kind = kind_find(number);

        assert_non_null(kind);
        assert_int_equal(number, kind->number);
        assert_ptr_equal(kind, kind_named(kind->name));
        assert_non_null(kind->help);
        assert_non_null(kind->sentence);
        assert_true(kind->signers[0].meaning != 0);
    }
    assert_null(kind_find(0));
    assert_null(kind_find(KIND_LAST + 1));
    assert_null(kind_named("hol"));
}

static void assert_choices(const char *name, const struct choice *choices)
{
    for (const struct choice *choice = choices; choice->number != 0; choice++) {
        for (const struct choice *before = choices; before != choice; before++)
            if (before->number >= choice->number || strcmp(before->name, choice->name) == 0)
                fail_msg("%s: %s", name, choice->name);
        assert_int_equal(choice->number, choice_number(choices, choice->name, strlen(choice->name)));
        assert_string_equal(choice->name, choice_name(choices, choice->number));
    }
    assert_int_equal(0, choice_number(choices, "no-such-choice", 14));
    assert_null(choice_name(choices, 200));
}

/* Keys ascend, so that encoding in table order is deterministic; rows count their places from 0. */
static void assert_fields(const struct kind *kind, const struct field *fields, bool is_row)
{
    unsigned count = 0;

    for (const struct field *field = fields; field->name != NULL; field++, count++) {
        if (is_row ? field->key != count : field > fields && field->key <= field[-1].key)
            fail_msg("%s.%s: key %u", kind->name, field->name, field->key);
        for (const struct field *before = fields; before != field; before++)
            assert_string_not_equal(before->name, field->name);
        assert_true(field->key <= 63 && field->help != NULL && field->type != 0);
        assert_true(field->min <= field->max || field->max == 0);
        assert_ptr_equal(field, field_with_key(fields, field->key));
        assert_ptr_equal(field, field_named(fields, field->name));
        if (field->type == FIELD_CHOICE || field->type == FIELD_SET) {
            assert_non_null(field->choices);
            assert_choices(field->name, field->choices);
        }
        if (field->type == FIELD_ROWS) {
            assert_false(is_row); /* rows do not nest: a payload is at most six deep */
            assert_fields(kind, field->row, true);
        }
        if (field->type == FIELD_REF || (field->type == FIELD_LIST && field->of == FIELD_REF))
            assert_true(subject_is_known(field->subject));
        if (field->flags & FIELD_PRIVATE)
            assert_true(field->type == FIELD_TEXT && field->key >= 40); /* what an opening holds */
    }
    assert_true(count < FACTS_LIMIT);
    assert_null(field_with_key(fields, 200));
    assert_null(field_named(fields, "no-such-field"));
}

static void fields_stand_in_order_and_are_complete(void **state)
{
    (void)state;
    for (uint64_t number = 1; number <= KIND_LAST; number++)
        assert_fields(kind_find(number), kind_find(number)->fields, false);
}

/* No private field of a kind takes the key of one that all kinds have. */
static void common_private_fields_collide_with_none(void **state)
{
    (void)state;
    for (uint64_t number = 1; number <= KIND_LAST; number++)
        for (const struct field *field = kind_common_private; field->name != NULL; field++) {
            assert_null(field_with_key(kind_find(number)->fields, field->key));
            assert_ptr_equal(field, private_field(kind_find(number), field->key));
        }
    assert_null(private_field(kind_find(KIND_HOLD), 1)); /* public */
    assert_non_null(private_field(kind_find(KIND_PATIENT), 40));
}

static void signers_fit_into_an_event(void **state)
{
    (void)state;
    for (uint64_t number = 1; number <= KIND_LAST; number++) {
        const struct kind *kind = kind_find(number);
        unsigned least = 0;

        for (const struct signer_slot *slot = kind->signers; slot->meaning != 0; slot++) {
            least += slot->min;
            assert_true(slot->min <= slot->max && slot->max <= EVENT_SIGNERS_LIMIT);
            assert_true(slot->roles != 0 || slot->meaning == MEANING_SEALED || slot->meaning == MEANING_GUEST);
            assert_non_null(choice_name(choices_meaning, slot->meaning));
            for (const struct signer_slot *before = kind->signers; before != slot; before++)
                assert_true(before->meaning != slot->meaning);
        }
        assert_true(least <= EVENT_SIGNERS_LIMIT);
    }
}

static void the_shared_choices_are_sound(void **state)
{
    (void)state;
    assert_choices("meaning", choices_meaning);
    assert_choices("role", choices_role);
    assert_choices("due", choices_due);
    assert_choices("subject", choices_subject);
    assert_choices("reason", choices_reason);
    assert_choices("source", choices_source);
    assert_choices("unlocked", choices_unlocked);
    for (unsigned bit = 0; bit < 7; bit++) /* a role's bit is its number's */
        assert_non_null(choice_name(choices_role, bit + 1));
    assert_string_equal("officer", choice_name(choices_role, 1));
    assert_int_equal(ROLE_OFFICER, 1u << 0);
    assert_string_equal("recovery", choice_name(choices_role, 7));
    assert_int_equal(ROLE_RECOVERY, 1u << 6);
}

static void a_policy_has_a_number_for_each_of_its_keys(void **state)
{
    const struct kind *policy = kind_find(KIND_POLICY);

    (void)state;
    for (unsigned key = 1; key < POLICY_KEYS; key++) {
        const struct field *field = field_with_key(policy->fields, key);

        assert_non_null(field);
        assert_false(field->flags & FIELD_OPTIONAL); /* one entry answers what held */
    }
    assert_null(field_with_key(policy->fields, POLICY_KEYS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_found_by_number_and_name),
        cmocka_unit_test(fields_stand_in_order_and_are_complete),
        cmocka_unit_test(common_private_fields_collide_with_none),
        cmocka_unit_test(signers_fit_into_an_event),
        cmocka_unit_test(the_shared_choices_are_sound),
        cmocka_unit_test(a_policy_has_a_number_for_each_of_its_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

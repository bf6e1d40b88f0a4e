/* What is stocked, where, and from whom: definitions, and their approval. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/book.h"

static void begin_product(struct book *book, const char *name)
{
    act(book, KIND_PRODUCT, OWNER, MEANING_DID);
    put_text(book, 1, name);
    put_text(book, 2, "ketamine");
    put_number(book, 3, DRUG_KETAMINE);
    put_number(book, 4, FORM_MULTI_DOSE_VIAL);
    put_number(book, 5, 50000);
    put_number(book, 7, 10000);
    put_number(book, 8, 500);
    put_number(book, 11, 3);
}

static void approve(struct book *book, int64_t strength_seen)
{
    act_signed(book, NURSE, MEANING_APPROVED);
    put_number(book, 6, strength_seen);
}

static void a_product_is_provisional_until_an_officer_approves_it(void **state)
{
    struct book *book = *state;
    uint32_t product, entry;

    begin_product(book, "ket-b");
    expect_none(book);
    product = place(book);
    entry = book->entries;
    assert_int_equal(5, product);
    assert_int_equal(1, leaf_number(book, SUBJECT_PRODUCT, product, PRODUCT_PROVISIONAL));
    begin_receive(book, product, 1);
    expect(book, REFUSAL_PROVISIONAL);
    begin_countersign(book, entry, NURSE);
    place(book);
    assert_int_equal(0, leaf_number(book, SUBJECT_PRODUCT, product, PRODUCT_PROVISIONAL));
    begin_receive(book, product, 1);
    expect_none(book);
}

static void both_type_the_strength(void **state)
{
    struct book *book = *state;

    begin_product(book, "ket-b");
    approve(book, 100000);
    expect(book, REFUSAL_STRENGTH_DIFFERS);
    begin_product(book, "ket-b");
    put_number(book, 6, 50000);
    expect(book, REFUSAL_COMBINATION);
}

static void a_device_holds_whole_sprays_and_a_container_itself(void **state)
{
    struct book *book = *state;
    struct facts row;

    begin_product(book, "device-b");
    approve(book, 50000);
    put_number(book, 4, FORM_NASAL_DEVICE);
    expect(book, REFUSAL_COMBINATION); /* a device has no overfill */
    put_number(book, 8, 0);
    expect_none(book);
    put_number(book, 7, 10050);
    expect(book, REFUSAL_COMBINATION);

    begin_product(book, "ket-b");
    approve(book, 50000);
    row = row_of(book, 10);
    facts_put_bytes(&row, 0, bytes_of_text("00355150438105"));
    facts_put_number(&row, 1, 1);
    facts_put_number(&row, 2, 10);
    put_rows(book, 10, &row, 1);
    expect(book, REFUSAL_COMBINATION);
    facts_put_number(&row, 1, 2);
    put_rows(book, 10, &row, 1);
    expect_none(book);
}

static void names_of_products_places_and_parties_are_taken_once(void **state)
{
    struct book *book = *state;

    begin_product(book, "ketamine-50");
    expect(book, REFUSAL_NAME_TAKEN);
    act(book, KIND_PLACE, OWNER, MEANING_DID);
    put_text(book, 1, "safe");
    put_number(book, 2, PLACE_SAFE);
    expect(book, REFUSAL_NAME_TAKEN);
    act(book, KIND_PARTY, OWNER, MEANING_DID);
    put_text(book, 1, "supplier");
    put_number(book, 2, 1);
    put_text(book, 3, "x");
    expect(book, REFUSAL_NAME_TAKEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(a_product_is_provisional_until_an_officer_approves_it),
        in_two(both_type_the_strength),
        in_two(a_device_holds_whole_sprays_and_a_container_itself),
        in_two(names_of_products_places_and_parties_are_taken_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

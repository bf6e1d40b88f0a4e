/* What is stocked, where, and from whom: definitions, and their approval. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/book.h"
#include "tests/support/doctored.h"

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

/* ---- a definition that was wrong */

static void put_codes(struct book *book, const char *ndc, const char *gtin)
{
    struct facts row = row_of(book, 10);

    put_text(book, 9, ndc);
    facts_put_bytes(&row, 0, bytes_of_text(gtin));
    facts_put_number(&row, 1, 1);
    facts_put_number(&row, 2, 1);
    put_rows(book, 10, &row, 1);
}

/* The same vial, defined anew in the place of product 5 by the owner, and the nurse if she approves. */
static void begin_successor(struct book *book, const char *name, bool is_approved)
{
    begin_product(book, name);
    put_number(book, 5, 100000);
    if (is_approved)
        approve(book, 100000);
    put_codes(book, "55150-439-10", "00355150439102");
    put_number(book, 13, 5);
}

static void begin_receive_by_gtin(struct book *book, uint32_t product)
{
    struct facts row;

    begin_receive(book, product, 1);
    row = row_of(book, 6);
    facts_put_number(&row, 0, product);
    facts_put_number(&row, 1, 1);
    facts_put_bytes(&row, 3, bytes_of_text("8J331A"));
    facts_put_number(&row, 4, day_of(2028, 9, 30));
    facts_put_bytes(&row, 7, bytes_of_text("00355150439102"));
    put_rows(book, 6, &row, 1);
}

static void define_wrongly(struct book *book)
{
    begin_product(book, "ket-wrong");
    approve(book, 50000);
    put_codes(book, "55150-439-10", "00355150439102");
    assert_int_equal(5, place(book));
}

static void the_codes_of_a_wrong_definition_go_to_the_right_one(void **state)
{
    struct book *book = *state;

    define_wrongly(book);
    begin_successor(book, "ket-right", true);
    book->event.facts.values[12].present = false;
    expect(book, REFUSAL_NAME_TAKEN); /* nobody takes them without a word */
    begin_successor(book, "ket-wrong", true);
    expect(book, REFUSAL_NAME_TAKEN); /* nor the name, ever */
    begin_successor(book, "ket-right", true);
    expect_none(book);
    place(book);
    assert_int_equal(6, leaf_number(book, SUBJECT_PRODUCT, 5, PRODUCT_REPLACED));
    assert_int_equal(50000, leaf_number(book, SUBJECT_PRODUCT, 5, PRODUCT_STRENGTH));
    begin_receive_by_gtin(book, 6);
    expect_none(book);
    begin_receive(book, 5, 1);
    expect(book, REFUSAL_PRODUCT_REPLACED);
    begin_successor(book, "ket-third", true);
    judged(book);
    assert_int_equal(REFUSAL_NAME_TAKEN, book->refusal->code);
    begin_product(book, "ket-third");
    approve(book, 50000);
    put_number(book, 13, 5);
    expect(book, REFUSAL_PRODUCT_REPLACED);
}

static void what_is_on_the_shelf_or_in_a_dose_is_not_defined_away(void **state)
{
    struct book *book = *state;

    define_wrongly(book);
    begin_receive(book, 5, 1);
    place(book);
    begin_successor(book, "ket-right", true);
    expect(book, REFUSAL_PRODUCT_STOCKED);
    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 21, 10000);
    act_because(book, 2);
    place(book);
    begin_successor(book, "ket-right", true);
    expect(book, REFUSAL_PRODUCT_STOCKED); /* it is in the syringe */
    begin_waste(book, 1, QUANTITY_REST, 0);
    put_amount(book, 4, QUANTITY_UL, 10000);
    put_amount(book, 5, QUANTITY_UL, 10000);
    place(book);
    begin_successor(book, "ket-right", true);
    expect_none(book);
}

static void nobody_undoes_alone_what_two_have_defined(void **state)
{
    struct book *book = *state;

    begin_product(book, "ket-alone");
    put_codes(book, "55150-439-10", "00355150439102");
    place(book);
    begin_successor(book, "ket-right", false);
    expect_none(book);
    begin_countersign(book, book->entries, NURSE);
    place(book);
    begin_successor(book, "ket-right", false);
    expect(book, REFUSAL_SIGNERS);
}

static void a_supplier_whose_registration_has_run_out_is_asked_about(void **state)
{
    struct book *book = *state;

    act(book, KIND_PARTY, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_APPROVED);
    put_text(book, 1, "until-today");
    put_number(book, 2, 1);
    put_text(book, 3, "x");
    put_number(book, 6, day_of(2026, 3, 2));
    place(book);
    begin_receive(book, 1, 1);
    put_number(book, 1, 2);
    expect_none(book); /* its last day is one of it */
    wait_for(book, BOOK_DAY);
    begin_receive(book, 1, 1);
    put_number(book, 1, 2);
    expect(book, REFUSAL_REGISTRATION_ENDED);
    act_because(book, 2);
    place(book);
    assert_int_equal(0, waits_for(book, book->entries)); /* the one who checked has seen it */
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
        in_two(the_codes_of_a_wrong_definition_go_to_the_right_one),
        in_two(what_is_on_the_shelf_or_in_a_dose_is_not_defined_away),
        in_two(nobody_undoes_alone_what_two_have_defined),
        in_two(a_supplier_whose_registration_has_run_out_is_asked_about),
        in_two(names_of_products_places_and_parties_are_taken_once),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}

/* ledger/sentence: what people sign. Expected sentences were written by hand from the facts beside them;
 * masses were reckoned with pencil from volume and strength. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "ledger/error.h"
#include "tests/support/told.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- sentences as people read them */

static void put_source(struct facts *row, const struct event *event, uint32_t vial, int64_t volume_ul, int64_t overfill_ul)
{
    told_row(row, event, 1);
    facts_put_number(row, 0, vial);
    facts_put_number(row, 1, volume_ul);
    if (overfill_ul != 0)
        facts_put_number(row, 2, overfill_ul);
}

static void a_draw_tells_mass_and_volume_of_each_vial(void **state)
{
    struct event event;
    struct facts rows[2];

    (void)state;
    told_begin(&event, KIND_DRAW, OSEI, MEANING_DID);
    put_source(&rows[0], &event, 412, 1500, 0);
    told_put_rows(&event, 1, rows, 1);
    facts_put_number(&event.facts, 2, 88);
    assert_string_equal(told(&event, NULL, 0),
                        "R. Osei draws 75 mg (1.5 mL) of V-412 for S-88. Time: 2026-11-17 10:41:00 -05:00.");

    put_source(&rows[1], &event, 413, 700, 200);
    told_put_rows(&event, 1, rows, 2);
    facts_put_number(&event.facts, 4, CONTAINER_BAG);
    facts_put_number(&event.facts, 5, 100000);
    facts_put_number(&event.facts, 6, 1);
    facts_put_at(&event.facts, 7, (struct at){ told_morning.ms + 4 * 3600000, -300 });
    assert_string_equal(told(&event, NULL, 0),
                        "R. Osei draws 75 mg (1.5 mL) of V-412, and 35 mg (0.7 mL) of V-413, 10 mg (0.2 mL) of it "
                        "overfill for S-88, made up to 100 mL. Also: container bag; measured; use-by 2026-11-17 "
                        "14:41:00 -05:00. Time: 2026-11-17 10:41:00 -05:00.");
}

static void the_total_after_dilution_is_not_of_the_strength_of_the_dose_added_to(void **state)
{
    struct event event;
    struct facts row;

    (void)state;
    told_begin(&event, KIND_DRAW, OSEI, MEANING_DID);
    put_source(&row, &event, 412, 500, 0);
    told_put_rows(&event, 1, &row, 1);
    facts_put_number(&event.facts, 3, 104);
    facts_put_number(&event.facts, 5, 250000);
    assert_string_equal(told(&event, NULL, 0), "R. Osei draws 25 mg (0.5 mL) of V-412 into D-104, made up to 250 mL. "
                                               "Time: 2026-11-17 10:41:00 -05:00.");
}

static void a_draw_of_nothing_dilutes_what_is_there(void **state)
{
    struct event event;

    (void)state;
    told_begin(&event, KIND_DRAW, OSEI, MEANING_DID);
    facts_put_number(&event.facts, 3, 104);
    facts_put_number(&event.facts, 5, 250000);
    assert_string_equal(told(&event, NULL, 0),
                        "R. Osei draws no more drug into D-104, made up to 250 mL. Time: 2026-11-17 10:41:00 -05:00.");
}

static void waste_tells_what_each_of_the_two_typed(void **state)
{
    struct event event;

    (void)state;
    told_begin(&event, KIND_WASTE, OSEI, MEANING_DID);
    told_sign(&event, BRANDT, MEANING_WITNESSED);
    facts_put_number(&event.facts, 1, 103);
    told_put_quantity(&event.facts, 3, QUANTITY_REST, 0);
    told_put_quantity(&event.facts, 4, QUANTITY_UL, 300);
    told_put_quantity(&event.facts, 5, QUANTITY_NG, 15000000);
    facts_put_number(&event.facts, 6, 1);
    event.reason = 4;
    assert_string_equal(told(&event, NULL, 0),
                        "R. Osei wasted all that is left of D-103 (pouch); R. Osei put away 15 mg (0.3 mL); L. Brandt saw "
                        "15 mg (0.3 mL). Time: 2026-11-17 10:41:00 -05:00. Reason: patient-wish.");
}

static void a_witness_the_template_does_not_name_is_named_after_it(void **state)
{
    struct event event;

    (void)state;
    told_begin(&event, KIND_WASTE, OSEI, MEANING_DID);
    told_sign(&event, BRANDT, MEANING_WITNESSED);
    facts_put_number(&event.facts, 2, 412);
    told_put_quantity(&event.facts, 3, QUANTITY_UL, 300);
    facts_put_number(&event.facts, 6, 2);
    assert_string_equal(told(&event, NULL, 0), "R. Osei wasted 15 mg (0.3 mL) of V-412 (bin). Time: 2026-11-17 10:41:00 "
                                               "-05:00. Witnessed by L. Brandt.");
}

static void put_line(struct facts *row, const struct event *event, int64_t containers, int64_t packs, int64_t damaged)
{
    told_row(row, event, 6);
    facts_put_number(row, 0, 1);
    facts_put_number(row, 1, containers);
    if (packs != 0)
        facts_put_number(row, 2, packs);
    told_put_text(row, 3, "8J331A");
    facts_put_number(row, 4, 21457); /* 2028-09-30, by date -d @$((21457*86400)) */
    if (damaged != 0)
        facts_put_number(row, 5, damaged);
}

static void a_receipt_tells_every_line(void **state)
{
    struct event event;
    struct facts rows[2];

    (void)state;
    told_begin(&event, KIND_RECEIVE, OSEI, MEANING_DID);
    told_sign(&event, BRANDT, MEANING_CHECKED);
    facts_put_number(&event.facts, 1, 1);
    facts_put_number(&event.facts, 2, DOCUMENT_INVOICE);
    told_put_text(&event.facts, 3, "INV-88123");
    facts_put_number(&event.facts, 4, 11);
    facts_put_number(&event.facts, 5, 1);
    put_line(&rows[0], &event, 10, 1, 1);
    put_line(&rows[1], &event, 1, 0, 0);
    told_put_text(&rows[1], 6, "210001XYZ");
    told_put_rows(&event, 6, rows, 2);
    assert_string_equal(told(&event, NULL, 0),
                        "R. Osei received from acme by invoice INV-88123 and put in room-2: 10 containers of ketamine-50 (1 "
                        "pack), lot 8J331A, expiry 2028-09-30, 1 damaged, and 1 container of ketamine-50, lot 8J331A, expiry "
                        "2028-09-30, serial 210001XYZ; the document says 11 containers. Time: 2026-11-17 10:41:00 -05:00. "
                        "Checked by L. Brandt.");
}

static void an_order_tells_dose_weight_and_limits(void **state)
{
    struct event event;

    (void)state;
    told_begin(&event, KIND_ORDER, PATEL, MEANING_PRESCRIBED);
    facts_put_number(&event.facts, 1, 12);
    facts_put_number(&event.facts, 2, DRUG_KETAMINE);
    facts_put_number(&event.facts, 3, ROUTE_IV);
    facts_put_number(&event.facts, 4, PROTOCOL_DEPRESSION);
    facts_put_number(&event.facts, 6, 500000);
    facts_put_number(&event.facts, 7, 70500);
    facts_put_number(&event.facts, 8, 20774); /* 2026-11-17 */
    facts_put_number(&event.facts, 9, 6);
    facts_put_number(&event.facts, 10, 1);
    assert_string_equal(told(&event, NULL, 0),
                        "J. Patel orders ketamine iv for P-12: 0.5 mg per kg at 70.5 kg, depression-infusion, 6 sessions. "
                        "Also: weighed 2026-11-17; interval 1 day. Time: 2026-11-17 10:41:00 -05:00.");
}

static void giving_tells_the_reading_in_mass_and_volume(void **state)
{
    struct event event;

    (void)state;
    told_begin(&event, KIND_ADMINISTER, OSEI, MEANING_DID);
    facts_put_number(&event.facts, 1, 104);
    facts_put_number(&event.facts, 2, PHASE_STOP);
    told_put_quantity(&event.facts, 3, QUANTITY_UL, 80000);
    facts_put_at(&event.facts, 6, (struct at){ told_morning.ms + 33 * 60000, -300 });
    facts_put_number(&event.facts, 7, 0);
    assert_string_equal(told(&event, NULL, 0),
                        "R. Osei gives D-104 (stop), given so far: 60 mg (80 mL), until 2026-11-17 11:14:00 -05:00, at 0 mL/h. "
                        "Time: 2026-11-17 10:41:00 -05:00.");
    facts_put_number(&event.facts, 10, BRANDT);
    facts_put_number(&event.facts, 11, 1);
    assert_non_null(strstr(told(&event, NULL, 0), ", to L. Brandt, to an outsider. Time"));
}

static void a_reading_whose_mass_is_no_whole_volume_is_told_as_it_was_read(void **state)
{
    struct event event;

    (void)state;
    told_begin(&event, KIND_RESIDUAL, OSEI, MEANING_DID);
    facts_put_number(&event.facts, 1, 104);
    told_put_quantity(&event.facts, 2, QUANTITY_NG, 1000001);
    facts_put_number(&event.facts, 3, 1);
    assert_string_equal(told(&event, NULL, 0),
                        "R. Osei: 1.000001 mg of D-104 stayed in the hub. Time: 2026-11-17 10:41:00 -05:00.");
}

static void vials_that_follow_on_each_other_are_told_as_a_range(void **state)
{
    static const uint32_t ids[] = { 7, 412, 413, 414, 421 };
    struct event event;

    (void)state;
    told_begin(&event, KIND_MOVE, OSEI, MEANING_DID);
    told_put_ids(&event, 1, ids, COUNT(ids));
    facts_put_number(&event.facts, 2, 1);
    assert_string_equal(told(&event, NULL, 0), "R. Osei moves V-7, V-412 to V-414 and V-421 to room-2. Time: 2026-11-17 "
                                               "10:41:00 -05:00.");
    told_put_ids(&event, 1, ids + 1, 3);
    assert_non_null(strstr(told(&event, NULL, 0), "moves V-412 to V-414 to room-2."));
    told_put_ids(&event, 1, ids, 1);
    assert_non_null(strstr(told(&event, NULL, 0), "moves V-7 to room-2."));
}

static void officers_are_told_with_roles_and_keys(void **state)
{
    /* RFC 8032 section 7.1, test 1; the thumbprint over {1: 1, -1: 6, -2: x} by Python's hashlib. */
    static const uint8_t key[32] = { 0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe,
                                     0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6,
                                     0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a };
    struct event event;
    struct value *value;

    (void)state;
    told_begin(&event, KIND_PERSON, PATEL, MEANING_APPROVED);
    told_sign(&event, OSEI, MEANING_APPROVED);
    told_sign(&event, PERSON_NEW, MEANING_NEW_KEY);
    told_put_text(&event.facts, 1, "mnair");
    value = facts_put(&event.facts, 2);
    value->second = -19;
    value->bytes = bytes_of(key, sizeof key);
    facts_put_number(&event.facts, 3, ROLE_PRESCRIBER | ROLE_CLINICIAN | ROLE_WITNESS);
    assert_string_equal(told(&event, NULL, 0),
                        "mnair joins the staff with the key "
                        "866eefbd6718c8846cd7ddfe43fc74ab1daac4538ff8514ea2ec2d410a415743"
                        ". Roles: prescriber, clinician and witness. Time: 2026-11-17 10:41:00 -05:00. Approved by J. Patel "
                        "and R. Osei, signed with the new key by the person enrolled.");
}

/* ---- what follows the sentence */

static void what_others_did_is_told_as_the_word_of_those_who_sign(void **state)
{
    struct event event;

    (void)state;
    told_begin(&event, KIND_WASTE, OSEI, MEANING_REPORTED);
    told_perform(&event, PATEL, MEANING_DID);
    told_perform(&event, PERSON_NEW, MEANING_WITNESSED);
    facts_put_number(&event.facts, 1, 103);
    told_put_quantity(&event.facts, 3, QUANTITY_UL, 300);
    facts_put_number(&event.facts, 6, 1);
    event.reason = 12;
    event.source_kind = 1;
    memset(event.source_hash, 0xab, sizeof event.source_hash);
    event.source_number = bytes_of_text("F-12");
    event.irregular_count = 2;
    event.irregular[0] = REFUSAL_BEYOND_USE;
    event.irregular[1] = REFUSAL_NO_WITNESS;
    assert_string_equal(told(&event, NULL, 0),
                        "J. Patel wasted 15 mg (0.3 mL) of D-103 (pouch). Time: 2026-11-17 10:41:00 -05:00. Reason: "
                        "computer-down. Reported by R. Osei. By their account done by J. Patel, witnessed by somebody not "
                        "enrolled. Transcribed from paper-form F-12 (SHA-256 "
                        "abababababababababababababababababababababababababababababababab). IRREGULAR: PH0215 beyond use, "
                        "PH0309 no witness.");
}

static void who_reports_an_act_that_nobody_is_said_to_have_done_is_named_as_its_doer(void **state)
{
    struct event event;

    (void)state;
    told_begin(&event, KIND_EMPTY, OSEI, MEANING_REPORTED);
    facts_put_number(&event.facts, 1, 412);
    assert_string_equal(told(&event, NULL, 0),
                        "R. Osei finished V-412: what the book still has of it could not be drawn. Time: 2026-11-17 10:41:00 "
                        "-05:00. Reported by R. Osei.");
}

static void what_is_private_is_told_when_it_is_open_and_called_sealed_when_not(void **state)
{
    const struct opening_view openings[] = {
        { 63, { .present = true, .bytes = bytes_of_text("stopped. Witnessed by \"J. Patel\"") } },
        { 41, { .present = true, .bytes = bytes_of_text("not in the payload") } },
    };
    struct event event;

    (void)state;
    told_begin(&event, KIND_NOTE, OSEI, MEANING_DID);
    event.private_count = 2;
    event.privates[0].key = 40;
    event.privates[1].key = 63;
    assert_string_equal(told(&event, NULL, 0),
                        "R. Osei remarks. Time: 2026-11-17 10:41:00 -05:00. Text: sealed. Remark: sealed.");
    assert_string_equal(told(&event, openings, COUNT(openings)),
                        "R. Osei remarks. Time: 2026-11-17 10:41:00 -05:00. Text: sealed. Remark: \"stopped. Witnessed by "
                        "\"\"J. Patel\"\"\".");
}

static void a_text_cannot_pass_for_words_of_the_sentence(void **state)
{
    static const struct {
        const char *keys, *told;
    } rows[] = {
        { "safe", "hands over safe to" },
        { "safe-2", "hands over safe-2 to" },
        { "safe. IRREGULAR", "hands over \"safe. IRREGULAR\" to" },
        { "a\" to b", "hands over \"a\"\" to b\" to" },
        { "safe.", "hands over \"safe.\" to" },
        { "r\u00e9serve", "hands over \"r\u00e9serve\" to" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event;

        told_begin(&event, KIND_HANDOVER, OSEI, MEANING_DID);
        told_sign(&event, BRANDT, MEANING_TOOK_OVER);
        told_put_text(&event.facts, 3, rows[i].keys);
        assert_non_null(strstr(told(&event, NULL, 0), rows[i].told));
    }
}

static void what_the_same_list_makes_has_no_number_yet(void **state)
{
    static const uint8_t act[ACT_SIZE] = { 1 };
    struct event event;
    struct value *value;

    (void)state;
    told_begin(&event, KIND_HELD, OSEI, MEANING_DID);
    value = facts_put(&event.facts, 1);
    value->second = 1;
    value->bytes = bytes_of(act, sizeof act);
    told_put_text(&event.facts, 2, "B17");
    assert_non_null(strstr(told(&event, NULL, 0), "what is left of the new dose in bag B17."));
    value->number = 1;
    assert_non_null(strstr(told(&event, NULL, 0), "what is left of the new dose no. 2 in bag B17."));
}

static void nobody_knows_a_name_without_a_namer(void **state)
{
    struct event event;
    char text[SENTENCE_SIZE];
    struct facts row;

    (void)state;
    told_begin(&event, KIND_DRAW, 77, MEANING_DID);
    put_source(&row, &event, 412, 1500, 0);
    told_put_rows(&event, 1, &row, 1);
    (void)sentence_of_event(&event, NULL, NULL, 0, text, sizeof text);
    assert_string_equal(text, "person 77 draws 1.5 mL of V-412. Time: 2026-11-17 10:41:00 -05:00.");
}

/* ---- corrections */

static void encode_facts(const struct facts *facts, struct value *value)
{
    uint8_t bytes[4096];
    struct writer writer;

    writer_init(&writer, bytes, sizeof bytes);
    facts_encode(facts, &writer);
    assert_false(writer.failed);
    *value = (struct value){ .present = true, .bytes = told_keep(bytes, writer.size) };
}

/* A correction by Brandt of the entry of the small book: this is done with it, and these are its facts; and of the next one, which
 * stands again. */
static void begin_correction(struct event *event, enum correction how, const struct facts *facts, bool has_at)
{
    struct facts rows[2];

    told_begin(event, KIND_CORRECT, BRANDT, MEANING_DID);
    event->reason = 10;
    for (size_t i = 0; i < 2; i++) {
        told_row(&rows[i], event, 1);
        facts_put_number(&rows[i], 0, (int64_t)(TOLD_ENTRY + i));
        facts_put_number(&rows[i], 1, i == 0 ? (int64_t)how : CORRECT_AGAIN);
    }
    if (facts != NULL)
        encode_facts(facts, facts_put(&rows[0], 2));
    if (has_at)
        facts_put_at(&rows[0], 3, (struct at){ told_morning.ms - 120000, -300 });
    told_put_rows(event, 1, rows, 2);
}

static void what_an_entry_is_changed_to_is_told_as_that_entry_is(void **state)
{
    struct event draw, event;
    struct facts row;

    (void)state;
    told_begin(&draw, KIND_DRAW, OSEI, MEANING_DID);
    put_source(&row, &draw, 413, 700, 0);
    told_put_rows(&draw, 1, &row, 1);
    facts_put_number(&draw.facts, 2, 88);
    facts_put_number(&draw.facts, 4, CONTAINER_SYRINGE);
    told_enter(&draw);
    begin_correction(&event, CORRECT_CHANGE, &draw.facts, true);
    assert_string_equal(told(&event, NULL, 0),
                        "L. Brandt corrects #48,206 (change, happened 2026-11-17 10:39:00 -05:00: R. Osei draws 35 mg (0.7 mL) "
                        "of V-413 for S-88, also container syringe), and #48,207 (again). Time: 2026-11-17 10:41:00 -05:00. "
                        "Reason: mistake.");
    begin_correction(&event, CORRECT_CHANGE, NULL, true);
    assert_string_equal(told(&event, NULL, 0), "L. Brandt corrects #48,206 (change, happened 2026-11-17 10:39:00 -05:00), and "
                                               "#48,207 (again). Time: 2026-11-17 10:41:00 -05:00. Reason: mistake.");
}

static void what_is_added_to_an_entry_is_told_by_name(void **state)
{
    struct event event, session;
    struct facts more;

    (void)state;
    told_begin(&session, KIND_SESSION_OPEN, OSEI, MEANING_DID);
    facts_put_number(&session.facts, FACT_SESSION_OPEN_PATIENT, 7);
    told_enter(&session);
    facts_init(&more, session.kind->fields);
    facts_put_number(&more, FACT_SYSTOLIC, 120);
    facts_put_number(&more, FACT_DIASTOLIC, 80);
    begin_correction(&event, CORRECT_ADD, &more, false);
    assert_string_equal(told(&event, NULL, 0),
                        "L. Brandt corrects #48,206 (add: systolic 120 mmHg; diastolic 80 mmHg), and #48,207 (again). Time: "
                        "2026-11-17 10:41:00 -05:00. Reason: mistake.");
}

static void new_facts_of_an_entry_that_is_not_known_are_told_by_their_digest(void **state)
{
    struct event event, session;

    (void)state;
    told_begin(&session, KIND_SESSION_OPEN, OSEI, MEANING_DID);
    facts_put_number(&session.facts, FACT_SESSION_OPEN_PATIENT, 7);
    begin_correction(&event, CORRECT_CHANGE, &session.facts, false);
    assert_string_equal(told(&event, NULL, 0), "L. Brandt corrects #48,206 (change: a10107), and #48,207 (again). Time: "
                                               "2026-11-17 10:41:00 -05:00. Reason: mistake.");
    told_begin(&event, KIND_DRAW, OSEI, MEANING_DID); /* of another kind than the facts are */
    told_enter(&event);
    begin_correction(&event, CORRECT_CHANGE, &session.facts, false);
    assert_non_null(strstr(told(&event, NULL, 0), "(change: a10107)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_draw_tells_mass_and_volume_of_each_vial, told_reset),
        cmocka_unit_test_setup(the_total_after_dilution_is_not_of_the_strength_of_the_dose_added_to, told_reset),
        cmocka_unit_test_setup(a_draw_of_nothing_dilutes_what_is_there, told_reset),
        cmocka_unit_test_setup(waste_tells_what_each_of_the_two_typed, told_reset),
        cmocka_unit_test_setup(a_witness_the_template_does_not_name_is_named_after_it, told_reset),
        cmocka_unit_test_setup(a_receipt_tells_every_line, told_reset),
        cmocka_unit_test_setup(an_order_tells_dose_weight_and_limits, told_reset),
        cmocka_unit_test_setup(giving_tells_the_reading_in_mass_and_volume, told_reset),
        cmocka_unit_test_setup(a_reading_whose_mass_is_no_whole_volume_is_told_as_it_was_read, told_reset),
        cmocka_unit_test_setup(vials_that_follow_on_each_other_are_told_as_a_range, told_reset),
        cmocka_unit_test_setup(officers_are_told_with_roles_and_keys, told_reset),
        cmocka_unit_test_setup(what_others_did_is_told_as_the_word_of_those_who_sign, told_reset),
        cmocka_unit_test_setup(who_reports_an_act_that_nobody_is_said_to_have_done_is_named_as_its_doer, told_reset),
        cmocka_unit_test_setup(what_is_private_is_told_when_it_is_open_and_called_sealed_when_not, told_reset),
        cmocka_unit_test_setup(a_text_cannot_pass_for_words_of_the_sentence, told_reset),
        cmocka_unit_test_setup(what_the_same_list_makes_has_no_number_yet, told_reset),
        cmocka_unit_test_setup(nobody_knows_a_name_without_a_namer, told_reset),
        cmocka_unit_test_setup(what_an_entry_is_changed_to_is_told_as_that_entry_is, told_reset),
        cmocka_unit_test_setup(what_is_added_to_an_entry_is_told_by_name, told_reset),
        cmocka_unit_test_setup(new_facts_of_an_entry_that_is_not_known_are_told_by_their_digest, told_reset),
    };

    if (crypt_start() != CRYPT_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

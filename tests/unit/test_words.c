/* ledger/words: one word of every type of field, good and bad, over the fields of the table of kinds. Amounts
 * were reckoned by hand, dates with Python; NDC and GTIN are those of marketed packs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/clinic.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- values without bytes */

struct row {
    const char *field;
    const char *text;
    uint16_t code;   /* 0: read */
    int64_t number;
    int64_t second;
};

static void check_row(struct clinic *clinic, const struct row *row)
{
    struct value value = { .number = -77 };
    struct error error = { .code = 0 };
    enum ledger_status status = words_read(&clinic->words, field_of(row->field), row->text, &value, &error);

    if (row->code != 0 && (status == LEDGER_OK || error.code != row->code))
        fail_msg("%s \"%s\": PH%04u expected, status %d, PH%04u %s, number %lld", row->field, row->text, row->code,
                 (int)status, error.code, error.text, (long long)value.number);
    if (row->code == 0 && status != LEDGER_OK)
        fail_msg("%s \"%s\": PH%04u %s", row->field, row->text, error.code, error.text);
    if (row->code == 0 && (!value.present || value.number != row->number || value.second != row->second))
        fail_msg("%s \"%s\": %lld, %lld", row->field, row->text, (long long)value.number, (long long)value.second);
    if (row->code != 0) {
        assert_int_equal(-77, value.number);
        assert_int_equal(0, clinic->words.room.used);
        assert_true(error.text[0] != '\0' && error.next[0] != '\0');
    }
}

static void check_rows(void **state, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_row(*state, &rows[i]);
}

static void a_number_is_bare_or_has_the_unit_of_its_field(void **state)
{
    static const struct row rows[] = {
        { "policy.seen-lag", "15", 0, 15, 0 },
        { "policy.seen-lag", " 15 min ", 0, 15, 0 },
        { "policy.seen-lag", "15min", 0, 15, 0 },
        { "policy.seen-lag", "15 minutes", 0, 15, 0 },
        { "policy.seen-lag", "1440", 0, 1440, 0 },
        { "policy.seen-lag", "1441", 1006, 0, 0 },
        { "policy.seen-lag", "0", 1006, 0, 0 },
        { "policy.seen-lag", "15h", 1006, 0, 0 },
        { "policy.seen-lag", "0.5", 1006, 0, 0 },
        { "policy.check-due", "24h", 0, 24, 0 },
        { "policy.check-due", "24 hours", 0, 24, 0 },
        { "policy.check-due", "2 days", 1006, 0, 0 },
        { "policy.multi-dose-days", "28 days", 0, 28, 0 },
        { "policy.multi-dose-days", "28d", 0, 28, 0 },
        { "policy.hub-loss", "120", 0, 120, 0 },
        { "policy.hub-loss", "120uL", 0, 120, 0 },
        { "policy.hub-loss", "0.12mL", 0, 120, 0 },
        { "policy.hub-loss", "0.1205mL", 1006, 0, 0 },
        { "policy.dose-iv", "1000", 0, 1000, 0 },
        { "policy.dose-iv", "1000ug/kg", 0, 1000, 0 },
        { "policy.dose-iv", "1000 mcg/kg", 0, 1000, 0 },
        { "policy.dose-iv", "1.5mg/kg", 0, 1500, 0 },
        { "policy.dose-iv", "1mg", 1006, 0, 0 },
        { "policy.dose-total", "150mg", 0, 150, 0 },
        { "policy.dose-total", "0.15 g", 0, 150, 0 },
        { "order.weight", "70kg", 0, 70000, 0 },
        { "order.weight", "70 kg", 0, 70000, 0 },
        { "order.weight", "70.50kg", 0, 70500, 0 },
        { "order.weight", "70500g", 0, 70500, 0 },
        { "order.weight", "70500", 0, 70500, 0 },
        { "order.weight", "70", 1006, 0, 0 }, /* grams, and so below the least */
        { "order.weight", "154lb", 1006, 0, 0 },
        { "order.weight", "70 KG", 1006, 0, 0 },
        { "order.weight", "70,5kg", 1006, 0, 0 },
        { "order.weight", "070kg", 1006, 0, 0 },
        { "order.weight", "7e1kg", 1006, 0, 0 },
        { "order.weight", "-70kg", 1006, 0, 0 },
        { "order.weight", "+70kg", 1006, 0, 0 },
        { "order.weight", ".7kg", 1006, 0, 0 },
        { "order.weight", "70.kg", 1006, 0, 0 },
        { "order.weight", "70.0005kg", 1006, 0, 0 },
        { "order.weight", "1000kg", 0, 1000000, 0 },
        { "order.weight", "1000.001kg", 1006, 0, 0 },
        { "order.weight", "99999999999999999999kg", 1006, 0, 0 },
        { "order.weight", "9223372036854775807kg", 1006, 0, 0 },
        { "order.weight", "\xef\xbc\x97\xef\xbc\x90kg", 1006, 0, 0 }, /* full-width 70 */
        { "order.weight", "", 1006, 0, 0 },
        { "order.weight", "kg", 1006, 0, 0 },
        { "order.sessions", "6", 0, 6, 0 },
        { "order.sessions", "6 vials", 1006, 0, 0 },
        { "order.sessions", "six", 1006, 0, 0 },
        { "order.interval", "0", 0, 0, 0 },
        { "session-open.oxygen", "98%", 0, 98, 0 },
        { "session-open.systolic", "120 mmHg", 0, 120, 0 },
        { "session-open.systolic", "401", 1006, 0, 0 },
        { "session-open.pulse", "72/min", 0, 72, 0 },
        { "receive.invoiced", "10", 0, 10, 0 },
        { "receive.invoiced", "10 vials", 0, 10, 0 },
        { "receive.lines.containers", "1 device", 0, 1, 0 },
        { "receive.lines.containers", "1 carton", 1004, 0, 0 },
        { "receive.lines.containers", "10mL", 1006, 0, 0 },
        { "receive.lines.containers", "1.5 vials", 1006, 0, 0 },
        { "case.difference", "-5mg", 0, -5000000, 0 },
        { "case.difference", "5", 0, 5, 0 },
        { "case.difference", "+5 ng", 0, 5, 0 },
        { "case.difference", "--5", 1006, 0, 0 },
        { "adjust.delta", "-0.5mL", 0, -500, 0 },
        { "adjust.delta", "-9223372036854775807", 0, -INT64_MAX, 0 },
        { "adjust.delta", "9223372036854775808", 1006, 0, 0 },
    };

    check_rows(state, rows, COUNT(rows));
}

static void an_amount_has_a_unit_that_fits(void **state)
{
    static const struct row rows[] = {
        { "order.dose", "35mg", 0, 35000000, 0 },
        { "order.dose", " 35.0 mg", 0, 35000000, 0 },
        { "order.dose", "500mcg", 0, 500000, 0 },
        { "order.dose", "35", 1004, 0, 0 },
        { "order.dose", "35ug", 1004, 0, 0 },
        { "order.dose", "35\u00b5g", 1004, 0, 0 },
        { "order.dose", ".5mg", 1004, 0, 0 },
        { "order.dose", "0,5mg", 1004, 0, 0 },
        { "order.dose", "1e3mg", 1004, 0, 0 },
        { "order.dose", "035mg", 1004, 0, 0 },
        { "order.dose", "-35mg", 1004, 0, 0 },
        { "order.dose", "1.5mL", 1004, 0, 0 },
        { "order.dose", "2 sprays", 1004, 0, 0 },
        { "order.dose", "rest", 1004, 0, 0 },
        { "order.dose", "1 carton", 1004, 0, 0 },
        { "order.dose", "", 1004, 0, 0 },
        { "order.dose", "0mg", 1006, 0, 0 },
        { "order.dose", "1001g", 1006, 0, 0 },
        { "order.dose", "35mg/kg", 1004, 0, 0 },
        { "order.dose-per-kg", "0.5mg/kg", 0, 500000, 0 },
        { "order.dose-per-kg", "0.5 mg / kg", 0, 500000, 0 },
        { "order.dose-per-kg", "0.5mg", 0, 500000, 0 },
        { "order.dose-per-kg", "0.5mg/lb", 1004, 0, 0 },
        { "order.dose-per-kg", "0.5ug/kg", 1004, 0, 0 },
        { "order.dose-per-kg", "0.5/kg", 1004, 0, 0 },
        { "administer.rate", "90mL/h", 0, 90000, 0 },
        { "administer.rate", "90 mL/h", 0, 90000, 0 },
        { "administer.rate", "0mL/h", 0, 0, 0 },
        { "administer.rate", "1.5mL/min", 1004, 0, 0 },
        { "draw.dilute", "100mL", 0, 100000, 0 },
        { "draw.dilute", "0.0005mL", 1004, 0, 0 },
        { "draw.dilute", "75mg", 1004, 0, 0 },
        { "product.strength", "50mg/mL", 0, 50000, 0 },
        { "product.strength", "50 mg/ml", 0, 50000, 0 },
        { "product.strength", "28mg/0.2mL", 0, 140000, 0 },
        { "product.strength", "50mg", 1004, 0, 0 },
        { "product.strength", "50", 1004, 0, 0 },
        { "product.strength", "1mg/3mL", 1004, 0, 0 },
        { "product.strength", "0mg/mL", 1006, 0, 0 },
        { "waste.amount", "75mg", 0, 75000000, QUANTITY_NG },
        { "waste.amount", "0.3mL", 0, 300, QUANTITY_UL },
        { "waste.amount", "2 sprays", 0, 2, QUANTITY_SPRAYS },
        { "waste.amount", "3 Vials", 0, 3, QUANTITY_CONTAINERS },
        { "waste.amount", "rest", 0, 0, QUANTITY_REST },
        { "waste.amount", "0mg", 0, 0, QUANTITY_NG },
        { "waste.amount", "1 carton", 1004, 0, 0 },
        { "waste.amount", "75", 1004, 0, 0 },
        { "waste.amount", "5 mls", 1004, 0, 0 },
        { "waste.amount", "half", 1004, 0, 0 },
    };

    check_rows(state, rows, COUNT(rows));
}

static void a_choice_goes_by_its_name_and_a_set_by_several(void **state)
{
    static const struct row rows[] = {
        { "session-close.outcome", "completed", 0, 1, 0 },
        { "session-close.outcome", " against-advice\n", 0, 4, 0 },
        { "session-close.outcome", "Completed", 0, 1, 0 },
        { "session-close.outcome", "complete", 1006, 0, 0 },
        { "session-close.outcome", "1", 1006, 0, 0 },
        { "session-close.outcome", "", 1006, 0, 0 },
        { "product.schedule", "III", 0, 3, 0 },
        { "product.schedule", "iii", 0, 3, 0 },
        { "product.schedule", "I", 1006, 0, 0 },
        { "person.roles", "clinician", 0, 4, 0 },
        { "person.roles", "clinician,witness", 0, 4 | 16, 0 },
        { "person.roles", "witness, clinician", 0, 4 | 16, 0 },
        { "person.roles", "officer,prescriber,clinician,custodian,witness,auditor,recovery", 0, 127, 0 },
        { "person.roles", "witness,witness", 0, 16, 0 },
        { "person.roles", "none", 0, 0, 0 },
        { "person.roles", "clinican", 1006, 0, 0 },
        { "person.roles", "clinician,", 1006, 0, 0 },
        { "person.roles", "", 1006, 0, 0 },
        { "draw.measured", "yes", 0, 1, 0 },
        { "draw.measured", "Y", 0, 1, 0 },
        { "draw.measured", "perhaps", 1006, 0, 0 },
        { "draw.measured", "", 1006, 0, 0 },
    };

    check_rows(state, rows, COUNT(rows));
}

static void no_to_a_yes_is_a_value_that_is_not_there(void **state)
{
    struct clinic *clinic = *state;
    struct value value = { .present = true };
    struct error error;

    assert_int_equal(LEDGER_OK, words_read(&clinic->words, field_of("draw.measured"), "no", &value, &error));
    assert_false(value.present);
}

static void a_date_may_leave_its_day_to_the_end_of_the_month(void **state)
{
    static const struct row rows[] = {
        { "receive.lines.expiry", "2028-09-30", 0, 21457, 0 },
        { "receive.lines.expiry", "2028-09", 0, 21457, 0 },
        { "receive.lines.expiry", " 2028-09 ", 0, 21457, 0 },
        { "receive.lines.expiry", "2028-02", 0, 21243, 0 },
        { "receive.lines.expiry", "2027-02-29", 1005, 0, 0 },
        { "receive.lines.expiry", "2028-13", 1005, 0, 0 },
        { "receive.lines.expiry", "09/2028", 1005, 0, 0 },
        { "receive.lines.expiry", "280930", 1005, 0, 0 },
        { "receive.lines.expiry", "1969-12-31", 1006, 0, 0 },
        { "receive.lines.expiry", "", 1005, 0, 0 },
    };

    check_rows(state, rows, COUNT(rows));
}

static void names_and_ids_are_looked_up_in_the_book(void **state)
{
    static const struct row rows[] = {
        { "draw.sources.vial", "V-12", 0, 12, 0 },
        { "draw.sources.vial", "v12", 0, 12, 0 },
        { "draw.sources.vial", "V-0012", 0, 12, 0 },
        { "draw.sources.vial", "V-12K", 0, 12, 0 }, /* (16 x 12 + 1) mod 23 = 9 */
        { "draw.sources.vial", "V-12A", 603, 0, 0 },
        { "draw.sources.vial", "V-302", 601, 0, 0 },
        { "draw.sources.vial", "V-0", 601, 0, 0 },
        { "draw.sources.vial", "12", 601, 0, 0 },
        { "draw.sources.vial", "D-1", 601, 0, 0 },
        { "draw.sources.vial", "", 601, 0, 0 },
        { "draw.sources.vial", "ketamine-50", 601, 0, 0 },
        { "draw.session", "S-1", 0, 1, 0 },
        { "draw.session", "S-2", 601, 0, 0 },
        { "draw.into", "D-2", 0, 2, 0 },
        { "order.patient", "p2", 0, 2, 0 },
        { "order.patient", "Mary Walker", 601, 0, 0 },
        { "order.cancels", "O-1", 0, 1, 0 },
        { "resolve.case", "X-1", 0, 1, 0 },
        { "found.product", "ketamine-50", 0, 1, 0 },
        { "found.product", "Ketamine-50", 0, 1, 0 },
        { "found.product", "ketamin-50", 605, 0, 0 },
        { "found.product", "K-2", 0, 2, 0 },
        { "found.product", "K-3", 601, 0, 0 },
        { "found.product", "V-1", 601, 0, 0 },
        { "found.product", "55150-438-10", 0, 1, 0 },
        { "found.product", "55150-439-10", 605, 0, 0 },
        { "found.product", "5515043810", 1006, 0, 0 },
        { "found.product", "55150-0438-10", 1006, 0, 0 },
        { "found.product", "551-0438-10", 1006, 0, 0 },
        { "found.product", "00355150438105", 0, 1, 0 },
        { "found.product", "355150438105", 0, 1, 0 }, /* the same as a UPC */
        { "found.product", "00355150438106", 104, 0, 0 },
        { "found.product", "00350458028027", 606, 0, 0 },
        { "found.product", "]d201003551504381051728093010ABC123\x1d" "210001XYZ", 0, 1, 0 },
        { "found.product", "(01)00355150438105(17)280930(10)8J331A", 0, 1, 0 },
        { "found.product", "01003551504381051728093010812-331", 0, 1, 0 },
        { "found.product", "(01)00355150438106(10)A", 104, 0, 0 },
        { "found.product", "(01)00355150438105(17)281330", 1006, 0, 0 },
        { "found.product", "(17)280930", 1006, 0, 0 },
        { "found.product", "]d1123", 1006, 0, 0 },
        { "found.place", "room-2", 0, 1, 0 },
        { "found.place", "room2", 605, 0, 0 },
        { "found.place", "L-2", 0, 2, 0 },
        { "found.place", "l1", 0, 1, 0 },
        { "found.place", "L2", 0, 2, 0 }, /* a capital letter says an id */
        { "found.place", "l2", 602, 0, 0 }, /* the name of L-3, or L-2 */
        { "found.place", "55150-438-10", 605, 0, 0 },
        { "ship.to", "acme", 0, 1, 0 },
        { "ship.to", "T-1", 0, 1, 0 },
        { "ship.to", "room-2", 605, 0, 0 },
        { "revoke.person", "rosei", 0, 1, 0 },
        { "revoke.person", "MNAIR", 0, 2, 0 },
        { "revoke.person", "3", 0, 3, 0 },
        { "revoke.person", "5", 604, 0, 0 },
        { "revoke.person", "0", 604, 0, 0 },
        { "revoke.person", "roesi", 604, 0, 0 },
        { "revoke.person", "", 604, 0, 0 },
        { "countersign.entry", "48206", 0, 48206, 0 },
        { "countersign.entry", "#48,212", 0, 48212, 0 },
        { "countersign.entry", "48213", 601, 0, 0 },
        { "countersign.entry", "0", 1006, 0, 0 },
        { "countersign.entry", "V-1", 1006, 0, 0 },
    };

    check_rows(state, rows, COUNT(rows));
}

static void people_and_policies_are_subjects_too(void **state)
{
    struct clinic *clinic = *state;
    uint32_t id = 0;
    struct error error;

    assert_int_equal(LEDGER_OK, words_read_subject(&clinic->words, SUBJECT_PERSON_ACTS, "mnair", &id, &error));
    assert_int_equal(2, id);
    assert_int_equal(LEDGER_OK, words_read_subject(&clinic->words, SUBJECT_POLICY, "1", &id, &error));
    assert_int_equal(1, id);
    assert_int_equal(LEDGER_UNKNOWN, words_read_subject(&clinic->words, SUBJECT_POLICY, "2", &id, &error));
    assert_int_equal(601, error.code);
}

/* ---- values with bytes */

static void texts_codes_and_keys_are_kept_as_the_book_holds_them(void **state)
{
    static const char *const basepoint = "5866666666666666666666666666666666666666666666666666666666666666";
    static const struct {
        const char *field;
        const char *text;
        uint16_t code;
        const char *bytes;
        int64_t second;
    } rows[] = {
        { "patient.name", "  Mary Walker \n", 0, "Mary Walker", 0 },
        { "patient.name", "\u00a0Mary Walker\u3000", 0, "Mary Walker", 0 },
        { "patient.name", "Jos\u00e9", 0, "Jos\u00e9", 0 },
        { "patient.name", "Jose\u0301", 103, NULL, 0 },
        { "patient.name", "a\tb", 103, NULL, 0 },
        { "patient.name", "a\nb", 103, NULL, 0 },
        { "patient.name", "a\x1b[31mb", 103, NULL, 0 },
        { "patient.name", "a\u202e" "b", 103, NULL, 0 },
        { "patient.name", "a\u200bb", 103, NULL, 0 },
        { "patient.name", "a\xff", 103, NULL, 0 },
        { "patient.name", "", 1006, NULL, 0 },
        { "patient.name", " \t ", 1006, NULL, 0 },
        { "patient.born", "1980-02-03", 0, "1980-02-03", 0 },
        { "patient.born", "1980-2-3", 1005, NULL, 0 },
        { "patient.born", "1970-13-01", 1005, NULL, 0 },
        { "patient.born", "1949-02-28", 0, "1949-02-28", 0 },
        { "receive.lines.lot", "ABCDEFGHIJKLMNOPQRST", 0, "ABCDEFGHIJKLMNOPQRST", 0 },
        { "receive.lines.lot", "ABCDEFGHIJKLMNOPQRSTU", 1011, NULL, 0 },
        { "person.handle", "rosei", 0, "rosei", 0 },
        { "person.handle", "Rosei", 1006, NULL, 0 },
        { "person.handle", "r", 1006, NULL, 0 },
        { "person.handle", "r osei", 1006, NULL, 0 },
        { "product.ndc", "55150-438-10", 0, "55150-438-10", 0 },
        { "product.ndc", "071872-7296-01", 0, "071872-7296-01", 0 },
        { "product.ndc", "5515043810", 1006, NULL, 0 },
        { "product.ndc", "55150-0438-10", 1006, NULL, 0 },
        { "product.ndc", "ketamine", 1006, NULL, 0 },
        { "product.gtins.gtin", "355150438105", 0, "00355150438105", 0 },
        { "product.gtins.gtin", "00355150438105", 0, "00355150438105", 0 },
        { "product.gtins.gtin", "(01)00355150438105(10)A", 0, "00355150438105", 0 },
        { "product.gtins.gtin", "00355150438106", 104, NULL, 0 },
        { "product.gtins.gtin", "1234", 1006, NULL, 0 },
        { "party.registration", "dea:ab1234563", 0, "dea:AB1234563", 0 },
        { "party.registration", "state-ma:CS-0412", 0, "state-ma:CS-0412", 0 },
        { "party.registration", "dea:AB1234564", 104, NULL, 0 },
        { "party.registration", "dea:1234563", 1006, NULL, 0 },
        { "party.registration", "AB1234563", 1006, NULL, 0 },
        { "ship.transfer", "000102030405060708090a0b0c0D0E0F", 0, "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f", 0 },
        { "ship.transfer", "00", 1006, NULL, 0 },
        { "ship.transfer", "000102030405060708090a0b0c0d0e0g", 1006, NULL, 0 },
        { "ship.transfer", "000102030405060708090a0b0c0d0e0", 1006, NULL, 0 },
        { "ship.transfer", "", 1006, NULL, 0 },
        { "genesis.continues", "0000", 1006, NULL, 0 },
        { "rekey.key", "ed25519:5866666666666666666666666666666666666666666666666666666666666666", 0, "", -19 },
        { "rekey.key", "ed25519:58666666666666666666666666666666666666666666666666666666666666", 1006, NULL, 0 },
        { "rekey.key", "p256:5866666666666666666666666666666666666666666666666666666666666666", 1006, NULL, 0 },
        { "rekey.key", "5866666666666666666666666666666666666666666666666666666666666666", 1006, NULL, 0 },
        { "rekey.key", "rsa:00", 1006, NULL, 0 },
    };
    struct clinic *clinic = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct value value = { 0 };
        struct error error = { .code = 0 };
        enum ledger_status status;

        clinic->words.room.used = 0;
        status = words_read(&clinic->words, field_of(rows[i].field), rows[i].text, &value, &error);
        if (error.code != rows[i].code || (status == LEDGER_OK) != (rows[i].code == 0))
            fail_msg("%s \"%s\": PH%04u %s", rows[i].field, rows[i].text, error.code, error.text);
        assert_int_equal(rows[i].second, value.second);
        if (rows[i].code != 0) {
            assert_int_equal(0, clinic->words.room.used);
        } else if (field_of(rows[i].field)->type == FIELD_BYTES) {
            assert_int_equal(16, value.bytes.size);
            assert_memory_equal(rows[i].bytes, value.bytes.data, 16);
        } else if (field_of(rows[i].field)->type == FIELD_KEY) {
            char hex[129];

            assert_string_equal(basepoint, hex_encode(value.bytes, hex));
        } else if (!bytes_equal_text(value.bytes, rows[i].bytes)) {
            fail_msg("%s \"%s\": %.*s", rows[i].field, rows[i].text, (int)value.bytes.size,
                     (const char *)value.bytes.data);
        }
    }
}

static void a_p256_key_has_twice_as_many_digits(void **state)
{
    struct clinic *clinic = *state;
    struct value value;
    struct error error;
    char text[5 + 128 + 1] = "p256:";

    memset(text + 5, 'a', 128);
    assert_int_equal(LEDGER_OK, words_read(&clinic->words, field_of("rekey.key"), text, &value, &error));
    assert_int_equal(-9, value.second);
    assert_int_equal(64, value.bytes.size);
}

static void more_text_than_the_room_holds_is_refused(void **state)
{
    struct clinic *clinic = *state;
    struct value value;
    struct error error;

    clinic->words.room.capacity = 10;
    assert_int_equal(LEDGER_OK, words_read(&clinic->words, field_of("patient.name"), "Mary", &value, &error));
    assert_int_equal(LEDGER_USAGE, words_read(&clinic->words, field_of("patient.name"), "Walker W", &value, &error));
    assert_int_equal(1011, error.code);
    assert_int_equal(LEDGER_USAGE, words_read(&clinic->words, field_of("ship.transfer"),
                                              "000102030405060708090a0b0c0d0e0f", &value, &error));
    assert_int_equal(1011, error.code);
    assert_int_equal(4, clinic->words.room.used);
    assert_memory_equal("Mary", clinic->words.room.data, 4);
}

static void a_word_longer_than_any_name_is_refused(void **state)
{
    static const char *const fields[] = { "order.weight", "order.dose", "session-close.outcome", "person.roles",
                                          "draw.session", "found.product", "revoke.person", "order.from",
                                          "order.weighed", "product.ndc", "rekey.key" };
    struct clinic *clinic = *state;
    struct value value;
    struct error error;
    char text[4000];

    memset(text, '1', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (size_t i = 0; i < COUNT(fields); i++) {
        assert_int_not_equal(LEDGER_OK, words_read(&clinic->words, field_of(fields[i]), text, &value, &error));
        assert_true(strlen(error.text) < 200);
    }
}

/* ---- every field there is */

static void try_every_word(struct clinic *clinic, const struct field *field)
{
    static const char *const texts[] = {
        "",    " ",      "xyzzy", "0",      "1",        "-1",       "99999999999999999999", "1mg",     "1mL",
        "rest", "yes",   "no",    "none",   "V-1",      "P-1",      "rosei",                "a=b",     "=",
        ",",   ",,",     "..",    "V-1..",  "\x1b[2J", "\xff\xfe", "e\u0301",             "14:05",   "now",
        "dea:", "%s%n",  "]d2",   "(01)",   "\x1d",    "/",        "ed25519:",             "1/",      "/kg",
        "2028-09-30",    "1mg/1mg/kg",
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        struct value value;
        struct error error = { .code = 0 };
        enum ledger_status status = words_read(&clinic->words, field, texts[i], &value, &error);

        if (status != LEDGER_OK && (error.code == 0 || error.status != status || error.text[0] == '\0'))
            fail_msg("%s \"%s\": no reason", field->name, texts[i]);
        if (status == LEDGER_OK && value.present && value_check(field, &value) != FACTS_OK)
            fail_msg("%s \"%s\": what the table refuses", field->name, texts[i]);
        clinic->words.room.used = 0;
    }
    for (const struct field *part = field->row; part != NULL && part->name != NULL; part++)
        try_every_word(clinic, part);
}

static void no_word_is_taken_that_the_table_of_kinds_refuses(void **state)
{
    for (uint64_t number = 1; number <= KIND_LAST; number++)
        for (const struct field *field = kind_find(number)->fields; field->name != NULL; field++)
            try_every_word(*state, field);
}

/* ---- what an earlier act of the list gives birth to: two doses and a place, by this act */

static const uint8_t parent[ACT_SIZE] = { 1, 2, 3 };

static uint32_t newborn(void *context, enum subject subject, uint32_t index, struct value *ref)
{
    uint32_t count = subject == SUBJECT_DOSE ? 2 : subject == SUBJECT_PLACE ? 1 : 0;

    (void)context;
    if (index < count)
        *ref = (struct value){ .present = true, .number = index, .second = 1, .bytes = bytes_of(parent, ACT_SIZE) };
    return count;
}

static void what_is_born_in_the_list_is_referred_to_by_its_act(void **state)
{
    static const struct word_births births = { NULL, newborn };
    struct clinic *clinic = *state;
    struct value value;
    struct error error;

    clinic->words.births = &births;
    assert_int_equal(LEDGER_OK, words_read(&clinic->words, field_of("waste.dose"), "D-new.2", &value, &error));
    assert_int_equal(1, value.number);
    assert_int_equal(1, value.second);
    assert_true(bytes_equal(bytes_of(parent, ACT_SIZE), value.bytes));
    assert_int_equal(LEDGER_OK, words_read(&clinic->words, field_of("move.to"), "L-new", &value, &error));
    assert_int_equal(0, value.number);
    assert_int_equal(0, ref_id(&value));
}

static void an_act_is_written_in_full_and_looked_up_in_the_book(void **state)
{
    static const struct row rows[] = { { "waste.dose", "@", 1006, 0, 0 },
                                       { "waste.dose", "@0123456789abcdef0123456789abcde", 1006, 0, 0 },
                                       { "waste.dose", "@0123456789abcdef0123456789abcdefa", 1006, 0, 0 },
                                       { "waste.dose", "@0123456789abcdef0123456789abcdeg", 1006, 0, 0 },
                                       { "waste.dose", "@0123456789abcdef0123456789abcdef/", 1006, 0, 0 },
                                       { "waste.dose", "@0123456789abcdef0123456789abcdef/0", 1006, 0, 0 },
                                       { "waste.dose", "@0123456789abcdef0123456789abcdef", 601, 0, 0 },
                                       { "waste.dose", "@0123456789ABCDEF0123456789abcdef/2", 601, 0, 0 },
                                       { "countersign.entry", "@0123456789abcdef0123456789abcdef", 601, 0, 0 } };

    check_rows(state, rows, COUNT(rows));
}

static void which_newborn_is_meant_is_never_guessed(void **state)
{
    static const struct word_births births = { NULL, newborn };
    static const struct row rows[] = { { "waste.dose", "D-new", 602, 0, 0 }, { "waste.dose", "D-new.3", 602, 0, 0 },
                                       { "waste.vial", "V-new", 601, 0, 0 }, { "waste.vial", "D-new.1", 601, 0, 0 },
                                       { "move.to", "l-new", 605, 0, 0 } };
    static const struct row none[] = { { "waste.dose", "D-new", 601, 0, 0 }, { "waste.dose", "D-new.1", 601, 0, 0 } };
    struct clinic *clinic = *state;

    check_rows(state, none, COUNT(none));
    clinic->words.births = &births;
    check_rows(state, rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_clinic(a_number_is_bare_or_has_the_unit_of_its_field),
        in_a_clinic(an_amount_has_a_unit_that_fits),
        in_a_clinic(a_choice_goes_by_its_name_and_a_set_by_several),
        in_a_clinic(no_to_a_yes_is_a_value_that_is_not_there),
        in_a_clinic(what_is_born_in_the_list_is_referred_to_by_its_act),
        in_a_clinic(an_act_is_written_in_full_and_looked_up_in_the_book),
        in_a_clinic(which_newborn_is_meant_is_never_guessed),
        in_a_clinic(a_date_may_leave_its_day_to_the_end_of_the_month),
        in_a_clinic(names_and_ids_are_looked_up_in_the_book),
        in_a_clinic(texts_codes_and_keys_are_kept_as_the_book_holds_them),
        in_a_clinic(a_p256_key_has_twice_as_many_digits),
        in_a_clinic(more_text_than_the_room_holds_is_refused),
        in_a_clinic(a_word_longer_than_any_name_is_refused),
        in_a_clinic(no_word_is_taken_that_the_table_of_kinds_refuses),
        in_a_clinic(people_and_policies_are_subjects_too),
    };

    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}

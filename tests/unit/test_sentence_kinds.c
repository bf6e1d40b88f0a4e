/* ledger/sentence over the whole table of kinds: templates name what exists, and nobody signs what he could
 * not read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "tests/support/told.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- every kind */

static bool is_part(const char *name)
{
    static const char *const parts[] = { "doer", "witness", "taker", "approver", "prescriber" };

    for (size_t i = 0; i < COUNT(parts); i++)
        if (strcmp(name, parts[i]) == 0)
            return true;
    return false;
}

/* Look at each place of a template with eyes of our own. */
static void check_places(const char *sentence, const struct field *fields)
{
    bool in_brackets = false;

    for (const char *at = sentence; *at != '\0'; at++) {
        char name[64];
        char *noun;
        size_t size;
        const struct field *field;

        if (*at == '[' || *at == ']') {
            assert_true(in_brackets == (*at == ']'));
            in_brackets = !in_brackets;
        }
        assert_true(*at != '}' && (*at != '|' || in_brackets));
        if (*at != '{')
            continue;
        size = strcspn(at + 1, "}");
        assert_true(size < sizeof name && at[1 + size] == '}');
        (void)snprintf(name, sizeof name, "%.*s", (int)size, at + 1);
        at += size + 1;
        if (is_part(name))
            continue;
        noun = strchr(name, ' ');
        if (noun != NULL)
            *noun = '\0';
        field = field_named(fields, name);
        if (field == NULL || (field->flags & FIELD_PRIVATE))
            fail_msg("{%s} is no public field: %s", name, sentence);
        assert_true(noun == NULL || (field->type == FIELD_UINT && field->unit == NULL));
        assert_true(in_brackets || !(field->flags & FIELD_OPTIONAL));
    }
    assert_false(in_brackets);
}

static void every_template_names_only_fields_that_exist(void **state)
{
    (void)state;
    for (unsigned number = 1; number <= KIND_LAST; number++) {
        const struct kind *kind = kind_find(number);

        check_places(kind->sentence, kind->fields);
        for (const struct field *field = kind->fields; field->name != NULL; field++)
            if (field->sentence != NULL) {
                assert_int_equal(field->type, FIELD_ROWS);
                check_places(field->sentence, field->row);
            }
    }
}

/* One of two different values that the field may have. */
static struct value some_value(const struct field *field, unsigned which);

static void write_some_list(const struct field *field, unsigned which, struct writer *writer)
{
    struct field element = { .name = field->name, .type = field->of, .subject = field->subject, .min = 1, .max = 256 };

    write_array(writer, 2);
    for (unsigned i = 0; i < 2; i++) {
        struct value value = some_value(&element, i);

        if (field->of == FIELD_INT)
            value.number = -300 + (int64_t)(60 * i);
        if (which != 0 && field->of != FIELD_REGISTRATION)
            value.number += 7;
        if (which != 0 && field->of == FIELD_REGISTRATION)
            value = some_value(&element, 0);
        value_encode(&element, &value, writer);
    }
}

static void write_some_rows(const struct field *field, unsigned which, struct writer *writer)
{
    write_array(writer, 2);
    for (unsigned i = 0; i < 2; i++) {
        struct facts row;

        facts_init(&row, field->row);
        for (size_t j = 0; field->row[j].name != NULL; j++)
            row.values[j] = some_value(&field->row[j], which);
        row_encode(&row, writer);
    }
}

static struct value some_value(const struct field *field, unsigned which)
{
    static const char *const texts[] = { "Text 2026A", "Text 2026B" }, *const slugs[] = { "name-a", "name-b" },
                            *const gtins[] = { "00304092051156", "00355150438105" },
                            *const ndcs[] = { "55150-439-10", "55150-438-10" },
                            *const registrations[] = { "dea:AB1234563", "state-ma:CS-0412" };
    static const uint8_t octets[2][64] = { { 1, 2, 3 }, { 3, 2, 1 } };
    uint8_t bytes[TOLD_SIZE];
    struct writer writer;
    struct value value = { .present = true, .number = (int64_t)which };

    switch (field->type) {
    case FIELD_UINT:
    case FIELD_VOLUME:
    case FIELD_MASS:
    case FIELD_STRENGTH:
        value.number += (int64_t)field->min;
        break;
    case FIELD_CHOICE:
        value.number = field->choices[field->choices[which].name != NULL ? which : 0].number; /* there may be only one */
        break;
    case FIELD_YES:
        value.number = 1;
        break;
    case FIELD_TEXT:
        value.bytes = bytes_of_text(texts[which]);
        break;
    case FIELD_SLUG:
        value.bytes = bytes_of_text(slugs[which]);
        break;
    case FIELD_GTIN:
        value.bytes = bytes_of_text(gtins[which]);
        break;
    case FIELD_NDC:
        value.bytes = bytes_of_text(ndcs[which]);
        break;
    case FIELD_REGISTRATION:
        value.bytes = bytes_of_text(registrations[which]);
        break;
    case FIELD_BYTES:
        value.bytes = bytes_of(octets[which], field->max < 48 ? (size_t)field->max : 48);
        break;
    case FIELD_HASH:
    case FIELD_KEY:
        value.second = -19;
        value.bytes = bytes_of(octets[which], 32);
        break;
    case FIELD_QUANTITY:
        value.second = QUANTITY_SPRAYS;
        break;
    case FIELD_AT:
        value.number *= 1000; /* sentences show seconds */
        break;
    case FIELD_LIST:
    case FIELD_ROWS:
        writer_init(&writer, bytes, sizeof bytes);
        if (field->type == FIELD_LIST)
            write_some_list(field, which, &writer);
        else
            write_some_rows(field, which, &writer);
        assert_false(writer.failed);
        value.number = 2;
        value.bytes = told_keep(bytes, writer.size);
        break;
    default: /* numbers, dates, persons, entries, ids, sets */
        value.number += 1;
        break;
    }
    return value;
}

/* An event of a kind with every public fact, or with those it must have. */
static void begin_some(struct event *event, enum kind_number kind, bool is_full)
{
    told_begin(event, kind, OSEI, MEANING_DID);
    for (size_t i = 0; event->kind->fields[i].name != NULL; i++) {
        const struct field *field = &event->kind->fields[i];

        if (!(field->flags & FIELD_PRIVATE) && (is_full || !(field->flags & FIELD_OPTIONAL)))
            event->facts.values[i] = some_value(field, 0);
    }
}

static void every_kind_reads_well_full_and_bare(void **state)
{
    (void)state;
    for (unsigned number = 1; number <= KIND_LAST; number++)
        for (int is_full = 0; is_full <= 1; is_full++) {
            struct event event;

            (void)told_reset(NULL);
            begin_some(&event, (enum kind_number)number, is_full);
            assert_reads_well(event.kind->name, told(&event, NULL, 0));
            assert_null(strstr(told(&event, NULL, 0), "nothing"));
        }
}

/* A correction that gives an entry of the small book these facts. */
static const char *told_correction(const struct facts *facts)
{
    struct event event;
    struct facts row;
    uint8_t bytes[TOLD_SIZE];
    struct writer writer;

    writer_init(&writer, bytes, sizeof bytes);
    facts_encode(facts, &writer);
    assert_false(writer.failed);
    told_begin(&event, KIND_CORRECT, PATEL, MEANING_DID);
    told_row(&row, &event, FACT_CORRECT_ENTRIES);
    facts_put_number(&row, ROW_CORRECT_ENTRY, TOLD_ENTRY);
    facts_put_number(&row, ROW_CORRECT_HOW, CORRECT_CHANGE);
    facts_put_bytes(&row, ROW_CORRECT_FACTS, told_keep(bytes, writer.size));
    told_put_rows(&event, FACT_CORRECT_ENTRIES, &row, 1);
    return told(&event, NULL, 0);
}

static void what_any_entry_is_changed_to_reads_as_it_was_signed_and_no_fact_goes_unread(void **state)
{
    static char clause[TOLD_SIZE], before[TOLD_SIZE];

    (void)state;
    for (unsigned number = 1; number <= KIND_LAST; number++) {
        struct event event;
        char *end;

        if ((kind_find(number)->flags & KIND_IS_CORRECTABLE) == 0)
            continue;
        (void)told_reset(NULL);
        begin_some(&event, (enum kind_number)number, true);
        (void)snprintf(clause, sizeof clause, "%s", told(&event, NULL, 0));
        end = strstr(clause, ". Also:");
        end = end != NULL ? end : strstr(clause, ". Time:");
        *end = '\0';
        told_enter(&event);
        (void)snprintf(before, sizeof before, "%s", told_correction(&event.facts));
        assert_reads_well(event.kind->name, before);
        if (strstr(before, clause) == NULL)
            fail_msg("%s: no \"%s\" in \"%s\"", event.kind->name, clause, before);
        for (size_t i = 0; event.kind->fields[i].name != NULL; i++) {
            struct value kept = event.facts.values[i];

            if (!kept.present || event.kind->fields[i].type == FIELD_YES)
                continue;
            event.facts.values[i] = some_value(&event.kind->fields[i], 1);
            if (strcmp(before, told_correction(&event.facts)) == 0)
                fail_msg("%s: %s goes unread", event.kind->name, event.kind->fields[i].name);
            event.facts.values[i] = kept;
        }
    }
}

/* Whatever people sign, they could read: if a fact is another one, or is not there, the sentence is another. */
static void no_fact_of_any_kind_goes_unread(void **state)
{
    static char before[TOLD_SIZE];

    (void)state;
    for (unsigned number = 1; number <= KIND_LAST; number++) {
        struct event event;

        (void)told_reset(NULL);
        begin_some(&event, (enum kind_number)number, true);
        (void)snprintf(before, sizeof before, "%s", told(&event, NULL, 0));
        for (size_t i = 0; event.kind->fields[i].name != NULL; i++) {
            const struct field *field = &event.kind->fields[i];
            struct value kept = event.facts.values[i];

            if (field->flags & FIELD_PRIVATE)
                continue;
            if (field->flags & FIELD_OPTIONAL) {
                event.facts.values[i].present = false;
                assert_string_not_equal(told(&event, NULL, 0), before);
            }
            if (field->type != FIELD_YES && field->max != field->min + (field->type == FIELD_UINT ? 0 : UINT64_MAX)) {
                event.facts.values[i] = some_value(field, 1);
                assert_string_not_equal(told(&event, NULL, 0), before);
            }
            event.facts.values[i] = kept;
        }
    }
}

static void no_signer_goes_unread(void **state)
{
    (void)state;
    for (unsigned number = 1; number <= KIND_LAST; number++)
        for (unsigned meaning = MEANING_DID; meaning < MEANING_SEALED; meaning++) {
            struct event event;

            (void)told_reset(NULL);
            begin_some(&event, (enum kind_number)number, false);
            event.signers[0] = (struct event_signer){ PATEL, (uint8_t)meaning };
            assert_non_null(strstr(told(&event, NULL, 0), "J. Patel"));
            told_sign(&event, BRANDT, (enum meaning)meaning);
            told_perform(&event, OSEI, (enum meaning)meaning);
            assert_non_null(strstr(told(&event, NULL, 0), "J. Patel and L. Brandt"));
            assert_non_null(strstr(told(&event, NULL, 0), "By their account "));
            assert_non_null(strstr(told(&event, NULL, 0), "R. Osei."));
        }
}

/* ---- sizes */

static void a_sentence_fits_any_buffer_or_says_how_much_it_wants(void **state)
{
    const struct opening_view opening = {
        63, { .present = true, .bytes = bytes_of_text("\u20ac \u00e9t\u00e9 \U0001f489 \"") }
    };
    struct event event;
    char whole[SENTENCE_SIZE];
    size_t wanted;

    (void)state;
    begin_some(&event, KIND_RECEIVE, true);
    event.private_count = 1;
    event.privates[0].key = 63;
    wanted = sentence_of_event(&event, &small_book, &opening, 1, whole, sizeof whole);
    assert_int_equal(wanted, strlen(whole));
    for (size_t size = 0; size <= wanted + 2; size++) {
        char *text = size == 0 ? NULL : malloc(size);
        size_t told_size = sentence_of_event(&event, &small_book, &opening, 1, text, size);

        assert_cut(whole, wanted, told_size, text, size);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_template_names_only_fields_that_exist, told_reset),
        cmocka_unit_test_setup(every_kind_reads_well_full_and_bare, told_reset),
        cmocka_unit_test_setup(no_fact_of_any_kind_goes_unread, told_reset),
        cmocka_unit_test_setup(what_any_entry_is_changed_to_reads_as_it_was_signed_and_no_fact_goes_unread, told_reset),
        cmocka_unit_test_setup(no_signer_goes_unread, told_reset),
        cmocka_unit_test_setup(a_sentence_fits_any_buffer_or_says_how_much_it_wants, told_reset),
    };

    if (crypt_start() != CRYPT_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The words of commands about cases, put in order for the table of kinds. */
#include "cli/shapes.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/record.h"
#include "schema/amount.h"

/* ---- adjust X-3 V-412 --less 0.2mL: amounts have no sign, and a dose is kept in mass */

const struct option adjust_options[] = {
    { "less", 0, "AMOUNT", false, "there is so much less than the book has" },
    { "more", 0, "AMOUNT", false, "there is so much more than the book has" },
    { .name = NULL },
};

static enum ledger_status refuse_unit(const char *text, const char *id, struct error *error)
{
    error_set(error, REFUSAL_UNIT, "`%s` is no amount of %s", text, id);
    error_next(error, "mL or mg, as 0.2mL");
    return error->status;
}

/* In uL, exactly. */
static enum ledger_status change_of_vial(struct recording *recording, uint32_t vial, const struct value *amount,
                                         const char *text, int64_t *change, struct error *error)
{
    struct view *view = recording->book.reading.view;
    uint32_t product = (uint32_t)view_number(view, SUBJECT_VIAL, vial, VIAL_PRODUCT);
    uint64_t strength = (uint64_t)view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH);
    uint64_t volume_ul = (uint64_t)amount->number, below_ul = 0, above_ul = 0;
    char below[AMOUNT_TEXT_SIZE], above[AMOUNT_TEXT_SIZE];

    if (amount->second != QUANTITY_UL && (amount->second != QUANTITY_NG || strength == 0))
        return refuse_unit(text, "this vial", error);
    if (amount->second == QUANTITY_NG &&
        !volume_of_mass((uint64_t)amount->number, strength, &volume_ul, &below_ul, &above_ul)) {
        error_set(error, REFUSAL_NOT_EXACT, "`%s` of this vial is not a whole number of microlitres", text);
        error_book(error, "nearest", "%s or %s", format_volume(below_ul, below), format_volume(above_ul, above));
        return error->status;
    }
    *change = (int64_t)volume_ul;
    return LEDGER_OK;
}

/* In ng; of a volume by what the dose holds of it. */
static enum ledger_status change_of_dose(struct recording *recording, uint32_t dose, const struct value *amount,
                                         const char *text, int64_t *change, struct error *error)
{
    struct view *view = recording->book.reading.view;
    uint64_t drawn_ng = (uint64_t)view_number(view, SUBJECT_DOSE, dose, DOSE_DRAWN);
    uint64_t volume_ul = (uint64_t)view_number(view, SUBJECT_DOSE, dose, DOSE_VOLUME), mass_ng = (uint64_t)amount->number;

    if (amount->second != QUANTITY_NG &&
        (amount->second != QUANTITY_UL || volume_ul == 0 || !muldiv_half_even(mass_ng, drawn_ng, volume_ul, &mass_ng)))
        return refuse_unit(text, "this dose", error);
    *change = (int64_t)mass_ng;
    return LEDGER_OK;
}

static enum ledger_status read_change(struct recording *recording, const struct value *vial, const struct value *dose,
                                      const char *text, int64_t *change, struct error *error)
{
    static const struct field amount_field = { .name = "amount", .type = FIELD_QUANTITY };
    struct value amount;
    enum ledger_status status = words_read(&recording->words, &amount_field, text, &amount, error);

    if (status != LEDGER_OK)
        return status;
    return vial != NULL ? change_of_vial(recording, ref_id(vial), &amount, text, change, error)
                        : change_of_dose(recording, ref_id(dose), &amount, text, change, error);
}

static enum ledger_status refuse_adjustment(const char *what, struct error *error)
{
    error_set(error, REFUSAL_MISSING_ARGUMENT, "%s", what);
    error_next(error, "phial adjust CASE V-NUMBER --less 0.2mL, or --more, of a vial or a dose");
    return error->status;
}

enum ledger_status shape_adjust(struct recording *recording, struct error *error)
{
    const struct field *fields = recording->kind->fields;
    const char *less = call_value(recording->call, "less"), *more = call_value(recording->call, "more");
    struct facts *facts = &recording->act->event.facts;
    const struct value *vial, *dose;
    int64_t change = 0;
    enum ledger_status status = gather(recording, error);

    if (status != LEDGER_OK)
        return status;
    vial = gather_value(recording, field_named(fields, "vial"));
    dose = gather_value(recording, field_named(fields, "dose"));
    if ((vial != NULL) == (dose != NULL))
        return refuse_adjustment("an adjustment is of one vial or one dose", error);
    if (less == NULL && more == NULL && recording->kept != NULL)
        return LEDGER_OK;
    if ((less != NULL) == (more != NULL))
        return refuse_adjustment("it is not said by how much the book is wrong, or in which direction", error);
    status = read_change(recording, vial, dose, less != NULL ? less : more, &change, error);
    if (status == LEDGER_OK)
        facts_put_number(facts, field_named(fields, vial != NULL ? "delta" : "delta-mass")->key, less != NULL ? -change : change);
    return status;
}

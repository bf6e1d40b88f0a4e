#include "schema/kinds.h"

#include <string.h>

const struct choice choices_role[] = {
    { 1, "officer" }, { 2, "prescriber" }, { 3, "clinician" }, { 4, "custodian" },
    { 5, "witness" }, { 6, "auditor" }, { 7, "recovery" }, { 0, NULL } };

const struct choice choices_meaning[] = {
    { MEANING_DID, "did" }, { MEANING_WITNESSED, "witnessed" }, { MEANING_APPROVED, "approved" },
    { MEANING_CHECKED, "checked" }, { MEANING_REPORTED, "reported" }, { MEANING_PRESCRIBED, "prescribed" },
    { MEANING_TOOK_OVER, "took-over" }, { MEANING_COUNTED, "counted" }, { MEANING_NEW_KEY, "new-key" },
    { MEANING_OLD_KEY, "old-key" }, { MEANING_RECOVERED, "recovered" }, { MEANING_SEALED, "sealed" },
    { MEANING_GUEST, "guest" }, { 0, NULL } };

const struct choice choices_due[] = {
    { DUE_CHECK, "second check of a receipt" }, { DUE_APPROVAL, "approval by an officer" },
    { DUE_IRREGULAR, "countersign of an irregular fact by another officer" },
    { DUE_SOFT, "countersign of a reason by a second person" }, { DUE_ORDER, "countersign by the prescriber" },
    { DUE_LOCUM, "countersign by a second officer" }, { DUE_WITNESS, "countersign of waste without a witness" },
    { DUE_OUTSIDE, "countersign by somebody outside the case" }, { 0, NULL } };

const struct choice choices_subject[] = {
    { SUBJECT_VIAL, "vial" }, { SUBJECT_DOSE, "dose" }, { SUBJECT_SESSION, "session" },
    { SUBJECT_PATIENT, "patient" }, { SUBJECT_PERSON_ACTS, "person-acts" }, { SUBJECT_CREDENTIAL, "credential" },
    { SUBJECT_PRODUCT, "product" }, { SUBJECT_PLACE, "place" }, { SUBJECT_PARTY, "party" },
    { SUBJECT_ORDER, "order" }, { SUBJECT_COUNT, "count" }, { SUBJECT_CASE, "case" },
    { SUBJECT_POLICY, "policy" }, { 0, NULL } };

const struct choice choices_reason[] = {
    { REASON_OTHER, "other" }, { 2, "clinical" }, { 3, "adverse-event" }, { 4, "patient-wish" }, { 5, "spill" },
    { 6, "breakage" }, { 7, "defective" }, { 8, "expired" }, { 9, "emergency" }, { 10, "mistake" },
    { 11, "absence" }, { REASON_COMPUTER_DOWN, "computer-down" }, { REASON_INTENDED_TWICE, "intended-twice" }, { 14, "recall" }, { 0, NULL } };

const struct choice choices_source[] = {
    { 1, "paper-form" }, { 2, "chart" }, { 3, "invoice" }, { 4, "letter" }, { 5, "other" }, { 0, NULL } };

const struct choice choices_unlocked[] = {
    { 1, "terminal" }, { 2, "token" }, { 3, "file" }, { 4, "seal" }, { 0, NULL } };

const struct field kind_common_private[] = {
    { FACT_OUTSIDER, "outsider", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 128, .help = "who acted and is not enrolled" },
    { FACT_REMARK, "remark", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 4000, .help = "the reason in words" },
    { .name = NULL } };

static const struct kind *const tables[] = { kinds_people, kinds_stock, kinds_care, kinds_book };

const struct kind *kind_find(uint64_t number)
{
    for (size_t table = 0; table < sizeof tables / sizeof tables[0]; table++)
        for (const struct kind *kind = tables[table]; kind->number != 0; kind++)
            if (kind->number == number)
                return kind;
    return NULL;
}

const struct kind *kind_named(const char *name)
{
    for (size_t table = 0; table < sizeof tables / sizeof tables[0]; table++)
        for (const struct kind *kind = tables[table]; kind->number != 0; kind++)
            if (strcmp(kind->name, name) == 0)
                return kind;
    return NULL;
}

const struct field *field_with_key(const struct field *fields, uint64_t key)
{
    for (const struct field *field = fields; field->name != NULL; field++)
        if (field->key == key)
            return field;
    return NULL;
}

const struct field *field_named(const struct field *fields, const char *name)
{
    for (const struct field *field = fields; field->name != NULL; field++)
        if (strcmp(field->name, name) == 0)
            return field;
    return NULL;
}

uint8_t choice_number(const struct choice *choices, const char *name, size_t size)
{
    for (; choices->number != 0; choices++)
        if (strlen(choices->name) == size && memcmp(choices->name, name, size) == 0)
            return choices->number;
    return 0;
}

const char *choice_name(const struct choice *choices, uint64_t number)
{
    for (; choices->number != 0; choices++)
        if (choices->number == number)
            return choices->name;
    return NULL;
}

#include "tests/support/describe_cddl.h"

#include <inttypes.h>
#include <string.h>

#include "schema/kinds.h"
#include "schema/leaf.h"

/* ---- numbers with names */

static void print_enumeration(const struct choice *choices, FILE *out)
{
    fprintf(out, "&(");
    for (const struct choice *choice = choices; choice->number != 0; choice++)
        fprintf(out, "%s %s: %u", choice == choices ? "" : ",", choice->name, choice->number);
    fprintf(out, " )");
}

static void print_rule(const char *name, const struct choice *choices, FILE *out)
{
    fprintf(out, "%s = ", name);
    print_enumeration(choices, out);
    fprintf(out, "\n");
}

void cddl_numbers(FILE *out)
{
    print_rule("subject", choices_subject, out);
    print_rule("meaning", choices_meaning, out);
    print_rule("reason", choices_reason, out);
    print_rule("source-kind", choices_source, out);
    print_rule("unlocked-by", choices_unlocked, out);
}

/* ---- the type of a field */

static void print_range(uint64_t min, uint64_t max, FILE *out)
{
    if (min == max)
        fprintf(out, "%" PRIu64, min);
    else
        fprintf(out, "%" PRIu64 "..%" PRIu64, min, max);
}

static void print_sized(const char *type, const struct field *field, FILE *out)
{
    if (field->min == field->max)
        fprintf(out, "%s .size %" PRIu64, type, field->min);
    else
        fprintf(out, "%s .size (%" PRIu64 "..%" PRIu64 ")", type, field->min, field->max);
}

/* Types without limits of their own in the table. */
static const char *plain_type(enum field_type type)
{
    switch (type) {
    case FIELD_SET: return "roles";
    case FIELD_YES: return "1";
    case FIELD_SLUG: return "slug";
    case FIELD_GTIN: return "gtin";
    case FIELD_NDC: return "ndc";
    case FIELD_REGISTRATION: return "registration";
    case FIELD_HASH: return "hash";
    case FIELD_KEY: return "public-key";
    case FIELD_AT: return "at";
    case FIELD_DATE: return "date";
    case FIELD_QUANTITY: return "quantity";
    case FIELD_REF: return "ref";
    case FIELD_PERSON: return "person";
    case FIELD_ENTRY: return "num";
    case FIELD_INT: return "balance";
    default: return NULL;
    }
}

static void print_field_type(const char *owner, const struct field *field, FILE *out)
{
    const char *plain = plain_type(field->type);

    if (plain != NULL) {
        fprintf(out, "%s", plain);
        return;
    }
    switch (field->type) {
    case FIELD_CHOICE:
        print_enumeration(field->choices, out);
        break;
    case FIELD_TEXT:
        print_sized("text", field, out);
        break;
    case FIELD_BYTES:
        print_sized("bstr", field, out);
        break;
    case FIELD_LIST:
        fprintf(out, "[%" PRIu64 "*%" PRIu64 " %s]", field->min, field->max,
                field->of == FIELD_INT ? "offset" : plain_type(field->of));
        break;
    case FIELD_ROWS:
        fprintf(out, "[%" PRIu64 "*%" PRIu64 " %s-%s]", field->min, field->max, owner, field->name);
        break;
    default:
        print_range(field->min, field->max, out);
        break;
    }
}

static void print_comment(const struct field *field, FILE *out)
{
    fprintf(out, " ; ");
    if (field->type == FIELD_REF || (field->type == FIELD_LIST && field->of == FIELD_REF))
        fprintf(out, "%s: ", subject_name(field->subject));
    if (field->unit != NULL)
        fprintf(out, "%s: ", field->unit);
    fprintf(out, "%s\n", field->help);
}

/* ---- facts */

static void print_row(const char *owner, const struct field *field, FILE *out)
{
    fprintf(out, "%s-%s = [\n", owner, field->name);
    for (const struct field *column = field->row; column->name != NULL; column++) {
        fprintf(out, "  %s: ", column->name);
        print_field_type(owner, column, out);
        fprintf(out, "%s,", (column->flags & FIELD_OPTIONAL) ? " / null" : "");
        print_comment(column, out);
    }
    fprintf(out, "]\n");
}

static void print_facts_of(const struct kind *kind, FILE *out)
{
    fprintf(out, "; %u %s%s\nfacts-%s = {\n", kind->number, kind->name, (kind->flags & KIND_IS_DRAFT) != 0 ? " (draft)" : "", kind->name);
    for (const struct field *field = kind->fields; field->name != NULL; field++) {
        if (field->flags & FIELD_PRIVATE)
            continue;
        fprintf(out, "  %s%u: ", (field->flags & FIELD_OPTIONAL) ? "? " : "", field->key);
        print_field_type(kind->name, field, out);
        fprintf(out, ", ; %s", field->name);
        print_comment(field, out);
    }
    fprintf(out, "}\n");
    for (const struct field *field = kind->fields; field->name != NULL; field++)
        if (field->type == FIELD_ROWS)
            print_row(kind->name, field, out);
}

void cddl_facts(FILE *out)
{
    for (uint64_t number = 1; number <= KIND_LAST; number++)
        if (kind_find(number) != NULL)
            print_facts_of(kind_find(number), out);
}

void cddl_payloads(FILE *out)
{
    const char *separator = "payload = ";

    for (uint64_t number = 1; number <= KIND_LAST; number++) {
        const struct kind *kind = kind_find(number);

        if (kind == NULL)
            continue;
        fprintf(out, "%spayload-of<%u, facts-%s>%s\n", separator, kind->number, kind->name, (kind->flags & KIND_IS_DRAFT) != 0 ? " ; draft" : "");
        separator = "        / ";
    }
}

/* ---- openings */

static void print_opening(const char *separator, const struct field *field, FILE *out)
{
    fprintf(out, "%sopening-of<%u, ", separator, field->key);
    print_field_type("", field, out);
    fprintf(out, ">");
    print_comment(field, out);
}

static void print_openings(const char *name, const struct field *fields, FILE *out)
{
    bool is_first = true;

    for (; fields->name != NULL; fields++) {
        if (!(fields->flags & FIELD_PRIVATE))
            continue;
        if (is_first)
            fprintf(out, "opening-%s =\n", name);
        print_opening(is_first ? "    " : "  / ", fields, out);
        is_first = false;
    }
}

void cddl_openings(FILE *out)
{
    print_openings("any", kind_common_private, out);
    for (uint64_t number = 1; number <= KIND_LAST; number++)
        if (kind_find(number) != NULL)
            print_openings(kind_find(number)->name, kind_find(number)->fields, out);
}

/* ---- leaves */

static const char *more_places(unsigned subject)
{
    switch (subject) {
    case SUBJECT_DOSE: return "  1*32 (vial: id, product: id, volume: amount, mass: amount, left: amount), ; each source\n";
    case SUBJECT_PATIENT: return "  *64 person, ; may-not-act, ascending\n";
    case SUBJECT_POLICY: return "  *166 int, ; SPEC section 9\n";
    case SUBJECT_CASE: return "  *8 person, ; who had a part in the entry that opened it\n";
    default: return "";
    }
}

void cddl_leaves(FILE *out)
{
    for (unsigned subject = SUBJECT_FIRST; subject <= SUBJECT_LAST; subject++) {
        const char *name = subject_name((enum subject)subject);

        fprintf(out, "leaf-%s = leaf-of<%u, state-%s>\nstate-%s = [\n", name, subject, name, name);
        for (const struct leaf_place *place = leaf_places(subject); place->name != NULL; place++)
            fprintf(out, "  %s: int, ; %s\n", place->name, place->unit);
        fprintf(out, "%s]\n", more_places(subject));
    }
}

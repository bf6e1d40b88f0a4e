#include "tests/support/describe.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "ledger/error.h"
#include "schema/kinds.h"
#include "schema/leaf.h"
#include "tests/support/describe_cddl.h"

/* ---- lists of numbers and names */

static void print_choices(const struct choice *choices, const char *what, FILE *out)
{
    fprintf(out, "| number | %s |\n|---|---|\n", what);
    for (; choices->number != 0; choices++)
        fprintf(out, "| %u | %s |\n", choices->number, choices->name);
}

static void print_meanings(FILE *out)
{
    print_choices(choices_meaning, "meaning", out);
}

static void print_roles(FILE *out)
{
    fprintf(out, "| bit | value | role |\n|---|---|---|\n");
    for (const struct choice *role = choices_role; role->number != 0; role++)
        fprintf(out, "| %u | %u | %s |\n", role->number - 1u, 1u << (role->number - 1), role->name);
}

static void print_reasons(FILE *out)
{
    print_choices(choices_reason, "reason (key 10)", out);
}

static void print_sources(FILE *out)
{
    print_choices(choices_source, "source (key 13)", out);
}

static void print_unlocked(FILE *out)
{
    print_choices(choices_unlocked, "unlocked-by", out);
}

static void print_subjects(FILE *out)
{
    fprintf(out, "| number | subject | written |\n|---|---|---|\n");
    for (const struct choice *subject = choices_subject; subject->number != 0; subject++) {
        char letter = subject_letter((enum subject)subject->number);

        fprintf(out, "| %u | %s | ", subject->number, subject->name);
        if (letter != '-')
            fprintf(out, "`%c-12` ", letter);
        fprintf(out, "|\n");
    }
}

/* ---- codes of rules */

/* REFUSAL_OVER_ORDER is written over-order. */
static void print_code_name(const char *name, FILE *out)
{
    for (name += strlen("REFUSAL_"); *name != '\0'; name++)
        fputc(*name == '_' ? '-' : tolower((unsigned char)*name), out);
}

static void print_codes_of(enum refusal_class class_, FILE *out)
{
    fprintf(out, "| code | name | in words |\n|---|---|---|\n");
    for (const struct refusal *refusal = refusals; refusal->code != 0; refusal++) {
        if (refusal->class_ != class_)
            continue;
        fprintf(out, "| %u | ", refusal->code);
        print_code_name(refusal->name, out);
        fprintf(out, " | %s |\n", refusal->sentence);
    }
}

static void print_codes(FILE *out)
{
    print_codes_of(CLASS_FORBIDDEN, out);
}

static void print_case_codes(FILE *out)
{
    print_codes_of(CLASS_CASE, out);
}

/* ---- kinds in Markdown */

static void print_role_names(unsigned roles, FILE *out)
{
    const char *separator = "";

    if (roles == ROLE_ANYBODY || roles == ROLE_STAFF) {
        fprintf(out, roles == ROLE_STAFF ? "any staff" : "anybody enrolled");
        return;
    }
    for (const struct choice *role = choices_role; role->number != 0; role++)
        if ((roles & 1u << (role->number - 1)) != 0) {
            fprintf(out, "%s%s", separator, role->name);
            separator = " or ";
        }
}

static void print_signers(const struct kind *kind, FILE *out)
{
    for (const struct signer_slot *slot = kind->signers; slot->meaning != 0; slot++) {
        if (slot != kind->signers)
            fprintf(out, "; ");
        if (slot->min == slot->max)
            fprintf(out, "%u ", slot->min);
        else
            fprintf(out, "%u to %u ", slot->min, slot->max);
        fprintf(out, "*%s*", choice_name(choices_meaning, slot->meaning));
        if (slot->roles == 0) {
            fprintf(out, slot->meaning == MEANING_SEALED ? " (the seal)" : " (the key in its facts)");
            continue;
        }
        fprintf(out, " (");
        print_role_names(slot->roles, out);
        fprintf(out, ")%s", slot->later != 0 ? " or later" : "");
    }
}

static const char *flag_words(unsigned flags)
{
    switch (flags) {
    case KIND_IS_DRAFT: return "*draft*";
    case KIND_IS_CORRECTABLE: return "correctable";
    case KIND_IS_DRAFT | KIND_IS_CORRECTABLE: return "*draft*, correctable";
    default: return "";
    }
}

static void print_kinds(FILE *out)
{
    fprintf(out, "| number | kind | | signed by | gives birth to |\n|---|---|---|---|---|\n");
    for (uint64_t number = 1; number <= KIND_LAST; number++) {
        const struct kind *kind = kind_find(number);

        if (kind == NULL)
            continue;
        fprintf(out, "| %u | %s | %s | ", kind->number, kind->name, flag_words(kind->flags));
        print_signers(kind, out);
        fprintf(out, " | %s |\n", kind->births != NULL ? kind->births : "");
    }
}

static const char *type_name(enum field_type type)
{
    switch (type) {
    case FIELD_UINT: return "number";
    case FIELD_INT: return "signed number";
    case FIELD_CHOICE: return "choice";
    case FIELD_SET: return "set";
    case FIELD_YES: return "yes";
    case FIELD_TEXT: return "text";
    case FIELD_SLUG: return "slug";
    case FIELD_GTIN: return "GTIN";
    case FIELD_NDC: return "NDC";
    case FIELD_REGISTRATION: return "registration";
    case FIELD_BYTES: return "bytes";
    case FIELD_HASH: return "hash";
    case FIELD_KEY: return "key";
    case FIELD_AT: return "moment";
    case FIELD_DATE: return "date";
    case FIELD_QUANTITY: return "quantity";
    case FIELD_VOLUME: return "volume";
    case FIELD_MASS: return "mass";
    case FIELD_STRENGTH: return "strength";
    case FIELD_REF: return "reference";
    case FIELD_PERSON: return "person";
    case FIELD_ENTRY: return "entry";
    case FIELD_LIST: return "list";
    case FIELD_ROWS: return "rows";
    }
    return "";
}

static void print_type(const struct field *field, FILE *out)
{
    switch (field->type) {
    case FIELD_CHOICE:
        for (const struct choice *choice = field->choices; choice->number != 0; choice++)
            fprintf(out, "%s%u %s", choice == field->choices ? "choice: " : ", ", choice->number, choice->name);
        break;
    case FIELD_REF:
        fprintf(out, "%s", subject_name(field->subject));
        break;
    case FIELD_LIST:
        fprintf(out, "list of %s", field->of == FIELD_REF ? subject_name(field->subject) : type_name(field->of));
        break;
    default:
        fprintf(out, "%s", type_name(field->type));
        break;
    }
}

static void print_limits(const struct field *field, FILE *out)
{
    const char *size = field->type == FIELD_TEXT || field->type == FIELD_BYTES ? " bytes" : "";

    if (field->type == FIELD_INT) {
        fprintf(out, "%s", field->unit != NULL ? field->unit : "");
        return;
    }
    if (field->max != 0 && field->min == field->max)
        fprintf(out, "%" PRIu64 "%s", field->min, size);
    else if (field->max != 0)
        fprintf(out, "%" PRIu64 " to %" PRIu64 "%s", field->min, field->max, size);
    if (field->unit != NULL)
        fprintf(out, "%s%s", field->max != 0 ? " " : "", field->unit);
}

/* `under` is the key of the rows that the field belongs to, or NULL. */
static void print_field(const struct field *field, const struct field *under, FILE *out)
{
    fprintf(out, "| ");
    if (under != NULL)
        fprintf(out, "%u.", under->key);
    fprintf(out, "%u | %s | ", field->key, field->name);
    print_type(field, out);
    fprintf(out, " | ");
    print_limits(field, out);
    fprintf(out, " | %s%s%s | %s |\n", (field->flags & FIELD_OPTIONAL) ? "optional" : "",
            (field->flags & FIELD_OPTIONAL) && (field->flags & FIELD_PRIVATE) ? ", " : "",
            (field->flags & FIELD_PRIVATE) ? "private" : "", field->help);
    if (field->type == FIELD_ROWS)
        for (const struct field *column = field->row; column->name != NULL; column++)
            print_field(column, field, out);
}

static void print_fields(const struct field *fields, FILE *out)
{
    fprintf(out, "| key | name | type | limits, unit | | meaning |\n|---|---|---|---|---|---|\n");
    for (; fields->name != NULL; fields++)
        print_field(fields, NULL, out);
    fprintf(out, "\n");
}

static void print_facts(FILE *out)
{
    fprintf(out, "`3.1` is the second place, counted from 0, of each row of field 3.\n\n");
    for (uint64_t number = 1; number <= KIND_LAST; number++) {
        const struct kind *kind = kind_find(number);

        if (kind == NULL)
            continue;
        fprintf(out, "#### %u %s%s\n\n%c%s.\n\n", kind->number, kind->name, (kind->flags & KIND_IS_DRAFT) != 0 ? " (draft)" : "",
                toupper((unsigned char)kind->help[0]), kind->help + 1);
        print_fields(kind->fields, out);
    }
    fprintf(out, "#### private fields of every kind\n\n");
    print_fields(kind_common_private, out);
}

/* ---- leaves in Markdown */

static void print_places(const struct leaf_place *places, FILE *out)
{
    fprintf(out, "| place | name | unit, values |\n|---|---|---|\n");
    for (unsigned place = 0; places[place].name != NULL; place++)
        fprintf(out, "| %u | %s | %s |\n", place, places[place].name, places[place].unit);
}

static const char *places_after(unsigned table)
{
    switch (table) {
    case SUBJECT_DOSE: return "After these, for each source, in the order drawn: its vial, "
                              "its product, its volume (uL), its mass (ng), and what of that is not yet settled (ng), called left.";
    case SUBJECT_PATIENT: return "After these: the persons who may not act for this patient, ascending.";
    case SUBJECT_CASE: return "After these: the persons above 0 among the signers of the entry that opened it, then among those of performed-by, "
                              "in their order and each once: at most the first eight.";
    case SUBJECT_POLICY: return "Place k, from 1 on, is the number under key k of the policy's facts, place 0 is 0, and the place of a "
                              "list is how much it holds. After the last key stand the offsets, then the holidays, then the numbers "
                              "of each row of `protocols`, in their order.";
    default: return NULL;
    }
}

static void print_leaves(FILE *out)
{
    for (unsigned subject = SUBJECT_FIRST; subject <= SUBJECT_LAST; subject++) {
        fprintf(out, "#### state of a %s\n\n", subject_name((enum subject)subject));
        if (leaf_place_count(subject) > 0)
            print_places(leaf_places(subject), out);
        if (places_after(subject) != NULL)
            fprintf(out, "%s%s\n", leaf_place_count(subject) > 0 ? "\n" : "", places_after(subject));
        fprintf(out, "\n");
    }
}

static void print_tables(FILE *out)
{
    static const struct {
        unsigned table;
        const char *name;
    } tables[] = { { LEAF_TABLE_OVERRIDE, "rule set aside once" }, { LEAF_TABLE_FILING, "filing" }, { LEAF_TABLE_SHELF, "shelf" }, { LEAF_TABLE_SITE, "site, as a whole" } };

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        fprintf(out, "#### %s\n\n", tables[i].name);
        print_places(leaf_places(tables[i].table), out);
        fprintf(out, "\n");
    }
}

static void print_totals(FILE *out)
{
    print_places(leaf_places(LEAF_TABLE_TOTAL), out);
}

/* ---- regions */

static const struct region {
    const char *name;
    void (*print)(FILE *out);
} regions[] = {
    { "unlocked", print_unlocked }, { "meanings", print_meanings }, { "roles", print_roles },
    { "reasons", print_reasons }, { "sources", print_sources }, { "codes", print_codes },
    { "case-codes", print_case_codes }, { "kinds", print_kinds }, { "facts", print_facts },
    { "subjects", print_subjects }, { "leaves", print_leaves }, { "totals", print_totals }, { "tables", print_tables },
    { "cddl-numbers", cddl_numbers }, { "cddl-payloads", cddl_payloads }, { "cddl-facts", cddl_facts },
    { "cddl-openings", cddl_openings }, { "cddl-leaves", cddl_leaves }, { "example", describe_example },
};

bool describe_region(const char *name, FILE *out)
{
    for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++)
        if (strcmp(regions[i].name, name) == 0) {
            regions[i].print(out);
            return true;
        }
    return false;
}

/* Whether a line is a marker of this sort, and of which region. */
static bool is_marker(const char *line, const char *sort, char name[static 32])
{
    size_t size;

    line += strncmp(line, "<!-- ", 5) == 0 ? 5 : strncmp(line, "; ", 2) == 0 ? 2 : 0;
    if (strncmp(line, sort, strlen(sort)) != 0)
        return false;
    line += strlen(sort);
    size = strspn(line, "abcdefghijklmnopqrstuvwxyz-");
    if (size == 0 || size >= 32)
        return false;
    memcpy(name, line, size);
    name[size] = '\0';
    return true;
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');

    return end != NULL ? end + 1 : line + strlen(line);
}

/* The line that ends this region, or NULL. */
static const char *end_of_region(const char *line, const char *name)
{
    char ended[32];

    for (; *line != '\0'; line = next_line(line))
        if (is_marker(line, "end: ", ended) && strcmp(ended, name) == 0)
            return line;
    return NULL;
}

bool describe_document(const char *document, FILE *out)
{
    char name[32];

    while (*document != '\0') {
        const char *line = document;

        document = next_line(line);
        fwrite(line, 1, (size_t)(document - line), out);
        if (!is_marker(line, "generated: ", name))
            continue;
        document = end_of_region(document, name);
        if (document == NULL || !describe_region(name, out))
            return false;
    }
    return true;
}

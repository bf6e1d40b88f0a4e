#include "cli/things.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "cli/describe.h"
#include "schema/amount.h"
#include "schema/ident.h"

enum { NAMES_ROOM = 1024, FIRST_PLACE = 3 /* after id, description and name */ };

/* ---- what places hold */

enum holds { HOLDS_NUMBER, HOLDS_CHOICE, HOLDS_STATE, HOLDS_ID, HOLDS_ROLES, HOLDS_CODE, HOLDS_SUBJECT, HOLDS_WHICH };

/* Places that hold something else than a number in a unit. */
static const struct special {
    uint8_t table, place;
    enum holds holds;
    enum kind_number kind; /* of HOLDS_CHOICE, with its field; of HOLDS_WHICH `field` is what the column is called */
    const char *field;
    enum subject subject;  /* of HOLDS_ID */
} specials[] = {
    { SUBJECT_VIAL, VIAL_PRODUCT, HOLDS_ID, .subject = SUBJECT_PRODUCT },
    { SUBJECT_VIAL, VIAL_STATE, HOLDS_STATE, .field = NULL },
    { SUBJECT_VIAL, VIAL_PLACE, HOLDS_ID, .subject = SUBJECT_PLACE },
    { SUBJECT_VIAL, VIAL_HELD, HOLDS_CHOICE, KIND_HOLD, "why", 0 },
    { SUBJECT_VIAL, VIAL_DRAWN_FOR, HOLDS_ID, .subject = SUBJECT_PATIENT },
    { SUBJECT_VIAL, VIAL_NAMED_FOR, HOLDS_ID, .subject = SUBJECT_PATIENT },
    { SUBJECT_DOSE, DOSE_SESSION, HOLDS_ID, .subject = SUBJECT_SESSION },
    { SUBJECT_DOSE, DOSE_PATIENT, HOLDS_ID, .subject = SUBJECT_PATIENT },
    { SUBJECT_DOSE, DOSE_STATE, HOLDS_STATE, .field = NULL },
    { SUBJECT_DOSE, DOSE_CONTAINER, HOLDS_CHOICE, KIND_DRAW, "container", 0 },
    { SUBJECT_DOSE, DOSE_DRUG, HOLDS_CHOICE, KIND_PRODUCT, "drug", 0 },
    { SUBJECT_DOSE, DOSE_ROUTE, HOLDS_CHOICE, KIND_ORDER, "route", 0 },
    { SUBJECT_SESSION, SESSION_PATIENT, HOLDS_ID, .subject = SUBJECT_PATIENT },
    { SUBJECT_SESSION, SESSION_ORDER, HOLDS_ID, .subject = SUBJECT_ORDER },
    { SUBJECT_SESSION, SESSION_PLACE, HOLDS_ID, .subject = SUBJECT_PLACE },
    { SUBJECT_SESSION, SESSION_STATE, HOLDS_STATE, .field = NULL },
    { SUBJECT_SESSION, SESSION_OUTCOME, HOLDS_CHOICE, KIND_SESSION_CLOSE, "outcome", 0 },
    { SUBJECT_PATIENT, PATIENT_OPEN_SESSION, HOLDS_ID, .subject = SUBJECT_SESSION },
    { SUBJECT_CREDENTIAL, CREDENTIAL_ROLES, HOLDS_ROLES, .field = NULL },
    { SUBJECT_PRODUCT, PRODUCT_DRUG, HOLDS_CHOICE, KIND_PRODUCT, "drug", 0 },
    { SUBJECT_PRODUCT, PRODUCT_FORM, HOLDS_CHOICE, KIND_PRODUCT, "form", 0 },
    { SUBJECT_PRODUCT, PRODUCT_SCHEDULE, HOLDS_CHOICE, KIND_PRODUCT, "schedule", 0 },
    { SUBJECT_PRODUCT, PRODUCT_REPLACED, HOLDS_ID, .subject = SUBJECT_PRODUCT },
    { SUBJECT_PLACE, PLACE_TYPE, HOLDS_CHOICE, KIND_PLACE, "type", 0 },
    { SUBJECT_PLACE, PLACE_WITHIN, HOLDS_ID, .subject = SUBJECT_PLACE },
    { SUBJECT_PARTY, PARTY_TYPE, HOLDS_CHOICE, KIND_PARTY, "type", 0 },
    { SUBJECT_ORDER, ORDER_PATIENT, HOLDS_ID, .subject = SUBJECT_PATIENT },
    { SUBJECT_ORDER, ORDER_DRUG, HOLDS_CHOICE, KIND_ORDER, "drug", 0 },
    { SUBJECT_ORDER, ORDER_ROUTE, HOLDS_CHOICE, KIND_ORDER, "route", 0 },
    { SUBJECT_ORDER, ORDER_PROTOCOL, HOLDS_CHOICE, KIND_ORDER, "protocol", 0 },
    { SUBJECT_CASE, CASE_STATE, HOLDS_STATE, .field = NULL },
    { SUBJECT_CASE, CASE_CODE, HOLDS_CODE, .field = NULL },
    { SUBJECT_CASE, CASE_SUBJECT, HOLDS_SUBJECT, .field = NULL },
    { SUBJECT_CASE, CASE_ID, HOLDS_WHICH, .field = "about" },
    { SUBJECT_CASE, CASE_CAUSE, HOLDS_CHOICE, KIND_RESOLVE, "cause", 0 },
    { SUBJECT_COUNT, COUNT_PLACE, HOLDS_ID, .subject = SUBJECT_PLACE },
};

static struct special special_of(unsigned table, size_t place)
{
    for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++)
        if (specials[i].table == table && specials[i].place == place)
            return specials[i];
    return (struct special){ .table = (uint8_t)table, .place = (uint8_t)place, .holds = HOLDS_NUMBER };
}

/* A unit's first word says what is counted; what follows it explains. */
static bool unit_is(const char *unit, const char *what)
{
    size_t size = strlen(what);

    return strncmp(unit, what, size) == 0 && (unit[size] == '\0' || unit[size] == ' ' || unit[size] == ',');
}

static enum column_type type_of_unit(const char *unit)
{
    static const struct {
        const char *unit;
        enum column_type type;
    } types[] = { { "ms", COLUMN_TIME },   { "date", COLUMN_DATE },      { "uL", COLUMN_VOLUME }, { "ng", COLUMN_MASS },
                  { "ng/kg", COLUMN_PER_KG }, { "g", COLUMN_WEIGHT },    { "ug/mL", COLUMN_STRENGTH },
                  { "person", COLUMN_TEXT },  { "entry", COLUMN_ENTRY }, { "1", COLUMN_YES } };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (unit_is(unit, types[i].unit))
            return types[i].type;
    return COLUMN_NUMBER;
}

static enum column_type type_of_place(unsigned table, size_t place)
{
    enum holds holds = special_of(table, place).holds;

    if (holds == HOLDS_ROLES)
        return COLUMN_LIST;
    return holds == HOLDS_NUMBER ? type_of_unit(leaf_places(table)[place].unit) : COLUMN_TEXT;
}

/* ---- columns */

struct set {
    bool is_made;
    struct column columns[ROW_CELLS + 1];
    size_t room_used;
    char room[NAMES_ROOM];
};

/* "beyond-use" is beyond_use for programs, and "interval" in days interval_days. */
static const char *column_name(struct set *set, unsigned table, size_t index)
{
    const struct leaf_place *place = &leaf_places(table)[index];
    struct special special = special_of(table, index);
    size_t room = sizeof set->room - set->room_used;
    char *out = set->room + set->room_used;
    int size = snprintf(out, room, "%s%s", special.holds == HOLDS_WHICH ? special.field : place->name,
                        unit_is(place->unit, "days") ? "_days" : "");

    assert(size > 0 && (size_t)size < room);
    for (int i = 0; i < size; i++)
        if (out[i] == '-')
            out[i] = '_';
    set->room_used += (size_t)size + 1;
    return out;
}

/* What a number counts, where neither name nor type says it. */
static const char *help_of(unsigned table, size_t index)
{
    enum column_type type = type_of_place(table, index);

    return type == COLUMN_NUMBER || type == COLUMN_YES ? leaf_places(table)[index].unit : NULL;
}

static void make_columns(struct set *set, enum subject subject)
{
    struct column *column = set->columns;

    *column++ = (struct column){ "id", COLUMN_TEXT, 0, "as it is typed: V-412, or a short name" };
    *column++ = (struct column){ "description", COLUMN_TEXT, COLUMN_SCREEN | COLUMN_REST, NULL };
    *column++ = (struct column){ "name", COLUMN_TEXT, 0, "in full, with --names, where it is kept here" };
    for (size_t i = 0; i < leaf_place_count(subject); i++)
        *column++ = (struct column){ column_name(set, subject, i), type_of_place(subject, i), COLUMN_RECORD, help_of(subject, i) };
    if (subject == SUBJECT_DOSE)
        *column++ = (struct column){ "sources", COLUMN_LIST, COLUMN_SCREEN, NULL };
    if (subject == SUBJECT_PATIENT)
        *column++ = (struct column){ "may_not_act", COLUMN_LIST, COLUMN_RECORD, "who may not draw, give or witness" };
    if (subject == SUBJECT_CASE)
        *column++ = (struct column){ "people", COLUMN_LIST, COLUMN_RECORD, "who has a part in what opened it" };
    *column++ = (struct column){ "touches", COLUMN_NUMBER, COLUMN_RECORD, "how many entries touched it" };
    *column++ = (struct column){ "last", COLUMN_ENTRY, COLUMN_RECORD, "the newest of them" };
    assert(column - set->columns < ROW_CELLS);
    *column = (struct column){ .name = NULL };
    set->is_made = true;
}

const struct column *thing_columns(enum subject subject)
{
    static struct set sets[SUBJECT_LAST + 1];

    assert(subject_is_known(subject));
    if (!sets[subject].is_made)
        make_columns(&sets[subject], subject);
    return sets[subject].columns;
}

/* ---- rows */

static const char *state_name(const struct leaf *leaf, int64_t state)
{
    switch (leaf->table) {
    case SUBJECT_VIAL:
        return vial_state_name(state);
    case SUBJECT_DOSE:
        return dose_state_name(state);
    case SUBJECT_SESSION:
        return session_state_name(state);
    default:
        return case_state_name(state);
    }
}

static void put_roles(struct row *row, const char *column, int64_t roles)
{
    for (const struct choice *role = choices_role; role->number != 0; role++)
        if ((roles & (INT64_C(1) << (role->number - 1))) != 0)
            row_item(row, column, role->name);
}

/* What stands in a place that has a meaning of its own; an id or choice of 0 is none. */
static void put_special(struct book *book, const struct leaf *leaf, const struct special *special, struct row *row,
                        const char *column)
{
    int64_t number = leaf->state[special->place];
    char text[NAME_TEXT_SIZE];

    if (number == 0)
        return;
    switch (special->holds) {
    case HOLDS_CHOICE:
        row_text(row, column, choice_text(special->kind, special->field, number));
        break;
    case HOLDS_STATE:
        row_text(row, column, state_name(leaf, number));
        break;
    case HOLDS_ID:
        row_text(row, column, name_of_subject(book->reading.view, special->subject, (uint32_t)number, text));
        break;
    case HOLDS_ROLES:
        put_roles(row, column, number);
        break;
    case HOLDS_CODE:
        snprintf(text, sizeof text, "PH%04u", (unsigned)number % 10000u);
        row_text(row, column, text);
        break;
    case HOLDS_SUBJECT:
        row_text(row, column, subject_name((enum subject)number));
        break;
    case HOLDS_WHICH:
        row_text(row, column,
                 name_of_subject(book->reading.view, (enum subject)leaf->state[CASE_SUBJECT], (uint32_t)number, text));
        break;
    default:
        break;
    }
}

/* A time, date, entry or person of 0 is none; a count or amount of 0 is 0. */
static void put_number(struct book *book, int64_t number, const struct column *column, struct row *row)
{
    char name[NAME_TEXT_SIZE];

    switch (column->type) {
    case COLUMN_TIME:
        if (number != 0)
            row_time(row, column->name, (struct at){ number, zone_offset_of(&book->zone, number) });
        break;
    case COLUMN_TEXT:
        if (number != 0)
            row_text(row, column->name, name_of_person(book->reading.view, number, name));
        break;
    case COLUMN_DATE:
    case COLUMN_ENTRY:
        if (number != 0)
            row_number(row, column->name, number);
        break;
    default:
        row_number(row, column->name, number);
        break;
    }
}

/* Behind the named places: the sources of a dose, the people locked out of a patient's care, or with a part in a case. */
static void put_rest(struct book *book, const struct leaf *leaf, struct row *row)
{
    char name[NAME_TEXT_SIZE], pair[AMOUNT_TEXT_SIZE], text[NAME_TEXT_SIZE + AMOUNT_TEXT_SIZE];

    for (size_t i = leaf_place_count(leaf->table); i < leaf->count; i++) {
        const int64_t *source = leaf->state + i;

        if (leaf->table == SUBJECT_PATIENT)
            row_item(row, "may_not_act", name_of_person(book->reading.view, leaf->state[i], name));
        if (leaf->table == SUBJECT_CASE)
            row_item(row, "people", name_of_person(book->reading.view, leaf->state[i], name));
        if (leaf->table != SUBJECT_DOSE)
            continue;
        snprintf(text, sizeof text, "%s %s", name_of_subject(book->reading.view, SUBJECT_VIAL, (uint32_t)source[SOURCE_VIAL], name),
                 format_amount_pair((uint64_t)source[SOURCE_MASS], (uint64_t)source[SOURCE_VOLUME], pair));
        row_item(row, "sources", text);
        i += SOURCE_PLACES - 1;
    }
}

void thing_put(struct book *book, const struct leaf *leaf, struct row *row)
{
    enum subject subject = (enum subject)leaf->table;
    const struct column *columns = thing_columns(subject);
    char name[NAME_TEXT_SIZE], text[DESCRIBE_SIZE];

    row_text(row, "id", name_of_subject(book->reading.view, subject, leaf->id, name));
    row_text(row, "description", describe(book, subject, leaf->id, text));
    for (uint16_t i = 0; i < leaf->count && i < leaf_place_count(leaf->table); i++) {
        struct special special = special_of(leaf->table, i);

        if (special.holds == HOLDS_NUMBER)
            put_number(book, leaf->state[i], &columns[FIRST_PLACE + i], row);
        else
            put_special(book, leaf, &special, row, columns[FIRST_PLACE + i].name);
    }
    put_rest(book, leaf, row);
    row_number(row, "touches", leaf->touches);
    row_number(row, "last", leaf->last);
}

/* ---- how it stands */

bool thing_has_ended(struct book *book, const struct leaf *leaf)
{
    int64_t until;

    switch (leaf->table) {
    case SUBJECT_DOSE:
        return leaf->state[DOSE_STATE] >= DOSE_IS_SETTLED;
    case SUBJECT_SESSION:
        return leaf->state[SESSION_STATE] != SESSION_IS_OPEN;
    case SUBJECT_CASE:
        return leaf->state[CASE_STATE] == CASE_IS_RESOLVED;
    case SUBJECT_COUNT:
        return leaf->state[COUNT_CERTIFIED] != 0;
    case SUBJECT_ORDER:
        until = leaf->state[ORDER_UNTIL];
        return leaf->state[ORDER_CANCELLED] != 0 || leaf->state[ORDER_USED] >= leaf->state[ORDER_SESSIONS] ||
               (until != 0 && until < book_now_ms(book));
    default:
        return false;
    }
}

bool thing_is_struck(const struct leaf *leaf)
{
    return (leaf->table == SUBJECT_ORDER && leaf->state[ORDER_CANCELLED] != 0) ||
           (leaf->table == SUBJECT_PRODUCT && leaf->state[PRODUCT_REPLACED] != 0) ||
           (leaf->table == SUBJECT_CREDENTIAL && leaf->state[CREDENTIAL_REVOKED] != 0);
}

/* Names of the first officers stand in genesis under keys of their own. */
static bool newest_private(struct book *book, const struct leaf *leaf, uint8_t key, char *out, size_t size)
{
    enum kind_number kind = leaf->table == SUBJECT_PATIENT ? KIND_PATIENT : KIND_PERSON;
    struct entry entry;
    struct event event;
    uint32_t number = 0;

    for (uint32_t n = leaf->touches; n > 0; n--) {
        if (!view_touched_by(book->reading.view, (enum subject)leaf->table, leaf->id, n, &number) ||
            !book_event(book, number, &entry, &event) || (event.kind->number != kind && event.kind->number != KIND_GENESIS))
            continue;
        if (private_text(book, number, (uint8_t)(key + (number == 1 ? leaf->id - 1 : 0)), out, size))
            return true;
    }
    return false;
}

/* A full name has one key in persons, patients and, from it on, the officers of the beginning. */
bool full_name(struct book *book, const struct leaf *leaf, char out[static FULL_NAME_SIZE])
{
    return newest_private(book, leaf, FACT_PATIENT_NAME, out, FULL_NAME_SIZE);
}

bool patient_address(struct book *book, const struct leaf *leaf, char out[static ADDRESS_SIZE])
{
    return newest_private(book, leaf, FACT_PATIENT_ADDRESS, out, ADDRESS_SIZE);
}

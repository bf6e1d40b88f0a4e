#include "cli/describe.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/sentence.h"
#include "schema/amount.h"
#include "schema/ident.h"

enum { ORIGIN_SIZE = LOT_SIZE + CIVIL_TEXT_SIZE + 16 };

static_assert((int)PAIR_SIZE == (int)AMOUNT_TEXT_SIZE, "a pair is an amount");

/* One number of a leaf. */
static int64_t number_of(struct book *book, enum subject subject, uint32_t id, unsigned place)
{
    return view_number(book->reading.view, subject, id, place);
}

/* ---- names of states and choices */

static const char *name_in(const char *const *names, size_t count, int64_t number)
{
    return number > 0 && (uint64_t)number < count ? names[number] : "-";
}

const char *vial_state_name(int64_t state)
{
    static const char *const names[] = { "-", "sealed", "open", "finished", "issued", "void" };

    return name_in(names, sizeof names / sizeof names[0], state);
}

const char *session_state_name(int64_t state)
{
    static const char *const names[] = { "-", "open", "closed", "void" };

    return name_in(names, sizeof names / sizeof names[0], state);
}

const char *dose_state_name(int64_t state)
{
    static const char *const names[] = { "-", "drawn", "running", "paused", "stopped", "held", "settled", "void" };

    return name_in(names, sizeof names / sizeof names[0], state);
}

const char *case_state_name(int64_t state)
{
    static const char *const names[] = { "-", "open", "resolved", "resolved, and waits for somebody from outside" };

    return name_in(names, sizeof names / sizeof names[0], state);
}

const char *choice_text(enum kind_number kind, const char *field, int64_t number)
{
    const struct field *of = field_named(kind_find(kind)->fields, field);
    const char *name = of != NULL && number > 0 ? choice_name(of->choices, (uint64_t)number) : NULL;

    return name != NULL ? name : "-";
}

const char *roles_text(int64_t roles, char out[static ROLES_SIZE])
{
    size_t used = 0;

    out[0] = '\0';
    for (const struct choice *role = choices_role; role->number != 0; role++)
        if ((roles & (INT64_C(1) << (role->number - 1))) != 0)
            used += (size_t)snprintf(out + used, ROLES_SIZE - used, "%s%s", used > 0 ? "," : "", role->name);
    return out;
}

/* ---- vials */

static uint64_t strength_of(struct book *book, uint32_t vial)
{
    uint32_t product = (uint32_t)number_of(book, SUBJECT_VIAL, vial, VIAL_PRODUCT);

    return (uint64_t)number_of(book, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH);
}

const char *left_in_vial(struct book *book, uint32_t vial, char out[static PAIR_SIZE])
{
    uint64_t left_ul = (uint64_t)number_of(book, SUBJECT_VIAL, vial, VIAL_LEFT), mass_ng;

    if (mass_of_volume(left_ul, strength_of(book, vial), &mass_ng))
        return format_amount_pair(mass_ng, left_ul, out);
    return format_volume(left_ul, out);
}

/* The lot that facts give: what is found is of one lot, what is received of one in each line. */
static struct bytes lot_in(const struct facts *facts, int64_t line)
{
    const struct field *lot = field_named(facts->fields, "lot"), *lines = field_named(facts->fields, "lines");
    struct list_cursor cursor;
    struct facts row;

    if (lot != NULL && facts_get(facts, lot->key) != NULL)
        return facts_get(facts, lot->key)->bytes;
    if (lines == NULL || facts_get(facts, lines->key) == NULL)
        return bytes_of("", 0);
    list_begin(&cursor, lines, facts_get(facts, lines->key));
    while (rows_next(&cursor, &row))
        if (line-- == 0)
            return lot_in(&row, 0);
    return bytes_of("", 0);
}

const char *lot_of_vial(struct book *book, uint32_t vial, char out[static LOT_SIZE])
{
    struct bytes lot = bytes_of("", 0);
    struct entry entry;
    struct event event;

    if (book_event(book, (uint32_t)number_of(book, SUBJECT_VIAL, vial, VIAL_BORN), &entry, &event))
        lot = lot_in(&event.facts, number_of(book, SUBJECT_VIAL, vial, VIAL_LINE));
    snprintf(out, LOT_SIZE, "%.*s", (int)lot.size, (const char *)lot.data);
    return out;
}

/* "lot L1  exp 2028-09-30": of what was found one or both may be unknown. */
static const char *origin_text(struct book *book, uint32_t vial, char out[static ORIGIN_SIZE])
{
    int64_t expiry = number_of(book, SUBJECT_VIAL, vial, VIAL_EXPIRY);
    char lot[LOT_SIZE], date[CIVIL_TEXT_SIZE];

    lot_of_vial(book, vial, lot);
    snprintf(out, ORIGIN_SIZE, "lot %s  exp %s", lot[0] != '\0' ? lot : "unknown",
             expiry != 0 ? civil_format_date((int32_t)expiry, date) : "unknown");
    return out;
}

static void describe_product(struct book *book, uint32_t id, char out[static DESCRIBE_SIZE])
{
    char strength[AMOUNT_TEXT_SIZE], volume[AMOUNT_TEXT_SIZE];

    snprintf(out, DESCRIBE_SIZE, "%s  %s %s  %s%s",
             choice_text(KIND_PRODUCT, "drug", number_of(book, SUBJECT_PRODUCT, id, PRODUCT_DRUG)),
             format_strength((uint64_t)number_of(book, SUBJECT_PRODUCT, id, PRODUCT_STRENGTH), strength),
             format_volume((uint64_t)number_of(book, SUBJECT_PRODUCT, id, PRODUCT_VOLUME), volume),
             choice_text(KIND_PRODUCT, "form", number_of(book, SUBJECT_PRODUCT, id, PRODUCT_FORM)),
             number_of(book, SUBJECT_PRODUCT, id, PRODUCT_REPLACED) != 0      ? "  REPLACED"
             : number_of(book, SUBJECT_PRODUCT, id, PRODUCT_PROVISIONAL) != 0 ? "  PROVISIONAL"
                                                                              : "");
}

static void describe_vial(struct book *book, uint32_t id, char out[static DESCRIBE_SIZE])
{
    uint32_t product = (uint32_t)number_of(book, SUBJECT_VIAL, id, VIAL_PRODUCT);
    int64_t state = number_of(book, SUBJECT_VIAL, id, VIAL_STATE), held = number_of(book, SUBJECT_VIAL, id, VIAL_HELD);
    char name[NAME_TEXT_SIZE], strength[AMOUNT_TEXT_SIZE], volume[AMOUNT_TEXT_SIZE], origin[ORIGIN_SIZE], left[PAIR_SIZE];

    snprintf(out, DESCRIBE_SIZE, "%s %s %s  %s  %s%s%s%s%s",
             name_of_subject(book->reading.view, SUBJECT_PRODUCT, product, name),
             format_strength((uint64_t)number_of(book, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH), strength),
             format_volume((uint64_t)number_of(book, SUBJECT_PRODUCT, product, PRODUCT_VOLUME), volume),
             origin_text(book, id, origin),
             state == VIAL_SEALED || state == VIAL_OPEN ? "holds " : "",
             state == VIAL_SEALED || state == VIAL_OPEN ? left_in_vial(book, id, left) : vial_state_name(state),
             held != 0 ? "  ON HOLD: " : "", held != 0 ? choice_text(KIND_HOLD, "why", held) : "",
             number_of(book, SUBJECT_VIAL, id, VIAL_UNCHECKED) != 0 ? "  UNCHECKED" : "");
}

/* ---- doses */

const char *open_of_dose(struct book *book, uint32_t dose, char out[static PAIR_SIZE])
{
    uint64_t open_ng = (uint64_t)number_of(book, SUBJECT_DOSE, dose, DOSE_OPEN);
    uint64_t drawn_ng = (uint64_t)number_of(book, SUBJECT_DOSE, dose, DOSE_DRAWN);
    uint64_t volume_ul = (uint64_t)number_of(book, SUBJECT_DOSE, dose, DOSE_VOLUME), open_ul;

    if (drawn_ng != 0 && muldiv_half_even(open_ng, volume_ul, drawn_ng, &open_ul))
        return format_amount_pair(open_ng, open_ul, out);
    return format_mass(open_ng, out);
}

static void describe_dose(struct book *book, uint32_t id, char out[static DESCRIBE_SIZE])
{
    char drawn[AMOUNT_TEXT_SIZE], open[PAIR_SIZE], when[CIVIL_TEXT_SIZE], session[IDENT_TEXT_SIZE], holder[NAME_TEXT_SIZE];
    int64_t state = number_of(book, SUBJECT_DOSE, id, DOSE_STATE);
    uint32_t in = (uint32_t)number_of(book, SUBJECT_DOSE, id, DOSE_SESSION);

    snprintf(out, DESCRIBE_SIZE, "%s  %s drawn %s%s%s  %s%s%s  by %s",
             choice_text(KIND_PRODUCT, "drug", number_of(book, SUBJECT_DOSE, id, DOSE_DRUG)),
             format_mass((uint64_t)number_of(book, SUBJECT_DOSE, id, DOSE_DRAWN), drawn),
             book_time(book, number_of(book, SUBJECT_DOSE, id, DOSE_DRAWN_AT), when), in != 0 ? " for " : "",
             in != 0 ? ident_format(SUBJECT_SESSION, in, session) : "", dose_state_name(state),
             state >= DOSE_IS_SETTLED ? "" : ", open ", state >= DOSE_IS_SETTLED ? "" : open_of_dose(book, id, open),
             name_of_person(book->reading.view, number_of(book, SUBJECT_DOSE, id, DOSE_HOLDER), holder));
}

/* ---- the others */

static void describe_session(struct book *book, uint32_t id, char out[static DESCRIBE_SIZE])
{
    uint32_t order = (uint32_t)number_of(book, SUBJECT_SESSION, id, SESSION_ORDER);
    uint32_t place = (uint32_t)number_of(book, SUBJECT_SESSION, id, SESSION_PLACE);
    int64_t outcome = number_of(book, SUBJECT_SESSION, id, SESSION_OUTCOME);
    char patient[IDENT_TEXT_SIZE], by[IDENT_TEXT_SIZE] = "no order", in[NAME_TEXT_SIZE] = "no place", since[CIVIL_TEXT_SIZE];

    if (order != 0)
        ident_format(SUBJECT_ORDER, order, by);
    if (place != 0)
        name_of_subject(book->reading.view, SUBJECT_PLACE, place, in);
    snprintf(out, DESCRIBE_SIZE, "%s  %s  %s  since %s  %s%s%s",
             ident_format(SUBJECT_PATIENT, (uint32_t)number_of(book, SUBJECT_SESSION, id, SESSION_PATIENT), patient), by, in,
             book_time(book, number_of(book, SUBJECT_SESSION, id, SESSION_OPENED_AT), since),
             session_state_name(number_of(book, SUBJECT_SESSION, id, SESSION_STATE)),
             outcome != 0 ? ": " : "", outcome != 0 ? choice_text(KIND_SESSION_CLOSE, "outcome", outcome) : "");
}

enum { WEIGHT_SIZE = 2 * AMOUNT_TEXT_SIZE };

/* " × 70 kg = 35 mg": what an order by weight comes to, half to even; "" for another. */
static const char *weight_text(struct book *book, uint32_t order, char out[static WEIGHT_SIZE])
{
    uint64_t per_kg_ng = (uint64_t)number_of(book, SUBJECT_ORDER, order, ORDER_DOSE_PER_KG), mass_ng;
    uint64_t weight_g = (uint64_t)number_of(book, SUBJECT_ORDER, order, ORDER_WEIGHT);
    char mass[AMOUNT_TEXT_SIZE], fraction[8] = "";
    size_t size;

    out[0] = '\0';
    if (per_kg_ng == 0 || weight_g == 0 || !muldiv_half_even(per_kg_ng, weight_g, 1000, &mass_ng))
        return out;
    if (weight_g % 1000 != 0)
        snprintf(fraction, sizeof fraction, ".%03" PRIu64, weight_g % 1000);
    for (size = strlen(fraction); size > 0 && fraction[size - 1] == '0'; size--)
        fraction[size - 1] = '\0';
    snprintf(out, WEIGHT_SIZE, " \u00d7 %" PRIu64 "%s kg = %s", weight_g / 1000, fraction, format_mass(mass_ng, mass));
    return out;
}

static void describe_order(struct book *book, uint32_t id, char out[static DESCRIBE_SIZE])
{
    int64_t per_kg = number_of(book, SUBJECT_ORDER, id, ORDER_DOSE_PER_KG);
    int64_t until = number_of(book, SUBJECT_ORDER, id, ORDER_UNTIL);
    char patient[IDENT_TEXT_SIZE], dose[AMOUNT_TEXT_SIZE], by_weight[WEIGHT_SIZE], until_text[CIVIL_TEXT_SIZE] = "";

    if (until != 0)
        book_time(book, until, until_text);
    snprintf(out, DESCRIBE_SIZE, "%s  %s %s  %s%s%s  %" PRId64 " of %" PRId64 " used%s%s%s%s",
             ident_format(SUBJECT_PATIENT, (uint32_t)number_of(book, SUBJECT_ORDER, id, ORDER_PATIENT), patient),
             choice_text(KIND_ORDER, "drug", number_of(book, SUBJECT_ORDER, id, ORDER_DRUG)),
             choice_text(KIND_ORDER, "route", number_of(book, SUBJECT_ORDER, id, ORDER_ROUTE)),
             format_mass((uint64_t)(per_kg != 0 ? per_kg : number_of(book, SUBJECT_ORDER, id, ORDER_DOSE)), dose),
             per_kg != 0 ? "/kg" : "", weight_text(book, id, by_weight), number_of(book, SUBJECT_ORDER, id, ORDER_USED),
             number_of(book, SUBJECT_ORDER, id, ORDER_SESSIONS), until != 0 ? "  until " : "", until_text,
             number_of(book, SUBJECT_ORDER, id, ORDER_CANCELLED) != 0 ? "  CANCELLED" : "",
             number_of(book, SUBJECT_ORDER, id, ORDER_UNSIGNED) != 0 ? "  UNSIGNED" : "");
}

static void describe_patient(struct book *book, uint32_t id, char out[static DESCRIBE_SIZE])
{
    uint32_t open = (uint32_t)number_of(book, SUBJECT_PATIENT, id, PATIENT_OPEN_SESSION);
    char session[IDENT_TEXT_SIZE];

    int64_t sessions = number_of(book, SUBJECT_PATIENT, id, PATIENT_SESSIONS);

    snprintf(out, DESCRIBE_SIZE, "%" PRId64 " session%s%s%s", sessions, sessions == 1 ? "" : "s",
             open != 0 ? "  in " : "", open != 0 ? ident_format(SUBJECT_SESSION, open, session) : "");
}

static void describe_person(struct book *book, uint32_t id, char out[static DESCRIBE_SIZE])
{
    char roles[ROLES_SIZE], until[CIVIL_TEXT_SIZE] = "";
    int64_t until_ms = number_of(book, SUBJECT_CREDENTIAL, id, CREDENTIAL_UNTIL);

    if (until_ms != 0)
        book_time(book, until_ms, until);
    snprintf(out, DESCRIBE_SIZE, "%s%s%s%s%s", roles_text(number_of(book, SUBJECT_CREDENTIAL, id, CREDENTIAL_ROLES), roles),
             until_ms != 0 ? "  until " : "", until,
             number_of(book, SUBJECT_CREDENTIAL, id, CREDENTIAL_PROVISIONAL) != 0 ? "  PROVISIONAL" : "",
             number_of(book, SUBJECT_CREDENTIAL, id, CREDENTIAL_REVOKED) != 0 ? "  REVOKED" : "");
}

static void describe_place(struct book *book, uint32_t id, char out[static DESCRIBE_SIZE])
{
    uint32_t within = (uint32_t)number_of(book, SUBJECT_PLACE, id, PLACE_WITHIN);
    char name[NAME_TEXT_SIZE];

    snprintf(out, DESCRIBE_SIZE, "%s%s%s%s", choice_text(KIND_PLACE, "type", number_of(book, SUBJECT_PLACE, id, PLACE_TYPE)),
             within != 0 ? " in " : "", within != 0 ? name_of_subject(book->reading.view, SUBJECT_PLACE, within, name) : "",
             number_of(book, SUBJECT_PLACE, id, PLACE_PROVISIONAL) != 0 ? "  PROVISIONAL" : "");
}

static void describe_party(struct book *book, uint32_t id, char out[static DESCRIBE_SIZE])
{
    int64_t until = number_of(book, SUBJECT_PARTY, id, PARTY_VALID_UNTIL);
    char date[CIVIL_TEXT_SIZE] = "";

    if (until != 0)
        civil_format_date((int32_t)until, date);
    snprintf(out, DESCRIBE_SIZE, "%s%s%s%s", choice_text(KIND_PARTY, "type", number_of(book, SUBJECT_PARTY, id, PARTY_TYPE)),
             until != 0 ? "  until " : "", date,
             number_of(book, SUBJECT_PARTY, id, PARTY_PROVISIONAL) != 0 ? "  PROVISIONAL" : "");
}

static void describe_case(struct book *book, uint32_t id, char out[static DESCRIBE_SIZE])
{
    uint32_t about = (uint32_t)number_of(book, SUBJECT_CASE, id, CASE_ID);
    unsigned subject = (unsigned)number_of(book, SUBJECT_CASE, id, CASE_SUBJECT);
    char name[NAME_TEXT_SIZE];

    int64_t code = number_of(book, SUBJECT_CASE, id, CASE_CODE), difference_ng = number_of(book, SUBJECT_CASE, id, CASE_DIFFERENCE);
    uint64_t apart_ng = (uint64_t)(difference_ng < 0 ? -difference_ng : difference_ng);
    char words[128] = "opened by hand", mass[AMOUNT_TEXT_SIZE];
    int used = 0;

    if (code != 0) {
        used = snprintf(out, DESCRIBE_SIZE, "PH%04u ", (unsigned)code);
        refusal_words((unsigned)code, words, sizeof words);
    }
    snprintf(out + used, DESCRIBE_SIZE - (size_t)used, "%s%s%s%s%s%s  #%" PRId64 "  %s", words, subject != 0 ? ": " : "",
             subject != 0 ? name_of_subject(book->reading.view, (enum subject)subject, about, name) : "",
             difference_ng != 0 ? "  " : "", difference_ng != 0 ? format_mass(apart_ng, mass) : "",
             difference_ng < 0 ? " missing" : difference_ng > 0 ? " too much" : "",
             number_of(book, SUBJECT_CASE, id, CASE_ENTRY), case_state_name(number_of(book, SUBJECT_CASE, id, CASE_STATE)));
}

static void describe_count(struct book *book, uint32_t id, char out[static DESCRIBE_SIZE])
{
    int64_t cases = number_of(book, SUBJECT_COUNT, id, COUNT_CASES), lines = number_of(book, SUBJECT_COUNT, id, COUNT_LINES);
    int64_t certified = number_of(book, SUBJECT_COUNT, id, COUNT_CERTIFIED);
    char name[NAME_TEXT_SIZE], by[32] = "";

    if (certified != 0)
        snprintf(by, sizeof by, "  certified by #%" PRId64, certified);
    snprintf(out, DESCRIBE_SIZE, "%s%s as of #%" PRId64 "  %" PRId64 " line%s  %" PRId64 " case%s%s",
             number_of(book, SUBJECT_COUNT, id, COUNT_WHOLE) != 0 ? "all of " : "",
             name_of_subject(book->reading.view, SUBJECT_PLACE, (uint32_t)number_of(book, SUBJECT_COUNT, id, COUNT_PLACE), name),
             number_of(book, SUBJECT_COUNT, id, COUNT_AS_OF), lines, lines == 1 ? "" : "s", cases, cases == 1 ? "" : "s", by);
}

const char *describe(struct book *book, enum subject subject, uint32_t id, char out[static DESCRIBE_SIZE])
{
    static void (*const describers[])(struct book *, uint32_t, char[static DESCRIBE_SIZE]) = {
        [SUBJECT_VIAL] = describe_vial, [SUBJECT_DOSE] = describe_dose, [SUBJECT_SESSION] = describe_session,
        [SUBJECT_PATIENT] = describe_patient, [SUBJECT_CREDENTIAL] = describe_person,
        [SUBJECT_PRODUCT] = describe_product, [SUBJECT_PLACE] = describe_place, [SUBJECT_PARTY] = describe_party,
        [SUBJECT_ORDER] = describe_order, [SUBJECT_COUNT] = describe_count, [SUBJECT_CASE] = describe_case };

    out[0] = '\0';
    if ((size_t)subject < sizeof describers / sizeof describers[0] && describers[subject] != NULL &&
        view_leaf(book->reading.view, subject, id) != NULL)
        describers[subject](book, id, out);
    return out;
}

/* ---- balances */

/* "75 drawn = 60 given + 15 wasted", all of a dose's mass in mg. */
static void settled_text(struct book *book, uint32_t dose, char *out, size_t size)
{
    static const struct {
        enum dose_place place;
        const char *name;
    } parts[] = { { DOSE_GIVEN, "given" }, { DOSE_WASTED, "wasted" }, { DOSE_RESIDUAL, "left behind" },
                  { DOSE_RETURNED, "returned" }, { DOSE_DESTROYED, "destroyed" }, { DOSE_LOST, "lost" },
                  { DOSE_HANDED_OUT, "handed out" }, { DOSE_ADJUSTED_DOWN, "adjusted away" } };
    const char *between = " = ";
    char amount[AMOUNT_TEXT_SIZE];
    size_t used = (size_t)snprintf(out, size, "%s drawn",
                                   format_mass((uint64_t)number_of(book, SUBJECT_DOSE, dose, DOSE_DRAWN), amount));
    uint64_t added_ng = (uint64_t)number_of(book, SUBJECT_DOSE, dose, DOSE_ADJUSTED_UP);

    if (added_ng != 0 && used < size)
        used += (size_t)snprintf(out + used, size - used, " + %s adjusted", format_mass(added_ng, amount));
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        uint64_t mass_ng = (uint64_t)number_of(book, SUBJECT_DOSE, dose, parts[i].place);

        if (mass_ng == 0 || used >= size)
            continue;
        used += (size_t)snprintf(out + used, size - used, "%s%s %s", between, format_mass(mass_ng, amount), parts[i].name);
        between = " + ";
    }
}

const char *describe_dose_balance(struct book *book, uint32_t id, const char *name, char out[static DESCRIBE_SIZE])
{
    char open[PAIR_SIZE], parts[DESCRIBE_SIZE - NAME_TEXT_SIZE - 16];
    int64_t state = number_of(book, SUBJECT_DOSE, id, DOSE_STATE);

    if (state == DOSE_IS_SETTLED) {
        settled_text(book, id, parts, sizeof parts);
        snprintf(out, DESCRIBE_SIZE, "%s settled: %s.", name, parts);
    } else if (state == DOSE_IS_VOID) {
        snprintf(out, DESCRIBE_SIZE, "%s is void.", name);
    } else if (state == DOSE_IS_HELD) {
        snprintf(out, DESCRIBE_SIZE, "%s is held sealed: %s to account for.", name, open_of_dose(book, id, open));
    } else {
        snprintf(out, DESCRIBE_SIZE, "%s is open: %s to account for.", name, open_of_dose(book, id, open));
    }
    return out;
}

const char *describe_balance(struct book *book, enum subject subject, uint32_t id, char out[static DESCRIBE_SIZE])
{
    char name[NAME_TEXT_SIZE], left[PAIR_SIZE];
    int64_t state;

    out[0] = '\0';
    name_of_subject(book->reading.view, subject, id, name);
    if (subject == SUBJECT_DOSE)
        describe_dose_balance(book, id, name, out);
    if (subject == SUBJECT_VIAL) {
        state = number_of(book, SUBJECT_VIAL, id, VIAL_STATE);
        if (state == VIAL_SEALED || state == VIAL_OPEN)
            snprintf(out, DESCRIBE_SIZE, "%s has %s left.", name, left_in_vial(book, id, left));
        else
            snprintf(out, DESCRIBE_SIZE, "%s is %s.", name, vial_state_name(state));
    }
    return out;
}

/* ---- private texts */

/* An opening is believed only when it is the one whose hash was signed. */
static bool is_signed_opening(const struct event *event, uint8_t key, struct bytes opening)
{
    struct digest digest = digest_bytes(opening.data, opening.size);

    for (size_t i = 0; i < event->private_count; i++)
        if (event->privates[i].key == key)
            return memcmp(event->privates[i].hash, digest.bytes, DIGEST_SIZE) == 0;
    return false;
}

bool private_text(struct book *book, uint32_t number, uint8_t key, char *out, size_t size)
{
    uint8_t bytes[OPENING_LIMIT];
    size_t opening_size;
    struct opening opening;
    struct entry entry;
    struct event event;
    struct error error;

    if (!book_event(book, number, &entry, &event) ||
        ledger_opening(book->ledger, event.act, key, bytes, &opening_size, &error) != LEDGER_OK ||
        !is_signed_opening(&event, key, bytes_of(bytes, opening_size)) ||
        opening_decode(bytes_of(bytes, opening_size), event.kind, &opening) != EVENT_OK || opening.value.bytes.size >= size)
        return false;
    memcpy(out, opening.value.bytes.data, opening.value.bytes.size);
    out[opening.value.bytes.size] = '\0';
    return true;
}

/* Lines 3 to 5 of an attestation: what the acts of a period say of doses, of patients and those about them, of sessions; and
 * which rules they own up to having gone against. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/attest_internal.h"
#include "ledger/names.h"
#include "ledger/rules.h"

enum { HOUR_MS = 60 * 60 * 1000, BY_PATIENT = 2 };

/* ---- who and what an entry is about */

static bool touches_any(const struct walk_row *row, enum subject subject)
{
    struct touch_cursor cursor;
    struct touch touch;

    touches_begin(&cursor, &row->entry.header);
    while (touches_next(&cursor, &touch))
        if (touch.subject == subject)
            return true;
    return false;
}

/* ---- who may not act for whom */

static bool is_on_list(struct acts *acts, uint32_t patient, int64_t person)
{
    const struct leaf *leaf = view_leaf(acts->view, SUBJECT_PATIENT, patient);

    for (uint16_t i = PATIENT_MAY_NOT_ACT; person > 0 && leaf != NULL && i < leaf->count; i++)
        if (leaf->state[i] == person)
            return true;
    return false;
}

/* Whether somebody is on the list, as it is now, of a patient that the entry touches. */
static bool is_listed(struct acts *acts, const struct walk_row *row, int64_t person)
{
    struct touch_cursor cursor;
    struct touch touch;

    touches_begin(&cursor, &row->entry.header);
    while (touches_next(&cursor, &touch))
        for (uint32_t i = 0; touch.subject == SUBJECT_PATIENT && i < touch.count; i++)
            if (is_on_list(acts, touch.id + i, person))
                return true;
    return false;
}

/* The names of those in the entry who are listed, "" for nobody. */
enum { NAMES_SIZE = (EVENT_SIGNERS_LIMIT + EVENT_PERFORMED_LIMIT) * (NAME_TEXT_SIZE + 5) };
static void listed_names(struct acts *acts, const struct walk_row *row, char names[static NAMES_SIZE])
{
    const struct event *event = &row->event;
    char name[NAME_TEXT_SIZE];

    names[0] = '\0';
    for (size_t i = 0; i < event->signer_count + event->performed_count; i++) {
        int64_t person = i < event->signer_count ? event->signers[i].person : event->performed[i - event->signer_count].person;
        size_t used = strlen(names);

        if (is_listed(acts, row, person))
            snprintf(names + used, NAMES_SIZE - used, "%s%s", used > 0 ? " and " : "",
                     name_of_person(acts->view, person, name));
    }
}

/* Those who are listed; where nobody is any more, who did it. */
static void name_people(struct acts *acts, const struct walk_row *row, enum attest_part part)
{
    char names[NAMES_SIZE];

    listed_names(acts, row, names);
    if (names[0] == '\0')
        (void)name_of_person(acts->view, rules_doer(&row->event), names);
    attest_name(acts->facts, part, row->number, "%s #%" PRIu32, names, row->number);
}

/* ---- against the rules: an irregular entry speaks against the lines of its codes, even where it was taken back since */

/* Codes stand in brackets after how many acts there are: each once. */
static void name_code(struct attest_facts *facts, enum attest_part part, uint16_t code)
{
    char text[8];
    int64_t count = facts->tallies[part].count;

    snprintf(text, sizeof text, "PH%04u", code % 10000u);
    if (strstr(facts->tallies[part].items, text) == NULL)
        attest_name(facts, part, 0, "%s", text);
    facts->tallies[part].count = count;
}

static void take_irregular(struct acts *acts, const struct walk_row *row)
{
    bool is_noted[ATTEST_PARTS] = { false };

    if (row->event.irregular_count == 0)
        return;
    attest_note(acts->facts, PART_IRREGULAR, row->number);
    for (size_t i = 0; i < row->event.irregular_count; i++) {
        enum attest_part part = attest_part_against(row->event.irregular[i]);

        if (part == ATTEST_PARTS)
            continue;
        if (part == PART_LISTED || part == PART_GAVE_ITSELF) {
            if (!is_noted[part])
                name_people(acts, row, part);
        } else {
            if (!is_noted[part])
                attest_note(acts->facts, part, row->number);
            name_code(acts->facts, part, row->event.irregular[i]);
        }
        is_noted[part] = true;
    }
}

static bool has_code(const struct event *event, enum refusal_code code)
{
    for (size_t i = 0; i < event->irregular_count; i++)
        if (event->irregular[i] == code)
            return true;
    return false;
}

/* ---- not self */

/* Kinds by which somebody treats a patient or handles what is for one. */
static bool is_about_care(const struct walk_row *row)
{
    switch (row->event.kind->number) {
    case KIND_ORDER:
    case KIND_SESSION_OPEN:
    case KIND_SESSION_CLOSE:
    case KIND_DRAW:
    case KIND_ADMINISTER:
    case KIND_HANDOVER:
    case KIND_WASTE:
    case KIND_RESIDUAL:
    case KIND_HELD:
    case KIND_RETURN:
    case KIND_OBSERVE:
        return true;
    default:
        return false;
    }
}

/* What an entry says by now: a correction may have given it other facts. What it said at first stands in its codes. */
static const struct facts *facts_now(const struct walk_row *row, struct facts *room)
{
    return walk_corrected_facts(&row->event, &row->effect, room) ? room : &row->event.facts;
}

static void treat(struct acts *acts, const struct walk_row *row)
{
    struct facts room;
    uint32_t patient = ref_id(facts_get(facts_now(row, &room), FACT_SESSION_OPEN_PATIENT));

    if (patient <= acts->patients)
        acts->is_treated[patient] = 1;
}

static bool is_by_outsider(const struct event *event)
{
    for (size_t i = 0; i < event->performed_count; i++)
        if (event->performed[i].person == PERSON_NEW)
            return true;
    return false;
}

static void take_gift(struct acts *acts, const struct walk_row *row)
{
    struct facts room;
    const struct facts *facts = facts_now(row, &room);
    const struct value *person = facts_get(facts, FACT_ADMINISTER_TO_PERSON);
    char name[NAME_TEXT_SIZE];

    if (person != NULL)
        attest_name(acts->facts, PART_TO_STAFF, row->number, "%s #%" PRIu32, name_of_person(acts->view, person->number, name),
                    row->number);
    if (facts_number(facts, FACT_ADMINISTER_BY, 0) == BY_PATIENT && !acts_is_void(row))
        attest_note(acts->facts, PART_SPRAYED, row->number);
}

static void take_care(struct acts *acts, const struct walk_row *row)
{
    enum kind_number kind = row->event.kind->number;
    char names[NAMES_SIZE];

    if (kind == KIND_PATIENT && facts_get(&row->event.facts, FACT_PATIENT_MAY_ACT_AGAIN) != NULL)
        attest_note(acts->facts, PART_EXCLUSION_ENDED, row->number);
    if (!is_about_care(row))
        return;
    if (kind == KIND_SESSION_OPEN && !acts_is_void(row))
        treat(acts, row);
    if (kind == KIND_ADMINISTER)
        take_gift(acts, row);
    listed_names(acts, row, names);
    if (names[0] != '\0' && !has_code(&row->event, REFUSAL_MAY_NOT_ACT))
        name_people(acts, row, PART_LISTED_SINCE);
    if (!touches_any(row, SUBJECT_DOSE))
        return;
    if (is_by_outsider(&row->event))
        attest_note(acts->facts, PART_OUTSIDER, row->number);
    if (!touches_any(row, SUBJECT_PATIENT))
        attest_note(acts->facts, PART_NO_PATIENT, row->number);
}

static void tell_lists(struct acts *acts)
{
    for (uint32_t patient = 1; patient <= acts->patients; patient++) {
        const struct leaf *leaf = acts->is_treated[patient] ? view_leaf(acts->view, SUBJECT_PATIENT, patient) : NULL;

        if (leaf == NULL)
            continue;
        attest_note(acts->facts, PART_LISTS, 0);
        acts->facts->tallies[PART_LISTS].a += leaf->count > PATIENT_MAY_NOT_ACT;
    }
}

/* ---- doses: settled, and on site */

/* By what its newest act says, which may be the one that settled it or one after it. */
static void take_settled(struct acts *acts, const struct leaf *dose, const char *name, uint32_t born)
{
    int64_t hours = view_policy(acts->view, POLICY_SETTLE_DUE);
    struct facts_fault fault;
    struct entry entry;
    struct event event;
    struct bytes bytes;

    acts->facts->tallies[PART_SETTLED].a++;
    if (dose->state[DOSE_LOST] != 0 || dose->state[DOSE_HANDED_OUT] != 0 || dose->state[DOSE_ADJUSTED_DOWN] != 0 ||
        dose->state[DOSE_ADJUSTED_UP] != 0)
        attest_name(acts->facts, PART_NOT_USED_UP, born, "%s #%" PRIu32, name, born);
    if (!view_entry(acts->view, (uint32_t)dose->state[DOSE_LAST], &bytes) || entry_decode(bytes, &entry) != EVENT_OK ||
        event_decode(entry.message.payload, &event, &fault) != EVENT_OK ||
        event.occurred.ms - dose->state[DOSE_DRAWN_AT] <= hours * HOUR_MS)
        return;
    acts->facts->tallies[PART_SETTLED_LATE].a = hours;
    attest_name(acts->facts, PART_SETTLED_LATE, born, "%s #%" PRIu32, name, born);
}

static bool is_at_place(struct view *view, const struct leaf *dose)
{
    uint32_t session = (uint32_t)dose->state[DOSE_SESSION];

    return session != 0 && view_number(view, SUBJECT_SESSION, session, SESSION_PLACE) != 0;
}

/* A dose of the period, or one from before that is still open: it is told until it is settled. */
static void take_dose(struct acts *acts, const struct leaf *dose, uint32_t born)
{
    struct attest_facts *facts = acts->facts;
    bool is_of_period = born > acts->attesting->period->before;
    int64_t state = dose->state[DOSE_STATE];
    char name[NAME_TEXT_SIZE];

    name_of_subject(acts->view, SUBJECT_DOSE, dose->id, name);
    if (state == DOSE_IS_VOID && is_of_period)
        attest_name(facts, PART_TAKEN_BACK, born, "%s #%" PRIu32, name, born);
    if (state == DOSE_IS_VOID)
        return;
    if (is_of_period) {
        attest_note(facts, PART_SETTLED, 0);
        attest_note(facts, PART_ON_SITE, 0);
        if (!is_at_place(acts->view, dose))
            attest_name(facts, PART_NO_SESSION, born, "%s #%" PRIu32, name, born);
        if (dose->state[DOSE_LOST] != 0)
            attest_name(facts, PART_DOSE_LOST, born, "%s #%" PRIu32, name, born);
        if (state == DOSE_IS_SETTLED)
            take_settled(acts, dose, name, born);
    }
    if (state == DOSE_IS_HELD)
        attest_name(facts, PART_HELD, born, "%s #%" PRIu32, name, born);
    else if (state != DOSE_IS_SETTLED)
        attest_name(facts, PART_OPEN, born, "%s #%" PRIu32, name, born);
}

static void take_doses(struct acts *acts)
{
    for (uint32_t id = 1; id <= view_count(acts->view, SUBJECT_DOSE); id++) {
        const struct leaf *dose = view_leaf(acts->view, SUBJECT_DOSE, id);
        uint32_t born = 0;

        if (dose == NULL || !view_touched_by(acts->view, SUBJECT_DOSE, id, 1, &born) || born > acts->attesting->period->last)
            continue;
        take_dose(acts, dose, born);
    }
}

static void take_handover(struct acts *acts, const struct walk_row *row)
{
    struct facts room;
    const struct value *to = NULL;
    char name[NAME_TEXT_SIZE];

    if (row->event.kind->number == KIND_HANDOVER)
        to = facts_get(facts_now(row, &room), FACT_HANDOVER_TO);
    if (to == NULL || acts_is_void(row) || !touches_any(row, SUBJECT_DOSE))
        return;
    attest_name(acts->facts, PART_HANDED_OUT, row->number, "%s #%" PRIu32,
                name_of_subject(acts->view, SUBJECT_PARTY, ref_id(to), name), row->number);
}

/* ---- */

void care_take(struct acts *acts, const struct walk_row *row)
{
    take_irregular(acts, row);
    take_care(acts, row);
    take_handover(acts, row);
}

void care_tell(struct acts *acts)
{
    take_doses(acts);
    tell_lists(acts);
}

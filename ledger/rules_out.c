/* What leaves the house otherwise than through a patient: lost, sent away, destroyed, handed to an authority. */
#include "ledger/filing.h"
#include "ledger/judge.h"
#include "schema/amount.h"

/* How things leave in one act, and how much of them went. */
struct ending {
    enum vial_place vial;
    enum dose_place dose;
    enum total_place total;
    int64_t mass_ng;
};

static void add_mass(struct judge *judge, struct ending *ending, uint64_t mass_ng)
{
    if (!checked_add_i64(ending->mass_ng, (int64_t)mass_ng, &ending->mass_ng))
        judge_break(judge, REFUSAL_FIELD, 0, 0, 0, 0);
}

/* ---- containers and doses */

/* A container that is there. Held or expired it may leave: that is how such stock ends. */
static bool can_leave(struct judge *judge, const struct leaf *vial)
{
    int64_t state = vial->state[VIAL_STATE];

    if (state == VIAL_SEALED || state == VIAL_OPEN)
        return true;
    judge_break(judge, state == VIAL_FINISHED ? REFUSAL_VIAL_FINISHED : REFUSAL_VIAL_STATE, SUBJECT_VIAL, vial->id, state, 0);
    return false;
}

/* What is still to be taken of it; a correction may find it finished and overdrawn. */
static uint64_t left_of(const struct leaf *vial)
{
    return vial->state[VIAL_LEFT] > 0 ? (uint64_t)vial->state[VIAL_LEFT] : 0;
}

static void take(struct judge *judge, struct leaf *vial, struct ending *ending, uint64_t volume_ul)
{
    vial_take(judge, vial->id, ending->vial, ending->total, volume_ul);
    add_mass(judge, ending, judge_mass_of(judge, (uint32_t)vial->state[VIAL_PRODUCT], volume_ul));
}

/* All of a container goes, whatever the book has left of it. */
static void end_vial(struct judge *judge, struct leaf *vial, void *context)
{
    struct ending *ending = context;

    if (!can_leave(judge, vial))
        return;
    take(judge, vial, ending, left_of(vial));
    vial->state[VIAL_STATE] = VIAL_FINISHED;
    vial->state[VIAL_ENDED] = ending->vial;
    vial->state[VIAL_ENDED_BY] = judge->placing->number;
}

/* What is open of a dose goes; it will not reach its patient. Of a dose that runs nobody knows how much that is,
 * and it can only be lost: who walks out with the pump reads it to nobody. */
static void end_dose(struct judge *judge, struct leaf *dose, void *context)
{
    struct ending *ending = context;
    uint64_t open_ng = (uint64_t)dose->state[DOSE_OPEN];

    if (!(ending->dose == DOSE_LOST ? dose_judge_unsettled : dose_judge_open)(judge, dose))
        return;
    add_mass(judge, ending, open_ng);
    dose_settle_part(judge, dose, ending->dose, ending->total, open_ng);
}

/* ---- to whom */

static int64_t party_type(struct judge *judge, uint32_t party)
{
    return view_number(judge->view, SUBJECT_PARTY, party, PARTY_TYPE);
}

/* Stock goes to a registration that holds on that day. */
static void judge_registration(struct judge *judge, uint32_t party)
{
    int64_t until = view_number(judge->view, SUBJECT_PARTY, party, PARTY_VALID_UNTIL);

    if (view_number(judge->view, SUBJECT_PARTY, party, PARTY_REGISTERED) == 0 ||
        (until != 0 && at_local_days(judge->event->occurred) > until))
        judge_break(judge, REFUSAL_PARTY_UNREGISTERED, SUBJECT_PARTY, party, until, 0);
}

/* ---- ship */

/* Those who may themselves give drugs to patients: what goes to them is counted in the five percent. */
static bool is_practitioner(int64_t type)
{
    return type == PARTY_REGISTRANT || type == PARTY_PHARMACY || type == PARTY_AMBULANCE;
}

static int64_t given_ng(struct judge *judge)
{
    int64_t sum_ng = 0;

    for (uint32_t product = 1; product <= view_count(judge->view, SUBJECT_PRODUCT); product++)
        if (!checked_add_i64(sum_ng, view_number(judge->view, LEAF_TABLE_TOTAL, product, TOTAL_GIVEN), &sum_ng))
            judge_break(judge, REFUSAL_FIELD, SUBJECT_PRODUCT, product, 0, 0);
    return sum_ng;
}

/* The year is the local one of recorded-at, so that nothing written down late changes a year that is over. */
void judge_year(struct judge *judge)
{
    struct at recorded = { judge->placing->recorded_ms, judge->event->occurred.offset_min };
    int32_t year = at_local_time(recorded).date.year;
    struct leaf *site = judge_site(judge);

    if (year <= site->state[SITE_YEAR])
        return;
    site->state[SITE_YEAR] = year;
    site->state[SITE_YEAR_GIVEN] = given_ng(judge);
    site->state[SITE_YEAR_TRANSFERRED] = site->state[SITE_TRANSFERRED];
}

/* Who is not registered as a distributor gives others at most the twentieth part of all that leaves it for patients
 * and for them (21 CFR 1307.11(a)(1)(iv)). T is above (T + G) / 20 exactly where T is above G / 19. */
static void judge_five_percent(struct judge *judge, int64_t mass_ng)
{
    struct leaf *site = judge_site(judge);
    int64_t transferred_ng, year_given_ng = given_ng(judge) - site->state[SITE_YEAR_GIVEN];

    judge_add(judge, site, SITE_TRANSFERRED, mass_ng);
    transferred_ng = site->state[SITE_TRANSFERRED] - site->state[SITE_YEAR_TRANSFERRED];
    if (year_given_ng < 0) /* a correction took back what had been given in the year before */
        year_given_ng = 0;
    if (transferred_ng > 0 && ratio_compare((uint64_t)transferred_ng, 1, (uint64_t)year_given_ng, 19) > 0)
        judge_break(judge, REFUSAL_FIVE_PERCENT, 0, 0, transferred_ng,
                    (int64_t)(((uint64_t)transferred_ng + (uint64_t)year_given_ng) / 20));
}

void rule_ship(struct judge *judge)
{
    struct ending ending = { .vial = VIAL_SHIPPED, .total = TOTAL_SHIPPED };
    uint32_t party = judge_ref(judge, FACT_SHIP_TO);
    int64_t type = party_type(judge, party), days = view_policy(judge->view, POLICY_CERTIFICATE_DAYS);

    judge_provisional(judge, SUBJECT_PARTY, party, PARTY_PROVISIONAL);
    judge_registration(judge, party);
    if (type != PARTY_SUPPLIER && type != PARTY_REVERSE_DISTRIBUTOR && type != PARTY_REGISTRANT)
        judge_break(judge, REFUSAL_PARTY_TYPE, SUBJECT_PARTY, party, 0, 0);
    judge_each(judge, FACT_SHIP_VIALS, end_vial, &ending);
    if (is_practitioner(type))
        judge_five_percent(judge, ending.mass_ng);
    if (type == PARTY_REVERSE_DISTRIBUTOR && days != 0)
        judge_must_file(judge, NOTICE_CERTIFICATE, at_local_days(judge->event->occurred) + days);
}

/* ---- destroy */

/* Some laws want a witness whom the authority has named; he holds the role of an auditor. */
static void judge_authorised(struct judge *judge)
{
    const struct event *event = judge->event;
    int64_t person = 0;

    for (size_t i = 0; i < event->signer_count + event->performed_count; i++) {
        const struct event_signer *one = i < event->signer_count ? &event->signers[i]
                                                                 : &event->performed[i - event->signer_count];

        if (one->meaning != MEANING_WITNESSED)
            continue;
        person = one->person;
        if (person > 0 &&
            (view_number(judge->view, SUBJECT_CREDENTIAL, (uint32_t)person, CREDENTIAL_ROLES) & ROLE_AUDITOR) != 0)
            return;
    }
    judge_break(judge, REFUSAL_ROLE, SUBJECT_CREDENTIAL, person > 0 ? (uint32_t)person : 0, person, ROLE_AUDITOR);
}

static void end_sealed_dose(struct judge *judge, struct leaf *dose, void *context)
{
    dose_judge_seal(judge, dose);
    end_dose(judge, dose, context);
}

void rule_destroy(struct judge *judge)
{
    const struct facts *facts = &judge->event->facts;
    struct ending ending = { .vial = VIAL_DESTROYED, .dose = DOSE_DESTROYED, .total = TOTAL_DESTROYED };

    if (facts_get(facts, FACT_DESTROY_VIALS) == NULL && facts_get(facts, FACT_DESTROY_DOSES) == NULL)
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    if (facts_get(facts, FACT_DESTROY_FORM_41) == NULL)
        judge_break(judge, REFUSAL_NO_FORM, 0, 0, 0, 0);
    if (view_policy(judge->view, POLICY_DESTROY_AUTHORISED) != 0)
        judge_authorised(judge);
    judge_each(judge, FACT_DESTROY_VIALS, end_vial, &ending);
    judge_each(judge, FACT_DESTROY_DOSES, end_sealed_dose, &ending);
}

/* ---- surrender */

void rule_surrender(struct judge *judge)
{
    struct ending ending = { .vial = VIAL_SURRENDERED, .total = TOTAL_SURRENDERED };
    uint32_t party = judge_ref(judge, FACT_SURRENDER_TO);

    judge_provisional(judge, SUBJECT_PARTY, party, PARTY_PROVISIONAL);
    if (party_type(judge, party) != PARTY_AGENCY)
        judge_break(judge, REFUSAL_PARTY_TYPE, SUBJECT_PARTY, party, 0, 0);
    judge_each(judge, FACT_SURRENDER_VIALS, end_vial, &ending);
}

/* ---- loss */

/* A part of a container is gone: somebody was in it, so it is not sealed any more. */
static void lose_part(struct judge *judge, struct leaf *vial, void *context)
{
    int64_t volume_ul = judge_number(judge, FACT_LOSS_VOLUME, 0);
    bool was_finished_since = judge->posting != NULL && vial->state[VIAL_STATE] == VIAL_FINISHED;

    if (!was_finished_since && !can_leave(judge, vial))
        return;
    vial_open(judge, vial);
    take(judge, vial, context, (uint64_t)volume_ul);
    if (vial->state[VIAL_LEFT] == 0)
        vial->state[VIAL_STATE] = VIAL_FINISHED;
}

static void judge_loss_times(struct judge *judge)
{
    int64_t discovered_ms = judge_number(judge, FACT_LOSS_DISCOVERED, 0);

    if (discovered_ms > judge->placing->recorded_ms)
        judge_break(judge, REFUSAL_FUTURE, 0, 0, discovered_ms - judge->placing->recorded_ms, 0);
    if (judge_number(judge, FACT_LOSS_SINCE, discovered_ms) > discovered_ms)
        judge_break(judge, REFUSAL_TIMES, 0, 0, 0, 0);
}

/* The authority is told within so many business days of the discovery, and gets the form within so many days of it
 * (21 CFR 1301.76(b)). */
static void judge_loss_notices(struct judge *judge)
{
    const struct value *discovered = facts_get(&judge->event->facts, FACT_LOSS_DISCOVERED);
    int64_t day = at_local_days((struct at){ discovered->number, (int32_t)discovered->second });
    int64_t notice_days = view_policy(judge->view, POLICY_LOSS_NOTICE_DAYS);
    int64_t form_days = view_policy(judge->view, POLICY_LOSS_FORM_DAYS);

    if (notice_days != 0)
        judge_must_file_soon(judge, NOTICE_LOSS, day, notice_days);
    if (form_days != 0)
        judge_must_file(judge, NOTICE_FORM_106, day + form_days);
}

/* The case of a loss is about the first thing that is gone. */
static void open_loss_case(struct judge *judge, const struct ending *ending)
{
    const struct value *vials = facts_get(&judge->event->facts, FACT_LOSS_VIALS);
    const struct value *doses = facts_get(&judge->event->facts, FACT_LOSS_DOSES);
    const struct field *field = field_with_key(judge->event->kind->fields, vials != NULL ? 1 : 5);
    int64_t count = (vials != NULL ? vials->number : 0) + (doses != NULL ? doses->number : 0);
    struct list_cursor cursor;
    struct value first;

    list_begin(&cursor, field, vials != NULL ? vials : doses);
    if (list_next(&cursor, &first))
        judge_open_case(judge, REFUSAL_LOST, field->subject, view_resolve(judge->view, field->subject, &first), count - 1, 0,
                        -ending->mass_ng);
}

void rule_loss(struct judge *judge)
{
    const struct facts *facts = &judge->event->facts;
    const struct value *vials = facts_get(facts, FACT_LOSS_VIALS);
    struct ending ending = { .vial = VIAL_LOST, .dose = DOSE_LOST, .total = TOTAL_LOST };
    bool in_part = facts_get(facts, FACT_LOSS_VOLUME) != NULL;

    if ((vials == NULL && facts_get(facts, FACT_LOSS_DOSES) == NULL) || (in_part && (vials == NULL || vials->number != 1))) {
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
        return;
    }
    judge_loss_times(judge);
    judge_each(judge, FACT_LOSS_VIALS, in_part ? lose_part : end_vial, &ending);
    judge_each(judge, FACT_LOSS_DOSES, end_dose, &ending);
    if (judge_case(judge, FACT_LOSS_CASE) == NULL && !judge->cannot_stand)
        open_loss_case(judge, &ending);
    if (facts_get(facts, FACT_LOSS_SIGNIFICANT) != NULL)
        judge_loss_notices(judge);
}

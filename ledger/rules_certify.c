/* What certify does: an inventory of all that is on hand is signed for, and the time before it is looked at twice.
 *
 * It states no figures. The book's are those of the closing it speaks of, the counted ones those of its counts, so that
 * nothing can be copied wrongly (SPEC section 9.5). */
#include <stdlib.h>

#include "ledger/effect.h"
#include "ledger/judge.h"
#include "ledger/period.h"

enum { COUNTS_LIMIT = 64 };

/* What stands under the counts that an inventory rests on: the places they are of. */
struct stocktake {
    struct closing closing;
    uint32_t places[COUNTS_LIMIT];
    size_t place_count;
};

/* ---- who, and as of when */

/* Two count, and an officer answers for it: one of them, or a third. */
static void judge_officer(struct judge *judge)
{
    const struct event *event = judge->event;

    for (size_t i = 0; i < event->signer_count; i++)
        if ((view_number(judge->view, SUBJECT_CREDENTIAL, (uint32_t)event->signers[i].person, CREDENTIAL_ROLES) & ROLE_OFFICER) != 0)
            return;
    judge_break(judge, REFUSAL_SIGNERS, 0, 0, MEANING_APPROVED, 0);
}

/* A closing after the one that was certified last. */
static bool judge_moment(struct judge *judge, struct closing *closing)
{
    uint32_t as_of = (uint32_t)judge_number(judge, FACT_CERTIFY_AS_OF, 0);

    if (as_of <= view_entries_before(judge->view) && closing_read(judge->view, as_of, closing) &&
        closing->entry.header.recorded_ms > view_site(judge->view, SITE_CERTIFIED_AT))
        return true;
    judge_note(judge, (struct broken){ .code = REFUSAL_CERTIFY_AS_OF, .entry = as_of,
                                       .a = view_site(judge->view, SITE_CERTIFIED) });
    return false;
}

/* The day that an inventory is of: as of its close, that which was closed; as of the opening of business, that on which
 * the closing was written. */
static int32_t day_of_inventory(const struct judge *judge, const struct closing *closing)
{
    struct at recorded = { closing->entry.header.recorded_ms, closing->event.occurred.offset_min };

    return judge_number(judge, FACT_CERTIFY_BASIS, 0) == BASIS_CLOSE ? closing->day : at_local_days(recorded);
}

int32_t rules_inventory_due(struct view *view)
{
    int64_t months = view_policy(view, POLICY_INVENTORY_MONTHS), before = view_site(view, SITE_INVENTORY_DAY);

    if (months == 0 || before == 0)
        return 0;
    return civil_months_later((int32_t)before - 1, (int32_t)months) + (int32_t)view_policy(view, POLICY_INVENTORY_GRACE);
}

static void judge_day(struct judge *judge, int32_t day)
{
    int32_t last = rules_inventory_due(judge->view);

    if (judge_number(judge, FACT_CERTIFY_TYPE, 0) == INVENTORY_BIENNIAL && last != 0 && day > last)
        judge_open_case(judge, REFUSAL_INVENTORY_OVERDUE, 0, 0, day, last, 0);
}

/* ---- what was counted */

static void take_count(struct judge *judge, struct leaf *count, void *context)
{
    struct stocktake *taken = context;
    int64_t span_days = view_policy(judge->view, POLICY_COUNT_SPAN);
    int64_t apart_ms = count->state[COUNT_AT] - taken->closing.entry.header.recorded_ms;

    if (count->state[COUNT_WHOLE] == 0 || count->state[COUNT_CERTIFIED] != 0 || llabs(apart_ms) > span_days * CIVIL_MS_PER_DAY)
        judge_break(judge, REFUSAL_CERTIFY_INCOMPLETE, SUBJECT_COUNT, count->id, span_days, 0);
    count->state[COUNT_CERTIFIED] = judge->placing->number;
    taken->places[taken->place_count++] = (uint32_t)count->state[COUNT_PLACE];
}

static bool is_counted(const struct stocktake *taken, uint32_t place)
{
    for (size_t i = 0; i < taken->place_count; i++)
        if (taken->places[i] == place)
            return true;
    return false;
}

static bool has_stock(struct judge *judge, uint32_t place)
{
    for (uint32_t product = 1; product <= view_count(judge->view, SUBJECT_PRODUCT); product++) {
        const struct leaf *shelf = judge_leaf(judge, LEAF_TABLE_SHELF, shelf_row(place, product));

        if (shelf != NULL && (shelf->state[SHELF_SEALED] != 0 || shelf->state[SHELF_OPEN] != 0))
            return true;
    }
    return false;
}

/* Wherever something stands all of it was counted. What a book opens with was counted when it was entered, by two. */
static void judge_places(struct judge *judge, const struct stocktake *taken)
{
    bool is_initial = judge_number(judge, FACT_CERTIFY_TYPE, 0) == INVENTORY_INITIAL;

    if (is_initial && view_site(judge->view, SITE_STOCKED) == 0)
        return;
    for (uint32_t place = 1; place <= view_count(judge->view, SUBJECT_PLACE); place++)
        if (!is_counted(taken, place) && has_stock(judge, place))
            judge_break(judge, REFUSAL_CERTIFY_INCOMPLETE, SUBJECT_PLACE, place, view_policy(judge->view, POLICY_COUNT_SPAN), 0);
}

/* ---- */

void rule_certify(struct judge *judge)
{
    struct stocktake taken = { .place_count = 0 };
    struct leaf *site = judge_site(judge);
    int32_t day;

    judge_officer(judge);
    if (judge_number(judge, FACT_CERTIFY_TYPE, 0) == INVENTORY_INITIAL && site->state[SITE_CERTIFIED] != 0)
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    if (!judge_moment(judge, &taken.closing))
        return;
    day = day_of_inventory(judge, &taken.closing);
    judge_day(judge, day);
    judge_each(judge, FACT_CERTIFY_COUNTS, take_count, &taken);
    judge_places(judge, &taken);
    site->state[SITE_CERTIFIED] = judge->placing->number;
    site->state[SITE_CERTIFIED_AT] = taken.closing.entry.header.recorded_ms;
    site->state[SITE_INVENTORY_DAY] = day + 1;
}

/* ---- what comes to light about a time that is certified */

static int64_t earlier(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

/* A correction speaks of the times of the entries it corrects: as they were placed, and as it gives them. */
static int64_t earliest_corrected_ms(struct judge *judge)
{
    struct list_cursor cursor;
    struct event original;
    struct facts row;
    int64_t earliest_ms = judge->event->occurred.ms;

    list_begin(&cursor, field_with_key(judge->event->kind->fields, FACT_CORRECT_ENTRIES),
               facts_get(&judge->event->facts, FACT_CORRECT_ENTRIES));
    while (rows_next(&cursor, &row)) {
        earliest_ms = earlier(earliest_ms, facts_number(&row, ROW_CORRECT_AT, earliest_ms));
        if (judge_event_of(judge, (uint32_t)facts_number(&row, ROW_CORRECT_ENTRY, 0), &original))
            earliest_ms = earlier(earliest_ms, original.occurred.ms);
    }
    return earliest_ms;
}

/* An adjustment has its case already. */
void judge_certified(struct judge *judge)
{
    enum kind_number kind = (enum kind_number)judge->event->kind->number;
    int64_t certified_ms = view_site(judge->view, SITE_CERTIFIED_AT);
    int64_t happened_ms = kind == KIND_CORRECT ? earliest_corrected_ms(judge) : judge->event->occurred.ms;

    if (certified_ms != 0 && happened_ms <= certified_ms && kind != KIND_ADJUST && !judge->cannot_stand &&
        effect_moves_totals(judge->view))
        judge_open_another_case(judge, REFUSAL_CERTIFIED_PERIOD, 0, 0, view_site(judge->view, SITE_INVENTORY_DAY) - 1, 0, 0);
}

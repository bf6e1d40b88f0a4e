#include "ledger/filing.h"

#include "ledger/judge.h"

const struct filing_sort filing_sorts[] = {
    { NOTICE_LOSS, FILING_LOSS_DUE, FILING_LOSS_FILED },
    { NOTICE_FORM_106, FILING_FORM_DUE, FILING_FORM_FILED },
    { NOTICE_REMS, FILING_REMS_DUE, FILING_REMS_FILED },
    { NOTICE_CERTIFICATE, FILING_CERTIFICATE_DUE, FILING_CERTIFICATE_FILED },
    { .notice = 0 },
};

const struct filing_sort *filing_sort_of(enum notice notice)
{
    for (const struct filing_sort *sort = filing_sorts; sort->notice != 0; sort++)
        if (sort->notice == notice)
            return sort;
    return NULL;
}

bool filing_waits(const struct leaf *row, const struct filing_sort *sort)
{
    return row->state[sort->due] != 0 && row->state[sort->filed] == 0;
}

bool filing_is_open(const struct leaf *row)
{
    for (const struct filing_sort *sort = filing_sorts; sort->notice != 0; sort++)
        if (filing_waits(row, sort))
            return true;
    return false;
}

/* ---- days */

static bool is_business_day(int64_t day, const int64_t *holidays, size_t holiday_count)
{
    enum { SUNDAY = 0, SATURDAY = 6 };
    int32_t weekday = civil_weekday((int32_t)day);

    for (size_t i = 0; i < holiday_count; i++)
        if (holidays[i] == day)
            return false;
    return weekday != SUNDAY && weekday != SATURDAY;
}

int64_t filing_business_day(int64_t day, int64_t days, const int64_t *holidays, size_t holiday_count)
{
    while (days > 0) {
        day++;
        days -= is_business_day(day, holidays, holiday_count);
    }
    return day;
}

/* ---- rules */

/* Put a number into a row; the site counts the rows in which something waits. */
static void put(struct judge *judge, uint32_t entry, enum filing_place place, int64_t number)
{
    struct leaf *row = judge_edit(judge, LEAF_TABLE_FILING, entry);
    int64_t was_open = filing_is_open(row);

    row->state[place] = number;
    row->touches = 1; /* it exists */
    row->last = judge->placing->number;
    judge_site(judge)->state[SITE_FILINGS] += filing_is_open(row) - was_open;
}

void judge_must_file(struct judge *judge, enum notice notice, int64_t last_day)
{
    const struct filing_sort *sort = filing_sort_of(notice);

    if (view_number(judge->view, LEAF_TABLE_FILING, judge->placing->number, sort->filed) == 0) /* or it was before a correction */
        put(judge, judge->placing->number, sort->due, last_day + 1);
}

void judge_must_file_soon(struct judge *judge, enum notice notice, int64_t day, int64_t business_days)
{
    size_t count;
    const int64_t *holidays = view_policy_list(judge->view, POLICY_HOLIDAYS, &count);

    judge_must_file(judge, notice, filing_business_day(day, business_days, holidays, count));
}

/* What is filed in time, late, or without anybody having to: all of it is written down. */
void rule_notice(struct judge *judge)
{
    const struct filing_sort *sort = filing_sort_of((enum notice)judge_number(judge, 1, 0));
    uint32_t about = (uint32_t)judge_number(judge, 2, 0);
    const struct leaf *row = judge_leaf(judge, LEAF_TABLE_FILING, about);
    int64_t late_days;

    if (sort == NULL)
        return;
    if (about == 0) {
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
        return;
    }
    if (row == NULL || !filing_waits(row, sort)) {
        judge_break_entry(judge, REFUSAL_NOT_DUE, 0, 0, about);
        return;
    }
    late_days = at_local_days(judge->event->occurred) - (row->state[sort->due] - 1);
    if (late_days > 0)
        judge_break(judge, REFUSAL_FILED_LATE, 0, 0, late_days, 0);
    put(judge, about, sort->filed, judge->placing->number);
}

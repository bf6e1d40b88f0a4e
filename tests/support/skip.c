#include "tests/support/skip.h"

#include "ledger/judge.h"
#include "ledger/signed.h"

static const struct skip *skipping;
static size_t cases_opened;

void skip_rules(const struct skip *skip)
{
    skipping = skip;
}

static bool is_skipped(unsigned code)
{
    for (size_t i = 0; skipping != NULL && i < skipping->count; i++)
        if (skipping->codes[i] == code)
            return true;
    return false;
}

static bool is_passed_over(unsigned code)
{
    return is_skipped(code) && !skipping->stops;
}

/* ---- the judge's noting. The linker has these called by all but the file that they are in. */

void __real_judge_note(struct judge *judge, struct broken broken);
void __real_judge_break(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b);
void __real_judge_break_entry(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, uint32_t entry);
void __real_judge_open_case(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b,
                            int64_t difference_ng);
void __real_judge_open_another_case(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a,
                                    int64_t b, int64_t difference_ng);
const struct broken *__real_verdict_refusal(const struct verdict *verdict, const struct event *event);
void __real_rules_judge(struct view *view, const struct event *event, const struct placing *placing, struct verdict *verdict);
bool __real_signed_by(const struct cose_message *message, size_t index, int64_t person, const struct public_key *key);

void __wrap_judge_note(struct judge *judge, struct broken broken);
void __wrap_judge_break(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b);
void __wrap_judge_break_entry(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, uint32_t entry);
void __wrap_judge_open_case(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b,
                            int64_t difference_ng);
void __wrap_judge_open_another_case(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a,
                                    int64_t b, int64_t difference_ng);
const struct broken *__wrap_verdict_refusal(const struct verdict *verdict, const struct event *event);
void __wrap_rules_judge(struct view *view, const struct event *event, const struct placing *placing, struct verdict *verdict);
bool __wrap_signed_by(const struct cose_message *message, size_t index, int64_t person, const struct public_key *key);

void __wrap_judge_note(struct judge *judge, struct broken broken)
{
    if (!is_passed_over(broken.code))
        __real_judge_note(judge, broken);
}

void __wrap_judge_break(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b)
{
    if (!is_passed_over(code))
        __real_judge_break(judge, code, subject, id, a, b);
}

void __wrap_judge_break_entry(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, uint32_t entry)
{
    if (!is_passed_over(code))
        __real_judge_break_entry(judge, code, subject, id, entry);
}

void __wrap_judge_open_case(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b,
                            int64_t difference_ng)
{
    if (!is_passed_over(code))
        __real_judge_open_case(judge, code, subject, id, a, b, difference_ng);
}

void __wrap_judge_open_another_case(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a,
                                    int64_t b, int64_t difference_ng)
{
    if (!is_passed_over(code) || cases_opened++ < skipping->cases_kept)
        __real_judge_open_another_case(judge, code, subject, id, a, b, difference_ng);
}

/* ---- the verdict */

/* What is broken besides keeps the act out of this book as out of any. */
const struct broken *__wrap_verdict_refusal(const struct verdict *verdict, const struct event *event)
{
    static struct verdict rest;

    if (skipping == NULL)
        return __real_verdict_refusal(verdict, event);
    rest = *verdict;
    rest.broken_count = 0;
    for (size_t i = 0; i < verdict->broken_count; i++)
        if (!is_skipped(verdict->broken[i].code))
            rest.broken[rest.broken_count++] = verdict->broken[i];
    return __real_verdict_refusal(&rest, event);
}

/* Where the rules stop they make no effects: the least that the book needs to go on. */
void __wrap_rules_judge(struct view *view, const struct event *event, const struct placing *placing, struct verdict *verdict)
{
    struct name name = { .id = event->kind->number, .entry = placing->number };
    struct leaf *site;

    cases_opened = 0;
    __real_rules_judge(view, event, placing, verdict);
    if (skipping == NULL || verdict->has_effects)
        return;
    verdict->touch_count = 0;
    site = view_make(view, LEAF_TABLE_SITE, 1);
    site->state[SITE_ENTRIES] = placing->number;
    site->state[SITE_RECORDED_AT] = placing->recorded_ms;
    view_name_put(view, NAME_ACT, bytes_of(event->act, ACT_SIZE), &name);
}

/* Whose signature it must be is a rule too. */
bool __wrap_signed_by(const struct cose_message *message, size_t index, int64_t person, const struct public_key *key)
{
    return skipping != NULL || __real_signed_by(message, index, person, key);
}
